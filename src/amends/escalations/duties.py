"""What is asked of one member besides their promises: decisions, help, problems. Three queries, however many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, Q

from amends.directory.actor import Actor
from amends.directory.models import Team
from amends.escalations.models import Decision, Help, Problem
from amends.escalations.models.escalation import of_a_live_one

MOST = 20
# What is shown of the case; all of it would be sixty columns more.
_CASE = ("escalation__reason", "escalation__account__name")
_HELP = ("what", "asked_at", "settled_at", "is_given", "answer")
_WORTH = ("escalation__account__spend", "escalation__account__currency")
_WHY = ("escalation__qualifies_by", "escalation__why_unqualified")


@dataclass(frozen=True, slots=True)
class Duties:
    """Each the most pressing first, no more than MOST."""

    decisions: Sequence[Decision]
    helps: Sequence[Help]
    problems: Sequence[Problem]

    def __bool__(self) -> bool:
        return bool(self.decisions or self.helps or self.problems)


def of(actor: Actor) -> Duties:
    """What waits for this member, for those for whom they stand in, and for their teams where nobody has it."""
    us, live = actor.stands_for, of_a_live_one()
    ours = Q(team__in=Team.objects.filter(members=actor.member_id).values("pk"))
    decisions = Decision.objects.filter(live, asked_of__in=us, verdict="").order_by("due_at", "id")
    helps = Help.objects.filter(live, Q(asked_of__in=us) | ours, settled_at__isnull=True)
    problems = Problem.objects.filter(live, Q(owner__in=us) | (ours & Q(owner__isnull=True)))
    pressing = problems.exclude(status__in=Problem.SETTLED).order_by(F("eta_at").asc(nulls_last=True), "id")
    decisions = decisions.select_related("escalation__account", "asked_by", "asked_of")
    helps = helps.select_related("escalation__account", "by", "asked_of", "team").order_by("asked_at", "id")
    pressing = pressing.select_related("escalation__account", "owner", "team")
    return Duties(
        list(decisions.only("due_at", "asked_by__name", "asked_of__name", *_CASE, *_WORTH, *_WHY)[:MOST]),
        list(helps.only(*_HELP, "by__name", "asked_of__name", "team__name", *_CASE)[:MOST]),
        list(pressing.only("words", "status", "eta_at", "owner__name", "team__name", *_CASE)[:MOST]),
    )
