"""Exit criteria: what must be true for the customer to call it over, agreed with them."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Max

from amends.directory.actor import Actor
from amends.escalations.actions import inside
from amends.escalations.authority import Act, check
from amends.escalations.errors import Refused
from amends.escalations.models import Escalation, ExitCriterion
from amends.escalations.standing import is_under_way
from amends.escalations.timeline import kinds
from amends.escalations.timeline.record import record

MOST = 20


def begin(escalation: Escalation) -> None:
    """The playbook's own, as part of opening, which holds the row already."""
    ExitCriterion.objects.bulk_create(
        ExitCriterion(escalation=escalation, words=words, rank=rank)
        for rank, words in enumerate(escalation.playbook.document.exit_criteria, 1)
    )


@transaction.atomic
def add(escalation: Escalation, *, words: str, by: Actor, now: dt.datetime) -> ExitCriterion:
    """Agree one more with the customer."""
    escalation.lock()
    check(by, Act.PLAN, escalation)
    is_under_way(escalation, otherwise="before you change what ends it")
    if not words.strip():
        raise Refused("Say what must be true for them to call it over.", field="words")
    inside.tells_nothing_of_it(escalation, words=words)
    if escalation.exit_criteria.count() >= MOST:
        raise Refused(f"{MOST} are as many as anybody can agree on. Take one off first.", field="words")

    last = escalation.exit_criteria.aggregate(last=Max("rank"))["last"] or 0
    criterion = ExitCriterion.objects.create(escalation=escalation, words=words.strip(), rank=last + 1)
    record(kinds.CRITERION_ADDED, escalation, by=by, now=now, words=criterion.words)
    return criterion


@transaction.atomic
def meet(criterion: ExitCriterion, *, by: Actor, now: dt.datetime) -> None:
    """It is so now."""
    escalation = criterion.escalation
    escalation.lock()
    check(by, Act.PLAN, escalation)
    is_under_way(escalation, otherwise="before you change what ends it")
    _is_still_there(criterion)
    if criterion.met_at:
        return

    criterion.met_at, criterion.met_by_id = now, by.member_id
    criterion.save(update_fields=["met_at", "met_by"])
    record(kinds.CRITERION_MET, escalation, by=by, now=now, words=criterion.words)


@transaction.atomic
def unmeet(criterion: ExitCriterion, *, by: Actor, now: dt.datetime) -> None:
    """It was not so after all."""
    escalation = criterion.escalation
    escalation.lock()
    check(by, Act.PLAN, escalation)
    is_under_way(escalation, otherwise="before you change what ends it")
    _is_still_there(criterion)
    if not criterion.met_at:
        return

    criterion.met_at, criterion.met_by = None, None
    criterion.save(update_fields=["met_at", "met_by"])
    record(kinds.CRITERION_UNMET, escalation, by=by, now=now, words=criterion.words)


@transaction.atomic
def remove(criterion: ExitCriterion, *, reason: str, by: Actor, now: dt.datetime) -> None:
    """The customer asks for it no longer; the timeline keeps that it was asked."""
    escalation = criterion.escalation
    escalation.lock()
    check(by, Act.PLAN, escalation)
    is_under_way(escalation, otherwise="before you change what ends it")
    _is_still_there(criterion)
    if not reason.strip():
        raise Refused("Say why it is asked for no longer.", field="reason")

    words = criterion.words
    criterion.delete()
    record(kinds.CRITERION_REMOVED, escalation, by=by, now=now, words=words, reason=reason.strip())


def _is_still_there(criterion: ExitCriterion) -> None:
    """Read it anew. Refuse what somebody has taken off meanwhile."""
    fresh = ExitCriterion.objects.filter(pk=criterion.pk).first()
    if fresh is None:
        raise Refused(f"“{criterion.words}” was taken off meanwhile.")
    criterion.met_at, criterion.met_by_id = fresh.met_at, fresh.met_by_id
