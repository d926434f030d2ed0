"""One benchmark on one database, in a process of its own: `python -m benchmarks.one NAME DATABASE FILE [quick]`.

Called by `python -m benchmarks`; settings are read once in a process, so each gets its own.
"""

from __future__ import annotations

import os
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import cast

from amends.lib import wall
from benchmarks.figures import Figure, Run, commit, given_and_stolen, machine
from benchmarks.place import Database, surroundings


def main(name: str, on: Database, file: Path, *, is_quick: bool) -> None:
    """Run it, print each figure as it comes, and write them all to the file."""
    with surroundings(on, is_quick=is_quick) as place:
        os.environ |= place.environment
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        benchmark = import_module(f"benchmarks.{name}")
        began, at, (given, stolen) = time.monotonic(), wall.now(), given_and_stolen()
        figures: list[Figure] = []
        for figure in benchmark.measure(place):
            figures.append(figure)
            print(f"    {said(figure)}", flush=True)
        about = (benchmark.__doc__ or "").strip().partition("\n\n")[0].replace("\n", " ")
        given_by_now, stolen_by_now = given_and_stolen()
        Run(
            benchmark=name,
            about=about,
            on=on,
            machine=machine(),
            at=at.isoformat(timespec="minutes"),
            commit=commit(),
            seconds=round(time.monotonic() - began, 1),
            is_quick=is_quick,
            figures=tuple(figures),
            stolen=(stolen_by_now - stolen) / (given_by_now - given) if figures else None,
        ).write(file)


def said(figure: Figure) -> str:
    """A figure in a line of the terminal."""
    line = f"{figure.what}: {figure.ours:,.4g} {figure.unit}"
    if figure.floor is not None:
        line += f"; floor {figure.floor:,.4g} ({figure.ratio:.2f} x)"
    if figure.aim is not None:
        line += f"; aim {figure.aim:,.4g}: {figure.verdict}"
    return line


if __name__ == "__main__":
    main(sys.argv[1], cast(Database, sys.argv[2]), Path(sys.argv[3]), is_quick="quick" in sys.argv[4:])
