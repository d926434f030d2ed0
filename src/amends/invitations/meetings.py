"""A meeting as it stands in calendars, and who is in it.

Moments are aware. Calendars know whole seconds, so what is smaller is not written.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from amends.lib import zones

_ADDRESS = re.compile(r"[^\s@,;:<>()\"\\]+@[^\s@,;:<>()\"\\]+")
_ADDRESS_AT_MOST, _UID_AT_MOST, _SEQUENCE_AT_MOST = 254, 255, 2**31 - 1
_YEARS = range(1970, 3000)
One = TypeVar("One")


class BadMeeting(ValueError):
    """Something that no calendar could take in; the message says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody in a meeting. Raises BadMeeting where `address` is not one plain mail address."""

    name: str = ""
    address: str

    def __post_init__(self) -> None:
        if not is_address(self.address):
            raise BadMeeting(f"{self.address!r} is not a mail address.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee(Person):
    is_optional: bool = False
    is_ours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """One meeting, as its invitation says it.

    `uid` stays the same as long as it lives, and `sequence` grows with each change and with its cancellation.
    `zone` is the IANA name of the clock on which it was agreed, the customer's. Answers are mailed to the address
    of `organiser`, so it must be one that we read, and the invitation must come from there. `place` is a telephone
    number, an address or a URL. Raises BadMeeting.
    """

    uid: str
    sequence: int = 0
    starts_at: datetime
    ends_at: datetime
    zone: str
    title: str
    agenda: str = ""
    place: str = ""
    organiser: Person
    attendees: tuple[Attendee, ...] = ()
    reminder: timedelta | None = None  # how long before it starts

    def __post_init__(self) -> None:
        _check_uid(self.uid)
        if not 0 <= self.sequence <= _SEQUENCE_AT_MOST:
            raise BadMeeting(f"{self.sequence} is no number of a change.")
        _check_moments(self.starts_at, self.ends_at)
        if not is_zone(self.zone):
            raise BadMeeting(f"{self.zone!r} is not the IANA name of a zone.")
        if self.reminder is not None and self.reminder < timedelta(0):
            raise BadMeeting("A reminder comes before the meeting.")

    def attendee(self, address: str) -> Attendee | None:
        return whose(address, self.attendees, lambda each: each.address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something in a feed that nobody is invited to, such as a promise that is due.

    Timed where `starts` is an aware moment: it ends at `ends`, or at once. All-day where both are dates, the last
    day included. It does not make anybody busy. Raises BadMeeting.
    """

    uid: str
    starts: datetime | date
    ends: datetime | date | None = None
    title: str
    text: str = ""
    url: str = ""

    def __post_init__(self) -> None:
        _check_uid(self.uid)
        ends = self.starts if self.ends is None else self.ends
        if isinstance(self.starts, datetime) and isinstance(ends, datetime):
            _check_moments(self.starts, ends, may_be_empty=True)
        elif isinstance(self.starts, datetime) or isinstance(ends, datetime):
            raise BadMeeting("It starts and ends with a moment each, or with a day each.")
        elif not (self.starts <= ends and self.starts.year in _YEARS and ends.year in _YEARS):
            raise BadMeeting("It ends before it starts, or in no year of ours.")


def is_address(text: str) -> bool:
    """Whether it is one mail address and nothing else."""
    return len(text) <= _ADDRESS_AT_MOST and text.isprintable() and bool(_ADDRESS.fullmatch(text))


def same_address(one: str, other: str) -> bool:
    """Whether both reach the same person: equal but for capitals, or but for capitals and a +tag."""
    return _folded(one) == _folded(other) or _untagged(one) == _untagged(other)


def whose(address: str, people: Iterable[One], address_of: Callable[[One], str]) -> One | None:
    """Who of them has this address: the very same, else the only one who has it but for a +tag."""
    near = [each for each in people if same_address(address_of(each), address)]
    exact = [each for each in near if _folded(address_of(each)) == _folded(address)]
    return (exact or near)[0] if exact or len(near) == 1 else None


def is_zone(name: str) -> bool:
    """Whether it is the IANA name of a zone."""
    return name in zones.names()


def _folded(address: str) -> str:
    return address.strip().casefold()


def _untagged(address: str) -> str:
    name, _, domain = _folded(address).rpartition("@")
    return f"{name.partition('+')[0] or name}@{domain}"


def _check_uid(uid: str) -> None:
    if not (uid.strip() and uid.isprintable() and len(uid.encode("utf-8")) <= _UID_AT_MOST):
        raise BadMeeting(f"{uid!r} cannot name a meeting.")


def _check_moments(starts_at: datetime, ends_at: datetime, *, may_be_empty: bool = False) -> None:
    if starts_at.utcoffset() is None or ends_at.utcoffset() is None:
        raise BadMeeting("Its moments need a zone.")
    if starts_at.year not in _YEARS or ends_at.year not in _YEARS:
        raise BadMeeting(f"No calendar of ours reaches from {starts_at.year} to {ends_at.year}.")
    if starts_at > ends_at or (starts_at == ends_at and not may_be_empty):
        raise BadMeeting("It ends before it starts.")


def in_utc(moment: datetime) -> datetime:
    """The moment in UTC, in whole seconds."""
    return moment.astimezone(UTC).replace(microsecond=0)


def there(moment: datetime, zone: str) -> datetime:
    """The moment on the clock of a zone, in whole seconds."""
    return moment.astimezone(ZoneInfo(zone)).replace(microsecond=0)
