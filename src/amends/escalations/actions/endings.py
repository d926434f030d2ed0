"""How an escalation ends: resolved, closed, withdrawn; and how it comes back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from amends.directory.actor import Actor
from amends.directory.models import Organisation
from amends.escalations import handlers
from amends.escalations.actions import decisions, holds, meetings, promises
from amends.escalations.actions.escalations import target
from amends.escalations.authority import Act, check, may
from amends.escalations.errors import Refused
from amends.escalations.models import Closure, Escalation, ExitCriterion, Waiver
from amends.escalations.models.escalation import EPOCH
from amends.escalations.standing import every_problem_is_settled, is_somebodys, nothing_is_owed
from amends.escalations.timeline import kinds
from amends.escalations.timeline.record import record

Status = Escalation.Status


@transaction.atomic
def resolve(escalation: Escalation, *, by: Actor, now: dt.datetime) -> None:
    """Every problem is solved or declined; now the customer is asked whether it is over."""
    escalation.lock()
    check(by, Act.STEER, escalation)
    is_somebodys(escalation)
    if escalation.status != Status.OPEN:
        raise Refused("Only an open escalation can be resolved.")
    every_problem_is_settled(escalation)

    escalation.status = Status.RESOLVED
    escalation.resolved_at = escalation.resolved_at or now
    escalation.save(update_fields=["status", "resolved_at"])
    record(kinds.ESCALATION_RESOLVED, escalation, by=by, now=now)


@transaction.atomic
def close(
    escalation: Escalation,
    *,
    outcome: str,
    by: Actor,
    now: dt.datetime,
    confirmed_by: str = "",
    confirmed_how: str = "",
    why_unconfirmed: str = "",
    note: str = "",
    waived: Mapping[int, str] | None = None,
) -> Closure:
    """End it: resolved, confirmed by the customer or with the reason why not, nothing promised left to keep.

    Each exit criterion is met, or waived in `waived`: a reason by the criterion's id. Routine updates still ahead
    are released, missed ones broken; anything else must be kept or given up first.
    """
    escalation.lock()
    check(by, Act.CLOSE, escalation)
    is_somebodys(escalation)
    _may_be_closed(escalation, outcome, confirmed_by, why_unconfirmed)
    waivers = _waived(escalation, waived or {})

    meetings.fall_away(escalation, reason="The escalation is closed.", by=by, now=now, ours_too=False)
    promises.release_all(escalation, reason="The escalation is closed.", by=by, now=now)
    confirmed_at = now if confirmed_by.strip() else None
    closure = Closure.objects.create(
        escalation=escalation,
        outcome=outcome,
        confirmed_by=confirmed_by.strip(),
        confirmed_how=confirmed_how,
        confirmed_at=confirmed_at,
        why_unconfirmed=why_unconfirmed.strip(),
        note=note.strip(),
        closed_by_id=by.member_id,
        closed_at=now,
    )
    Waiver.objects.bulk_create(Waiver(closure=closure, what=what, reason=reason) for what, reason in waivers)
    escalation.status, escalation.closed_at = Status.CLOSED, now
    escalation.confirmed_at = escalation.confirmed_at or confirmed_at
    escalation.next_look_at = None
    escalation.save(update_fields=["status", "closed_at", "confirmed_at", "next_look_at"])
    record(
        kinds.ESCALATION_CLOSED,
        escalation,
        by=by,
        now=now,
        outcome=outcome,
        confirmation=f"Confirmed by {closure.confirmed_by}."
        if confirmed_at
        else f"Not confirmed: {closure.why_unconfirmed}",
    )
    holds.lift(escalation, by=by, now=now)
    return closure


@transaction.atomic
def reopen(escalation: Escalation, *, reason: str, by: Actor, now: dt.datetime) -> None:
    """It was not over after all, or it came back. The thirty days begin anew; the next update is promised."""
    escalation.lock()
    check(by, Act.CLOSE, escalation)
    if escalation.status not in (Status.RESOLVED, Status.CLOSED):
        raise Refused("Only a resolved or closed escalation can be reopened.")
    is_somebodys(escalation)
    if not reason.strip():
        raise Refused("Say what came back.", field="reason")

    is_back = escalation.status == Status.CLOSED
    if is_back:
        escalation.target_at = target(escalation.playbook, escalation.severity, Organisation.current(), now)
        escalation.closed_at, escalation.reopened_at = None, now
    if escalation.handler is None or not escalation.handler.is_active:
        level = escalation.playbook.document.level(escalation.level)
        escalation.handler = handlers.choose(level.handler, escalation.account, by, now)
    escalation.status, escalation.next_look_at = Status.OPEN, EPOCH
    escalation.save(update_fields=["status", "closed_at", "reopened_at", "target_at", "handler", "next_look_at"])
    record(kinds.ESCALATION_REOPENED, escalation, by=by, now=now, reason=reason.strip())
    if is_back:
        holds.place(escalation, by=by, now=now)
    promises.owe_next(escalation, by=by, now=now)


@transaction.atomic
def withdraw(escalation: Escalation, *, reason: str, by: Actor, now: dt.datetime) -> None:
    """It was no escalation after all. What was promised is released. Whoever asked for it may, until it is decided."""
    escalation.lock()
    check_may_withdraw(by, escalation)
    is_somebodys(escalation)
    if escalation.status not in (Status.REQUESTED, Status.OPEN):
        raise Refused("Only an open escalation can be withdrawn.")
    if not reason.strip():
        raise Refused("Say why it is withdrawn.", field="reason")

    meetings.fall_away(escalation, reason="The escalation is withdrawn.", by=by, now=now, ours_too=True)
    promises.release_all(escalation, reason="The escalation is withdrawn.", by=by, now=now, missed_too=True)
    escalation.status, escalation.next_look_at = Status.WITHDRAWN, None
    escalation.closed_at = now
    escalation.save(update_fields=["status", "closed_at", "next_look_at"])
    decisions.overtake(escalation, by=by, now=now)
    record(kinds.ESCALATION_WITHDRAWN, escalation, by=by, now=now, reason=reason.strip())
    holds.lift(escalation, by=by, now=now)


def check_may_withdraw(actor: Actor, escalation: Escalation) -> None:
    """Raise Forbidden unless they may end it so: those who close, and whoever asked for what is still a request."""
    is_own = escalation.status == Status.REQUESTED and escalation.opened_by_id in actor.stands_for
    if not (is_own and may(actor, Act.OPEN)):
        check(actor, Act.CLOSE, escalation)


def _may_be_closed(escalation: Escalation, outcome: str, confirmed_by: str, why_unconfirmed: str) -> None:
    if escalation.status != Status.RESOLVED:
        raise Refused("Resolve it first: every problem solved or declined.")
    every_problem_is_settled(escalation)
    if outcome not in Escalation.Outcome.values:
        raise Refused("Say how it ended: recovered or lost.", field="outcome")
    if bool(confirmed_by.strip()) == bool(why_unconfirmed.strip()):
        raise Refused("Say who at the customer confirmed that it is over, or why nobody could.", field="confirmed_by")
    nothing_is_owed(escalation)


def _waived(escalation: Escalation, waived: Mapping[int, str]) -> list[tuple[str, str]]:
    """The exit criteria that are let off, each with its reason; what is neither met nor let off stops the closing."""
    unmet: list[ExitCriterion] = list(escalation.exit_criteria.filter(met_at__isnull=True))
    for criterion in unmet:
        if not waived.get(criterion.pk, "").strip():
            raise Refused(
                f"“{criterion.words}” is not met yet. Say that it is, or why it is waived.",
                field=f"waive_{criterion.pk}",
            )
    return [(criterion.words, waived[criterion.pk].strip()) for criterion in unmet]
