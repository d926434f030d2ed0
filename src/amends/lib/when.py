"""Moments and spans of time in words, always for a reader in a named zone.

Everything here is pure: moments are aware, zones are IANA names, and `now` comes in. The words are English
and do not depend on the machine's locale. `static/web/js/times.js` renews `in_words` and `ago` in the
browser, so the two must say the same.
"""

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_MINUTE = dt.timedelta(minutes=1)
_HOUR = 60
_DAY = 24 * _HOUR


def in_words(moment: dt.datetime, now: dt.datetime) -> str:
    """How far a due moment is: "in 2 h 10 min", "now", "50 min overdue".

    What is ahead is rounded up to the minute and what has passed is rounded down, so that the words agree
    with the two clock faces that the reader compares.
    """
    if moment > now:
        return f"in {_span(-((now - moment) // _MINUTE))}"
    minutes = (now - moment) // _MINUTE
    return f"{_span(minutes)} overdue" if minutes else "now"


def while_it_lasts(until: dt.datetime, zone: str) -> str:
    """What began, and has a planned end: "now, until 16:30"."""
    return f"now, until {clock_time(until, zone)}"


def ago(moment: dt.datetime, now: dt.datetime) -> str:
    """How long ago something happened: "just now", "12 min ago", "3 days ago"."""
    minutes = max(now - moment, dt.timedelta()) // _MINUTE
    return f"{_span(minutes)} ago" if minutes else "just now"


