"""Cadences: how often a customer hears from us, from "every 30 minutes" to "every two weeks on Tuesday"."""

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from amends.clock import spans
from amends.clock.calendars import WEEKDAYS, WorkingCalendar, moment_at, zone_named
from amends.clock.spans import BadSpan, Span, Unit

USUAL_TIME = time(16, 0)

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
_COUNTED_IN: tuple[Unit, ...] = ("minutes", "hours", "working minutes", "working hours")
_ORDINALS = ("second", "third", "fourth", "fifth")
_WEEKDAY = "|".join(WEEKDAYS).lower()
_AT = r"(?: at (?P<at>(?:[01]?\d|2[0-3]):[0-5]\d))?"
_WORKING_DAY = re.compile(
    rf"every (?:(?P<nth>{'|'.join(_ORDINALS)}) )?working day{_AT}(?: and always on (?P<always>{_WEEKDAY}))?"
)
_WEEKLY = re.compile(rf"(?P<pace>weekly|every two weeks) on (?P<weekday>{_WEEKDAY}){_AT}")
_SPAN = re.compile(r"every (?P<amount>\d+ )?(?P<unit>.+)")


class BadCadence(ValueError):
    """A cadence that cannot be read; the message says what is accepted."""


class Cadence(ABC):
    """A rhythm; `str` gives its canonical text, which `parse` reads back to an equal one."""

    __slots__ = ()

    @abstractmethod
    def next_after(self, moment: datetime, *, calendar: WorkingCalendar, zone: str) -> datetime:
        """The moment, in UTC and strictly after `moment`, by which the customer is to hear from us again.

        Times of day are those of `zone`, the customer's. Apart from elapsed minutes and hours, the moment
        lies in the calendar's open hours, and one holiday more never makes it earlier.
        """

    def after_speaking(self, moment: datetime, *, calendar: WorkingCalendar, zone: str) -> datetime:
        """By when they are to hear again, once they have heard from us at `moment`.

        With a time of day, a word earlier on that same day (the customer's) is that day's word: who was told at
        15:00 need not hear again at 16:00.
        """
        first = self.next_after(moment, calendar=calendar, zone=zone)
        if not self.is_by_the_day or _local_day(first, zone) != _local_day(moment, zone):
            return first
        return self.next_after(first, calendar=calendar, zone=zone)

    @property
    def is_by_the_day(self) -> bool:
        """Whether it names a time of day, rather than a length of time."""
        return True


@dataclass(frozen=True, slots=True)
class EverySpan(Cadence):
    """After so many minutes or hours, elapsed or working."""

    span: Span

    def __str__(self) -> str:
        return f"every {str(self.span).removeprefix('1 ')}"

    @property
    def is_by_the_day(self) -> bool:
        return False

    def next_after(self, moment: datetime, *, calendar: WorkingCalendar, zone: str) -> datetime:
        return self.span.after(moment, calendar)


@dataclass(frozen=True, slots=True)
class EveryWorkingDay(Cadence):
    """On every nth working day at a time of the customer's day and, if wished, always on a certain weekday.

    "Every working day" begins with today while its time is ahead; "every second" counts the days after today.
    """

    nth: int
    at: time
    always_on: int | None = None

    def __str__(self) -> str:
        ordinal = "" if self.nth == 1 else f"{_ORDINALS[self.nth - 2]} "
        always = "" if self.always_on is None else f" and always on {WEEKDAYS[self.always_on]}"
        return f"every {ordinal}working day at {self.at:%H:%M}{always}"

    def next_after(self, moment: datetime, *, calendar: WorkingCalendar, zone: str) -> datetime:
        today = _local_day(moment, zone)
        nth_day = today if self.nth == 1 else calendar.working_days_after(today, self.nth)
        due = _first_due(moment, nth_day, _DAY, self.at, calendar, zone)
        if self.always_on is None:
            return due
        weekday = _on_or_after(today, self.always_on)
        return min(due, _first_due(moment, weekday, _WEEK, self.at, calendar, zone))


@dataclass(frozen=True, slots=True)
class Weekly(Cadence):
    """Every week, or every two, on a weekday at a time of the customer's day.

    Every two weeks is counted from the moment given: the first such weekday at least eight days later.
    """

    weeks: int
    weekday: int
    at: time

    def __str__(self) -> str:
        pace = "weekly" if self.weeks == 1 else "every two weeks"
        return f"{pace} on {WEEKDAYS[self.weekday]} at {self.at:%H:%M}"

    def next_after(self, moment: datetime, *, calendar: WorkingCalendar, zone: str) -> datetime:
        today = _local_day(moment, zone)
        earliest = today if self.weeks == 1 else today + _WEEK + _DAY
        weekday = _on_or_after(earliest, self.weekday)
        return _first_due(moment, weekday, _WEEK, self.at, calendar, zone)


def parse(text: str) -> Cadence:
    """Read a cadence such as "every second working day at 16:00 and always on Friday"; raises `BadCadence`.

    Without a time of day it is 16:00.
    """
    words = " ".join(str(text).lower().split())
    cadence = _parse_working_day(words) or _parse_weekly(words) or _parse_span(words)
    if cadence is None:
        raise BadCadence(
            f"“{text}” is not a cadence. Write one such as: every 30 minutes; every 4 working hours; "
            "every working day at 16:00; every second working day at 16:00 and always on Friday; "
            "weekly on Tuesday at 10:00; every two weeks on Tuesday at 10:00."
        )
    return cadence


def _parse_working_day(words: str) -> Cadence | None:
    match = _WORKING_DAY.fullmatch(words)
    if match is None:
        return None
    nth = _ORDINALS.index(match["nth"]) + 2 if match["nth"] else 1
    return EveryWorkingDay(nth, _time(match["at"]), _weekday(match["always"]) if match["always"] else None)


def _parse_weekly(words: str) -> Cadence | None:
    match = _WEEKLY.fullmatch(words)
    if match is None:
        return None
    return Weekly(1 if match["pace"] == "weekly" else 2, _weekday(match["weekday"]), _time(match["at"]))


def _parse_span(words: str) -> Cadence | None:
    match = _SPAN.fullmatch(words)
    if match is None:
        return None
    try:
        span = spans.parse(f"{match['amount'] or '1 '}{match['unit']}")
    except BadSpan:
        return None
    return EverySpan(span) if span.unit in _COUNTED_IN else None


def _first_due(
    moment: datetime, day: date, step: timedelta, at: time, calendar: WorkingCalendar, zone: str
) -> datetime:
    # Which day is meant is settled before holidays are looked at, so that they can only push it later. Were a
    # pushed day compared with `moment` again, a holiday that lies behind us could call for one more update.
    while moment_at(datetime.combine(day, at), zone) <= moment:
        day += step
    day = calendar.working_days_after(day - _DAY, 1)
    return calendar.next_open(moment_at(datetime.combine(day, at), zone))


def _local_day(moment: datetime, zone: str) -> date:
    return moment.astimezone(zone_named(zone)).date()


def _on_or_after(day: date, weekday: int) -> date:
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def _weekday(name: str) -> int:
    return WEEKDAYS.index(name.title())


def _time(text: str | None) -> time:
    return time.fromisoformat(text.zfill(5)) if text else USUAL_TIME
