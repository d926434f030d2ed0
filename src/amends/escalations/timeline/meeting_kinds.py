"""Kinds of event about meetings. Who is invited hears it by the invitation itself."""

from __future__ import annotations

from amends.escalations.timeline.audiences import Audience
from amends.escalations.timeline.kind import kind as _kind

_THE_DESK = (Audience.HANDLER, Audience.CSM, Audience.NAMED)

MEETING_PLANNED = _kind(
    "meeting.planned",
    "planned a meeting ({what}) with {whom}: {starts_at}.",
    tells=_THE_DESK,
    personal=("whom",),
    icon="people",
)
MEETING_CHANGED = _kind(
    "meeting.changed",
    "changed the meeting ({what}) of {starts_at}: {changes}",
    tells=_THE_DESK,
    personal=("changes",),
    icon="move",
)
MEETING_CALLED_OFF = _kind(
    "meeting.called_off",
    "called off the meeting ({what}) of {starts_at}: {reason}",
    tells=_THE_DESK,
    personal=("reason",),
    icon="cross",
)
# Whoever acts is the one who answers, by name, or the member who wrote it down.
MEETING_ANSWERED = _kind(
    "meeting.answered",
    "wrote down that {who} says {answer} to the meeting of {starts_at}. {comment}",
    tells=(Audience.NAMED,),
    personal=("who", "comment"),
    icon="check",
)
MEETING_ANSWERED_BY_THEM = _kind(
    "meeting.answered_by_them",
    "says {answer} to the meeting of {starts_at}. {comment}",
    tells=_THE_DESK,
    personal=("contact", "comment"),
    icon="heard",
)
MEETING_TIME_PROPOSED = _kind(
    "meeting.time_proposed",
    "would rather meet {proposed_at} than {starts_at}. {comment}",
    tells=_THE_DESK,
    personal=("contact", "comment"),
    icon="heard",
)
MEETING_ANSWERED_INSIDE = _kind(
    "meeting.answered_inside",
    "says {answer} to the meeting of {starts_at}. {comment}",
    tells=(Audience.NAMED,),
    personal=("comment",),
    icon="people",
)
MEETING_HELD = _kind(
    "meeting.held",
    "held the meeting ({what}) with {whom}, {held_at}.",
    tells=_THE_DESK,
    personal=("whom", "mood"),
    icon="check",
)
# Who struck what was said of it is told of by that.
MEETING_OPEN_AGAIN = _kind(
    "meeting.open_again",
    "asks again how the meeting ({what}) of {starts_at} was: what was written down of it does not stand.",
    icon="people",
)
MEETING_NOTES_SENT = _kind(
    "meeting.notes_sent",
    "sent {contact} the notes of the meeting of {held_at}.",
    personal=("contact",),
    icon="mail",
)
MEETING_NOTES_WAIVED = _kind(
    "meeting.notes_waived",
    "sends no notes of the meeting of {held_at}: {reason}",
    tells=(Audience.HANDLER,),
    personal=("reason",),
    icon="cross",
)
# The clock's; whom they tell stands in the playbook, and of the first: who is in the meeting.
MEETING_BRIEF = _kind("meeting.brief", "sent {told} a page to read before the meeting of {due_at}.", icon="bell")
MEETING_UNSETTLED = _kind(
    "meeting.unsettled", "asked {told}: was the meeting held that was to end {due_at}?", icon="bell"
)
MEETING_NOTES_DUE = _kind(
    "meeting.notes_due", "rang {told}: the notes of the meeting were to be sent by {due_at}.", icon="bell"
)
MEETING_MISSING = _kind(
    "meeting.missing", "told {told}: nobody has met the customer, or planned to, by {due_at}.", icon="bell"
)
