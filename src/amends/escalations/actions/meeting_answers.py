"""Answers to an invitation: by a calendar’s mail (`calendar_answers`), on the customer’s page, or told to one of us."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from amends.directory.actor import Actor
from amends.directory.checks import line, one_of
from amends.escalations.actions.meeting_mails import refresh
from amends.escalations.authority import Act, check
from amends.escalations.errors import Refused
from amends.escalations.models import Attendance, CustomerLink, Meeting
from amends.escalations.standing import not_far_ahead
from amends.escalations.timeline import kinds
from amends.escalations.timeline.record import record

Answer = Attendance.Answer
MOST_WORDS = 500
# What one can say; not to have answered is no answer.
ANSWERS = (Answer.ACCEPTED, Answer.TENTATIVE, Answer.DECLINED)


@dataclass(frozen=True, slots=True)
class Said:
    """An answer: yes, perhaps or no, with words, and another time that would suit them. `sequence` and `stamp` are
    those of a calendar: to which change it answers, and when it was written."""

    answer: str
    comment: str = ""
    proposed_at: dt.datetime | None = None
    sequence: int | None = None
    stamp: dt.datetime | None = None


@transaction.atomic
def by_hand(
    attendance: Attendance,
    *,
    answer: str,
    by: Actor,
    now: dt.datetime,
    comment: str = "",
    proposed_at: dt.datetime | None = None,
) -> None:
    """Write down what somebody answered, on the phone perhaps. Who is invited may always answer for themselves."""
    meeting = attendance.meeting
    escalation = meeting.escalation
    escalation.lock()
    is_own = attendance.member_id is not None and attendance.member_id in by.stands_for and by.may_write
    if not is_own:
        check(by, Act.TELL, escalation)
    _can_be_answered(meeting)
    attendance.refresh_from_db(fields=_OF_AN_ANSWER)
    said = _checked(answer, comment, proposed_at, now)
    if not write(attendance, said, now):
        return
    if is_own:
        tell(attendance, said, by=by, now=now)
        return
    record(
        kinds.MEETING_ANSWERED,
        escalation,
        by=by,
        now=now,
        who=attendance.name,
        answer=_says(said),
        starts_at=meeting.starts_at,
        comment=said.comment,
        meeting=meeting.pk,
    )


@transaction.atomic
def by_page(
    link: CustomerLink,
    *,
    meeting: Meeting,
    answer: str,
    by: Actor,
    now: dt.datetime,
    words: str = "",
    proposed_at: dt.datetime | None = None,
) -> None:
    """What an invited contact answers on their page; `proposed_at` is another time that would suit them. By their own
    link, for themselves alone. The handler hears of it."""
    escalation = link.case
    escalation.lock()
    attendance = meeting.attendances.select_related("contact").filter(contact=link.contact_id).first()
    if attendance is None or meeting.escalation_id != escalation.pk:
        raise Refused("You are not invited to this meeting any more. Whatever you want to tell us, write it below.")
    meeting.escalation, attendance.meeting = escalation, meeting
    _can_be_answered(meeting)
    said = _checked(answer, words, proposed_at, now)
    if write(attendance, said, now):
        tell(attendance, said, by=by, now=now)


def write(attendance: Attendance, said: Said, now: dt.datetime) -> bool:
    """Write an answer down; whether it says anything new. Part of answering."""
    before = (attendance.answer, attendance.comment, attendance.proposed_at)
    attendance.answer, attendance.answered_at = said.answer, now
    attendance.comment, attendance.proposed_at = said.comment, said.proposed_at
    # What somebody said themselves is as new as now, of the time that it has now.
    is_by_calendar = said.sequence is not None
    attendance.answered_sequence = said.sequence if is_by_calendar else attendance.meeting.time_sequence
    attendance.answer_stamp = said.stamp or now
    attendance.save(update_fields=_OF_AN_ANSWER)
    return before != (said.answer, said.comment, said.proposed_at)


def tell(attendance: Attendance, said: Said, *, by: Actor, now: dt.datetime) -> None:
    """Word of an answer that somebody gave themselves: of the customer’s to the desk, of ours to who planned it where
    they cannot come. Part of answering."""
    meeting = attendance.meeting
    organiser = meeting.organised_by
    named = [organiser] if organiser and organiser.is_active else []
    if attendance.is_ours:
        comes = said.answer == Answer.ACCEPTED and not said.proposed_at
        record(
            kinds.MEETING_ANSWERED_INSIDE,
            meeting.escalation,
            by=by,
            now=now,
            named=[] if comes else named,
            answer=_says(said),
            starts_at=meeting.starts_at,
            comment=said.comment,
            meeting=meeting.pk,
        )
    elif said.proposed_at:
        record(
            kinds.MEETING_TIME_PROPOSED,
            meeting.escalation,
            by=by,
            now=now,
            named=named,
            contact=attendance.name,
            proposed_at=said.proposed_at,
            starts_at=meeting.starts_at,
            comment=said.comment,
            meeting=meeting.pk,
        )
    else:
        record(
            kinds.MEETING_ANSWERED_BY_THEM,
            meeting.escalation,
            by=by,
            now=now,
            named=named,
            contact=attendance.name,
            answer=_says(said),
            starts_at=meeting.starts_at,
            comment=said.comment,
            meeting=meeting.pk,
        )


_OF_AN_ANSWER = ("answer", "answered_at", "answered_sequence", "answer_stamp", "comment", "proposed_at")


def _can_be_answered(meeting: Meeting) -> None:
    refresh(meeting)
    if not meeting.is_planned:
        raise Refused(f"This meeting is {meeting.get_state_display().lower()} already.")


def _checked(answer: str, comment: str, proposed_at: dt.datetime | None, now: dt.datetime) -> Said:
    one_of(answer, ANSWERS, "answer", what="an answer")
    if proposed_at is not None and proposed_at <= now:
        raise Refused("Choose a time that is still ahead.", field="proposed_at")
    if proposed_at is not None:
        not_far_ahead(proposed_at, now, "proposed_at")
    return Said(answer, line(comment, "comment", at_most=MOST_WORDS), proposed_at)


def _says(said: Said) -> str:
    return Answer(said.answer).label.lower()
