"""The hours of a week on one line: `mon-thu 09:00-12:30 13:00-18:00, fri 09:00-15:00`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from amends.lib.errors import Refused

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Hours = dict[str, list[str]]


def parse_week(text: str, field: str = "hours") -> Hours:
    """The hours of each day that is named, as the calendar reads them. Refuses what it cannot read, at `field`."""
    week: Hours = {}
    for piece in text.replace(";", ",").split(","):
        words = piece.replace("–", "-").split()
        if len(words) < 2:
            raise Refused(f"“{piece.strip()}” is no time of the week. Write “mon-fri 09:00-17:00”.", field)
        for day in _days(words[0], field):
            week.setdefault(day, []).extend(words[1:])
    return week


def written(hours: Mapping[str, Sequence[str]]) -> str:
    """The same line again, for people."""
    named = [(day, " ".join(hours.get(day, ()))) for day in DAYS]
    runs = [(opens, [day for day, _ in run]) for opens, run in groupby(named, key=lambda pair: pair[1])]
    return ", ".join(
        f"{days[0][:3]}-{days[-1][:3]} {opens}" if len(days) > 1 else f"{days[0][:3]} {opens}"
        for opens, days in runs
        if opens
    )


def _days(text: str, field: str) -> Iterator[str]:
    first, dash, last = text.partition("-")
    start = _day(first, field)
    end = _day(last, field) if dash else start
    yield from DAYS[start : end + 1] if start <= end else (*DAYS[start:], *DAYS[: end + 1])


def _day(text: str, field: str) -> int:
    found = [number for number, day in enumerate(DAYS) if len(text) >= 2 and day.startswith(text.lower())]
    if not found:
        raise Refused(f"“{text}” is no day of the week. Write mon, tue, wed, thu, fri, sat or sun.", field)
    return found[0]
