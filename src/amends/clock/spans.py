"""Spans: lengths of time as people write them, from "30 minutes" to "2 working days"."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, get_args

from amends.clock.calendars import WorkingCalendar, moment_at, zone_named

Unit = Literal["minutes", "hours", "days", "weeks", "working minutes", "working hours", "working days"]
UNITS: tuple[Unit, ...] = get_args(Unit)

_LARGEST_AMOUNT = 9_999
_TEXT = re.compile(r"(\d+) ([a-z]+(?: [a-z]+)?)")
_UNIT_NAMED: dict[str, Unit] = {name: unit for unit in UNITS for name in (unit, unit.removesuffix("s"))}
_LENGTHS: dict[Unit, timedelta] = {
    "minutes": timedelta(minutes=1),
    "hours": timedelta(hours=1),
    "days": timedelta(days=1),
    "weeks": timedelta(weeks=1),
    "working minutes": timedelta(minutes=1),
    "working hours": timedelta(hours=1),
}


class BadSpan(ValueError):
    """A length of time that cannot be read; the message says what is accepted."""


@dataclass(frozen=True, slots=True)
class Span:
    """So many of a unit, at least one.

    Plain units are elapsed time, whatever clocks and calendars say: a day is 24 hours. Working minutes and
    hours count open time only. A working day later is the same local time on the next working day.
    """

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise BadSpan(f"“{self.unit}” is not a unit of time. Use one of: {', '.join(UNITS)}.")
        if not 1 <= self.amount <= _LARGEST_AMOUNT:
            raise BadSpan(f"A length of time counts from 1 to {_LARGEST_AMOUNT} {self.unit}.")

    def __str__(self) -> str:
        return f"{self.amount} {self.unit.removesuffix('s') if self.amount == 1 else self.unit}"

    @property
    def is_working_time(self) -> bool:
        """Whether it is counted on a calendar rather than elapsed."""
        return self.unit.startswith("working ")

    @property
    def length(self) -> timedelta | None:
        """How long it is, elapsed or open; None for working days, whose length is the calendar's."""
        if self.unit == "working days":
            return None
        return self.amount * _LENGTHS[self.unit]

    def after(self, moment: datetime, calendar: WorkingCalendar) -> datetime:
        """The moment, in UTC, that lies this far after `moment`."""
        if self.length is None:
            return calendar.next_open(_same_time(moment, self.amount, calendar))
        if self.is_working_time:
            return calendar.add(moment, self.length)
        return moment.astimezone(UTC) + self.length

    def before(self, moment: datetime, calendar: WorkingCalendar) -> datetime:
        """The moment, in UTC, that lies this far before `moment`."""
        if self.length is None:
            return calendar.last_open(_same_time(moment, -self.amount, calendar))
        if self.is_working_time:
            return calendar.subtract(moment, self.length)
        return moment.astimezone(UTC) - self.length


def parse(text: str) -> Span:
    """Read a span such as "1 hour" or "4 working hours"; raises `BadSpan`."""
    match = _TEXT.fullmatch(" ".join(str(text).lower().split()))
    unit = _UNIT_NAMED.get(match[2]) if match else None
    if match is None or unit is None:
        raise BadSpan(
            f"“{text}” is not a length of time. Write a number and a unit: 30 minutes, 1 hour, 30 days, "
            "2 weeks, 90 working minutes, 4 working hours or 2 working days."
        )
    return Span(_counted(match[1]), unit)


def _counted(digits: str) -> int:
    # Python itself refuses to read thousands of digits, and in other words.
    return int(digits) if len(digits) <= len(str(_LARGEST_AMOUNT)) else _LARGEST_AMOUNT + 1


def _same_time(moment: datetime, working_days: int, calendar: WorkingCalendar) -> datetime:
    local = moment.astimezone(zone_named(calendar.zone))
    day = calendar.working_days_after(local.date(), working_days)
    return moment_at(datetime.combine(day, local.time()), calendar.zone)
