"""The page to read before a meeting, for who is asked to come when the others have read it. Part of changing it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db.models import Q

from amends.clock.situations import brief_at, brief_key
from amends.directory.actor import CLOCK
from amends.directory.models import Member, Organisation
from amends.escalations import invites
from amends.escalations.models import Event, Meeting
from amends.escalations.terms import terms
from amends.escalations.timeline import kinds, meeting_briefs, meeting_letters, reaching
from amends.escalations.timeline.meeting_briefs import MeetingBrief
from amends.escalations.timeline.record import HOST, record
from amends.outbox.posting import post


def catch_up(meeting: Meeting, now: dt.datetime) -> None:
    """Who joins it now, and was not sent the page that the others were, gets it at once.

    Where the clock has not sent it yet, or will send it anew to all, nobody gets it here.
    """
    due_at = _due_at(meeting)
    told = meeting.escalation.marks.filter(key=brief_key(meeting.pk)).first()
    if due_at is None or told is None or told.told_at < due_at or meeting.ends_at <= now:
        return
    brief = meeting_briefs.of(meeting)
    read = _have_read(meeting, due_at)
    new = [each.member for each in brief.readers() if each.member and each.member_id not in read]
    if not new:
        return
    _post(brief, new, now)
    record(
        kinds.MEETING_BRIEF,
        meeting.escalation,
        by=CLOCK,
        now=now,
        told=", ".join(member.name for member in new),
        members=[member.pk for member in new],
        due_at=meeting.starts_at,
        meeting=meeting.pk,
    )


def _due_at(meeting: Meeting) -> dt.datetime | None:
    """When all were to be sent it; None where the clock cannot say so either."""
    escalation = meeting.escalation
    try:
        found = terms(escalation.playbook, escalation.severity, Organisation.current())
    except (LookupError, ValueError, ArithmeticError):
        return None
    return brief_at(meeting.made_at, meeting.starts_at, found)


def _have_read(meeting: Meeting, since: dt.datetime) -> set[int]:
    """Who was sent it for the time that the meeting has, also before its case was merged into this one."""
    case = meeting.escalation
    of_it = Q(escalation=case) | Q(escalation__merged_into=case)
    sent = Event.objects.filter(of_it, kind=kinds.MEETING_BRIEF.name, at__gte=since, words__meeting=meeting.pk)
    return {number for event in sent for number in event.words["members"]}


def _post(brief: MeetingBrief, new: Sequence[Member], now: dt.datetime) -> None:
    meeting, ways = brief.meeting, reaching.of(new, now)
    post(
        [
            draft
            for member in new
            for draft in ways.drafts(
                member,
                identity=f"{invites.identity(meeting)}{meeting.sequence}|brief|member:{member.pk}",
                letter=meeting_letters.brief(brief, to=member, now=now),
                subject=meeting.escalation.subject,
                wanted_while=meeting.subject,
            )
        ],
        host=HOST,
        now=now,
    )
