"""A first contact on Thursday 19 November 2026 at 16:00 in Berlin, and how it is read back."""

import datetime as dt
import re
from dataclasses import replace
from typing import Any

from icalendar import Calendar

from amends.invitations.meetings import Attendee, Meeting, Person

NOW = dt.datetime(2026, 11, 16, 9, 0, tzinfo=dt.UTC)
INES = Attendee(name="Ines Duarte", address="ines.duarte@lumen.example")
TOM = Attendee(name="Tom Weiss", address="tom@lumen.example", is_optional=True)
NADIA = Attendee(name="Nadia Brandt", address="nadia@amends.example", is_ours=True)

FIRST_CONTACT = Meeting(
    uid="meeting-1042@amends.example",
    sequence=2,
    starts_at=dt.datetime(2026, 11, 19, 15, 0, tzinfo=dt.UTC),
    ends_at=dt.datetime(2026, 11, 19, 15, 30, tzinfo=dt.UTC),
    zone="Europe/Berlin",
    title="First contact: the export is slow",
    agenda="1. What we heard\n2. What it means for you\n3. When you hear from us next",
    place="https://meet.example/amends-1042",
    organiser=Person(name="Nadia Brandt", address="support+1042@amends.example"),
    attendees=(INES, TOM, NADIA),
    reminder=dt.timedelta(minutes=15),
)


def meeting(**other: Any) -> Meeting:
    return replace(FIRST_CONTACT, **other)


def event(raw: bytes) -> Any:
    """The one meeting of a calendar, as the library reads it."""
    (found,) = Calendar.from_ical(raw).events
    return found


def lines(raw: bytes) -> list[str]:
    """The lines as they were before they were folded, without the definition of a zone."""
    unfolded = raw.decode("utf-8").replace("\r\n ", "")
    return re.sub(r"BEGIN:VTIMEZONE.*END:VTIMEZONE\r\n", "", unfolded, flags=re.DOTALL).split("\r\n")


def times(event: Any) -> tuple[Any, ...]:
    """Start and end, moments in UTC: one in an hour that comes twice equals none on any other clock."""
    both = (event.DTSTART, event.DTEND)
    return tuple(each.astimezone(dt.UTC) if isinstance(each, dt.datetime) else each for each in both)


def line(raw: bytes, name: str) -> str:
    (found,) = [each for each in lines(raw) if each.split(":")[0].split(";")[0] == name]
    return found
