"""Meetings with the customer, and among ourselves."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from amends.api.pages import Paging
from amends.api.schemas.directory import Zone
from amends.api.schemas.promises import EscalationNamed
from amends.api.schemas.updates import LeavingOut, NextUpdate
from amends.api.schemas.words import Asked, Id, Line, Moment, Named, OneOf, Reason, Text, Whole
from amends.escalations.actions.meeting_answers import MOST_WORDS
from amends.escalations.actions.meetings import LONGEST
from amends.escalations.meeting_drafts import NotesDraft
from amends.escalations.meetings import Proposed
from amends.escalations.models import Attendance, Escalation, Meeting, MeetingNotes

Kind = Annotated[str, OneOf(Meeting.Kind)]
Part = Annotated[str, OneOf(Attendance.Part)]
Minutes = Annotated[int, Whole(1, LONGEST)]
Place = Annotated[str, Line(300)]
Answer = Literal["accepted", "tentative", "declined"]
_MOST = 50


class Invitee(Asked):
    """One of ours who is asked to come."""

    member: Id
    part: Part = Attendance.Part.GUEST.value
    is_optional: bool = False


class PlanMeeting(Asked):
    """A meeting that lies ahead. All who are in it get an invitation by mail."""

    kind: Kind
    starts_at: Moment
    minutes: Minutes
    contacts: list[Id] = Field([], max_length=_MOST, description="Of the customer; among ourselves: nobody")
    members: list[Invitee] = Field(max_length=_MOST)
    zone: Zone = Field("", description="On whose clock it was agreed. Left out: the first contact’s or the account’s")
    place: Place = Field("", description="A telephone number, an address or a link")
    agenda: Text | None = Field(None, description="A line each, for everybody. Left out: what its kind brings along")
    text: Text = Field("", description="What the contacts read; when and where stand below it. Left out: a plain one")


class ChangeMeeting(Asked):
    """What is different; what is left out stays. At another time all are asked anew."""

    starts_at: Moment | None = None
    minutes: Minutes | None = None
    contacts: list[Id] | None = Field(None, max_length=_MOST)
    members: list[Invitee] | None = Field(None, max_length=_MOST)
    place: Place | None = None
    agenda: Text | None = None
    reason: Annotated[str, Line(300)] = Field("", description="Why it moves: needed where the customer is invited")
    text: Text = Field(
        "", description="What the contacts read; when and where stand below it. Left out: what is different"
    )


class CallOffMeeting(Asked):
    """Why it does not take place. That stays inside; `text` is what the contacts read."""

    reason: Reason
    agreed: bool = Field(False, description="They wished it so; else a promise to them is broken by it")
    text: Text = ""


class HoldMeeting(Asked):
    """How it was."""

    came: list[Id] = Field(max_length=2 * _MOST, description="Who came: numbers of `attendances`")
    words: Text = Field("", description="Our own minutes. They stay inside")
    mood: Annotated[str, OneOf(Escalation.Mood)] | None = Field(None, description="How they were")
    at: Moment | None = Field(None, description="When it began. Left out: as planned")
    lasted: Annotated[int, Whole(1, 1440)] | None = Field(None, description="In minutes. Left out: as planned")
    then: NextUpdate | None = Field(None, description="What they hear next")


class AnswerInvitation(Asked):
    """What somebody answered; for oneself everybody may write it."""

    answer: Answer
    comment: Annotated[str, Line(MOST_WORDS)] = ""
    proposed_at: Moment | None = Field(None, description="Another time that would suit them")


class WriteNotes(Asked):
    """The draft of the notes, all of it."""

    subject: Annotated[str, Line(200)] = ""
    text: Text


class SendNotes(Asked):
    """The notes, as the customer gets them."""

    text: Text
    subject: Annotated[str, Line(200)] = ""
    to: list[Id] = Field(max_length=_MOST, description="Contacts of the account")
    then: NextUpdate | None = Field(None, description="Left out: the next update by the cadence, where nothing is open")
    leaving_out: list[LeavingOut] = Field([], max_length=_MOST)


class MeetingFilters(Paging):
    """Which meetings, the earliest first."""

    whose: Literal["mine", "all"] = Field("mine", description="mine: those that you are in")
    state: list[Annotated[str, OneOf(Meeting.State)]] = Field([Meeting.State.PLANNED.value], max_length=3)


class KindAsked(BaseModel):
    """Of which kind."""

    kind: Kind = Meeting.Kind.STATUS.value


class AttendanceShown(BaseModel):
    """Somebody’s part in a meeting, what they answered, and whether they came. Ours are members."""

    id: int
    contact: Named | None
    member: Named | None
    part: str
    is_optional: bool
    answer: str
    answered_at: dt.datetime | None
    comment: str
    proposed_at: dt.datetime | None = Field(description="Another time that would suit them")
    came: bool | None = Field(description="Null: nobody has said")

    @classmethod
    def of(cls, attendance: Attendance) -> AttendanceShown:
        return cls(
            id=attendance.pk,
            contact=Named.or_none(attendance.contact),
            member=Named.or_none(attendance.member),
            part=attendance.part,
            is_optional=attendance.is_optional,
            answer=attendance.answer,
            answered_at=attendance.answered_at,
            comment=attendance.comment,
            proposed_at=attendance.proposed_at,
            came=attendance.came,
        )


class MeetingShown(BaseModel):
    """A meeting, with who is in it and how it was."""

    id: int
    escalation: EscalationNamed
    kind: str
    state: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    zone: str = Field(description="The clock on which it was agreed")
    place: str
    agenda: str = Field(description="A line each; everybody who is invited reads it")
    organised_by: Named | None
    attendances: list[AttendanceShown]
    promise: int | None = Field(description="The promise that it is; it is kept by holding it")
    why_cancelled: str
    held_at: dt.datetime | None
    lasted: int | None = Field(description="In minutes")
    mood: str
    words: str = Field(description="Our own minutes")
    notes_due_at: dt.datetime | None
    awaits_notes: bool
    notes_update: int | None = Field(description="The update that they were sent as")
    why_no_notes: str

    @classmethod
    def of(cls, meeting: Meeting) -> MeetingShown:
        plain = {name: getattr(meeting, name) for name in _PLAIN}
        return cls(
            id=meeting.pk,
            escalation=EscalationNamed.of(meeting.escalation),
            organised_by=Named.or_none(meeting.organised_by),
            attendances=[AttendanceShown.of(each) for each in meeting.attendances.all()],
            promise=meeting.promise_id,
            notes_update=meeting.notes_update_id,
            **plain,
        )


_PLAIN = set(MeetingShown.model_fields) - {
    *("id", "escalation", "organised_by", "attendances", "promise", "notes_update"),
}


class ProposedShown(BaseModel):
    """Somebody who should be asked, in which part, and why."""

    contact: Named | None
    member: Named | None
    part: str
    is_optional: bool
    why: str

    @classmethod
    def of(cls, proposed: Proposed) -> ProposedShown:
        named = Named.of(proposed.person)
        return cls(
            contact=None if proposed.is_ours else named,
            member=named if proposed.is_ours else None,
            part=proposed.part,
            is_optional=proposed.is_optional,
            why=proposed.why,
        )


class MeetingProposal(BaseModel):
    """What a kind brings along."""

    agenda: str
    steps: list[str] = Field(description="How one leads it; for ours alone")
    people: list[ProposedShown]
    due_by: dt.datetime | None = Field(description="By when the customer is to be met; null where one is planned")


class NotesShown(BaseModel):
    """The draft of the notes: what somebody has written, else what the meeting itself says."""

    subject: str
    text: str
    from_minutes: list[str] = Field(description="What of our own minutes stands in it: have a look before it is sent")
    changed_at: dt.datetime | None = Field(description="Null: nobody has begun")
    changed_by: Named | None

    @classmethod
    def of(cls, draft: NotesDraft, notes: MeetingNotes | None, from_minutes: list[str]) -> NotesShown:
        return cls(
            subject=draft.subject,
            text=draft.text,
            from_minutes=from_minutes,
            changed_at=notes.changed_at if notes else None,
            changed_by=Named.or_none(notes.changed_by) if notes else None,
        )
