"""What a mail’s calendar says: yes or no to an invitation of ours becomes attendance; theirs are for a person to plan.

Anybody can write any name into a calendar: an answer is believed only from whom the mail is. Programs mark such mail in
all kinds of ways as a machine’s, so that it is looked at before anything else is told from that.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from amends.directory.actor import Actor
from amends.directory.models import Organisation
from amends.escalations.actions import filings, meeting_answers
from amends.escalations.actions.meeting_answers import MOST_WORDS, Said
from amends.escalations.models import Attendance, Escalation, Incoming, Meeting
from amends.escalations.standing import TWO_YEARS
from amends.inbox.messages import Message
from amends.invitations.meetings import same_address, whose
from amends.lib import visible, when

if TYPE_CHECKING:
    from amends.invitations.reading import Answer, Cancelled, Request, Unreadable

State = Incoming.State
_SAYS = {
    "accepted": Attendance.Answer.ACCEPTED,
    "tentative": Attendance.Answer.TENTATIVE,
    "declined": Attendance.Answer.DECLINED,
    # Somebody comes in their place: whether that is right, a person says.
    "delegated": Attendance.Answer.DECLINED,
    # Beside another time that they propose
    "open": Attendance.Answer.TENTATIVE,
}
# Who writes what one notes beside an answer into the mail itself; others write a text of their own there.
_NOTES_IN_THE_MAIL = re.compile(rb"^PRODID:.*(microsoft|exchange|outlook)", re.IGNORECASE | re.MULTILINE)
# How the texts begin that programs write: the name, and what was answered.
_WRITTEN_BY_A_PROGRAM = re.compile(
    r"\b(accepted|declined|tentative(ly)?|invitation|invite|event|meeting request|replied|"
    r"angenommen|abgelehnt|zugesagt|abgesagt|einladung|accepté|refusé|décliné|aceptado|rechazado|aceitou|recusou|"
    r"accettato|rifiutato|geaccepteerd|afgewezen)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Calendar:
    """A calendar as it came, and what it says."""

    raw: bytes
    says: Answer | Request | Cancelled | Unreadable


def read(message: Message) -> list[Calendar]:
    """Its calendars. A large one takes its time, so this is done before anything is held."""
    if not message.calendars:
        return []
    # Nine megabytes that only such a mail needs.
    from amends.invitations import reading

    zone, sender = Organisation.current().zone, message.sender.address
    return [Calendar(raw, reading.read(raw, zone, sender)) for raw in message.calendars]


def take_in(
    incoming: Incoming, message: Message, calendars: Sequence[Calendar], *, by: Actor, now: dt.datetime
) -> bool:
    """Where the mail answers an invitation of ours, take the answer down; whether it did. Part of sorting it."""
    from amends.invitations import reading

    for calendar in calendars:
        answer = calendar.says
        if not isinstance(answer, reading.Answer):
            continue
        meeting = _meeting(answer)
        if meeting is None:
            continue
        if answer.proposed:
            again = reading.read(calendar.raw, meeting.zone, message.sender.address)
            answer = again if isinstance(again, reading.Answer) else answer
        _answered(incoming, message, calendar.raw, meeting, answer, by, now)
        return True
    return False


def theirs(calendars: Sequence[Calendar], now: dt.datetime) -> str:
    """Where the mail invites us, or calls off what it invited us to: that, in a sentence for whoever sorts it."""
    from amends.invitations import reading

    for found in (calendar.says for calendar in calendars):
        if not isinstance(found, (reading.Request, reading.Cancelled)) or _meeting(found) is not None:
            continue
        if isinstance(found, reading.Cancelled):
            return "They call off a meeting that they invited us to. Call it off here too, if it is planned."
        return _invites(found, now)
    return ""


def _invites(found: Request, now: dt.datetime) -> str:
    title = f"“{found.title[:80]}”" if found.title else "a meeting"
    times, zone = found.times, found.times.zone or Organisation.current().zone
    at = when.their_date(times.starts_at, zone, now) if times.starts_at else times.unsure.rstrip(".")
    return f"They invite us to {title}, {at}. Plan it in its case, and answer them."


def _meeting(found: Answer | Request | Cancelled) -> Meeting | None:
    related = ("escalation__account", "escalation__contact", "escalation__handler", "escalation__playbook")
    return Meeting.objects.select_related(*related, "organised_by").filter(uid=found.uid[:255]).first()


def _answered(
    incoming: Incoming,
    message: Message,
    raw: bytes,
    meeting: Meeting,
    answer: Answer,
    by: Actor,
    now: dt.datetime,
) -> None:
    escalation = _held(meeting)
    incoming.escalation, incoming.account = escalation, escalation.account
    invited = meeting.attendances.select_related("contact", "member")
    attendance = whose(answer.by.address, invited, lambda each: each.person.email)
    at = when.their_date(meeting.starts_at, meeting.zone, now)
    if attendance is None or not _is_theirs(answer, message):
        who = answer.by.name or answer.by.address
        why = f"It answers for {who} to the meeting of {at}, and "
        why += "came from somebody else." if attendance else "they are not invited to it."
        incoming.words = own_words(incoming.words, raw, answer.comment) or incoming.words
        filings.settle(incoming, State.TO_SORT, why, by=by, now=now)
        return
    attendance.meeting, incoming.contact = meeting, attendance.contact
    says = _is_overtaken(attendance, meeting, answer) or _taken_down(attendance, answer, at, now)
    # Whatever becomes of the answer: a word of theirs is never lost.
    is_heard = _keep_words(incoming, message, raw, answer, attendance, by, now)
    filings.settle(incoming, State.FILED if is_heard else State.ANSWER, says, by=by, now=now)


def _taken_down(attendance: Attendance, answer: Answer, at: str, now: dt.datetime) -> str:
    """Their answer is so from now on; what it is, in a sentence."""
    said = _said(answer, now)
    if meeting_answers.write(attendance, said, now):
        who_acts = attendance.member.as_actor() if attendance.member else Actor(attendance.name)
        meeting_answers.tell(attendance, said, by=who_acts, now=now)
    return f"{attendance.name} says {Attendance.Answer(said.answer).label.lower()} to the meeting of {at}."


def _held(meeting: Meeting) -> Escalation:
    """Hold the escalation that it belongs to by now, and read it anew: a merge may have taken it along."""
    held = meeting.escalation
    held.lock()
    meeting.refresh_from_db(fields=["escalation", "state", "starts_at", "sequence", "time_sequence"])
    if meeting.escalation_id == held.pk:
        meeting.escalation = held
    else:
        meeting.escalation.lock()
    return meeting.escalation


def _is_theirs(answer: Answer, message: Message) -> bool:
    """Whether the mail is from who answers, or from who may answer for them: somebody of the same house."""
    sender = message.sender.address
    if same_address(sender, answer.by.address):
        return True
    house = answer.by.address.rpartition("@")[2].casefold()
    return bool(answer.sent_by) and same_address(sender, answer.sent_by) and sender.casefold().endswith(f"@{house}")


def _is_overtaken(attendance: Attendance, meeting: Meeting, answer: Answer) -> str:
    """Why an answer is not one any more; blank where it is. The sequence says which change it is about, and of the
    same the stamp which was written last (RFC 5546, 2.1.5)."""
    if not meeting.is_planned:
        return f"The meeting is {meeting.get_state_display().lower()} already."
    if answer.sequence < meeting.time_sequence:
        return "It answers to a time that the meeting no longer has; they are asked anew."
    if attendance.answer_stamp is None:
        return ""
    before = (attendance.answered_sequence or 0, attendance.answer_stamp)
    is_newer = (answer.sequence, answer.said_at or before[1]) >= before
    return "" if is_newer else "A newer answer of theirs is here already."


def _said(answer: Answer, now: dt.datetime) -> Said:
    """A time that nobody could mean is no proposal; what they say beside it holds."""
    at = answer.proposed.starts_at if answer.proposed else None
    proposed = at if at and now < at <= now + TWO_YEARS else None
    comment = answer.comment
    if answer.delegated_to:
        comment = f"{answer.delegated_to} comes instead. {comment}"
    return Said(
        _SAYS[answer.reply],
        " ".join(visible.words(comment).split())[:MOST_WORDS],
        proposed,
        answer.sequence,
        answer.said_at,
    )


def _keep_words(
    incoming: Incoming,
    message: Message,
    raw: bytes,
    answer: Answer,
    attendance: Attendance,
    by: Actor,
    now: dt.datetime,
) -> bool:
    """What a customer wrote beside their answer is a word to us like any other. What a program wrote is none."""
    words = own_words(incoming.words, raw, answer.comment)
    if not words or attendance.contact is None:
        return False
    incoming.words = words
    meeting = attendance.meeting
    filings.put(incoming, message, meeting.escalation, attendance.contact, meeting=meeting, by=by, now=now)
    return True


def own_words(body: str, raw: bytes, comment: str) -> str:
    """What the person wrote, of the mail’s text and of the calendar’s comment."""
    body, comment = body.strip(), comment.strip()
    first = body.partition("\n")[0]
    is_a_programs = not _NOTES_IN_THE_MAIL.search(raw) and bool(_WRITTEN_BY_A_PROGRAM.search(first))
    if not body or is_a_programs:
        return comment
    # Some write the note into both.
    return body if " ".join(comment.split()) in " ".join(body.split()) else f"{body}\n\n{comment}"
