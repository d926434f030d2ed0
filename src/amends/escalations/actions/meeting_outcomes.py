"""What follows from a meeting that was held, and from that not being so: the word to the customer, when notes are due.

Parts of saying how it was, and of striking or correcting the word that says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from amends.directory.actor import Actor
from amends.directory.checks import one_of
from amends.directory.models import Organisation
from amends.escalations import meetings as planning
from amends.escalations.actions import meeting_promises, promises, updates
from amends.escalations.errors import Refused
from amends.escalations.models import Attendance, Escalation, Meeting, Update
from amends.escalations.timeline import kinds
from amends.escalations.timeline.record import record
from amends.lib import when

_MINUTE = dt.timedelta(minutes=1)


def can_be(
    meeting: Meeting, there: Sequence[Attendance], came: Collection[int], at: dt.datetime, mood: str, now: dt.datetime
) -> None:
    """Refuse what cannot have been: before it was planned so or begun, or without anybody of the customer’s."""
    if at > now:
        if meeting.has_begun(now):
            raise Refused("That is still to come. Say when you came together.", field="at")
        planned = when.their_date(meeting.starts_at, meeting.zone, now)
        raise Refused(f"It has not begun yet: it is planned for {planned}. If you met earlier, say when.", field="at")
    if _is_before_it(meeting, at):
        is_new = _promised_since(meeting) > meeting.made_at
        before = "they were told of the time that it has now" if is_new else "it was planned"
        raise Refused(f"That is before {before}. Log what was said then as a meeting of its own.", field="at")
    if mood:
        one_of(mood, Escalation.Mood.values, "mood", what="a mood")
    if not set(came) <= {each.pk for each in there}:
        raise Refused("Choose from those who were invited.", field="came")
    if not meeting.is_internal and not any(each.pk in came and each.contact_id for each in there):
        raise Refused("None of them came. Give it another time, or call it off.", field="came")


def tell(meeting: Meeting, there: Sequence[Attendance], then: updates.Next | None, by: Actor, now: dt.datetime) -> None:
    """It was a word to the customer; what we wrote down of it stays inside."""
    assert meeting.held_at is not None
    theirs = [each.contact for each in there if each.came and each.contact]
    promise = meeting_promises.open_of(meeting)
    meeting.held_update = updates.log(
        meeting.escalation,
        channel=Update.Channel.MEETING,
        text=meeting.words or f"We talked: {planning.subject_of(meeting)}.",
        at=meeting.held_at,
        contact=next((contact for contact in theirs if not contact.has_left), None),
        minutes=meeting.lasted,
        keeps=[promise] if promise else [],
        then=then,
        by=by,
        now=now,
    )
    meeting.save(update_fields=["held_update"])


def notes_due(meeting: Meeting) -> dt.datetime:
    """By when the notes of one that was held are to be with the customer, by its organiser’s clock."""
    assert meeting.held_at is not None
    organisation = Organisation.current()
    zone = meeting.organised_by.zone if meeting.organised_by else organisation.zone
    return planning.notes_due(meeting.held_at + (meeting.lasted or meeting.minutes) * _MINUTE, zone, organisation)


def of(update: Update, escalation: Escalation) -> Meeting | None:
    """The meeting of which this is the word that it was held, if it is one’s; the escalation is held."""
    found = Meeting.objects.select_related("notes_update", "organised_by", "promise").filter(held_update=update).first()
    if found:
        found.escalation = escalation
    return found


def may_be_taken_back(meeting: Meeting) -> None:
    """Refuse where the customer has its notes: they have read that we met, and a mail cannot be unsaid."""
    if meeting.notes_update and not meeting.notes_update.struck_at:
        raise Refused(
            "They have the notes of this meeting, so it was held. It stays a meeting; what can be corrected is when it "
            "was, and what was said."
        )


def take_back(meeting: Meeting, *, by: Actor, now: dt.datetime) -> None:
    """It is not said any more that it was held: it is asked again how it was, and no notes are awaited.

    What stood in the words about it stands on the timeline, struck. A draft of the notes is kept.
    """
    meeting.state, meeting.settled_at, meeting.held_update = Meeting.State.PLANNED, None, None
    meeting.held_at, meeting.lasted, meeting.mood, meeting.words = None, None, "", ""
    meeting.notes_due_at, meeting.notes_update, meeting.why_no_notes = None, None, ""
    meeting.save()
    meeting.attendances.update(came=None)
    what = meeting.get_kind_display().lower()
    starts_at = meeting.starts_at
    record(
        kinds.MEETING_OPEN_AGAIN, meeting.escalation, by=by, now=now, meeting=meeting.pk, what=what, starts_at=starts_at
    )


def could_be_of(meeting: Meeting, update: Update) -> bool:
    """Whether another word could say of it what the first did: told them, as a meeting, and not before it."""
    is_meeting = (update.channel, update.direction) == (Update.Channel.MEETING, Update.Direction.OUT)
    return is_meeting and not _is_before_it(meeting, update.at)


def correct(meeting: Meeting, old: Update, new: Update) -> None:
    """It was as it is written down now: at that time, for so long, in these words."""
    meeting.held_update, meeting.held_at = new, new.at
    meeting.lasted = new.minutes or meeting.lasted
    if new.text != old.text:
        meeting.words = new.text
    meeting.notes_due_at = notes_due(meeting)
    meeting.save(update_fields=["held_update", "held_at", "lasted", "words", "notes_due_at"])


def _is_before_it(meeting: Meeting, at: dt.datetime) -> bool:
    """Whether it cannot have been held then; as for any word that keeps a promise, in whole minutes."""
    return promises.is_before(at, _promised_since(meeting))


def _promised_since(meeting: Meeting) -> dt.datetime:
    """Since when it stands as it does: they were told of its time, or it was planned among ourselves."""
    return meeting.promise.made_at if meeting.promise else meeting.made_at
