"""Zones as calendars define them: a VTIMEZONE says when its clocks change and by how much.

Ours are written by hand, because the library's generator lets each spring begin an hour late, and because Outlook
reads yearly rules and little else (MS-OXCICAL 2.1.3.1.1.19.2.2). Those of others count only where the zone has no
name that we know, and only where they are as plain as ours.
"""

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Component, Timezone, TimezoneDaylight, TimezoneStandard, vDDDTypes, vRecur, vUTCOffset
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from amends.invitations.meetings import is_zone

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_BYDAY = re.compile(r"(?P<week>-1|\+?[1-4])(?P<weekday>MO|TU|WE|TH|FR|SA|SU)")
_SECOND = dt.timedelta(seconds=1)
_STEP = dt.timedelta(days=5)  # no zone has ever changed its clocks and back within so few days
_YEARS_OF_A_RULE = 10  # a rule that has held so long is no coincidence of the calendar


@dataclass(frozen=True, slots=True)
class Change:
    """The clocks of a zone change: `at` on the clock before it."""

    at: dt.datetime
    before: dt.timedelta
    after: dt.timedelta
    name: str

    @property
    def week(self) -> int:
        """Which of its weekday in the month it is, the first being 1."""
        return (self.at.day - 1) // 7 + 1

    @property
    def is_last(self) -> bool:
        return self.at.day + 7 > monthrange(self.at.year, self.at.month)[1]


@dataclass(frozen=True, slots=True)
class Yearly:
    month: int
    week: int
    weekday: int

    def in_year(self, year: int) -> dt.date:
        first, days = monthrange(year, self.month)
        day = 1 + (self.weekday - first) % 7 + 7 * (self.week - 1)
        if self.week < 0:
            day = days - (first + days - 1 - self.weekday) % 7 + 7 * (self.week + 1)
        return dt.date(year, self.month, day)


def definition(zone: str, starts_at: dt.datetime) -> Timezone:
    """The VTIMEZONE of a zone, for a meeting that starts then on its clocks."""
    component = Timezone()
    component.add("TZID", zone)
    wall = starts_at.replace(tzinfo=None)
    changes = [each for near in (-1, 0, 1) for each in _changes(zone, wall.year + near)]
    rules = {change.after > change.before: _rule(zone, change, wall.year) for change in changes}
    if len(rules) == 2 and all(rules.values()):
        for change in changes[:2]:
            component.add_component(_observance(change, rules[change.after > change.before]))
        return component
    for change in _around(wall, changes, starts_at):
        component.add_component(_observance(change))
    return component


def _around(wall: dt.datetime, changes: list[Change], starts_at: dt.datetime) -> list[Change]:
    """What holds at a time on the wall, and the change that ends it; no more, as Outlook takes one of each kind."""
    offset, name = starts_at.utcoffset() or dt.timedelta(0), starts_at.tzname() or ""
    before = [change for change in changes if change.at <= wall][-1:]
    after = [change for change in changes if change.at > wall][:1]
    if before and after:
        return before + after
    # As a change that changes nothing, from the beginning of the year before.
    standing = Change(
        wall.replace(year=wall.year - 1, month=1, day=1, hour=0, minute=0, second=0), offset, offset, name
    )
    return [standing, *after]


def _rule(zone: str, like: Change, year: int) -> Yearly | None:
    """The yearly rule by which a zone makes such a change, for years before and after; None without one."""
    alike = []
    for each in range(year - 1, year - 1 + _YEARS_OF_A_RULE):
        changes = [
            change for change in _changes(zone, each) if (change.before, change.after) == (like.before, like.after)
        ]
        if len(changes) != 1 or len(_changes(zone, each)) != 2:
            return None
        alike += changes
    if len({(change.at.month, change.at.weekday(), change.at.time()) for change in alike}) > 1:
        return None
    if all(change.is_last for change in alike):
        return Yearly(like.at.month, -1, like.at.weekday())
    return Yearly(like.at.month, like.week, like.at.weekday()) if len({change.week for change in alike}) == 1 else None


def _observance(change: Change, rule: Yearly | None = None) -> Component:
    component = TimezoneDaylight() if change.after > change.before else TimezoneStandard()
    component.add("DTSTART", change.at)
    component.add("TZOFFSETFROM", change.before)
    component.add("TZOFFSETTO", change.after)
    component.add("TZNAME", change.name)
    if rule:
        component.add("RRULE", vRecur(FREQ="YEARLY", BYDAY=f"{rule.week}{_WEEKDAYS[rule.weekday]}", BYMONTH=rule.month))
    return component


