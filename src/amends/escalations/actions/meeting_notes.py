"""Notes after a meeting: drafted from it, kept while somebody writes on them, sent to the customer in one step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from amends.directory.actor import Actor
from amends.directory.checks import line
from amends.directory.models import Contact
from amends.escalations.actions import updates
from amends.escalations.actions.leave_outs import Leave
from amends.escalations.actions.meeting_mails import refresh
from amends.escalations.actions.updates import Next
from amends.escalations.authority import Act, check
from amends.escalations.errors import Refused
from amends.escalations.models import Meeting, MeetingNotes, Update
from amends.escalations.timeline import kinds
from amends.escalations.timeline.record import record

LONGEST = 20_000


@transaction.atomic
def write(meeting: Meeting, *, subject: str, text: str, by: Actor, now: dt.datetime) -> MeetingNotes:
    """Keep the draft as it stands; nobody is told, and nothing leaves."""
    escalation = meeting.escalation
    escalation.lock()
    check(by, Act.TELL, escalation)
    _are_awaited(meeting)
    if len(text) > LONGEST:
        raise Refused(f"Notes have {LONGEST:,} letters at most. Attach what is longer.", field="text")
    notes, _ = MeetingNotes.objects.update_or_create(
        meeting=meeting,
        defaults={
            "subject": line(subject, "subject", at_most=200),
            "text": text.strip(),
            "changed_at": now,
            "changed_by_id": by.member_id,
        },
    )
    return notes


@transaction.atomic
def send(
    meeting: Meeting,
    *,
    text: str,
    to: Sequence[Contact],
    by: Actor,
    now: dt.datetime,
    subject: str = "",
    then: Next | None = None,
    leaving_out: Sequence[Leave] = (),
) -> Update:
    """Send the notes: to those who came and all who should be told, with what they hear `then`. Nobody is asked any
    more for them. Taken back, they are awaited again."""
    escalation = meeting.escalation
    escalation.lock()
    check(by, Act.TELL, escalation)
    _are_awaited(meeting)
    update = updates.send(
        escalation, text=text, to=to, subject=subject, then=then, leaving_out=leaving_out, by=by, now=now
    )
    meeting.notes_update = update
    meeting.save(update_fields=["notes_update"])
    MeetingNotes.objects.filter(meeting=meeting).delete()
    record(
        kinds.MEETING_NOTES_SENT,
        escalation,
        by=by,
        now=now,
        update=update,
        contact=updates.names(update),
        held_at=meeting.held_at,
        meeting=meeting.pk,
    )
    return update


@transaction.atomic
def waive(meeting: Meeting, *, reason: str, by: Actor, now: dt.datetime) -> None:
    """They get no notes of it, and why: they wrote their own, or asked for none. Nobody is asked for them any more."""
    escalation = meeting.escalation
    escalation.lock()
    check(by, Act.TELL, escalation)
    _are_awaited(meeting)
    meeting.why_no_notes = line(reason, "reason", at_most=300, missing="Say why they get none.")
    meeting.save(update_fields=["why_no_notes"])
    record(
        kinds.MEETING_NOTES_WAIVED,
        escalation,
        by=by,
        now=now,
        held_at=meeting.held_at,
        reason=meeting.why_no_notes,
        meeting=meeting.pk,
    )


def _are_awaited(meeting: Meeting) -> None:
    refresh(meeting)
    if meeting.state != Meeting.State.HELD:
        raise Refused("Notes are of a meeting that was held. Say first how it was.")
    if meeting.is_internal:
        raise Refused("What was said among ourselves is not sent to the customer.")
    if not meeting.awaits_notes:
        raise Refused("They get no notes of it." if meeting.why_no_notes else "They have its notes already.")
