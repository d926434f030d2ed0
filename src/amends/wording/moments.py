"""The moments that a text names: “by Thursday 16:00” is read, so that it can be offered as the promise.

A text is read as its reader would, in the reader's zone. English only, and rather nothing than something wrong:
what is deliberately not read stands in docs/decisions/0011-moments-in-text.md.
"""

import calendar
import datetime as dt
import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from typing import Literal
from zoneinfo import ZoneInfo

from amends.wording.day_patterns import MONTHS, WEEKDAYS
from amends.wording.day_words import END_OF_DAY, Named, find
from amends.wording.intents import Intent, Intents

Trouble = Literal["", "weekday", "past", "no such day"]

_MINUTE, _DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)
# A date without a year that lies further back than this is next year's.
_HALF_A_YEAR = dt.timedelta(days=183)

_NOT_PLAIN = re.compile(r"\w@\w|://|www\.|`")
_WORD = re.compile(r"[^ \n]+")
_QUOTED = re.compile(r"^[ \t]*>.*$", re.MULTILINE)
_SPACES = {0xA0: " ", 0x202F: " ", 0x2009: " ", ord("\t"): " ", ord("\r"): " "}
_AND = re.compile(r"\)?\s?(?:,|and|or|/|,? ?\()\s?")


@dataclass(frozen=True, slots=True)
class Said:
    """A moment that a text names between `start` and `end`.

    `at` is in UTC, None where it cannot be told; without a time of day (`has_time`) it is the end of that working
    day. `is_promise`: the text says that they hear or get something by then. `says` is one sentence for people: what
    is the trouble, or why it cannot be told.
    """

    start: int
    end: int
    text: str
    at: dt.datetime | None
    has_time: bool
    is_promise: bool
    trouble: Trouble = ""
    says: str = ""


def read(text: str, *, now: dt.datetime, zone: str) -> tuple[Said, ...]:
    """Every moment that `text` names, in order and not overlapping, for a reader in `zone` (an IANA name)."""
    if now.tzinfo is None:
        raise ValueError("A moment needs a zone.")
    plain = _plain(text)
    names = find(plain, zone, now.year)
    if not names:
        return ()
    intents = Intents(plain, names[0].start, names[-1].end)
    found, before = [], None
    for named in names:
        if before and not named.has_day and not named.span and _AND.fullmatch(plain, before.end, named.start):
            day = {part: getattr(before, part) for part in ("weekday", "week", "away", "on", "unsure")}
            named = replace(named, **day)
        before = named if named.has_day else None
        found.append(_said(named, text, intents.of(named.start, named.end), now, zone))
    return tuple(said for said in found if said)


def _plain(text: str) -> str:
    """The text, as long as it is, without what nobody says: quoted lines, addresses, code."""
    plain = _QUOTED.sub(lambda quoted: "\n" * len(quoted[0]), text.translate(_SPACES))
    if not _NOT_PLAIN.search(plain):
        return plain
    return _WORD.sub(lambda word: "\0" * len(word[0]) if _NOT_PLAIN.search(word[0]) else word[0], plain)


def _said(named: Named, text: str, intent: Intent, now: dt.datetime, zone: str) -> Said | None:
    said = Said(
        start=named.start,
        end=named.end,
        text=text[named.start : named.end],
        at=None,
        has_time=(named.at is not None and named.at >= 0) or (named.span is not None and not named.whole_days),
        is_promise=intent is Intent.PROMISED,
        says=named.unsure,
    )
    try:
        if named.span:
            at = _after(named.span, now, ZoneInfo(zone), whole_days=named.whole_days)
            return None if intent is Intent.PAST else replace(said, at=at)
        return _placed(said, named, intent, now, zone)
    except OverflowError:  # a day before the first year, or after the last
        return said


def _after(span: dt.timedelta, now: dt.datetime, zone: dt.tzinfo, *, whole_days: bool) -> dt.datetime:
    """So long after `now`, to the minute; days run to the end of a working day."""
    if not whole_days:
        return (now + span).astimezone(dt.UTC).replace(second=0, microsecond=0)
    return _moment(now.astimezone(zone).date() + span, END_OF_DAY, zone)


def _placed(said: Said, named: Named, intent: Intent, now: dt.datetime, zone: str) -> Said:
    clock = named.clock
    there = clock.zone if clock else ZoneInfo(zone)
    if clock and there is None:
        return replace(said, says=f"“{clock.words}” may mean more than one clock. Write their own time, or UTC.")
    if there is None or named.unsure:
        return said
    local = now.astimezone(there)
    minute = named.at if named.at is not None else END_OF_DAY if named.part is None else named.part
    try:
        day = _day(named, local, minute, backwards=intent is Intent.PAST)
    except _NoSuchDay as none:
        return replace(said, trouble="no such day", says=str(none))
    at = None if minute < 0 else _moment(day, minute, there)
    if wrong := _wrong_weekday(named, day, local.date()):
        return replace(said, at=at, trouble="weekday", says=wrong)
    if intent in (Intent.PROMISED, Intent.ASKED) and _is_over(at, day, said.has_time, now, local.date()):
        gone = _full(day, minute, said.has_time, local.date())
        return replace(said, at=at, trouble="past", says=f"{gone} has passed already.")
    return replace(said, at=at)


