"""`amends import accounts`, `contacts` and `members`: a file into the directory, from the command line."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from amends.cli.failing import Failed
from amends.cli.imports import imports
from amends.cli.printing import done, note, out, say, wrong
from amends.cli.ready import ready

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from amends.directory.imports.models import Import

FILE = typer.Argument(help="A CSV or XLSX file; its first line names the columns.", exists=True, dir_okay=False)
MAP = typer.Option([], "--map", help="Which column a field is: --map name=Company. A field without one: --map zone=")
DECIMAL = typer.Option("", help="The decimal sign of amounts, a point or a comma; guessed, unless said.")
DATES = typer.Option("", help="What 03/04/2026 means: dmy or mdy; guessed, unless said.")
CURRENCY = typer.Option("", help="Of new accounts, where the file says none.")
DRY_RUN = typer.Option(False, "--dry-run", help="Say what would happen, and write nothing.")
# So many bad rows are listed; all are counted.
LISTED = 50
LOOK_EVERY = 0.2


@imports.command()
def accounts(
    file: Path = FILE,
    mapped: list[str] = MAP,
    decimal: str = DECIMAL,
    dates: str = DATES,
    currency: str = CURRENCY,
    dry_run: bool = DRY_RUN,
) -> None:
    """Bring in accounts. One is found again by its key, else by its name; the same file twice changes nothing."""
    chosen = {"decimal": decimal, "dates": dates, "default_currency": currency}
    _bring_in("accounts", file, mapped, chosen, dry_run=dry_run)


@imports.command()
def contacts(file: Path = FILE, mapped: list[str] = MAP, dry_run: bool = DRY_RUN) -> None:
    """Bring in contacts of accounts that are here. One is found again by mail address, else by name."""
    _bring_in("contacts", file, mapped, {}, dry_run=dry_run)


@imports.command()
def members(file: Path = FILE, mapped: list[str] = MAP, dry_run: bool = DRY_RUN) -> None:
    """Bring in members. They cannot log in before they are invited."""
    _bring_in("members", file, mapped, {}, dry_run=dry_run)


def _bring_in(noun: str, file: Path, mapped: list[str], chosen: dict[str, str], *, dry_run: bool) -> None:
    ready()
    from amends.directory.actor import COMMAND_LINE
    from amends.directory.imports import receiving
    from amends.directory.imports.models import Import
    from amends.lib import wall

    with file.open("rb") as content:
        imported = receiving.receive(noun=noun, file=content, name=file.name, by=COMMAND_LINE, now=wall.now())
    try:
        _check(imported, mapped, chosen)
        _report(imported)
        if imported.state != Import.State.CHECKED:
            raise typer.Exit(1)
        if dry_run or not imported.to_add + imported.to_change:
            note("Nothing was written." if dry_run else "All of this is so already: nothing was written.")
            return
        receiving.apply(imported, by=COMMAND_LINE, now=wall.now())
        _follow(imported, "Writing")
        if imported.state != Import.State.APPLIED:
            raise Failed(imported.trouble or "It was stopped.")
        done(f"{imported.applied:,} rows of {file.name} are in.")
    finally:
        # A record stays of what was written, and of nothing else. What is being written, a clock goes on with.
        if imported.state not in (Import.State.APPLYING, Import.State.APPLIED, Import.State.STOPPED):
            receiving.discard(imported, by=COMMAND_LINE, now=wall.now())


def _check(imported: Import, mapped: list[str], chosen: dict[str, str]) -> None:
    from amends.directory.actor import COMMAND_LINE
    from amends.directory.imports import receiving
    from amends.lib import wall

    said = dict(_pair(each) for each in mapped)
    # A column that was named for one field is not guessed for another.
    guessed = {name: header for name, header in imported.mapping.items() if header not in said.values()}
    mapping = guessed | said
    receiving.check(imported, mapping=mapping, choices=chosen, by=COMMAND_LINE, now=wall.now())
    say(", ".join(f"{name} = {header}" for name, header in imported.mapping.items()))
    _follow(imported, "Checking")


def _pair(text: str) -> tuple[str, str]:
    name, sign, header = text.partition("=")
    if not sign:
        raise Failed(f"“{text}” names no column. Write --map field=Column, such as --map name=Company.")
    return name.strip(), header.strip()


def _follow(imported: Import, doing: str) -> None:
    """Work on it here, or, where a clock is at it already, watch; until it is over."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from amends.directory.imports.working import Worker
    from amends.lib import wall

    columns = (TextColumn(doing), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=out(), transient=True, disable=not out().is_terminal) as bar:
        task = bar.add_task("", total=None)
        here = f"{socket.gethostname()}:{os.getpid()} import"
        worker = Worker(here, wall.now, tells=lambda now_so: _show(bar, task, now_so))
        while imported.is_under_way:
            if not worker.work(imported.pk):
                time.sleep(LOOK_EVERY)
            imported.refresh_from_db()
            _show(bar, task, imported)


def _show(bar: Progress, task: TaskID, imported: Import) -> None:
    is_applying = imported.state == "applying"
    total = imported.rows if is_applying else max(imported.rows_about, imported.rows)
    bar.update(task, total=total or None, completed=imported.applied if is_applying else imported.rows)


def _report(imported: Import) -> None:
    """What it would do, and each bad row with its line, field and why."""
    from rich.table import Table

    if imported.trouble:
        wrong(f"{imported.file_name}: {imported.trouble}")
    if imported.bad:
        rows = Table("Line", "Field", "Value", "Why", box=None, pad_edge=False)
        for mistake in imported.mistakes.all()[:LISTED]:
            rows.add_row(f"{mistake.line:,}", mistake.field, mistake.value, mistake.says)
        out().print(rows, soft_wrap=False)
        more = f" The first {LISTED} mistakes are listed." if imported.mistake_count > LISTED else ""
        wrong(f"{imported.bad:,} of {imported.rows:,} rows are bad, so nothing was written.{more}")
    if imported.trouble or imported.bad:
        return
    fields = ", ".join(f"{name} of {count:,}" for name, count in imported.changed_fields.items())
    changes = f" ({fields})" if fields else ""
    done(
        f"{imported.rows:,} rows: {imported.to_add:,} to add, {imported.to_change:,} to change{changes}, "
        f"{imported.unchanged:,} as they are."
    )
