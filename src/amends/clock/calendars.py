"""Working calendars: when we are open, and how to count open time.

Moments go in and come out aware; those that come out are in UTC. A calendar is open from the moment it opens
up to and including the moment it closes, so that a promise due at closing time is due in open hours.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

import holidays

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_DAY = timedelta(days=1)
_NO_TIME = timedelta(0)
_MINUTES_IN_A_DAY = 24 * 60
_LONGEST_CLOSURE = 3660  # days; a search that finds only closed days for ten years would never end
_TIMES = re.compile(r"\s*(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})\s*")


class BadCalendar(ValueError):
    """A zone, a region or hours that no calendar can be made of; the message says what is accepted."""


class BadHours(BadCalendar):
    """Opening hours that cannot be read, or that never open."""


class Open(NamedTuple):
    """One stretch of a local day, in minutes after its midnight: 0 to 1440."""

    start: int
    end: int

    def __str__(self) -> str:
        return f"{_clock(self.start)}-{_clock(self.end)}"


Hours = tuple[tuple[Open, ...], ...]
"""The hours of seven weekdays, Monday first."""


class _Stretch(NamedTuple):
    """One stretch of open time of one particular day."""

    opens: datetime
    closes: datetime


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """The open hours of a place, less its holidays and the days on which it is closed.

    `zone` is an IANA name. `region` is a country ("DE") or a part of one ("US-CA") whose public holidays are
    kept, or None. Raises `BadCalendar` or `BadHours` when no such calendar can be.
    """

    zone: str
    hours: Hours
    region: str | None = None
    closed_on: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        zone_named(self.zone)
        _check_hours(self.hours)
        if self.region is not None:
            _check_region(self.region)

    def is_open(self, moment: datetime) -> bool:
        """Whether `moment` lies in open time; the moment of closing still does."""
        return self.next_open(moment) == moment

    def is_working_day(self, day: date) -> bool:
        """Whether there are open hours on `day`, a day of the calendar's zone."""
        return bool(
            self.hours[day.weekday()]
            and day not in self.closed_on
            and not (self.region and day in _holidays_of(self.region, day.year))
        )

    def next_open(self, moment: datetime) -> datetime:
        """The first open moment from `moment` on: itself when open."""
        return self.add(moment, _NO_TIME)

    def last_open(self, moment: datetime) -> datetime:
        """The last open moment up to `moment`: itself when open, else when it last closed."""
        return self.subtract(moment, _NO_TIME)

    def add(self, start: datetime, span: timedelta) -> datetime:
        """The first moment from `start` on after `span` of open time; a negative span runs back."""
        if span < _NO_TIME:
            return self.subtract(start, -span)
        start = _in_utc(start)
        for opens, closes in self._ahead_of(start):
            opens = max(opens, start)
            if span <= closes - opens:
                return opens + span
            span -= closes - opens
        raise AssertionError("Open time ahead never ends.")

    def subtract(self, end: datetime, span: timedelta) -> datetime:
        """The last moment that lies `span` of open time before `end`; a negative span runs ahead."""
        if span < _NO_TIME:
            return self.add(end, -span)
        end = _in_utc(end)
        for opens, closes in self._behind(end):
            closes = min(closes, end)
            if span <= closes - opens:
                return closes - span
            span -= closes - opens
        raise AssertionError("Open time behind never ends.")

    def between(self, a: datetime, b: datetime) -> timedelta:
        """The open time from `a` to `b`; negative when `b` comes first."""
        if b < a:
            return -self.between(b, a)
        a, b = _in_utc(a), _in_utc(b)
        total = _NO_TIME
        for opens, closes in self._ahead_of(a):
            if opens >= b:
                break
            total += min(closes, b) - max(opens, a)
        return total

    def working_days_after(self, day: date, n: int) -> date:
        """The nth working day after `day`; before it when `n` is negative; `day` itself when it is 0."""
        if n == 0:
            return day
        step = _DAY if n > 0 else -_DAY
        days = self._working_days(day + step, step)
        for _ in range(abs(n) - 1):
            next(days)
        return next(days)

    def _ahead_of(self, moment: datetime) -> Iterator[_Stretch]:
        # From the day before: one that closes at 24:00 does so on the stroke of the next.
        for day in self._working_days(_local(moment, self.zone).date() - _DAY, _DAY):
            for stretch in _stretches(self.zone, self.hours[day.weekday()], day):
                if stretch.closes >= moment:
                    yield stretch

    def _behind(self, moment: datetime) -> Iterator[_Stretch]:
        # From the day after: where clocks go back over midnight, it can have begun already.
        for day in self._working_days(_local(moment, self.zone).date() + _DAY, -_DAY):
            for stretch in reversed(_stretches(self.zone, self.hours[day.weekday()], day)):
                if stretch.opens <= moment:
                    yield stretch

    def _working_days(self, first: date, step: timedelta) -> Iterator[date]:
        day, closed_for = first, 0
        while closed_for < _LONGEST_CLOSURE:
            if self.is_working_day(day):
                closed_for = 0
                yield day
            else:
                closed_for += 1
            day += step
        raise BadCalendar(f"This calendar has no working day in the ten years next to {first:%Y-%m-%d}.")