def duration(span: dt.timedelta) -> str:
    """A length of time: "22 min", "1 h 25 min", "1 day 4 h"."""
    return _span(max(span, dt.timedelta()) // _MINUTE)


def clock_time(moment: dt.datetime, zone: str) -> str:
    """The time of day there: "16:00"."""
    return _clock(_there(moment, zone))


def day(moment: dt.datetime, zone: str, now: dt.datetime) -> str:
    """The date there: "Fri 20 Nov", with the year where it is not this one."""
    return _date(_there(moment, zone), _there(now, zone))


def day_and_time(moment: dt.datetime, zone: str, now: dt.datetime) -> str:
    """The date and the time there: "Fri 20 Nov, 17:00"."""
    there = _there(moment, zone)
    return f"{_date(there, _there(now, zone))}, {_clock(there)}"


def local(moment: dt.datetime, zone: str, now: dt.datetime) -> str:
    """The shortest way that leaves no doubt: "16:00", "yesterday 16:20", "Fri 10:00", else date and time."""
    there, now_there = _there(moment, zone), _there(now, zone)
    away = (there.date() - now_there.date()).days
    at = _clock(there)
    if away == 0:
        return at
    if away == -1:
        return f"yesterday {at}"
    if abs(away) < 7:
        return f"{_DAYS[there.weekday()][:3]} {at}"
    return f"{_date(there, now_there)}, {at}"


def their_time(moment: dt.datetime, zone: str, now: dt.datetime) -> str:
    """A time in the customer's zone, for a sentence about them: "Thu 16:00 in Lisbon"."""
    if abs(_days_away(moment, zone, now)) < 7:
        return f"{_weekday(moment, zone)} {clock_time(moment, zone)} {_in_place(moment, zone)}"
    return f"{day_and_time(moment, zone, now)} {_in_place(moment, zone)}"


def their_date(moment: dt.datetime, zone: str, now: dt.datetime) -> str:
    """The same for a letter, which is read later than it is written: always with its date."""
    return f"{day_and_time(moment, zone, now)} {_in_place(moment, zone)}"


def their_clock(moment: dt.datetime, zone: str, here: str) -> str:
    """The same moment on their clock, beside a time on ours: "16:00 in Lisbon", "Fri 01:00 in Tokyo"."""
    another_day = calendar_day(moment, zone) != calendar_day(moment, here)
    weekday = f"{_weekday(moment, zone)} " if another_day else ""
    return f"{weekday}{clock_time(moment, zone)} {_in_place(moment, zone)}"


def place(zone: str) -> str:
    """The city that a zone is named after: "Lisbon", "Buenos Aires"; a zone without one as it is named."""
    return zone if zone.startswith("Etc/") else zone.rsplit("/", 1)[-1].replace("_", " ")


def heading(moment: dt.datetime, zone: str) -> str:
    """A day as the title of a page: "Thursday, 19 November"."""
    there = _there(moment, zone)
    return f"{_DAYS[there.weekday()]}, {there.day} {_MONTHS[there.month - 1]}"


def day_heading(moment: dt.datetime, zone: str, now: dt.datetime) -> str:
    """A day over the entries of that day: "Today, Thursday 19 November", "Wednesday 18 November"."""
    there = _there(moment, zone)
    named = {0: "Today, ", -1: "Yesterday, "}.get(_days_away(moment, zone, now), "")
    year = "" if there.year == _there(now, zone).year else f" {there.year}"
    return f"{named}{_DAYS[there.weekday()]} {there.day} {_MONTHS[there.month - 1]}{year}"


def calendar_day(moment: dt.datetime, zone: str) -> dt.date:
    """The date that the calendar shows there."""
    return _there(moment, zone).date()


def date(on: dt.date) -> str:
    """A date that belongs to no moment: "31 Jan 2027"."""
    return f"{on.day} {_MONTHS[on.month - 1][:3]} {on.year}"


def days_away(on: dt.date, today: dt.date) -> str:
    """How far a date is: "in 73 days", "tomorrow", "today", "yesterday", "3 days ago"."""
    days = (on - today).days
    if named := {0: "today", 1: "tomorrow", -1: "yesterday"}.get(days):
        return named
    return f"in {days} days" if days > 0 else f"{-days} days ago"


def tenure(since: dt.date, today: dt.date) -> str:
    """How long it has been, in the largest unit that is whole: "6 years", "8 months", "12 days", "since today"."""
    months = (today.year - since.year) * 12 + today.month - since.month - (today.day < since.day)
    if months >= 12:
        return _counted(months // 12, "year")
    if months > 0:
        return _counted(months, "month")
    days = (today - since).days
    return _counted(days, "day") if days > 0 else "since today"


def iso(moment: dt.datetime) -> str:
    """For machines: UTC to the second, "2026-11-19T16:00:00Z"."""
    return f"{moment.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def _counted(number: int, unit: str) -> str:
    return f"1 {unit}" if number == 1 else f"{number} {unit}s"


def _span(minutes: int) -> str:
    """Two units at most; from two days on whole days, rounded to the nearest."""
    if minutes >= 2 * _DAY:
        return f"{(minutes + _DAY // 2) // _DAY} days"
    if minutes >= _DAY:
        hours = (minutes - _DAY) // _HOUR
        return f"1 day {hours} h" if hours else "1 day"
    hours, rest = divmod(minutes, _HOUR)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def _there(moment: dt.datetime, zone: str) -> dt.datetime:
    if moment.utcoffset() is None:
        raise ValueError("A moment needs a zone.")
    return moment.astimezone(_zone(zone))


def _clock(there: dt.datetime) -> str:
    # A page has hundreds of them, and strftime takes ten times as long.
    return f"{there.hour:02}:{there.minute:02}"


def _date(there: dt.datetime, now_there: dt.datetime) -> str:
    year = "" if there.year == now_there.year else f" {there.year}"
    return f"{_DAYS[there.weekday()][:3]} {there.day} {_MONTHS[there.month - 1][:3]}{year}"


def _days_away(moment: dt.datetime, zone: str, now: dt.datetime) -> int:
    return (calendar_day(moment, zone) - calendar_day(now, zone)).days


def _weekday(moment: dt.datetime, zone: str) -> str:
    return _DAYS[_there(moment, zone).weekday()][:3]


def _in_place(moment: dt.datetime, zone: str) -> str:
    # Etc/GMT+5 is five hours *behind*: say the offset as everybody else writes it.
    if zone.startswith("Etc/"):
        return _there(moment, zone).tzname() or zone
    return f"in {place(zone)}" if "/" in zone else zone


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
