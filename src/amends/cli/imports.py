"""`amends import`: bring in what happened before Amends. Accounts and people are in `directory_imports.py`."""

from __future__ import annotations

from pathlib import Path

import typer

from amends.cli.main import app
from amends.cli.printing import done, out, wrong
from amends.cli.ready import ready

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
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from amends.directory.actor import IMPORTER
    from amends.escalations.actions import history as acts
    from amends.lib import wall

    checked = acts.check(file, now=wall.now())
    if checked.mistakes:
        for mistake in checked.mistakes:
            wrong(f"{file}, {mistake}")
        lines = len({mistake.line for mistake in checked.mistakes})
        wrong(f"{lines:,} {'line' if lines == 1 else 'lines'} cannot be read, so nothing was brought in.")
        raise typer.Exit(1)
    has = (
        f"{_counted(checked.escalations, 'escalation')}, {_counted(checked.updates, 'update')} "
        f"and {_counted(checked.promises, 'promise')}"
    )
    if only_check:
        done(f"{file} can be brought in: {has}.")
        return
    columns = (TextColumn("Bringing in"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=out(), transient=True) as bar:
        task = bar.add_task("", total=checked.escalations)
        result = acts.bring_in(
            file,
            by=IMPORTER,
            now=wall.now(),
            progress=lambda count, total: bar.update(task, completed=count, total=total),
        )
    done(
        f"Brought in {result.new:,} of {checked.escalations:,} escalations; {result.already_there:,} were here already."
    )


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
