"""Meetings: planned, changed, called off, held; answers to them, and their notes."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from ninja import Query, Router, Status

from amends.api import found
from amends.api.pages import Page, Paging, page
from amends.api.problem_documents import under
from amends.api.requests import Request
from amends.api.schemas.meetings import (
    AnswerInvitation,
    CallOffMeeting,
    ChangeMeeting,
    HoldMeeting,
    Invitee,
    KindAsked,
    MeetingFilters,
    MeetingProposal,
    MeetingShown,
    NotesShown,
    PlanMeeting,
    ProposedShown,
    SendNotes,
    WriteNotes,
)
from amends.api.schemas.updates import LeavingOut, NextUpdate, UpdateShown
from amends.api.schemas.words import Because, Id
from amends.directory.models import Organisation
from amends.escalations import access, meeting_drafts
from amends.escalations import meetings as planning
from amends.escalations.actions import meeting_answers, meeting_notes, meetings
from amends.escalations.meetings import Invited
from amends.escalations.models import Meeting

router = Router(tags=["meetings"])
_OF_A_CASE, _ONE = "/escalations/{key}/meetings", "/meetings/{meeting_id}"
_NEWEST_FIRST, _EARLIEST_FIRST = ("-starts_at", "-id"), ("starts_at", "id")
_THEN = ("then", "due_at", "what")


@router.get(_OF_A_CASE, response=Page[MeetingShown])
def list_of(request: Request, key: str, wanted: Query[Paging]) -> Page[MeetingShown]:
    """The meetings of one escalation, the newest first; also what was called off."""
    escalation = access.find(key, seen_by=request.actor)
    rows, following = page(found.meetings_with_all(escalation.meetings.all()), _NEWEST_FIRST, wanted, MeetingShown.of)
    return Page(items=rows, next=following)


@router.post(_OF_A_CASE, response={201: MeetingShown})
def plan(request: Request, key: str, asked: PlanMeeting) -> Status[MeetingShown]:
    """Plan one: all who are in it get an invitation that calendars take."""
    escalation = access.find(key, seen_by=request.actor)
    meeting = meetings.plan(
        escalation,
        kind=asked.kind,
        starts_at=asked.starts_at,
        minutes=asked.minutes,
        contacts=found.named_contacts(asked.contacts, "contacts"),
        members=_invited(asked.members),
        zone=asked.zone,
        place=asked.place,
        agenda=asked.agenda,
        text=asked.text,
        by=request.actor,
        now=request.now,
    )
    return Status(HTTPStatus.CREATED, _shown(request, meeting))


@router.get("/escalations/{key}/meeting-proposal", response=MeetingProposal)
def propose(request: Request, key: str, wanted: Query[KindAsked]) -> MeetingProposal:
    """What a kind of meeting brings along, and who should be asked. Nothing is written down."""
    escalation = access.find(key, seen_by=request.actor)
    theirs = escalation.meetings.with_the_customer()
    last = theirs.held().values_list("held_at", flat=True).first()
    due_by = None if theirs.planned().exists() else planning.due_by(escalation, last, Organisation.current())
    return MeetingProposal(
        agenda=planning.agenda(escalation, wanted.kind),
        steps=list(planning.steps(escalation, wanted.kind)),
        people=[ProposedShown.of(each) for each in planning.propose(escalation, wanted.kind, request.now)],
        due_by=due_by if escalation.is_under_way else None,
    )


@router.get("/meetings", response=Page[MeetingShown])
def list_all(request: Request, wanted: Query[MeetingFilters]) -> Page[MeetingShown]:
    """Meetings of all escalations that you may see, the earliest first: yours that are planned, unless you ask."""
    seen = Meeting.objects.filter(escalation__in=access.visible_to(request.actor).values("pk"))
    if wanted.whose == "mine":
        seen = seen.filter(attendances__member__in=request.actor.stands_for).distinct()
    if wanted.state:
        seen = seen.filter(state__in=wanted.state)
    rows, following = page(found.meetings_with_all(seen), _EARLIEST_FIRST, wanted, MeetingShown.of)
    return Page(items=rows, next=following)


@router.get(_ONE, response=MeetingShown)
def one(request: Request, meeting_id: Id) -> MeetingShown:
    """One meeting."""
    return MeetingShown.of(found.meeting(meeting_id, seen_by=request.actor))


@router.patch(_ONE, response=MeetingShown)
def change(request: Request, meeting_id: Id, asked: ChangeMeeting) -> MeetingShown:
    """Change what is named. All who are in it are told, and who no longer is, that they need not come."""
    meeting = found.meeting(meeting_id, seen_by=request.actor)
    meetings.change(
        meeting,
        starts_at=asked.starts_at,
        minutes=asked.minutes,
        contacts=None if asked.contacts is None else found.named_contacts(asked.contacts, "contacts"),
        members=None if asked.members is None else _invited(asked.members),
        place=asked.place,
        agenda=asked.agenda,
        reason=asked.reason,
        text=asked.text,
        by=request.actor,
        now=request.now,
    )
    return _shown(request, meeting)


@router.post(f"{_ONE}/call-off", response=MeetingShown)
def call_off(request: Request, meeting_id: Id, asked: CallOffMeeting) -> MeetingShown:
    """It does not take place: all are told, and it leaves their calendars."""
    meeting = found.meeting(meeting_id, seen_by=request.actor)
    meetings.call_off(meeting, **asked.model_dump(), by=request.actor, now=request.now)
    return _shown(request, meeting)


@router.post(f"{_ONE}/held", response=MeetingShown)
def hold(request: Request, meeting_id: Id, asked: HoldMeeting) -> MeetingShown:
    """Say how it was. With the customer it is a word to them, and its notes are awaited from now on."""
    meeting = found.meeting(meeting_id, seen_by=request.actor)
    with under(*_THEN):
        meetings.held(
            meeting,
            came=set(asked.came),
            words=asked.words,
            mood=asked.mood or "",
            at=asked.at,
            lasted=asked.lasted,
            then=NextUpdate.meant(asked.then),
            by=request.actor,
            now=request.now,
        )
    return _shown(request, meeting)


@router.post(f"{_ONE}/attendances/{{attendance_id}}/answer", response=MeetingShown)
def answer(request: Request, meeting_id: Id, attendance_id: Id, asked: AnswerInvitation) -> MeetingShown:
    """Write down what somebody answered. For oneself everybody may."""
    meeting = found.meeting(meeting_id, seen_by=request.actor)
    attendance = found.attendance(attendance_id, meeting)
    meeting_answers.by_hand(attendance, **asked.model_dump(), by=request.actor, now=request.now)
    return _shown(request, meeting)


@router.get(f"{_ONE}/notes", response=NotesShown)
def notes(request: Request, meeting_id: Id) -> NotesShown:
    """The draft of its notes: what somebody has written, else what the meeting itself says.

    `{next_by}` in it stands for the time that they hear next, and is written out before it is sent.
    """
    meeting = found.meeting(meeting_id, seen_by=request.actor)
    draft = meeting_drafts.kept(meeting) or meeting_drafts.draft(meeting, by=request.actor, now=request.now)
    return NotesShown.of(draft, getattr(meeting, "notes", None), meeting_drafts.from_minutes(meeting, draft.text))


@router.put(f"{_ONE}/notes", response=NotesShown)
def write_notes(request: Request, meeting_id: Id, asked: WriteNotes) -> NotesShown:
    """Keep the draft as it stands. Nobody is told."""
    meeting = found.meeting(meeting_id, seen_by=request.actor)
    kept = meeting_notes.write(meeting, subject=asked.subject, text=asked.text, by=request.actor, now=request.now)
    draft = meeting_drafts.NotesDraft(kept.subject, kept.text)
    return NotesShown.of(draft, kept, meeting_drafts.from_minutes(meeting, draft.text))


@router.post(f"{_ONE}/notes/send", response={201: UpdateShown})
def send_notes(request: Request, meeting_id: Id, asked: SendNotes) -> Status[UpdateShown]:
    """Send them to the customer."""
    meeting = found.meeting(meeting_id, seen_by=request.actor)
    with under(*_THEN), under("leaving_out", "reason", "until", "contact"):
        update = meeting_notes.send(
            meeting,
            text=asked.text,
            subject=asked.subject,
            to=found.named_contacts(asked.to, "to"),
            then=NextUpdate.meant(asked.then),
            leaving_out=LeavingOut.meant(asked.leaving_out),
            by=request.actor,
            now=request.now,
        )
    return Status(HTTPStatus.CREATED, UpdateShown.of(update))


@router.post(f"{_ONE}/notes/waive", response=MeetingShown)
def waive_notes(request: Request, meeting_id: Id, asked: Because) -> MeetingShown:
    """They get no notes of it, and why. Nobody is asked for them any more."""
    meeting = found.meeting(meeting_id, seen_by=request.actor)
    meeting_notes.waive(meeting, reason=asked.reason, by=request.actor, now=request.now)
    return _shown(request, meeting)


def _shown(request: Request, meeting: Meeting) -> MeetingShown:
    return MeetingShown.of(found.meeting(meeting.pk, seen_by=request.actor))


def _invited(asked: Sequence[Invitee]) -> list[Invited]:
    members = found.named_members([each.member for each in asked], "members")
    return [Invited(member, each.part, each.is_optional) for member, each in zip(members, asked, strict=True)]
