"""The plan as a whole: its order, and the customer's word that the order is theirs.

What the customer confirmed is which problems we solve, and which of them first. So their word lapses when the order
changes, when a problem comes on, and when one is declined or taken up again; whoever changed the plan asks them
anew. It does not lapse when a problem is solved: that is the plan going as they confirmed it. Nothing here tells
the customer anything.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from amends.directory.actor import Actor
from amends.directory.checks import one_of
from amends.directory.models import Contact
from amends.escalations.actions import inside, promises
from amends.escalations.authority import Act, check
from amends.escalations.errors import Refused
from amends.escalations.models import Escalation, PlanConfirmation, Problem, Update
from amends.escalations.standing import is_under_way, may_hear, not_long_ago
from amends.escalations.timeline import kinds
from amends.escalations.timeline.record import record

# How they said it, as a sentence goes on.
HOW = {
    Update.Channel.CALL.value: "by phone",
    Update.Channel.MEETING.value: "in a meeting",
    Update.Channel.MAIL.value: "by mail",
    Update.Channel.PAGE.value: "on their page",
}


@transaction.atomic
def reorder(
    escalation: Escalation, *, order: Sequence[int], by: Actor, now: dt.datetime, seen: Sequence[int] | None = None
) -> None:
    """Put the plan into this order: the ids of all its problems, each once, settled ones too.

    `seen` is the order that was looked at meanwhile; where the plan is another by now, nothing is changed. The
    customer's word on the order before lapses.
    """
    escalation.lock()
    check(by, Act.PLAN, escalation)
    is_under_way(escalation, otherwise="before you change its plan")
    problems = {problem.pk: problem for problem in escalation.problems.all()}
    if sorted(order) != sorted(problems) or (seen is not None and list(seen) != list(problems)):
        raise Refused("Somebody changed the plan meanwhile. See how it stands now, then order it.", field="order")
    if list(order) == list(problems):
        return

    _rank([problems[number] for number in order])
    words = "; ".join(f"{rank}. {problems[number].words}" for rank, number in enumerate(order, 1))
    record(kinds.PLAN_REORDERED, escalation, by=by, now=now, order=words)
    lapse(escalation, reason="The order was changed.", by=by, now=now)


@transaction.atomic
def confirm(
    escalation: Escalation,
    *,
    order: Sequence[int],
    how: str,
    at: dt.datetime,
    by: Actor,
    now: dt.datetime,
    contact: Contact | None = None,
    name: str = "",
    by_themselves: bool = False,
) -> PlanConfirmation:
    """Write down that the customer confirmed the plan in this order: who (a contact, or a name), how, when.

    `order` is what was read to them, by id; it must be the plan as it stands. `at` has passed. `by_themselves`: they
    did it on their page, and nobody wrote it down for them.
    """
    escalation.lock()
    check(by, Act.PLAN, escalation)
    is_under_way(escalation, otherwise="before you change its plan")
    may_hear(contact, escalation.account, "contact")
    who = contact.name if contact else name.strip()
    if not who:
        raise Refused("Say who of them confirmed it.", field="contact")
    inside.tells_nothing_of_it(escalation, name="" if contact else who)
    one_of(how, Update.Channel.values, "how", what="a way to say so")
    if at > now:
        raise Refused("That lies ahead. Say when they confirmed it.", field="at")
    not_long_ago(at, now, "at")
    _is_as_read(escalation, order)

    found = PlanConfirmation.objects.create(
        escalation=escalation,
        order=list(order),
        contact=contact,
        confirmed_by=who,
        how=how,
        confirmed_at=at,
        recorded_by_id=by.member_id,
        recorded_at=now,
    )
    escalation.plan_confirmed_at = escalation.plan_confirmed_at or at
    if how in Update.BY_VOICE and not promises.is_before(at, escalation.reported_at):
        escalation.first_contact_at = escalation.first_contact_at or at
    escalation.save(update_fields=["plan_confirmed_at", "first_contact_at"])
    kind = kinds.PLAN_CONFIRMED_BY_THEM if by_themselves else kinds.PLAN_CONFIRMED
    record(kind, escalation, by=by, now=now, contact=who, how=HOW[how], confirmed_at=at)
    return found


@transaction.atomic
def lapse(escalation: Escalation, *, reason: str, by: Actor, now: dt.datetime) -> None:
    """What the customer confirmed is no longer the plan: part of what changed it, so nobody is asked again."""
    escalation.lock()
    standing = escalation.plan_confirmations.filter(lapsed_at__isnull=True)
    if standing.update(lapsed_at=now, why_lapsed=reason[:300]):
        record(kinds.PLAN_LAPSED, escalation, by=by, now=now, reason=reason)


def contradict(escalation: Escalation, *, now: dt.datetime) -> None:
    """They say themselves that the plan is not right. Part of hearing so, of which everybody is told at once."""
    standing = escalation.plan_confirmations.filter(lapsed_at__isnull=True)
    standing.update(lapsed_at=now, why_lapsed="They say that something is missing.")


def _rank(problems: Sequence[Problem]) -> None:
    for rank, problem in enumerate(problems, 1):
        problem.rank = rank
    Problem.objects.bulk_update(problems, ["rank"])


def _is_as_read(escalation: Escalation, order: Sequence[int]) -> None:
    """Refuse where there is nothing to confirm, where it is confirmed already, or is not what was read to them."""
    current = list(escalation.problems.values_list("pk", flat=True))
    if not current:
        raise Refused("Put a problem on the plan first.")
    standing = escalation.plan_confirmations.filter(lapsed_at__isnull=True).first()
    if standing:
        raise Refused(f"{standing.confirmed_by} has confirmed this order already.")
    if list(order) != current:
        raise Refused("The plan is another by now. Read them this one, and say whether they confirm it.")
