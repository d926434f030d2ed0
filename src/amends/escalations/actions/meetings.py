"""Planning meetings, changing them, calling them off, and saying how they were.

Everybody in a meeting is told by the invitation itself; nobody else need come. With people of the customer it is a
promise too, which rests with the meeting: it is kept by holding it and moved by changing it in time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from django.db import transaction

from amends.directory.actor import Actor
from amends.directory.checks import line, one_of
from amends.directory.checks import zone as a_zone
from amends.directory.models import Contact, Member, Organisation
from amends.escalations import invites
from amends.escalations import meetings as planning
from amends.escalations.actions import (
    attendances,
    meeting_briefings,
    meeting_mails,
    meeting_outcomes,
    meeting_promises,
    promises,
    updates,
)
from amends.escalations.actions.meeting_mails import refresh
from amends.escalations.authority import Act, check
from amends.escalations.errors import Refused
from amends.escalations.invites import CANCEL, REQUEST
from amends.escalations.meetings import Invited
from amends.escalations.models import Attendance, Escalation, Meeting
from amends.escalations.standing import is_somebodys, is_under_way, not_far_ahead
from amends.escalations.timeline import kinds
from amends.escalations.timeline.audiences import around
from amends.escalations.timeline.record import record
from amends.lib import when

State, Kind = Meeting.State, Meeting.Kind
LONGEST = 8 * 60
_MINUTE = dt.timedelta(minutes=1)
# How the subjects of the mails begin
_INVITES, _CHANGES, _IS_OFF = "Invitation: ", "Changed: ", "Called off: "


@transaction.atomic
def plan(
    escalation: Escalation,
    *,
    kind: str,
    starts_at: dt.datetime,
    minutes: int,
    members: Sequence[Invited],
    by: Actor,
    now: dt.datetime,
    contacts: Sequence[Contact] = (),
    zone: str = "",
    place: str = "",
    agenda: str | None = None,
    text: str = "",
) -> Meeting:
    """Invite to a meeting that lies ahead, of at most eight hours. The customer's `contacts` need mail addresses.

    `zone` is the clock on which it is agreed: that of the first contact, else the account's, unless named. The
    `agenda`, a line each, is the kind's unless named, and everybody reads it. `text` is what the contacts read with
    the invitation, and below it when and where; blank: a plain one. Whoever plans it and is in it has said yes.
    """
    escalation.lock()
    check(by, Act.TELL, escalation)
    is_under_way(escalation, otherwise="before you plan a meeting")
    one_of(kind, Kind.values, "kind", what="a kind of meeting")
    contacts, members = list(dict.fromkeys(contacts)), attendances.once(members)
    attendances.can_be(escalation, kind, contacts, members)
    _when(starts_at, minutes, now)
    same = escalation.meetings.filter(kind=kind, starts_at=starts_at, state=State.PLANNED)
    if kind != Kind.INTERNAL and same.exists():
        raise Refused("Such a meeting is planned for that time already. Open it, and change it.", field="starts_at")

    organisation = Organisation.current()
    meeting = Meeting.objects.create(
        escalation=escalation,
        kind=kind,
        starts_at=starts_at,
        ends_at=starts_at + minutes * _MINUTE,
        zone=a_zone(zone) if zone else (contacts[0].zone if contacts else "") or escalation.account.zone,
        place=line(place, "place", at_most=300),
        agenda=(planning.agenda(escalation, kind) if agenda is None else agenda).strip(),
        uid=invites.new_uid(),
        organiser=invites.organiser(escalation, organisation),
        organised_by_id=by.member_id,
        made_at=now,
    )
    attendances.begin(meeting, contacts, members, by, now)
    there = meeting_mails.attendances(meeting)
    if contacts:
        text = invites.text(meeting, contacts, own=text, by=by, now=now)
        told_by = meeting_mails.tell(meeting, there, method=REQUEST, says=_INVITES, text=text, by=by, now=now)
        meeting_promises.make(meeting, contacts[0], told_by, by, now)
    meeting_mails.tell_ours(meeting, there, method=REQUEST, says=_INVITES, by=by, now=now)
    _record(kinds.MEETING_PLANNED, meeting, there, by, now, whom=planning.with_whom(there), starts_at=starts_at)
    return meeting


@transaction.atomic
def change(
    meeting: Meeting,
    *,
    by: Actor,
    now: dt.datetime,
    starts_at: dt.datetime | None = None,
    minutes: int | None = None,
    contacts: Sequence[Contact] | None = None,
    members: Sequence[Invited] | None = None,
    place: str | None = None,
    agenda: str | None = None,
    reason: str = "",
    text: str = "",
) -> Meeting:
    """Change what is named; all who are in it are told, and who no longer is, that they need not come.

    At another time all are asked anew. The customer then needs the `reason`, which stands inside: `text` is what
    they read. Changed after it was to begin, the promise that it was stays missed.
    """
    escalation = meeting.escalation
    escalation.lock()
    check(by, Act.TELL, escalation)
    is_under_way(escalation, otherwise="before you change its meetings")
    _is_planned(meeting)
    there = meeting_mails.attendances(meeting)
    was_at, was_long = meeting.starts_at, meeting.minutes
    meeting.starts_at, minutes = starts_at or was_at, minutes or was_long
    is_moved = (meeting.starts_at, minutes) != (was_at, was_long)
    if is_moved:
        _when(meeting.starts_at, minutes, now)
    meeting.ends_at = meeting.starts_at + minutes * _MINUTE
    wanted = [each.contact for each in there if each.contact] if contacts is None else list(dict.fromkeys(contacts))
    ours = attendances.ours(there) if members is None else attendances.once(members)
    attendances.can_be(escalation, meeting.kind, wanted, ours)
    changes = _changes(meeting, there, wanted, ours, is_moved, place, agenda, now)
    if not changes:
        raise Refused("Nothing about it is different yet.")
    if meeting.starts_at != was_at and wanted and not reason.strip():
        raise Refused("Say why it moves: the customer will ask.", field="reason")

    meeting.sequence += 1
    if is_moved:
        meeting.time_sequence = meeting.sequence
    meeting.save(update_fields=["starts_at", "ends_at", "place", "agenda", "sequence", "time_sequence"])
    gone = attendances.renew(meeting, there, wanted, ours, is_moved, by, now)
    there = meeting_mails.attendances(meeting)
    if wanted:
        old = was_at if meeting.starts_at != was_at else None
        text = invites.text_of_change(meeting, wanted, own=text, was_at=old, by=by, now=now)
        told_by = meeting_mails.tell(meeting, there, method=REQUEST, says=_CHANGES, text=text, by=by, now=now)
        meeting_promises.move(meeting, wanted[0], told_by, reason, by, now)
    meeting_mails.tell_ours(meeting, there, method=REQUEST, says=_CHANGES, by=by, now=now)
    meeting_mails.let_off(meeting, gone, there, by=by, now=now)
    meeting_briefings.catch_up(meeting, now)
    _record(kinds.MEETING_CHANGED, meeting, there, by, now, changes=changes, starts_at=was_at)
    return meeting


@transaction.atomic
def call_off(
    meeting: Meeting, *, reason: str, by: Actor, now: dt.datetime, text: str = "", agreed: bool = False
) -> None:
    """It does not take place: all are told, and it leaves their calendars. `text` is what the customer reads.

    `agreed`: they wished it so, or need it no more; then nothing was broken. Else a promise was, and says why. What
    was planned among ourselves outlives its escalation, and may be called off after it.
    """
    escalation = meeting.escalation
    escalation.lock()
    check(by, Act.TELL, escalation)
    if meeting.is_internal:
        is_somebodys(escalation)
    else:
        is_under_way(escalation, otherwise="before you call off its meetings")
    _is_planned(meeting)
    if not reason.strip():
        raise Refused("Say why; it stays on the timeline.", field="reason")
    reason = line(reason, "reason", at_most=300)

    there = _cancel(meeting, reason, now)
    if contacts := meeting_mails.reached(there):
        text = text or invites.text_of_end(meeting, contacts, by=by, now=now)
        meeting_mails.tell(meeting, there, method=CANCEL, says=_IS_OFF, text=text, by=by, now=now)
    meeting_mails.tell_ours(meeting, there, method=CANCEL, says=_IS_OFF, by=by, now=now)
    _record(kinds.MEETING_CALLED_OFF, meeting, there, by, now, reason=reason, starts_at=meeting.starts_at)
    if promise := meeting_promises.open_of(meeting):
        settle = promises.release if agreed else promises.give_up
        settle(promise, reason=reason, by=by, now=now)


def fall_away(escalation: Escalation, *, reason: str, by: Actor, now: dt.datetime, ours_too: bool) -> None:
    """The escalation is over, and what was planned of it is off; `ours_too`: also what was among ourselves.

    Part of ending it, which is held and still under way: its promises are let go there, by name.
    """
    planned = escalation.meetings.planned() if ours_too else escalation.meetings.planned().with_the_customer()
    for meeting in planned:
        meeting.escalation = escalation
        there = _cancel(meeting, reason, now)
        contacts = meeting_mails.reached(there)
        if contacts:
            text = invites.text_of_end(meeting, contacts, by=by, now=now, is_over=True)
            meeting_mails.tell(meeting, there, method=CANCEL, says=_IS_OFF, text=text, by=by, now=now)
        meeting_mails.tell_ours(meeting, there, method=CANCEL, says=_IS_OFF, by=by, now=now)
        _record(kinds.MEETING_CALLED_OFF, meeting, there, by, now, reason=reason, starts_at=meeting.starts_at)


@transaction.atomic
def held(
    meeting: Meeting,
    *,
    came: Collection[int],
    by: Actor,
    now: dt.datetime,
    words: str = "",
    mood: str = "",
    at: dt.datetime | None = None,
    lasted: int | None = None,
    then: updates.Next | None = None,
) -> Meeting:
    """Say how it was: who came (attendances, by number), how they were, our own minutes in `words`, which stay inside.

    With the customer it was a word to them, at the time that it began (`at`; as planned, unless named): it keeps the
    promise that it was, and may promise what comes `then`. From now on its notes are awaited.
    """
    escalation = meeting.escalation
    escalation.lock()
    check(by, Act.TELL, escalation)
    is_somebodys(escalation)
    _is_planned(meeting)
    there = meeting_mails.attendances(meeting)
    at, lasted = at or meeting.starts_at, lasted or meeting.minutes
    meeting_outcomes.can_be(meeting, there, came, at, mood, now)

    meeting.state, meeting.settled_at = State.HELD, now
    meeting.held_at, meeting.lasted, meeting.mood, meeting.words = at, lasted, mood, words.strip()
    meeting.notes_due_at = None if meeting.is_internal else meeting_outcomes.notes_due(meeting)
    meeting.save()
    for attendance in there:
        attendance.came = attendance.pk in came
    Attendance.objects.bulk_update(there, ["came"])
    if not meeting.is_internal:
        meeting_outcomes.tell(meeting, there, then, by, now)
    _record_held(meeting, there, by, now)
    return meeting


def _is_planned(meeting: Meeting) -> None:
    refresh(meeting)
    if not meeting.is_planned:
        raise Refused(f"This meeting is {meeting.get_state_display().lower()} already.")


def _when(starts_at: dt.datetime, minutes: int, now: dt.datetime) -> None:
    if starts_at <= now:
        raise Refused("Choose a time that is still ahead. What was held is logged.", field="starts_at")
    not_far_ahead(starts_at, now, "starts_at")
    if not 1 <= minutes <= LONGEST:
        raise Refused(f"A meeting lasts from 1 minute to {LONGEST // 60} hours.", field="minutes")


def _changes(
    meeting: Meeting,
    there: Sequence[Attendance],
    contacts: Sequence[Contact],
    members: Sequence[Invited],
    is_moved: bool,
    place: str | None,
    agenda: str | None,
    now: dt.datetime,
) -> str:
    """What is different, in words; place and agenda are written into the meeting."""
    found = []
    if is_moved:
        found.append(f"{when.their_date(meeting.starts_at, meeting.zone, now)}, for {meeting.minutes} min")
    if place is not None and (place := line(place, "place", at_most=300)) != meeting.place:
        meeting.place = place
        found.append(f"at {place}" if place else "without a place")
    if agenda is not None and agenda.strip() != meeting.agenda:
        meeting.agenda = agenda.strip()
        found.append("another agenda")
    before = {each.person: (each.part, each.is_optional) for each in there}
    after: dict[Contact | Member, tuple[str, bool] | None] = {contact: before.get(contact) for contact in contacts}
    after |= {invited.member: (invited.part, invited.is_optional) for invited in members}
    if before.keys() != after.keys():
        found.append(f"with {', '.join(person.name for person in after)}")
    elif any(said is not None and before[person] != said for person, said in after.items()):
        found.append("other parts")
    return "; ".join(found) and f"{'; '.join(found)}."


def _cancel(meeting: Meeting, reason: str, now: dt.datetime) -> list[Attendance]:
    meeting.state, meeting.settled_at, meeting.why_cancelled = State.CANCELLED, now, reason
    meeting.sequence += 1
    meeting.save(update_fields=["state", "settled_at", "why_cancelled", "sequence"])
    return meeting_mails.attendances(meeting)


def _record(
    kind: kinds.Kind,
    meeting: Meeting,
    there: Sequence[Attendance],
    by: Actor,
    now: dt.datetime,
    but: Member | None = None,
    **words: Any,
) -> None:
    """Ours who are in it have it by mail already, `but` for one."""
    ours = [each.member for each in there if each.member]
    what = meeting.get_kind_display().lower()
    record(
        kind,
        meeting.escalation,
        by=by,
        now=now,
        named=ours,
        invited=[member.pk for member in ours if member != but],
        what=what,
        meeting=meeting.pk,
        **words,
    )


def _record_held(meeting: Meeting, there: Sequence[Attendance], by: Actor, now: dt.datetime) -> None:
    """Who was there knows how it was; whoever handles the case hears it all the same, with what is owed next."""
    handler_id = meeting.escalation.handler_id
    words: dict[str, Any] = {"mood": meeting.get_mood_display().lower()} if meeting.mood else {}
    if meeting.notes_due_at:
        words["notes_due_at"] = meeting.notes_due_at
    _record(
        kinds.MEETING_HELD,
        meeting,
        there,
        by,
        now,
        but=around([handler_id], now).present(handler_id),
        whom=planning.with_whom(each for each in there if each.came),
        held_at=meeting.held_at,
        **words,
    )
