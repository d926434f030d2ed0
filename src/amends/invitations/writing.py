"""Invitations, changes, cancellations and feeds as iCalendar (RFC 5545, 5546), in bytes ready for a mail or an answer.

So that Gmail, Outlook and Apple show an invitation with its buttons, the mail has to carry it as a part of
`text/calendar; method=REQUEST; charset=UTF-8` beside its text (multipart/alternative), with the same method as
inside, has to come from the organiser, and has to name its reader among the attendees. They find the meeting again by
its UID, and take the higher sequence.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from icalendar import Alarm, Calendar, Event, vCalAddress, vDuration, vText

from amends.invitations import zones
from amends.invitations.meetings import Attendee, Entry, Meeting, Person, in_utc, same_address, there
from amends.invitations.words import line, text

PRODUCT = "-//Amends//Amends//EN"
REFRESH = timedelta(hours=1)  # how often a feed should be asked for

_UTC = frozenset({"UTC", "Etc/UTC", "Etc/UCT", "Etc/Universal", "Etc/Zulu", "UCT", "Universal", "Zulu"})


def invitation(meeting: Meeting, now: datetime) -> bytes:
    """Invites all of them; with a higher sequence it tells of a change, and asks all of them again."""
    event = _event(meeting, now)
    event.add("STATUS", "CONFIRMED")
    event.add("TRANSP", "OPAQUE")
    _add_people(event, meeting, meeting.attendees, asks=True)
    if meeting.reminder is not None:
        alarm = Alarm()
        alarm.add("ACTION", "DISPLAY")
        alarm.add("DESCRIPTION", line(meeting.title))
        alarm.add("TRIGGER", -meeting.reminder)
        event.add_component(alarm)
    return _message("REQUEST", meeting, event)


def cancellation(meeting: Meeting, now: datetime, only: Attendee | None = None) -> bytes:
    """Takes the meeting off the calendars of all, or of `only` one who need not come any more.

    The meeting comes with a higher sequence than its last invitation.
    """
    event = _event(meeting, now)
    # RFC 5546, 3.2.5: a status would say that it is off for everybody.
    if only is None:
        event.add("STATUS", "CANCELLED")
    event.add("TRANSP", "TRANSPARENT")
    _add_people(event, meeting, (only,) if only else meeting.attendees, asks=False)
    return _message("CANCEL", meeting, event)


def feed(entries: Iterable[Meeting | Entry], name: str, now: datetime) -> bytes:
    """A calendar to subscribe to. Times are in UTC, which every calendar shows on its reader's own clock.

    Nobody is invited by it, so it names no attendees (RFC 5546, 3.2.1).
    """
    calendar = _calendar("PUBLISH")
    for property_name in ("NAME", "X-WR-CALNAME"):
        calendar.add(property_name, vText(line(name)))
    # One is the standard's (RFC 7986), the other Outlook's.
    calendar.add("REFRESH-INTERVAL", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", vDuration(REFRESH))
    for entry in entries:
        calendar.add_component(_published(entry, now))
    return _bytes(calendar)


def _published(entry: Meeting | Entry, now: datetime) -> Event:
    if isinstance(entry, Meeting):
        event = _event(entry, now, in_zone=False)
        event.add("STATUS", "CONFIRMED")
        event.add("TRANSP", "OPAQUE")
        event.add("ORGANIZER", _address(entry.organiser))
        return event
    event = Event()
    event.add("UID", entry.uid)
    event.add("DTSTAMP", in_utc(now))
    ends = entry.starts if entry.ends is None else entry.ends
    event.add("DTSTART", _published_time(entry.starts))
    event.add("DTEND", _published_time(ends) if isinstance(ends, datetime) else ends + timedelta(days=1))
    event.add("TRANSP", "TRANSPARENT")
    _add_words(event, {"SUMMARY": line(entry.title), "DESCRIPTION": text(entry.text)})
    if entry.url:
        event.add("URL", line(entry.url))
    return event


def _published_time(when: datetime | date) -> datetime | date:
    return in_utc(when) if isinstance(when, datetime) else when


def _event(meeting: Meeting, now: datetime, *, in_zone: bool = True) -> Event:
    event = Event()
    event.add("UID", meeting.uid)
    event.add("SEQUENCE", meeting.sequence)
    event.add("DTSTAMP", in_utc(now))
    starts_at, ends_at = _times(meeting) if in_zone else (in_utc(meeting.starts_at), in_utc(meeting.ends_at))
    event.add("DTSTART", starts_at)
    event.add("DTEND", ends_at)
    words = {"SUMMARY": meeting.title, "DESCRIPTION": meeting.agenda, "LOCATION": meeting.place}
    _add_words(event, {name: text(said) if name == "DESCRIPTION" else line(said) for name, said in words.items()})
    return event


def _times(meeting: Meeting) -> tuple[datetime, datetime]:
    """Start and end on the customer's clock; in UTC where that clock shows one of them for the second time.

    An hour that comes twice is read as the first of them (RFC 5545, 3.3.5); only UTC can say the other.
    """
    starts_at, ends_at = (there(moment, meeting.zone) for moment in (meeting.starts_at, meeting.ends_at))
    if meeting.zone in _UTC or starts_at.fold or ends_at.fold:
        return in_utc(starts_at), in_utc(ends_at)
    return starts_at, ends_at


def _add_words(event: Event, words: dict[str, str]) -> None:
    for name, said in words.items():
        if said or name == "SUMMARY":
            event.add(name, said)


def _add_people(event: Event, meeting: Meeting, attendees: Sequence[Attendee], *, asks: bool) -> None:
    event.add("ORGANIZER", _address(meeting.organiser))
    for attendee in attendees:
        comes = same_address(attendee.address, meeting.organiser.address)
        address = _address(attendee)
        address.params["CUTYPE"] = "INDIVIDUAL"
        address.params["ROLE"] = "OPT-PARTICIPANT" if attendee.is_optional else "REQ-PARTICIPANT"
        if asks:
            address.params["PARTSTAT"] = "ACCEPTED" if comes else "NEEDS-ACTION"
            address.params["RSVP"] = "FALSE" if comes else "TRUE"
        event.add("ATTENDEE", address)


def _address(person: Person) -> vCalAddress:
    address = vCalAddress(f"mailto:{person.address}")
    # A double quote cannot stand in a parameter; RFC 6868 has a way, which many calendars show as it stands. And some
    # take a backslash for an escape, which it is only in texts.
    name = line(person.name).replace('"', "'").replace("\\", "/")
    if name:
        address.params["CN"] = name
    return address


def _message(method: str, meeting: Meeting, event: Event) -> bytes:
    calendar = _calendar(method)
    starts_at, _ = _times(meeting)
    if starts_at.tzinfo is not UTC:
        calendar.add_component(zones.definition(meeting.zone, starts_at))
    calendar.add_component(event)
    return _bytes(calendar)


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("METHOD", method)
    return calendar


def _bytes(calendar: Calendar) -> bytes:
    written: bytes = calendar.to_ical()
    return written
