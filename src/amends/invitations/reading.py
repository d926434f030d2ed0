"""Reads what other people's calendars send back: answers, other times that they propose, their own invitations.

Whatever the bytes are, nothing is raised: what cannot be read says why. Google, Outlook and Apple each say the same
thing in a shape of their own; the tests hold one of each. The library is kept from looking up zones: it remembers
each that a stranger defines for as long as the process lives, and takes one stranger's for another's.
"""

import html
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import unquote

from icalendar import Component, vBroken

from amends.invitations import words
from amends.invitations.meetings import Person, is_address, same_address
from amends.invitations.zones import Zones

LARGEST = 100_000  # bytes; an invitation has a few thousand, and attachments travel in the mail
_WORDS_AT_MOST, _LINE_AT_MOST = 20_000, 1_000

_OWN_ZONES = re.compile(rb"^(BEGIN|END):VTIMEZONE[ \t]*(?=\r?$)", re.IGNORECASE | re.MULTILINE)
_NAMED_ZONES = re.compile(rb"^((?:DTSTART|DTEND|RECURRENCE-ID)(?:;[^:;\r\n]*)*?);TZID=", re.IGNORECASE | re.MULTILINE)

UNREADABLE = "This is no calendar that can be read."
TOO_LARGE = f"A calendar of more than {LARGEST // 1_000} kB is not read."
NO_MEETING = "There is no meeting in this calendar."
NO_METHOD = "This calendar neither invites, nor answers, nor cancels."
NO_UID = "It does not say which meeting it is about."
NO_ANSWER = "It does not say yes, no or maybe."
NOBODY = "It does not say who answers."


class Reply(StrEnum):
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"
    DELEGATED = "delegated"
    OPEN = "open"  # only beside another time that they propose


_REPLIES = frozenset(Reply)


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """When it is, in UTC. Without a moment `unsure` says in a sentence why it cannot be told.

    `zone` is the IANA name of the clock that was meant, or empty where the zone has none. All-day from midnight to
    midnight there.
    """

    starts_at: datetime | None = None
    ends_at: datetime | None = None
    zone: str = ""
    is_all_day: bool = False
    unsure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _About:
    """Which meeting is spoken of, in which of its versions, and when that was said."""

    uid: str
    sequence: int = 0
    said_at: datetime | None = None
    occurrence: Times | None = None  # of a meeting that repeats, the one that is spoken of


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(_About):
    """One person's answer. `sent_by` is who gave it for them, by address; `proposed` another time they would like."""

    reply: Reply
    by: Person
    sent_by: str = ""
    delegated_to: str = ""
    comment: str = ""
    proposed: Times | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request(_About):
    """They invite us, or change what they invited us to."""

    times: Times
    title: str = ""
    text: str = ""
    place: str = ""
    organiser: Person | None = None
    people: tuple[Person, ...] = ()
    is_recurring: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled(_About):
    """They call off a meeting of theirs, or take off those whom they name."""

    organiser: Person | None = None
    people: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class Unreadable:
    reason: str


def read(raw: bytes, zone: str, sender: str = "") -> Answer | Request | Cancelled | Unreadable:
    """What a calendar that was mailed to us says. `raw` is UTF-8.

    Times without a zone are read on the clock of `zone`, an IANA name. `sender` is the address that the mail came
    from, which tells who answers where the calendar names several people or nobody. Anybody can write anybody’s name
    into a calendar: whether who answers, or who calls off, is who sent the mail, its reader has to ask.
    """
    if len(raw) > LARGEST:
        return Unreadable(TOO_LARGE)
    try:
        return _read(raw, zone, sender)
    except Exception:  # noqa: BLE001 - anybody's bytes in a library: one mail must not stop the mailbox
        return Unreadable(UNREADABLE)


def _read(raw: bytes, zone: str, sender: str) -> Answer | Request | Cancelled | Unreadable:
    plain = _NAMED_ZONES.sub(rb"\1;X-TZID=", _OWN_ZONES.sub(rb"\1:X-ZONE", raw))
    calendars = Component.from_ical(plain, multiple=True)
    if not calendars:
        return Unreadable(UNREADABLE)
    calendar = next((each for each in calendars if "METHOD" in each), calendars[0])
    events = [each for each in (calendar, *calendar.subcomponents) if each.name == "VEVENT"]
    if not events:
        return Unreadable(NO_MEETING)
    event = next((each for each in events if "RECURRENCE-ID" not in each), events[0])
    definitions = [each for each in calendar.subcomponents if each.name == "X-ZONE"]
    return _Reading(event, Zones(definitions), zone, sender).of(str(calendar.get("METHOD", "")).strip().upper())