def parse_hours(document: Mapping[str, Sequence[str]]) -> Hours:
    """Hours as people write them: `{"monday": ["09:00-12:30", "13:00-18:00"]}`. A day left out is closed."""
    opens: dict[str, list[Open]] = {name.lower(): [] for name in WEEKDAYS}
    for name, times in document.items():
        weekday = str(name).lower()
        if weekday not in opens:
            raise BadHours(f"“{name}” is not a weekday. Write monday, tuesday, and so on.")
        if isinstance(times, str) or not isinstance(times, Sequence):
            raise BadHours(f"The hours of {weekday.title()} are a list, such as [09:00-12:30, 13:00-18:00].")
        opens[weekday] += [_parse_times(text, weekday.title()) for text in times]
    hours = tuple(tuple(sorted(opens[name.lower()])) for name in WEEKDAYS)
    _check_hours(hours)
    return hours


def moment_at(wall: datetime, zone: str) -> datetime:
    """The moment, in UTC, at which the clocks of `zone` first show `wall`, a local time without a zone.

    A time that the clocks skip becomes the first moment after the gap.
    """
    place = zone_named(zone)
    moment = wall.replace(tzinfo=place, fold=0).astimezone(UTC)
    if moment.astimezone(place).replace(tzinfo=None) == wall:
        return moment
    before = wall.replace(tzinfo=place, fold=1, microsecond=0).astimezone(UTC)
    return _clocks_went_forward(before, moment, place)


@lru_cache(maxsize=1024)
def zone_named(name: str) -> ZoneInfo:
    """The time zone of an IANA name; raises `BadCalendar`."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise BadCalendar(f"“{name}” is not a time zone. Write one such as Europe/Berlin or UTC.") from error


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("A moment needs its zone.")  # astimezone would silently take the host's
    return moment.astimezone(UTC)


def _local(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(zone_named(zone))


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _clocks_went_forward(before: datetime, after: datetime, place: ZoneInfo) -> datetime:
    """The first second between `before` and `after` that has the later offset from UTC."""
    offset = after.astimezone(place).utcoffset()
    seconds = range(int((after - before).total_seconds()) + 1)

    def has_changed(second: int) -> bool:
        return (before + timedelta(seconds=second)).astimezone(place).utcoffset() == offset

    return before + timedelta(seconds=bisect_left(seconds, True, key=has_changed))


@lru_cache(maxsize=16384)
def _stretches(zone: str, opens: tuple[Open, ...], day: date) -> tuple[_Stretch, ...]:
    midnight = datetime.combine(day, time.min)
    found = (
        _Stretch(
            moment_at(midnight + timedelta(minutes=start), zone),
            moment_at(midnight + timedelta(minutes=end), zone),
        )
        for start, end in opens
    )
    # What lies wholly in an hour that the clocks skip does not take place.
    return tuple(stretch for stretch in found if stretch.opens < stretch.closes)


@lru_cache(maxsize=4096)
def _holidays_of(region: str, year: int) -> frozenset[date]:
    country, _, part = region.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=part or None, years=year))


@lru_cache(maxsize=1024)
def _check_region(region: str) -> None:
    country = region.partition("-")[0]
    parts = holidays.list_supported_countries().get(country)
    if parts is None or region not in (country, *(f"{country}-{known}" for known in parts)):
        raise BadCalendar(
            f"The holidays of “{region}” are not known. "
            "Write a country such as DE, or a part of one such as DE-BE or US-CA."
        )


@lru_cache(maxsize=1024)
def _check_hours(hours: Hours) -> None:
    if len(hours) != len(WEEKDAYS):
        raise BadHours(f"A week has seven days; these hours have {len(hours)}.")
    if not any(hours):
        raise BadHours("These hours never open. Give at least one day an opening time.")
    for weekday, opens in zip(WEEKDAYS, hours, strict=True):
        for one in opens:
            _check_open(one, weekday)
        for one, following in pairwise(opens):
            if following.start < one.end:
                raise BadHours(f"On {weekday}, {one} and {following} overlap or are out of order.")


def _check_open(one: Open, weekday: str) -> None:
    if one.start < 0 or one.end > _MINUTES_IN_A_DAY:
        raise BadHours(f"On {weekday}, {one} reaches beyond the day, which runs from 00:00 to 24:00.")
    if one.start >= one.end:
        raise BadHours(
            f"On {weekday}, {one} ends before it has begun. Hours over midnight are written in two parts: "
            "22:00-24:00, and 00:00-06:00 on the day after."
        )


def _parse_times(text: str, weekday: str) -> Open:
    match = _TIMES.fullmatch(str(text))
    if match is None:
        raise BadHours(f"On {weekday}, “{text}” is not a stretch of hours. Write one such as 09:00-12:30.")
    start_hour, start_minute, end_hour, end_minute = map(int, match.groups())
    if max(start_minute, end_minute) > 59:
        raise BadHours(f"On {weekday}, “{text}” has more than 59 minutes in an hour.")
    return Open(start_hour * 60 + start_minute, end_hour * 60 + end_minute)


ALWAYS = WorkingCalendar("UTC", ((Open(0, _MINUTES_IN_A_DAY),),) * len(WEEKDAYS))
"""Open at all hours of all days."""
