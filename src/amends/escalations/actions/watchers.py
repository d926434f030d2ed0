"""Who watches an escalation, besides those who have a part in it: they hear when it opens, changes and ends."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from amends.directory.actor import Actor
from amends.directory.models import Member
from amends.escalations.authority import Act, check
from amends.escalations.models import Escalation, Watcher
from amends.escalations.standing import is_somebodys, one_of_us
from amends.escalations.timeline import kinds
from amends.escalations.timeline.record import record


@transaction.atomic
def add(escalation: Escalation, *, member: Member, by: Actor, now: dt.datetime) -> Watcher:
    """Watch it oneself, or have somebody watch it who ought to know; they may see it from then on."""
    escalation.lock()
    is_me = member.pk == by.member_id
    check(by, Act.WATCH if is_me else Act.STEER, escalation)
    is_somebodys(escalation)
    one_of_us(member, "member")

    watcher, is_new = Watcher.objects.get_or_create(
        escalation=escalation, member=member, defaults={"by_id": by.member_id, "at": now}
    )
    if is_new and is_me:
        record(kinds.WATCHING_BEGUN, escalation, by=by, now=now)
    elif is_new:
        record(kinds.WATCHER_ADDED, escalation, by=by, now=now, named=[member], member=member.name)
    return watcher


@transaction.atomic
def remove(escalation: Escalation, *, member: Member, by: Actor, now: dt.datetime) -> None:
    """Stop watching it, or let somebody watch it no longer."""
    escalation.lock()
    is_me = member.pk == by.member_id
    check(by, Act.WATCH if is_me else Act.STEER, escalation)
    gone, _ = escalation.watchers.filter(member=member).delete()
    if gone and is_me:
        record(kinds.WATCHING_ENDED, escalation, by=by, now=now)
    elif gone:
        record(kinds.WATCHER_REMOVED, escalation, by=by, now=now, member=member.name)
