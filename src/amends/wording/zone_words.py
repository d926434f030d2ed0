"""The words behind a time that say on whose clock it is: “16:00 UTC”, “16:00 in Lisbon”, “4 pm your time”."""

import datetime as dt
import re
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from amends.lib import when, zones

# What means one thing only. Other letters are read only for a reader whose own clock bears them.
_FIXED = {"Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "JST": 9}
_CLOCKS = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
}
_UNSURE = {"ACST", "AEDT", "AEST", "AST", "AWST", "BST", "CDT", "CST", "EDT", "EST", "HST", "IST", "MDT", "MSK", "MST"}
_UNSURE |= {"NZDT", "NZST", "PDT", "PST", "SAST", "SGT"}

_OFFSET = r"(?P<sign>[+-])(?P<hours>1[0-4]|0?[0-9])(?::?(?P<minutes>[0-5][0-9]))?"
_BEHIND = re.compile(
    rf"""
      Z\b
    | ,?\s{{1,2}}\(?(?P<name>[A-Z][A-Za-z]+(?:/[A-Z][A-Za-z_-]+){{1,2}})(?![\w/])\)?
    | ,?\s{{1,2}}\(?(?:UTC|GMT)\s?{_OFFSET}(?![\w:])\)?
    | ,?\s{{1,2}}\(?(?P<letters>[A-Z]{{2,5}})(?![\w-])\)?
    | (?P<bare>[+-](?:1[0-4]|0[0-9]):?[0-5][0-9])(?![\w:])
    | \s{{1,2}}(?P<apart>[+-](?:1[0-4]|0[0-9])(?::?[0-5][0-9])?)(?![\w:]|[ ][0-9])
    | ,?\s{{1,2}}\(?(?:in[ ])?(?P<whose>(?i:your|our|my|local))(?:[ ]local)?[ ]time\b\)?
    | ,?\s{{1,2}}(?P<aside>\()?(?P<in>in[ ])?(?P<place>[A-Z][a-zA-Z'-]+(?:[ ][A-Za-z][a-zA-Z'-]+){{0,3}})
    """,
    re.VERBOSE | re.ASCII,
)
# Zones that are named after a region, which is no place to be in.
_NO_PLACES = (
    *("Etc/", "US/", "Canada/", "Mexico/", "Brazil/", "Chile/", "SystemV/", "posix/", "right/"),
    *("Australia/North", "Australia/South", "Australia/West", "Pacific/Easter"),
)
_TIME = re.compile(r" [Tt]ime\b\)?")
# “German time”, “UK time”: a clock, though nobody knows which. “This time” is none.
_SOMEBODYS = re.compile(
    r"(?!(?:This|That|The|Each|Every|Any|Some|No|Next|Last|First|Second|Third|Same|Another|[A-Z][a-z]+day) )"
    r"(?:[A-Z][a-zA-Z'-]+ ){1,3}[Tt]ime\b"
)
# The clocks of a continent's parts, and the letters of those to whom they are plain.
_PARTS = re.compile(r"(?P<part>Eastern|Central|Mountain|Pacific)(?: Standard| Daylight)?(?: [Tt]ime)?(?![\w'-]| [A-Z])")
_BORN_BY = {
    "Eastern": {"EST", "EDT", "AEST", "AEDT"},
    "Central": {"CST", "CDT", "ACST", "ACDT"},
    "Mountain": {"MST", "MDT"},
    "Pacific": {"PST", "PDT"},
}


class Clock(NamedTuple):
    """Whose clock a time is on: where the words for it end, and None with the words where that cannot be told."""

    end: int
    zone: dt.tzinfo | None
    words: str = ""


