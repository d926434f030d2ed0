"""The words and figures that name a day or a time, where they stand in a text, and which belong together.

`find` looks for single pieces (“Thursday”, “20 Nov”, “16:00”) and joins neighbours: “Thursday 20 Nov, 16:00” is one.
It knows no calendar: which moment is meant, `moments.py` says.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from amends.wording import zone_words
from amends.wording.day_patterns import FIGURE_BEFORE, JOINS, LEADS, MONTHS, NUMBERS, PIECE, WEEKDAYS

# Minutes after midnight; the second is what “by Thursday” without a time means.
NOON, END_OF_DAY = 12 * 60, 17 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What a stretch of text says of a moment; None for what it does not speak of."""

    start: int = 0
    end: int = 0
    weekday: int | None = None
    week: str = ""  # with a weekday: "next", "last", "after" for “Thursday week”, else the coming one
    away: int | None = None  # days from today
    on: tuple[int | None, int | None, int] | None = None  # year, month, day
    part: int | None = None  # the minute of the day that a part of it is good for; -1 where that is anybody's guess
    at: int | None = None  # the minute of the day; -1 where it cannot be told
    span: dt.timedelta | None = None
    whole_days: bool = False  # the span is told in days or weeks
    clock: zone_words.Clock | None = None
    unsure: str = ""  # why no moment can be read from it, in a sentence
    needs: str = ""  # "beside": counts only beside another piece; "never": not at all; else behind one of LEADS

    @property
    def has_day(self) -> bool:
        return self.weekday is not None or self.away is not None or self.on is not None

    def with_next(self, other: "Named") -> "Named | None":
        """Both as one, where neither speaks of what the other says."""
        if self.span or other.span or any(_both(self, other, word) for word in ("weekday", "away", "on", "part", "at")):
            return None
        if self.at is not None and (other.part is not None or (self.has_day and other.has_day)):
            return None
        said = {name: it for name in _SAID if (it := getattr(other, name)) not in (None, "")}
        never = "never" in (self.needs, other.needs)
        return replace(self, end=other.end, needs="never" if never else "", **said)


def _both(one: Named, other: Named, word: str) -> bool:
    return getattr(one, word) is not None and getattr(other, word) is not None


def find(text: str, zone: str, year: int) -> list[Named]:
    """Every day, time and span that `text` names, in order; `zone` and `year` are for the words behind a time."""
    found: list[Named] = []
    last: Named | None = None
    for piece in _pieces(text, zone, year):
        joined = last.with_next(piece) if last and JOINS.fullmatch(text, last.end, piece.start) else None
        if joined:
            found[-1] = last = joined
        else:
            found.append(last := piece)
    return [named for named in found if _counts(named, text)]


def _pieces(text: str, zone: str, year: int) -> Iterator[Named]:
    at = 0
    while match := PIECE.search(text, at):
        at = match.end()
        name = str(match.lastgroup)
        piece = _READ[name](match)
        if piece is None:
            continue
        piece = replace(piece, start=match.start(), end=match.end())
        if piece.at is not None and piece.at >= 0:
            clock = zone_words.behind(text, piece.end, zone, year)
            piece, at = replace(piece, end=clock.end, clock=clock), clock.end
        yield piece


def _counts(named: Named, text: str) -> bool:
    """Whether it is a day or a time at all, and not a figure or a word that only looks like one."""
    near = text[max(0, named.start - 20) : named.start]
    if not named.has_day and (named.at == -1 or (named.at is not None and FIGURE_BEFORE.search(near))):
        return False
    if not named.needs:
        return True
    lead = LEADS.get(named.needs)
    return lead is not None and lead.search(near) is not None


def _weekday(match: re.Match[str]) -> Named:
    name = (match["long"] or match["short"]).lower()
    week = _WEEKS.get((match["which"] or "").lower(), "")
    if match["then"] or match["later"]:
        week = "after" if (match["later"] or "").split() == ["week"] else "next"
    small = not match["long"] and (match["short"].islower() or name in ("sat", "sun"))
    needs = "" if match["long"] else "beside" if small else "behind"
    return Named(weekday=_index(WEEKDAYS, name), week=week, needs=needs)


def _away(match: re.Match[str]) -> Named:
    return Named(away=_AWAY.get(match["away"].lower(), 2))


def _day_month(match: re.Match[str]) -> Named | None:
    return _date(match["dm_year"], _index(MONTHS, match["dm_month"]) + 1, match["dm_day"])


def _month_day(match: re.Match[str]) -> Named | None:
    needs = "behind" if match["md_month"][:3].title() in ("May", "Mar") and not match["md_year"] else ""
    return _date(match["md_year"], _index(MONTHS, match["md_month"]) + 1, match["md_day"], needs)


def _iso(match: re.Match[str]) -> Named | None:
    day = _date(match["i_year"], int(match["i_month"]), match["i_day"])
    time = _time(int(match["i_hour"]), int(match["i_minute"])) if match["i_hour"] else None
    return replace(day, at=time.at) if day and time else day


