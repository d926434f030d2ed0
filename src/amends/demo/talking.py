"""Meetings in the story: planned, answered from calendars, held, and their notes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

from amends.demo.mailing import comes
from amends.demo.moments import When
from amends.demo.scenes import Scene, Stage, Then
from amends.escalations import meeting_drafts, texts
from amends.escalations.actions import meeting_answers, meeting_notes, meetings
from amends.escalations.meetings import Invited
from amends.escalations.models import Attendance, Meeting

# As a calendar of the customer's answers an invitation (RFC 5546, 3.2.3).
_REPLY = """BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:REPLY
BEGIN:VEVENT
DTSTART:{starts:%Y%m%dT%H%M%SZ}
DTEND:{ends:%Y%m%dT%H%M%SZ}
DTSTAMP:{now:%Y%m%dT%H%M%SZ}
ORGANIZER:mailto:{organiser}
UID:{uid}
ATTENDEE;PARTSTAT={answer}:mailto:{attendee}
SEQUENCE:{sequence}
STATUS:CONFIRMED
SUMMARY:{title}
END:VEVENT
END:VCALENDAR
"""


@dataclass(frozen=True, kw_only=True)
class Invites(Scene):
    """Plans a meeting. `ours` are first names, each with a part."""

    kind: str
    starts: When
    minutes: int
    to: tuple[str, ...]
    ours: tuple[tuple[str, str], ...]
    place: str = ""

    def play(self, stage: Stage) -> None:
        meetings.plan(
            stage.case,
            kind=self.kind,
            starts_at=self.starts(stage.almanac),
            minutes=self.minutes,
            contacts=[stage.contact(name) for name in self.to],
            members=[Invited(stage.cast.members[name], part) for name, part in self.ours],
            place=self.place,
            by=stage.actor(self.by),
            now=stage.now,
        )


@dataclass(frozen=True)
class SaysYes(Scene):
    """Somebody of theirs accepts the invitation in their calendar, which mails the answer."""

    contact: str

    def play(self, stage: Stage) -> None:
        contact, meeting = stage.contact(self.contact), _next(stage)
        mail = EmailMessage(policy=policy.SMTP)
        mail["From"], mail["To"] = formataddr((contact.name, contact.email)), meeting.organiser
        mail["Subject"], mail["Date"] = f"Accepted: {meeting}", format_datetime(stage.now)
        mail["Message-ID"] = f"<calendar.{stage.now:%Y%m%d%H%M%S}.{contact.email}>"
        mail.set_content(f"{contact.name} has accepted this invitation.\n")
        mail.add_alternative(_reply(meeting, contact.email, stage.now).encode(), maintype="text", subtype="calendar")
        comes(mail, stage)


@dataclass(frozen=True)
class SaysSo(Scene):
    """One of ours answers for themselves."""

    answer: str = Attendance.Answer.ACCEPTED
    comment: str = field(default="", kw_only=True)

    def play(self, stage: Stage) -> None:
        actor = stage.actor(self.by)
        attendance = _next(stage).attendances.get(member=actor.member_id)
        meeting_answers.by_hand(attendance, answer=self.answer, comment=self.comment, by=actor, now=stage.now)


@dataclass(frozen=True)
class Talked(Scene):
    """How the meeting was; all who were invited came. The words are our own minutes."""

    words: str
    mood: str
    then: Then | None = None
    lasted: int | None = field(default=None, kw_only=True)

    def play(self, stage: Stage) -> None:
        meeting = _next(stage)
        meetings.held(
            meeting,
            came=set(meeting.attendances.values_list("pk", flat=True)),
            words=self.words,
            mood=self.mood,
            lasted=self.lasted,
            then=self.then.read(stage) if self.then else None,
            by=stage.actor(self.by),
            now=stage.now,
        )


@dataclass(frozen=True)
class SendsTheNotes(Scene):
    """As they are drafted, with what they hear next."""

    def play(self, stage: Stage) -> None:
        by, meeting = stage.actor(self.by), stage.case.meetings.awaiting_notes().get()
        readers, drafted = (
            meeting_drafts.readers(meeting, stage.now),
            meeting_drafts.draft(meeting, by=by, now=stage.now),
        )
        next_at = stage.promise("").due_at
        text = texts.say_next(drafted.text, stage.case, readers[0], next_at=next_at, now=stage.now)
        meeting_notes.send(meeting, text=text, subject=drafted.subject, to=readers, by=by, now=stage.now)


def _next(stage: Stage) -> Meeting:
    return stage.case.meetings.planned()[0]


def _reply(meeting: Meeting, attendee: str, now: dt.datetime) -> str:
    text = _REPLY.format(
        starts=meeting.starts_at.astimezone(dt.UTC),
        ends=meeting.ends_at.astimezone(dt.UTC),
        now=now.astimezone(dt.UTC),
        organiser=meeting.organiser,
        uid=meeting.uid,
        answer="ACCEPTED",
        attendee=attendee,
        sequence=meeting.sequence,
        title=meeting,
    )
    return text.replace("\n", "\r\n")