def behind(text: str, end: int, zone: str, year: int) -> Clock:
    """The clock that is named behind a time that ends at `end`; that of `zone` where none is.

    Letters that `zone` itself uses in `year` mean its own clock, in summer and winter alike: who writes
    “16:00 CET” to Berlin in July means what the clock in Berlin shows.
    """
    own = ZoneInfo(zone)
    if literally := _as_we_write_it(text, end, zone):
        return Clock(literally, own)
    match = _BEHIND.match(text, end)
    if match is None:
        return Clock(end, own)
    if match["name"]:
        known = match["name"] in zones.names()
        return Clock(match.end(), ZoneInfo(match["name"])) if known else Clock(end, own)
    if match["sign"]:
        return Clock(match.end(), _offset(match["sign"], match["hours"], match["minutes"]))
    if offset := match["bare"] or match["apart"]:
        digits = offset.replace(":", "")
        return Clock(match.end(), _offset(digits[0], digits[1:3], digits[3:]))
    if match["whose"]:
        theirs = match["whose"].lower() in ("your", "local")
        return Clock(match.end(), own if theirs else None, match["whose"].lower() + " time")
    if match["place"]:
        return _at_place(match, text, own, end, year)
    return _by_letters(match, text, own, end, year)


def _as_we_write_it(text: str, end: int, zone: str) -> int:
    """Where the place ends as `when.their_date` writes it: " in Buenos Aires", " EST5EDT"; 0 where it does not."""
    begins = end + (text[end : end + 1] == ",")
    for words in (f" in {when.place(zone)}", f" {when.place(zone)} time", f" {zone}"):
        after = begins + len(words)
        if text[begins:after].casefold() == words.casefold() and not text[after : after + 1].isalnum():
            return after
    return 0


def _by_letters(match: re.Match[str], text: str, own: ZoneInfo, end: int, year: int) -> Clock:
    letters = match["letters"] or "Z"
    if letters in _FIXED and not _FIXED[letters]:
        return Clock(match.end(), dt.UTC)
    if letters in _letters_of(own, year):
        return Clock(match.end(), own)
    if letters in _FIXED:
        return Clock(match.end(), dt.timezone(dt.timedelta(hours=_FIXED[letters])))
    if letters in _CLOCKS:
        return Clock(match.end(), ZoneInfo(_CLOCKS[letters]))
    if letters in _UNSURE:
        return Clock(match.end(), None, letters)
    return _unknown(match, "letters", text, end, own)


def _letters_of(zone: ZoneInfo, year: int) -> set[str | None]:
    return {dt.datetime(year, month, 15, tzinfo=zone).tzname() for month in (1, 7)}


def _at_place(match: re.Match[str], text: str, own: ZoneInfo, end: int, year: int) -> Clock:
    """“in Lisbon”, “Lisbon time”, “(Lisbon)”: the longest run of words that is the name of a zone's place."""
    words = match["place"].split(" ")
    for count in range(len(words), 0, -1):
        name = " ".join(words[:count])
        after = match.start("place") + len(name)
        time = _TIME.match(text, after)
        closes = match["aside"] and text[after : after + 1] == ")"
        if (zone := _places().get(name)) and (match["in"] or time or closes):
            return Clock(time.end() if time else after + bool(closes), ZoneInfo(zone))
    if part := _PARTS.match(text, match.start("place")):
        is_own = not _BORN_BY[part["part"]].isdisjoint(_letters_of(own, year))
        return Clock(part.end(), own if is_own else None, part[0])
    return _unknown(match, "place", text, end, own)


def _unknown(match: re.Match[str], group: str, text: str, end: int, own: ZoneInfo) -> Clock:
    """Somebody's clock, on the line of the time that it stands behind; else the words behind it name none."""
    begins = match.start(group)
    found = _SOMEBODYS.match(text, begins) if begins >= 0 and "\n" not in text[end:begins] else None
    return Clock(found.end(), None, found[0]) if found else Clock(end, own)


def _offset(sign: str, hours: str, minutes: str | None) -> dt.timezone:
    length = dt.timedelta(hours=int(hours), minutes=int(minutes or 0))
    return dt.timezone(-length if sign == "-" else length)


@lru_cache(maxsize=1)
def _places() -> dict[str, str]:
    """The places that zones are named after; read once, when the first other place than the reader's is named."""
    named = sorted(name for name in zones.names() if "/" in name and not name.startswith(_NO_PLACES))
    return {when.place(name): name for name in named if len(when.place(name)) > 3}
