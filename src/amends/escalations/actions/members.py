"""Members coming and going, as far as escalations hang on it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from amends.directory import members
from amends.directory.actor import Actor
from amends.directory.models import Member
from amends.escalations.authority import Act, check
from amends.escalations.errors import Refused
from amends.escalations.models import Escalation, Problem, Promise


@transaction.atomic
def leave(member: Member, *, by: Actor, now: dt.datetime) -> None:
    """Close a member's account, once nothing that a customer waits for hangs on them."""
    check(by, Act.CHANGE_PEOPLE)
    # Before anything is counted, so that nothing is given to them meanwhile.
    members.hold_everyone()
    under_way = Escalation.objects.live()
    handles = under_way.filter(handler=member).count()
    owns = Promise.objects.open().filter(owner=member, escalation__in=under_way.values("pk")).count()
    unsettled = Problem.objects.exclude(status__in=Problem.SETTLED)
    solves = unsettled.filter(owner=member, escalation__in=under_way.values("pk")).count()
    holds = [
        says
        for count, says in [
            (handles, f"handles {_count(handles, 'open escalation')}"),
            (owns, f"owns {_count(owns, 'open promise')}"),
            (solves, f"has {_count(solves, 'open problem')}"),
        ]
        if count
    ]
    if holds:
        raise Refused(f"{member.name} {_listed(holds)}; hand them on first.")
    if absence := member.stands_in.ahead(now).select_related("member").first():
        raise Refused(
            f"{member.name} stands in for {absence.member.name} {absence.says(now)}; choose somebody else for it first."
        )
    members.deactivate(member, by=by, now=now)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _listed(parts: list[str]) -> str:
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last