@dataclass(frozen=True, slots=True)
class _Reading:
    event: Component
    zones: Zones
    zone: str
    sender: str

    def of(self, method: str) -> Answer | Request | Cancelled | Unreadable:
        if method not in ("REPLY", "COUNTER", "REQUEST", "CANCEL"):
            return Unreadable(NO_METHOD)
        if not self.line("UID"):
            return Unreadable(NO_UID)
        if method in ("REPLY", "COUNTER"):
            return self.answer(is_counter=method == "COUNTER")
        if method == "CANCEL" or self.line("STATUS").upper() == "CANCELLED":
            return Cancelled(**self.about(), organiser=self.organiser(), people=self.people())
        return Request(
            **self.about(),
            times=self.times("DTSTART", "DTEND"),
            title=self.line("SUMMARY"),
            text=self.text("DESCRIPTION"),
            place=self.line("LOCATION"),
            organiser=self.organiser(),
            people=self.people(),
            is_recurring="RRULE" in self.event or "RDATE" in self.event,
        )

    def answer(self, *, is_counter: bool) -> Answer | Unreadable:
        given = self.given()
        by = _person(given) if given is not None else None
        if by is None and is_address(self.sender):
            by = Person(address=self.sender)
        reply = _reply(given)
        if by is None:
            return Unreadable(NOBODY)
        if reply is Reply.OPEN and not is_counter:
            return Unreadable(NO_ANSWER)
        return Answer(
            **self.about(),
            reply=reply,
            by=by,
            sent_by=_mail(_parameter(given, "SENT-BY")),
            delegated_to=_mail(_parameter(given, "DELEGATED-TO")),
            comment=self.text("COMMENT") or _google_comment(given),
            proposed=self.times("DTSTART", "DTEND") if is_counter else None,
        )

    def given(self) -> Any:
        """Of the attendees who are named the one who answers; who delegates names the one who comes instead."""
        named = [each for each in _all(self.event, "ATTENDEE") if _person(each)]
        theirs = [each for each in named if self.sender and same_address(_address(each), self.sender)]
        answered = [each for each in named if _reply(each) is not Reply.OPEN]
        delegating = [each for each in named if _reply(each) is Reply.DELEGATED]
        for candidates in (named, theirs, delegating, answered):
            if len(candidates) == 1:
                return candidates[0]
        return None

    def about(self) -> dict[str, Any]:
        said_at = _value(self.event, "DTSTAMP")
        return {
            "uid": self.line("UID"),
            "sequence": self.number("SEQUENCE"),
            "said_at": _in_utc(said_at) if isinstance(said_at, datetime) else None,
            "occurrence": self.times("RECURRENCE-ID", "") if "RECURRENCE-ID" in self.event else None,
        }

    def organiser(self) -> Person | None:
        return next((_person(each) for each in _all(self.event, "ORGANIZER")), None)

    def people(self) -> tuple[Person, ...]:
        return tuple(person for each in _all(self.event, "ATTENDEE") if (person := _person(each)))

    def line(self, name: str) -> str:
        return next((words.line(str(each))[:_LINE_AT_MOST] for each in _all(self.event, name)), "")

    def text(self, name: str) -> str:
        said = "\n".join(words.text(str(each)) for each in _all(self.event, name))
        return said.strip()[:_WORDS_AT_MOST]

    def number(self, name: str) -> int:
        said = self.line(name)
        return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0

    def times(self, start: str, end: str) -> Times:
        starts, ends = _value(self.event, start), _value(self.event, end) if end else None
        if not isinstance(starts, date):
            return Times(unsure="It does not say when.")
        if not end:
            ends = starts
        if not isinstance(ends, date):
            length = _value(self.event, "DURATION")
            ends = starts + (length if isinstance(length, timedelta) else _length(starts))
        first, last = self.moment(start, starts), self.moment(end or start, ends, like=start)
        if first is None or last is None:
            said = self.zone_said(start) if first is None else self.zone_said(end)
            return Times(unsure=f"It is in a time zone that nobody can place: “{said}”.")
        if first[0] > last[0]:
            return Times(zone=first[1], unsure="It ends before it starts.")
        return Times(starts_at=first[0], ends_at=last[0], zone=first[1], is_all_day=not isinstance(starts, datetime))

    def moment(self, name: str, when: date, like: str = "") -> tuple[datetime, str] | None:
        """The moment in UTC of what a property says, and its zone; None where the zone is unknown."""
        if not isinstance(when, datetime):
            return self.zones.read(datetime.combine(when, time.min), self.zone)
        if when.tzinfo is not None:
            return _in_utc(when), "UTC"
        said = self.zone_said(name) or self.zone_said(like)
        return self.zones.read(when, said or self.zone)

    def zone_said(self, name: str) -> str:
        said = next((_parameter(each, "X-TZID") or _parameter(each, "TZID") for each in _all(self.event, name)), "")
        return words.line(said)[:_LINE_AT_MOST]


def _length(starts: date) -> timedelta:
    """How long it is where it does not say: a day, or no time at all (RFC 5545, 3.6.1)."""
    return timedelta(0) if isinstance(starts, datetime) else timedelta(days=1)


def _all(event: Component, name: str) -> list[Any]:
    found = event.get(name, [])
    return found if isinstance(found, list) else [found]


def _value(event: Component, name: str) -> Any:
    """The day, moment or span that a property says; None where it says none."""
    return next((None if isinstance(each, vBroken) else getattr(each, "dt", None) for each in _all(event, name)), None)


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _parameter(given: Any, name: str) -> str:
    found = getattr(given, "params", {}).get(name, "")
    return str(found[0] if isinstance(found, list | tuple) and found else found or "")


def _reply(given: Any) -> Reply:
    said = _parameter(given, "PARTSTAT").strip().lower()
    return Reply(said) if said in _REPLIES else Reply.OPEN


def _person(given: Any) -> Person | None:
    address = _address(given)
    return Person(name=words.line(_parameter(given, "CN"))[:_LINE_AT_MOST], address=address) if address else None


def _address(given: Any) -> str:
    """Apple gives a person sometimes as a number or a path, and the address beside it."""
    return _mail(str(given)) or _mail(_parameter(given, "EMAIL"))


def _mail(said: str) -> str:
    scheme, colon, address = said.strip().partition(":")
    address = (address if colon and scheme.casefold() == "mailto" else said).strip().strip("<>")
    address = address if "@" in address else unquote(address)
    return address if is_address(address) else ""


def _google_comment(given: Any) -> str:
    """Google writes what was noted with an answer into a parameter, as HTML would have it."""
    said = html.unescape(_parameter(given, "X-RESPONSE-COMMENT"))
    return words.text(said).strip()[:_WORDS_AT_MOST]