@lru_cache(maxsize=1024)
def _changes(zone: str, year: int) -> tuple[Change, ...]:
    """The changes of a year of UTC, the earliest first."""
    found = []
    at, end = dt.datetime(year, 1, 1, tzinfo=dt.UTC), dt.datetime(year + 1, 1, 1, tzinfo=dt.UTC)
    while at < end:
        behind = min(at + _STEP, end)
        if _offset(at, zone)[0] != _offset(behind, zone)[0]:
            first = _first_after(at, behind, zone)
            before, (after, name) = _offset(first - _SECOND, zone)[0], _offset(first, zone)
            found.append(Change((first + before).replace(tzinfo=None), before, after, name))
        at = behind
    return tuple(found)


def _first_after(low: dt.datetime, high: dt.datetime, zone: str) -> dt.datetime:
    before = _offset(low, zone)[0]
    while high - low > _SECOND:
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        low, high = (middle, high) if _offset(middle, zone)[0] == before else (low, middle)
    return high


def _offset(moment: dt.datetime, zone: str) -> tuple[dt.timedelta, str]:
    there = moment.astimezone(ZoneInfo(zone))
    return there.utcoffset() or dt.timedelta(0), there.tzname() or zone


class Zones:
    """The zones that a calendar speaks of: those with a name of IANA or Windows, and those that it defines."""

    def __init__(self, definitions: list[Component]) -> None:
        self._definitions = {str(each.get("TZID", "")): each for each in definitions}

    def read(self, wall: dt.datetime, said: str) -> tuple[dt.datetime, str] | None:
        """The moment in UTC at which a clock there shows `wall`, and the zone's IANA name, or "" without one.

        Of an hour that comes twice the first is meant (RFC 5545, 3.3.5). None where nobody can tell.
        """
        name = iana(said)
        if name:
            return wall.replace(tzinfo=ZoneInfo(name)).astimezone(dt.UTC), name
        observances = _observances(self._definitions.get(said))
        if not observances:
            return None
        begun = [(at, each.after) for each in observances for at in each.begins(wall)]
        offset = max(begun)[1] if begun else min((each.starts, each.before) for each in observances)[1]
        return (wall - offset).replace(tzinfo=dt.UTC), ""


def iana(said: str) -> str:
    """The IANA name of a zone by its name there or with Windows; empty where it is neither."""
    said = said.strip()
    return said if is_zone(said) else WINDOWS_TO_OLSON.get(said, "")


@dataclass(frozen=True, slots=True)
class _Observance:
    starts: dt.datetime
    before: dt.timedelta
    after: dt.timedelta
    rule: Yearly | None

    def begins(self, wall: dt.datetime) -> Iterator[dt.datetime]:
        """When it begins, up to a time on the wall: the first time, and the last ones."""
        if self.starts <= wall:
            yield self.starts
        for year in (wall.year - 1, wall.year):
            if self.rule:
                at = dt.datetime.combine(self.rule.in_year(year), self.starts.time())
                if self.starts < at <= wall:
                    yield at


def _observances(component: Component | None) -> list[_Observance]:
    """Those of a definition; none where one of them is not as plain as ours."""
    found = []
    for each in component.subcomponents if component else ():
        start, before, after = (each.get(name) for name in ("DTSTART", "TZOFFSETFROM", "TZOFFSETTO"))
        if not (isinstance(start, vDDDTypes) and isinstance(before, vUTCOffset) and isinstance(after, vUTCOffset)):
            return []
        starts, rule = start.dt, each.get("RRULE")
        if not isinstance(starts, dt.datetime) or "RDATE" in each:
            return []
        yearly = _yearly(rule, starts) if isinstance(rule, vRecur) else None
        if rule is not None and not yearly:
            return []
        found.append(_Observance(starts.replace(tzinfo=None), before.td, after.td, yearly))
    return found


def _yearly(rule: vRecur, starts: dt.datetime) -> Yearly | None:
    parts = {str(name).upper(): values for name, values in rule.items()}
    months, days = parts.pop("BYMONTH", [starts.month]), parts.pop("BYDAY", [])
    if parts.get("INTERVAL") == [1]:
        del parts["INTERVAL"]
    if parts != {"FREQ": ["YEARLY"]} or len(months) != 1 or len(days) != 1:
        return None
    day = _BYDAY.fullmatch(str(days[0]))
    return Yearly(int(months[0]), int(day["week"]), _WEEKDAYS.index(day["weekday"])) if day else None
