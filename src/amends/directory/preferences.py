"""Acts on preferences: by which way a member is reached, when they are left alone, which digests they get."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any, TypedDict, Unpack

from django.conf import settings
from django.db import transaction

from amends.clock.calendars import WorkingCalendar
from amends.clock.mornings import next_morning
from amends.directory import checks
from amends.directory.actor import Actor, Role
from amends.directory.models import Member, Organisation, Preference
from amends.directory.organisation import working_calendar
from amends.directory.security import traces
from amends.lib.errors import Refused

# A digest that came later would speak of a day that is half over.
LATEST_DIGEST = dt.time(11, 0)
_DIGEST = (Role.CSM, Role.MANAGER)
_WEEKLY = (Role.EXECUTIVE,)
_BY_CHAT = (Preference.Channels.CHAT, Preference.Channels.BOTH)


class Changes(TypedDict, total=False):
    """What may be said of how to reach a member. `chat_url` blank: none any more."""

    alarms_by: str
    notices_by: str
    chat_url: str
    quiet_from: dt.time | None
    quiet_until: dt.time | None
    wants_digest: bool
    wants_weekly: bool
    digest_at: dt.time


def of(member: Member) -> Preference:
    """How a member wants to be reached; by mail only where they have not said anything."""
    return Preference.objects.filter(member=member).first() or Preference(member=member)


def begin(members: Iterable[Member], *, now: dt.datetime) -> None:
    """What suits their roles, for members who are new: a digest for who handles, the overview for executives."""
    found = [
        Preference(member=member, wants_digest=member.role in _DIGEST, wants_weekly=member.role in _WEEKLY)
        for member in members
    ]
    calendar = working_calendar(Organisation.current())
    for preference in found:
        preference.next_look_at = _next_look(preference, calendar, now)
    Preference.objects.bulk_create(found, ignore_conflicts=True)


@transaction.atomic
def change(member: Member, *, by: Actor, now: dt.datetime, **fields: Unpack[Changes]) -> Preference:
    """Say how to reach a member; what is not named stays as it is.

    Refuses chat without an address of a service that is allowed here, so that alarms reach everybody.
    """
    preference, _ = Preference.objects.select_for_update().get_or_create(member=member)
    checks.no_others(fields, _CHECKS)
    before, chat = _picture(preference), preference.chat_url
    for field, value in fields.items():
        setattr(preference, field, _CHECKS[field](value))
    _check_whole(preference)
    preference.next_look_at = next_look(preference, now)
    preference.save()
    after = _picture(preference)
    if chat and preference.chat_url not in ("", chat):
        after["chat_url"] = "another address"
    traces.leave("preference.changed", member, by=by, now=now, before=before, after=after)
    return preference


def _picture(preference: Preference) -> traces.Picture:
    """The service of a chat, and nothing of the secret."""
    scheme, there, _ = preference.chat_url.partition("://")
    return traces.picture(preference, _CHECKS) | {"chat_url": f"{scheme}{there}"}


def next_look(preference: Preference, now: dt.datetime) -> dt.datetime | None:
    """When their next digest or overview is due; None for who wants neither."""
    return _next_look(preference, working_calendar(Organisation.current()), now)


def _next_look(preference: Preference, calendar: WorkingCalendar, now: dt.datetime) -> dt.datetime | None:
    if not (preference.wants_digest or preference.wants_weekly):
        return None
    return next_morning(now, at=preference.digest_at, zone=preference.member.zone, calendar=calendar)


def _check_whole(preference: Preference) -> None:
    for field in ("alarms_by", "notices_by"):
        if getattr(preference, field) in _BY_CHAT and not preference.chat_url:
            raise Refused("Give a chat address first, or choose mail.", field)
    begins, ends = preference.quiet_from, preference.quiet_until
    if (begins is None) != (ends is None):
        raise Refused("Quiet hours need both times, or none.", "quiet_until" if ends is None else "quiet_from")
    if begins is None or ends is None:
        return
    if begins == ends:
        raise Refused("Quiet hours all day long would leave nobody to tell. End them earlier.", "quiet_until")
    at = preference.digest_at
    is_within = begins <= at < ends if begins < ends else at >= begins or at < ends
    if is_within and (preference.wants_digest or preference.wants_weekly):
        raise Refused("This lies in your quiet hours. Choose a time when they are over.", "digest_at")


def _chat_url(url: str) -> str:
    """An Apprise address of a service that is allowed here. Nothing behind a question mark: that could name files."""
    url = url.strip()
    if not url:
        return ""
    allowed: tuple[str, ...] = settings.CHAT_SCHEMES
    scheme, there, rest = url.partition("://")
    if not there or not rest or any(letter.isspace() or not letter.isprintable() for letter in url):
        raise Refused("Write the address as Apprise does, such as slack://token-a/token-b/token-c.", "chat_url")
    if scheme not in allowed:
        names = ", ".join(sorted(allowed)) or "none at all"
        raise Refused(f"This service is not allowed here. Those that are: {names}.", "chat_url")
    if "?" in url:
        raise Refused("Leave out the question mark and what follows it.", "chat_url")
    if len(url) > 500:
        raise Refused("This is longer than 500 characters.", "chat_url")
    return url


def _digest_at(at: dt.time) -> dt.time:
    if at > LATEST_DIGEST:
        raise Refused(f"This is for the morning. Choose a time up to {LATEST_DIGEST:%H:%M}.", "digest_at")
    return at.replace(second=0, microsecond=0)


def _channel(field: str) -> Callable[[str], str]:
    return lambda value: checks.one_of(value, Preference.Channels.values, field, what="a way to reach you")


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "alarms_by": _channel("alarms_by"),
    "notices_by": _channel("notices_by"),
    "chat_url": _chat_url,
    "quiet_from": lambda at: at,
    "quiet_until": lambda at: at,
    "wants_digest": bool,
    "wants_weekly": bool,
    "digest_at": _digest_at,
}
