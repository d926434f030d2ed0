"""`amends report`: the numbers, on the terminal and for machines."""

from __future__ import annotations

import datetime as dt
import json
import sys
from typing import TYPE_CHECKING

import typer

from amends.cli.main import app
from amends.cli.printing import out, say
from amends.cli.ready import ready

if TYPE_CHECKING:
    from amends.reports.endings import Endings
    from amends.reports.promises import Rates

report = typer.Typer(help="The numbers.", no_args_is_help=True)
app.add_typer(report, name="report")


@report.callback()
def _only_groups() -> None:
    """The numbers."""


@report.command()
def promises(
    as_json: bool = typer.Option(False, "--json", help="For machines."),
    since: dt.datetime = typer.Option(None, formats=["%Y-%m-%d"], help="Promised for this day (UTC) or later."),
    until: dt.datetime = typer.Option(None, formats=["%Y-%m-%d"], help="Promised for before this day (UTC)."),
) -> None:
    """Do we keep what we promise? By kind of promise, never pooled."""
    ready()
    from amends.directory.actor import COMMAND_LINE
    from amends.escalations import access
    from amends.lib import wall
    from amends.reports import promises as rates_of

    rates = rates_of.promise_rates(
        visible=access.promises_visible_to(COMMAND_LINE),
        now=wall.now(),
        since=since and since.replace(tzinfo=dt.UTC),
        until=until and until.replace(tzinfo=dt.UTC),
    )
    if as_json:
        sys.stdout.write(json.dumps(rates_of.as_json(rates), indent=2) + "\n")
        return
    if not rates:
        say("Nothing has been promised yet.")
        return
    _print(rates)


@report.command()
def endings(
    as_json: bool = typer.Option(False, "--json", help="For machines."),
    since: dt.datetime = typer.Option(None, formats=["%Y-%m-%d"], help="Opened on this day (UTC) or later."),
    until: dt.datetime = typer.Option(None, formats=["%Y-%m-%d"], help="Opened before this day (UTC)."),
) -> None:
    """How do escalations end? How many took longer than thirty days, and how many came back."""
    ready()
    from amends.directory.actor import COMMAND_LINE
    from amends.escalations import access
    from amends.lib import wall
    from amends.playbook import versions
    from amends.reports import endings as endings_of

    found = endings_of.in_order(
        endings_of.endings(
            visible=access.visible_to(COMMAND_LINE),
            now=wall.now(),
            since=since and since.replace(tzinfo=dt.UTC),
            until=until and until.replace(tzinfo=dt.UTC),
        ),
        versions.current(),
    )
    each = [one for _, one in found]
    if as_json:
        sys.stdout.write(json.dumps(endings_of.as_json(each), indent=2) + "\n")
        return
    if not found:
        say("Nothing has been opened yet.")
        return
    _print_endings([*found, ("All", endings_of.whole(each))])


def _print_endings(rows: list[tuple[str, Endings]]) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    table.add_column("Severity", no_wrap=True)
    for heading in ("Opened", "Under way", "Closed", "Withdrawn", "Over 30 days", "", "Came back", ""):
        table.add_column(heading, justify="right")
    for title, each in rows:
        counts = [f"{number:,}" for number in (each.opened, each.under_way, each.closed, each.withdrawn)]
        table.add_row(
            title,
            *counts,
            f"{each.long:,}",
            _percent(each.long_share, less_is_better=True),
            f"{each.reopened:,}",
            _percent(each.reopened_share, less_is_better=True),
        )
    out().print(table)


def _print(rates: list[Rates]) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    table.add_column("Promise", no_wrap=True)
    for heading in ("Due", "Kept", "", "Within 5 min", "", "Late", "Broken", "Overdue"):
        table.add_column(heading, justify="right")
    for each in rates:
        table.add_row(
            each.title,
            f"{each.due:,}",
            f"{each.kept:,}",
            _percent(each.kept_share),
            f"{each.within_five_minutes:,}",
            _percent(each.within_five_minutes_share),
            f"{each.kept_late:,}",
            f"{each.broken:,}",
            f"{each.open_overdue:,}",
        )
    out().print(table)


def _percent(share: float | None, *, less_is_better: bool = False) -> str:
    from amends.reports.shares import in_percent

    return "" if share is None else f"{in_percent(share, less_is_better=less_is_better)}%"