class _NoSuchDay(Exception):
    """A date that the calendar does not have; the message says so."""


def _day(named: Named, local: dt.datetime, minute: int, *, backwards: bool) -> dt.date:
    today = local.date()
    if named.on is not None:
        return _date(*named.on, today, backwards=backwards)
    if named.away is not None:
        return today + named.away * _DAY
    if named.weekday is None:
        return today
    ahead = (named.weekday - today.weekday()) % 7
    if named.week == "next":
        return today + (7 - today.weekday() + named.weekday) * _DAY
    if named.week == "last" or backwards:
        return today - ((today.weekday() - named.weekday) % 7 or (7 if named.week == "last" else 0)) * _DAY
    # Today's counts while its time is ahead; one of which nobody knows the hour may be.
    gone = ahead == 0 and 0 <= minute < local.hour * 60 + local.minute
    return today + (ahead + (7 if gone else 0) + (7 if named.week == "after" else 0)) * _DAY


def _date(year: int | None, month: int | None, day: int, today: dt.date, *, backwards: bool) -> dt.date:
    """The date that is meant: without a year this one's, or the next's where that is long ago."""
    if month is None:
        month, year = today.month, today.year
        if day < today.day and not backwards:
            month, year = month % 12 + 1, year + month // 12
    if year is None:
        meant = _clamped(today.year, month, day)
        year = today.year
        if backwards and meant - today > _HALF_A_YEAR:
            year -= 1
        elif not backwards and today - meant > _HALF_A_YEAR:
            year += 1
    if day > calendar.monthrange(year, month)[1]:
        leap = f" in {year}" if (month, day) == (2, 29) else ""
        raise _NoSuchDay(f"There is no {day} {MONTHS[month - 1]}{leap}.")
    return dt.date(year, month, day)


def _clamped(year: int, month: int, day: int) -> dt.date:
    return dt.date(year, month, min(day, calendar.monthrange(year, month)[1]))


def _wrong_weekday(named: Named, day: dt.date, today: dt.date) -> str:
    """“20 November is a Friday, not a Thursday.”; nothing where the words agree."""
    if named.on is not None and named.away is not None and day != today + named.away * _DAY:
        return f"{_AWAY[named.away]} is {_date_words(today + named.away * _DAY, today)}, not {_date_words(day, today)}."
    if named.weekday is None or named.weekday == day.weekday() or (named.on is None and named.away is None):
        return ""
    subject = _date_words(day, today) if named.on is not None else _AWAY[named.away or 0]
    return f"{subject} is a {WEEKDAYS[day.weekday()]}, not a {WEEKDAYS[named.weekday]}."


_AWAY = {0: "Today", 1: "Tomorrow", 2: "The day after tomorrow", -1: "Yesterday"}


def _is_over(at: dt.datetime | None, day: dt.date, has_time: bool, now: dt.datetime, today: dt.date) -> bool:
    """A day without a time is not over before its midnight."""
    return at is not None and at <= now if has_time else day < today


def _full(day: dt.date, minute: int, has_time: bool, today: dt.date) -> str:
    """“Monday 16 November 16:00”, “16:00 today”."""
    time = f"{minute // 60:02}:{minute % 60:02}" if has_time else ""
    if day == today:
        return f"{time} today"
    return f"{WEEKDAYS[day.weekday()]} {_date_words(day, today)} {time}".rstrip()


def _date_words(day: dt.date, today: dt.date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]}" + ("" if day.year == today.year else f" {day.year}")


def _moment(day: dt.date, minute: int, zone: dt.tzinfo) -> dt.datetime:
    """When clocks there first show that time of day; what they skip is the first moment after the gap."""
    wall = dt.datetime.combine(day, dt.time.min) + minute * _MINUTE
    moment = wall.replace(tzinfo=zone).astimezone(dt.UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall:
        return moment
    before = wall.replace(tzinfo=zone, fold=1).astimezone(dt.UTC)
    summer = moment.astimezone(zone).utcoffset()
    minutes = range((moment - before) // _MINUTE + 1)
    return before + _MINUTE * bisect_left(
        minutes, True, key=lambda passed: (before + passed * _MINUTE).astimezone(zone).utcoffset() == summer
    )
