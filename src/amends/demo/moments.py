"""When things happen in the story: moments that are written once and hold for any `now`, weekends included.

Older acts happen on whole working days before today, the newest in the working time since the last of those;
what goes on day and night is counted in elapsed hours. So the order of the acts never depends on `now`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from amends.clock.calendars import WorkingCalendar, moment_at, zone_named

FIVE_MINUTES = dt.timedelta(minutes=5)
HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Almanac:
    """The `now` that a story is told at, and the working calendar of those whom it is about."""

    now: dt.datetime
    office: WorkingCalendar

    @property
    def last_day(self) -> dt.date:
        """The working day of the newest acts: the latest on which at least an hour has been worked."""
        return self._day(self.office.subtract(self.now, HOUR))

    @property
    def today(self) -> dt.date:
        return self._day(self.now)

    def at(self, day: dt.date, time: str, zone: str = "") -> dt.datetime:
        """That time of that day, on the clocks of `zone` (the office's where blank)."""
        return moment_at(dt.datetime.combine(day, dt.time.fromisoformat(time)), zone or self.office.zone)

    def _day(self, moment: dt.datetime) -> dt.date:
        return moment.astimezone(zone_named(self.office.zone)).date()


When = Callable[[Almanac], dt.datetime]


def days_ago(days: int, time: str, zone: str = "") -> When:
    """A time of the nth working day before the last one (1 or more)."""
    return lambda almanac: almanac.at(almanac.office.working_days_after(almanac.last_day, -days), time, zone)


def lately(part: float) -> When:
    """In the working time between the end of yesterday's work (0) and now (1)."""

    def moment(almanac: Almanac) -> dt.datetime:
        opens = almanac.office.next_open(almanac.at(almanac.last_day, "00:00"))
        worked = almanac.office.between(opens, almanac.now)
        return almanac.office.add(opens, worked * part).replace(second=0, microsecond=0)

    return moment


def ago(hours: int = 0, minutes: int = 0) -> When:
    """So long ago, by day and by night."""
    return lambda almanac: _whole(almanac.now) - dt.timedelta(hours=hours, minutes=minutes)


def ahead(hours: int = 0, minutes: int = 0) -> When:
    """In so long, by day and by night."""
    return lambda almanac: _whole(almanac.now) + dt.timedelta(hours=hours, minutes=minutes)


def worked_ago(minutes: int) -> When:
    """So many working minutes ago."""
    return lambda almanac: almanac.office.subtract(_whole(almanac.now), dt.timedelta(minutes=minutes))


def worked_ahead(minutes: int) -> When:
    """In so many working minutes: still today, or on the next working day."""
    return lambda almanac: almanac.office.add(_rounded_up(almanac.now), dt.timedelta(minutes=minutes))


def missed(minutes: int) -> When:
    """So long ago, or when the office last closed before that."""
    return lambda almanac: almanac.office.last_open(_rounded_down(almanac.now) - dt.timedelta(minutes=minutes))


def working_day(days: int, time: str, zone: str = "") -> When:
    """A time of the nth working day after today (1 or more)."""
    return lambda almanac: almanac.at(almanac.office.working_days_after(almanac.today, days), time, zone)


def tomorrow(time: str, zone: str = "") -> When:
    """A time of tomorrow, whatever day that is."""
    return lambda almanac: almanac.at(almanac.today + dt.timedelta(days=1), time, zone)


def later_today(almanac: Almanac) -> dt.datetime:
    """Over two hours ahead and before midnight; where the day is too short for that, in a little over two hours."""
    soonest = almanac.now + dt.timedelta(hours=2)
    midnight = almanac.at(almanac.today + dt.timedelta(days=1), "00:00")
    room = max(midnight - soonest, dt.timedelta())
    return _rounded_down(soonest + min(room / 2, dt.timedelta(hours=1, minutes=20))) + FIVE_MINUTES


def _whole(moment: dt.datetime) -> dt.datetime:
    return moment.replace(second=0, microsecond=0)


def _rounded_down(moment: dt.datetime) -> dt.datetime:
    return moment.replace(minute=moment.minute - moment.minute % 5, second=0, microsecond=0)


def _rounded_up(moment: dt.datetime) -> dt.datetime:
    return _rounded_down(moment) + FIVE_MINUTES
