"""The tables of README.md, from the runs that are kept in results/."""

from __future__ import annotations

import re
from pathlib import Path

from benchmarks.figures import RESULTS, Figure, Run, read

README = Path(__file__).resolve().parent / "README.md"
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def write() -> None:
    """Put the kept figures where README.md asks for them: between `<!-- figures of NAME -->` and `<!-- end -->`."""
    text = README.read_text(encoding="utf-8")
    for name in re.findall(r"<!-- figures of (\w+) -->", text):
        begin, end = f"<!-- figures of {name} -->\n", "<!-- end -->"
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        text = before + begin + tables(name) + end + after
    README.write_text(text, encoding="utf-8")


def tables(name: str) -> str:
    """The figures of one benchmark, a table for each database."""
    files = [RESULTS / f"{name}-{on}.json" for on in NAMES]
    return "".join(_table(read(file)) for file in files if file.exists()) or "Not measured yet.\n"


def _table(run: Run) -> str:
    lines = [
        f"\n**{NAMES[run.on]}**, {run.at[:10]}, {run.machine}, commit {run.commit}{_stolen(run)}\n",
        "| what | ours | floor | ratio | aim | |",
        "| --- | --: | --: | --: | --: | --- |",
        *(_line(figure) for figure in run.figures),
    ]
    return "\n".join(lines) + "\n"


def _stolen(run: Run) -> str:
    """How much less of the machine there was than it says."""
    return "" if run.stolen is None else f"; the host gave {run.stolen:.0%} of the cores’ time to others"


def _line(figure: Figure) -> str:
    ours = f"{_number(figure.ours)} {figure.unit}"
    if figure.details:
        ours += " (" + ", ".join(f"{name} {_detail(value)}" for name, value in figure.details.items()) + ")"
    floor = f"{_number(figure.floor)} {figure.unit}: {figure.floor_says}" if figure.floor is not None else ""
    ratio = f"{figure.ratio:.2f}" if figure.ratio is not None else ""
    aim = ""
    if figure.aim is not None:
        aim = f"{'at least' if figure.more_is_better else 'at most'} {_number(figure.aim)} {figure.unit}"
    verdict = f"**{figure.verdict}**" if figure.verdict == "missed" else figure.verdict
    return f"| {figure.what} | {ours} | {floor} | {ratio} | {aim} | {verdict} |"


def _detail(value: float | str) -> str:
    return value if isinstance(value, str) else _number(value)


def _number(value: float) -> str:
    """Three significant figures, no more than were measured."""
    if value >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.3g}"
