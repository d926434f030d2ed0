"""What is asked of one member besides their promises: decisions, help, problems, meetings. Four queries, always."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, Q

from amends.directory.actor import Actor
from amends.directory.models import Team
from amends.escalations.models import Attendance, Decision, Help, Meeting, Problem
from amends.escalations.models.escalation import of_a_live_one

MOST = 20
A_DAY = dt.timedelta(days=1)
# What is shown of the case; all of it would be sixty columns more.
_CASE = ("escalation__reason", "escalation__account__name")
_HELP = ("what", "asked_at", "settled_at", "is_given", "answer")
_WORTH = ("escalation__account__spend", "escalation__account__currency")
_WHY = ("escalation__qualifies_by", "escalation__why_unqualified", "escalation__contact__name")


@dataclass(frozen=True, slots=True)
class Duties:
    """Each the most pressing first, no more than MOST."""

    decisions: Sequence[Decision]
    helps: Sequence[Help]
    problems: Sequence[Problem]
    # Of which somebody is to say how they were, or to send the notes
    to_settle: Sequence[Meeting] = ()
    # That one is in, within a day
    to_come: Sequence[Meeting] = ()

    def __bool__(self) -> bool:
        return bool(self.decisions or self.helps or self.problems or self.to_settle or self.to_come)


def of(actor: Actor, now: dt.datetime) -> Duties:
    """What waits for this member, for those for whom they stand in, and for their teams where nobody has it."""
    us, live = actor.stands_for, of_a_live_one()
    ours = Q(team__in=Team.objects.filter(members=actor.member_id).values("pk"))
    decisions = Decision.objects.filter(live, asked_of__in=us, verdict="").order_by("due_at", "id")
    helps = Help.objects.filter(live, Q(asked_of__in=us) | ours, settled_at__isnull=True)
    problems = Problem.objects.filter(live, Q(owner__in=us) | (ours & Q(owner__isnull=True)))
    pressing = problems.exclude(status__in=Problem.SETTLED).order_by(F("eta_at").asc(nulls_last=True), "id")
    decisions = decisions.select_related("escalation__account", "escalation__contact", "asked_by", "asked_of")
    helps = helps.select_related("escalation__account", "by", "asked_of", "team").order_by("asked_at", "id")
    pressing = pressing.select_related("escalation__account", "owner", "team")
    met = _meetings(actor, now)
    return Duties(
        list(decisions.only("due_at", "asked_by__name", "asked_of__name", *_CASE, *_WORTH, *_WHY)[:MOST]),
        list(helps.only(*_HELP, "by__name", "asked_of__name", "team__name", *_CASE)[:MOST]),
        list(pressing.only("words", "status", "eta_at", "owner__name", "team__name", *_CASE)[:MOST]),
        [meeting for meeting in met if meeting.is_unsettled(now) or meeting.awaits_notes][:MOST],
        [meeting for meeting in met if meeting.is_planned and meeting.ends_at > now][:MOST],
    )


def _meetings(actor: Actor, now: dt.datetime) -> Sequence[Meeting]:
    """Those that wait for who planned them or has the case; and those that they are in themselves, within a day."""
    us, planned = actor.stands_for, Q(state=Meeting.State.PLANNED)
    is_ours = Q(organised_by__in=us) | Q(escalation__handler__in=us)
    waits = (planned & Q(ends_at__lte=now)) | Q(pk__in=Meeting.objects.awaiting_notes().order_by().values("pk"))
    attends = Q(pk__in=Attendance.objects.filter(member__in=us).values("meeting"))
    soon = planned & Q(ends_at__gt=now, starts_at__lt=now + A_DAY)
    found = Meeting.objects.filter(of_a_live_one()).filter((is_ours & waits) | (attends & soon))
    return list(found.select_related("escalation__account", "notes_update").order_by("starts_at", "id")[: 3 * MOST])
