"""Who inside reads which part of an update: the account team, or executives; nobody reads both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from amends.directory.actor import Actor, Role
from amends.directory.models import Member, Seat
from amends.escalations.models import Escalation, InsidePart
from amends.escalations.timeline.audiences import around

Part = InsidePart.Audience


def of(case: Escalation, parts: Collection[Part], *, by: Actor, now: dt.datetime) -> dict[Part, list[Member]]:
    """The readers of these parts, each of them here, and never who writes it.

    The executives' part is read by the executive sponsors of the account, by executives who handle or watch the case,
    and by the handler's manager; the team's by the handler, the CSM, the others of the account team and who watches.
    Who would read both reads the executives', where there is one.
    """
    seats = list(case.account.seats.order_by("id").values_list("member_id", "part"))
    watching = list(case.watchers.values_list("member_id", flat=True))
    people = around([case.handler_id, case.account.csm_id, *(member_id for member_id, _ in seats), *watching], now)
    handler = people.present(case.handler_id)
    sponsors = [people.by_id[member_id] for member_id, part in seats if part == Seat.Part.SPONSOR]
    watchers = [people.by_id[member_id] for member_id in watching]
    executives = [
        *sponsors,
        *(member for member in (handler, *watchers) if member and member.role == Role.EXECUTIVE),
        people.above(case.handler_id),
    ]
    team = [
        handler,
        people.present(case.account.csm_id),
        *(people.by_id[member_id] for member_id, _ in seats),
        *watchers,
    ]
    told = set(executives) if Part.EXECUTIVES in parts else set()
    return {
        part: [
            member
            for member in dict.fromkeys(executives if part == Part.EXECUTIVES else team)
            if member and member.is_active and member.pk != by.member_id
            if part == Part.EXECUTIVES or member not in told
        ]
        for part in parts
    }
