"""Acts on private addresses of calendars: a calendar program cannot log in, so the address itself lets it in."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from amends.directory.actor import Actor
from amends.directory.models import CalendarAddress, Member
from amends.directory.security import traces
from amends.lib import keys
from amends.lib.errors import Refused

PREFIX = "calendar"


@transaction.atomic
def make(member: Member, *, by: Actor, now: dt.datetime) -> str:
    """A fresh key for a member's calendar; the one before opens nothing any more. It is not kept: show it now."""
    if not member.is_active:
        raise Refused(f"{member.name} is no longer here.")
    key = keys.new_key(PREFIX)
    fresh = {"fingerprint": keys.fingerprint(key), "made_at": now}
    CalendarAddress.objects.update_or_create(member=member, defaults=fresh)
    traces.leave("calendar.made", member, by=by, now=now)
    return key


@transaction.atomic
def revoke(member: Member, *, by: Actor, now: dt.datetime) -> None:
    """The address opens nothing any more. Without one, nothing changes."""
    if CalendarAddress.objects.filter(member=member).delete()[0]:
        traces.leave("calendar.revoked", member, by=by, now=now)


def find(key: str) -> Member | None:
    """Whose address it is; None where it was changed or they have left."""
    if not (key.isascii() and key.startswith(f"{PREFIX}_")):
        return None
    live = CalendarAddress.objects.filter(member__is_active=True).select_related("member")
    found = live.filter(fingerprint=keys.fingerprint(key)).first()
    return found.member if found else None
