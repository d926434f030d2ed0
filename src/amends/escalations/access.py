"""Which escalations one may see. Every door finds its escalations here and nowhere else."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from amends.directory.actor import Actor
from amends.escalations import authority
from amends.escalations.models import (
    Attendance,
    Dispute,
    Escalation,
    Fact,
    Help,
    Note,
    Problem,
    Promise,
    SavedView,
    Watcher,
)
from amends.escalations.models.escalation import Escalations
from amends.escalations.models.promise import Promises


class NotFound(Exception):
    """There is none, or none that one may see: the answer is the same."""


def visible_to(actor: Actor) -> Escalations:
    """All that the actor may see.

    Those who may not see every escalation see those which they opened, handle, own a part of, watch, were mentioned
    in or asked for help with (or their team was), stated or disputed a fact of, are in a meeting of, or whose account
    they serve; for whom they stand in likewise.
    """
    if authority.may(actor, authority.Act.SEE_EVERY_ESCALATION):
        return Escalation.objects.all()
    me, us = actor.member_id, actor.stands_for
    # Each by an index of its own; one question with all of them would read every escalation and all that hangs on it.
    parts: list[QuerySet[Any, Any]] = [
        Escalation.objects.filter(handler__in=us).values("pk"),
        Escalation.objects.filter(opened_by__in=us).values("pk"),
        Escalation.objects.filter(account__csm__in=us).values("pk"),
        Escalation.objects.filter(account__seats__member=me).values("pk"),
        Promise.objects.filter(owner__in=us).values("escalation"),
        Problem.objects.filter(owner__in=us).values("escalation"),
        Problem.objects.filter(team__members=me).values("escalation"),
        Watcher.objects.filter(member=me).values("escalation"),
        Note.objects.filter(mentions=me).values("escalation"),
        Help.objects.filter(asked_of__in=us).values("escalation"),
        Help.objects.filter(team__members=me).values("escalation"),
        Fact.objects.filter(by__in=us).values("escalation"),
        Fact.objects.filter(settled_by__in=us).values("escalation"),
        Dispute.objects.filter(by__in=us).values("fact__escalation"),
        Attendance.objects.filter(member__in=us).values("meeting__escalation"),
    ]
    first, *others = (part.order_by() for part in parts)
    return Escalation.objects.filter(pk__in=first.union(*others))


def find(key: str, *, seen_by: Actor) -> Escalation:
    """The escalation called `key`. Raises NotFound."""
    around = ("account", "account__csm", "handler", "handler__reports_to", "contact", "playbook")
    try:
        return visible_to(seen_by).by_key(key).select_related(*around).get()
    except Escalation.DoesNotExist:
        raise NotFound(f"There is no escalation {key} that you may see.") from None


def views_visible_to(actor: Actor) -> QuerySet[SavedView]:
    """One's own saved views of the list, and those that somebody shares."""
    return SavedView.objects.filter(Q(member=actor.member_id) | Q(is_shared=True))


def promises_visible_to(actor: Actor) -> Promises:
    """Promises of the escalations that one may see."""
    found = Promise.objects.all()
    if authority.may(actor, authority.Act.SEE_EVERY_ESCALATION):
        return found
    return found.filter(escalation__in=visible_to(actor).values("pk"))