def _dotted(match: re.Match[str]) -> Named | None:
    return _date(match["p_year"], int(match["p_month"]), match["p_day"], "" if match["p_year"] else "behind")


def _undotted(match: re.Match[str]) -> Named | None:
    return _date(None, int(match["u_month"]), match["u_day"])


def _slashed(match: re.Match[str]) -> Named | None:
    one, two = int(match["s_one"]), int(match["s_two"])
    if one != two and max(one, two) <= 12 and min(one, two):
        readings = f"{one} {MONTHS[two - 1]} or {two} {MONTHS[one - 1]}"
        return Named(on=(None, None, 0), unsure=f"{match['slashed']} may be {readings}. Write the month as a word.")
    day, month = (two, one) if two > 12 else (one, two)
    return _date(match["s_year"], month, str(day))


def _nth(match: re.Match[str]) -> Named | None:
    return _date(None, None, match["nth_day"], "beside" if not match["the"] else "limit")


def _date(year: str | None, month: int | None, day: str, needs: str = "") -> Named | None:
    if not 1 <= int(day) <= 31 or (month is not None and not 1 <= month <= 12):
        return None
    return Named(on=(int(year) if year else None, month, int(day)), needs=needs)


def _clock(match: re.Match[str]) -> Named | None:
    return _time(int(match["c_hour"]), int(match["c_minute"]))


def _loose(match: re.Match[str]) -> Named | None:
    """16.00, 16h, 16h30: a price or a length as well, so they count only beside a day or behind “at”."""
    if match["l_hour"] and 1 <= int(match["l_minute"]) <= 12:
        return Named(at=-1)  # 20.11 may be a date
    named = _time(int(match["l_hour"] or match["h_hour"]), int(match["l_minute"] or match["h_minute"] or 0))
    return named and replace(named, needs="beside" if match["l_hour"] else "clock")


def _half_day(match: re.Match[str]) -> Named | None:
    hour = int(match["a_hour"])
    if hour <= 12:
        hour = hour % 12 + (12 if match["a_half"] in "pP" else 0)
    return _time(hour, int(match["a_minute"] or 0))


def _time(hour: int, minute: int) -> Named | None:
    if minute > 59 or hour * 60 + minute > 24 * 60:
        return None
    return Named(at=hour * 60 + minute)


def _part(match: re.Match[str]) -> Named:
    said = match["part"].lower()
    minute = next(minute for word, minute in _PARTS.items() if word in said)
    return Named(part=minute, away=0, needs="") if said.startswith("this") else Named(part=minute, needs="beside")


def _span(match: re.Match[str]) -> Named | None:
    if match["the_hour"]:
        return Named(span=dt.timedelta(hours=1))
    length = _length(match["n1"], match["u1"]) + _length(match["n2"], match["u2"])
    whole_days = match["u1"][0] in "dwDW" and not match["u2"]
    return Named(span=length, whole_days=whole_days) if length else None


def _length(number: str | None, unit: str | None) -> dt.timedelta:
    if not unit:
        return dt.timedelta()
    said = (number or "a").lower()
    count = int(said) if said.isdigit() else NUMBERS.index(said) if said in NUMBERS else 1
    length = count * _UNITS[unit.lower()[0]]
    return length / 2 if said.startswith("half") else length


def _index(names: tuple[str, ...], said: str) -> int:
    return next(place for place, name in enumerate(names) if name.lower().startswith(said.lower()[:3]))


_SAID = ("weekday", "week", "away", "on", "part", "at", "clock", "unsure")
_WEEKS = {"next": "next", "last": "last", "past": "last", "previous": "last"}
_AWAY = {"today": 0, "tomorrow": 1, "yesterday": -1}
# Rather too early than too late: what is offered must not be later than what is said.
_PARTS = {
    "morning": NOON,
    "first": NOON,
    "early": NOON,
    "lunch": NOON,
    "afternoon": END_OF_DAY,
    "evening": -1,
    "night": -1,
}
_UNITS = {
    "m": dt.timedelta(minutes=1),
    "h": dt.timedelta(hours=1),
    "d": dt.timedelta(days=1),
    "w": dt.timedelta(weeks=1),
}

_READ: dict[str, Callable[[re.Match[str]], Named | None]] = {
    "days": lambda _: Named(needs="never"),
    "range": lambda _: Named(at=-1),
    "span": _span,
    "weekday": _weekday,
    "relative": _away,
    "eod": lambda _: Named(part=END_OF_DAY),
    "parts": _part,
    "noon": lambda _: Named(at=NOON),
    "midnight": lambda _: Named(at=-1),
    "iso": _iso,
    "slashed": _slashed,
    "dotted": _dotted,
    "undotted": _undotted,
    "day_month": _day_month,
    "month_day": _month_day,
    "half_day": _half_day,
    "clock": _clock,
    "loose": _loose,
    "nth": _nth,
    "bare": lambda _: Named(at=-1),
}
