"""`amends import`: bring in what happened before Amends. Accounts and people are in `directory_imports.py`."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from amends.cli.failing import Failed
from amends.cli.main import app
from amends.cli.printing import done, out, wrong
from amends.cli.ready import ready

if TYPE_CHECKING:
    from amends.escalations.history_format import Checked, Mistake

imports = typer.Typer(help="Bring in accounts, people, and what happened before.", no_args_is_help=True)
app.add_typer(imports, name="import")


@imports.callback()
def _only_groups() -> None:
    """Bring in accounts, people, and what happened before."""


@imports.command()
def history(
    file: Path = typer.Argument(help="Past escalations, one JSON object a line."),
    only_check: bool = typer.Option(False, "--check", help="Say what is wrong, and bring nothing in."),
) -> None:
    """Bring in past escalations with what was promised and said. Importing twice changes nothing."""
    ready()
    from amends.directory.actor import IMPORTER
    from amends.escalations.actions import history as acts
    from amends.escalations.history_format import BadHistory
    from amends.lib import wall

    if only_check:
        checked = acts.check(file, now=wall.now())
        _refuse(file, checked.mistakes)
        _holds_something(file, checked.escalations)
        done(f"{file} can be brought in: {_held(checked)}.")
        return
    # What is loaded by now stays to the end: a long history is not to have it looked through for litter all the time.
    gc.freeze()
    with _bar() as show:
        try:
            result = acts.bring_in(file, by=IMPORTER, now=wall.now(), progress=show)
        except BadHistory as bad:
            mistakes = bad.mistakes
        else:
            mistakes = ()
    _refuse(file, mistakes)
    every = result.new + result.already_there
    _holds_something(file, every)
    done(f"Brought in {result.new:,} of {every:,} escalations; {result.already_there:,} were here already.")


def _refuse(file: Path, mistakes: Sequence[Mistake]) -> None:
    """Say each mistake, and leave; if there is none, go on."""
    if not mistakes:
        return
    for mistake in mistakes:
        wrong(f"{file}, {mistake}")
    lines = len({mistake.line for mistake in mistakes})
    wrong(f"{lines:,} {'line' if lines == 1 else 'lines'} cannot come in, so nothing was brought in.")
    raise typer.Exit(1)


def _holds_something(file: Path, escalations: int) -> None:
    if not escalations:
        raise Failed(f"There is no escalation in {file}, so nothing was brought in.")


@contextmanager
def _bar() -> Iterator[Callable[[int, int], None]]:
    """A bar for how many are done, of how many. It moves to and fro until that is known: the file is checked first."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=out(), transient=True) as bar:
        task = bar.add_task("Checking", total=None)
        yield lambda done, of: bar.update(task, description="Bringing in", completed=done, total=of)


def _held(checked: Checked) -> str:
    """What a history holds: “157 escalations, 770 updates and 515 promises”."""
    counts = {"escalation": checked.escalations, "update": checked.updates, "promise": checked.promises}
    counts |= {"problem": checked.problems, "note": checked.notes}
    *some, last = [
        _counted(number, noun)
        for noun, number in counts.items()
        if number or noun in ("escalation", "update", "promise")
    ]
    return f"{', '.join(some)} and {last}"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
