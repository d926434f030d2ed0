"""Members coming and going, as far as escalations hang on it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from amends.directory import members
from amends.directory.actor import Actor
from amends.directory.models import Member
from amends.escalations.authority import Act, check
from amends.escalations.errors import Refused
from amends.escalations.models import Escalation, Promise


@transaction.atomic
def leave(member: Member, *, by: Actor, now: dt.datetime) -> None:
    """Close a member's account, once nothing that a customer waits for hangs on them."""
    check(by, Act.CHANGE_PEOPLE)
    under_way = Escalation.objects.open().exclude(imported_key__isnull=False, adopted_at__isnull=True)
    handles = under_way.filter(handler=member).count()
    owns = Promise.objects.open().filter(owner=member, escalation__in=under_way.values("pk")).count()
    holds = [
        says
        for count, says in [
            (handles, f"handles {_count(handles, 'open escalation')}"),
            (owns, f"owns {_count(owns, 'open promise')}"),
        ]
        if count
    ]
    if holds:
        raise Refused(f"{member.name} {' and '.join(holds)}; hand them on first.")
    members.deactivate(member, by=by, now=now)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
