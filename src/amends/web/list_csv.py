"""The list as a table for a spreadsheet: all rows that one sees, not only a page of them, sent while they are read."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from amends.escalations import boards
from amends.lib import csv_cells

# Without it, a spreadsheet takes the letters for those of another alphabet.
_MARK = "\N{BYTE ORDER MARK}"


def lines(rows: Iterable[boards.Row], zone: str) -> Iterator[str]:
    """The head, then a line a row. Moments are those of `zone`, which the head names."""
    writer = csv.writer(_Echo())
    yield _MARK + writer.writerow([name.format(zone=zone) for name in _COLUMNS])
    for row in rows:
        yield writer.writerow([_cell(value, ZoneInfo(zone)) for value in _values(row)])


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, line: str) -> str:
        return line


_COLUMNS = (
    "Key",
    "Account",
    "Reason",
    "Status",
    "Category",
    "Severity",
    "Level",
    "Trend",
    "Health",
    "Handler",
    "Worth a year",
    "Currency",
    "Day",
    "Opened ({zone})",
    "To close by ({zone})",
    "Closed ({zone})",
    "Next promise",
    "Next promise due ({zone})",
    "Problems solved",
    "Problems",
    "Last said to them ({zone})",
)


def _values(row: boards.Row) -> list[Any]:
    found, promise = row.escalation, row.next_promise
    document = found.playbook.document
    category = next((each.name for each in document.categories if each.key == found.category), found.category)
    severity = next((each.name for each in document.severities if each.key == found.severity), found.severity)
    return [
        found.key,
        found.account.name,
        found.reason,
        found.get_status_display(),
        category,
        severity,
        found.level,
        found.get_trend_display() if found.is_under_way else "",
        row.worse.health.label if found.is_under_way else "",
        found.handler.name if found.handler else "",
        found.account.spend,
        found.account.currency if found.account.spend is not None else "",
        row.day,
        found.opened_at,
        found.target_at,
        found.closed_at,
        promise.what if promise else "",
        promise.due_at if promise else None,
        row.solved,
        row.problems,
        found.last_said_at,
    ]


def _cell(value: Any, zone: ZoneInfo) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return f"{value.astimezone(zone):%Y-%m-%d %H:%M}"
    return csv_cells.plain(str(value))
