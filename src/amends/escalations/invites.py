"""Invitations to a meeting: what calendars and people read of it. Made here; sent by the acts.

Every copy says the same of the meeting, since calendars of both sides hold one meeting. Ours get beside it, in the
mail alone, what is for ours.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Sequence

from amends.directory.actor import Actor
from amends.directory.models import Contact, Member, Organisation
from amends.escalations import mails, meetings, reply_addresses
from amends.escalations.models import Attendance, Escalation, Meeting, Promise
from amends.escalations.timeline import meeting_letters
from amends.escalations.timeline.meeting_briefs import leads, numbered, your_part
from amends.escalations.timeline.record import HOST
from amends.invitations.meetings import Attendee, BadMeeting, Person
from amends.invitations.meetings import Meeting as Written
from amends.lib import when
from amends.outbox.letters import Act, Calendar, Letter
from amends.outbox.posting import Draft
from amends.wording import moments

REQUEST, CANCEL = "REQUEST", "CANCEL"
_REMINDER = dt.timedelta(minutes=15)


def new_uid() -> str:
    """How calendars will know a meeting. Whoever answers under it has had the invitation."""
    return f"{secrets.token_hex(16)}@{HOST}"


def organiser(escalation: Escalation, organisation: Organisation) -> str:
    """From where one invites, and where answers come to."""
    return reply_addresses.reply_to(organisation, escalation)


def written(meeting: Meeting, attendances: Iterable[Attendance], organisation: Organisation, by: str) -> Written:
    """The meeting as calendars say it. Raises BadMeeting."""
    return Written(
        uid=meeting.uid,
        sequence=meeting.sequence,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        zone=meeting.zone,
        title=meetings.title(meeting, organisation),
        agenda=numbered(meeting.agenda),
        place=meeting.place,
        organiser=Person(name=f"{by}, {organisation.name}", address=meeting.organiser),
        attendees=tuple(
            Attendee(name=each.name, address=each.person.email, is_optional=each.is_optional, is_ours=each.is_ours)
            for each in attendances
            if can_be_written(each.person.email)
        ),
        reminder=_REMINDER,
    )


def invitation(
    meeting: Meeting,
    attendances: Sequence[Attendance],
    *,
    method: str,
    by: str,
    now: dt.datetime,
    only: Attendance | None = None,
) -> mails.Invitation:
    """What goes with the mail: the invitation, or that the meeting is off, for all or for `only` one."""
    # Nine megabytes that no page needs.
    from amends.invitations import writing

    said = written(meeting, attendances, Organisation.current(), by)
    if method == REQUEST:
        raw = writing.invitation(said, now)
    else:
        one = said.attendee(only.person.email) if only else None
        raw = writing.cancellation(said, now, only=one)
    return mails.Invitation(meeting.organiser, Calendar(method, raw.decode()))


def can_be_written(address: str) -> bool:
    """Whether a calendar can take in that address."""
    try:
        Person(address=address)
    except BadMeeting:
        return False
    return True


def subject(meeting: Meeting, organisation: Organisation, now: dt.datetime, *, says: str = "") -> str:
    """“Where we stand: Brightwater and Fernhill, Thu 19 Nov, 15:00 in Lisbon”."""
    at = when.their_date(meeting.starts_at, meeting.zone, now)
    return f"{says}{meetings.title(meeting, organisation)}, {at}"[: mails.SUBJECT_FITS]


def text(meeting: Meeting, contacts: Sequence[Contact], *, by: Actor, now: dt.datetime, own: str = "") -> str:
    """What the customer reads of a new meeting: somebody's `own` words with when and where below, or plain ones."""
    if own.strip():
        return _with_the_time(own, meeting, now)
    return "\n\n".join(
        [
            _dear(contacts),
            f"we would like to talk with you: {_time(meeting, now)}.",
            *_where(meeting),
            *_about(meeting),
            "Please answer the invitation. If another time suits you better, propose it there, or answer this mail.",
            by.name,
        ]
    )


def text_of_change(
    meeting: Meeting,
    contacts: Sequence[Contact],
    *,
    was_at: dt.datetime | None,
    by: Actor,
    now: dt.datetime,
    own: str = "",
) -> str:
    """What they read where it has changed, as `text` has it; `was_at` where it has another time."""
    if own.strip():
        return _with_the_time(own, meeting, now)
    old = when.their_date(was_at, meeting.zone, now) if was_at else ""
    says = f"our meeting of {old} is at another time: {_time(meeting, now)}." if old else ""
    says = says or f"something has changed about our meeting: {_time(meeting, now)}."
    asks = "Does that suit you? Please answer the invitation, or this mail."
    return "\n\n".join([_dear(contacts), says, *_where(meeting), *_about(meeting), asks, by.name])


def text_of_end(
    meeting: Meeting, contacts: Sequence[Contact], *, by: Actor, now: dt.datetime, is_over: bool = False
) -> str:
    """What they read where it is off. Why is for ours, unless somebody writes it here.

    When they hear next stands in it, but not where the case `is_over`, and nothing comes next. One query.
    """
    at = when.their_date(meeting.starts_at, meeting.zone, now)
    if is_over:
        says = [f"our meeting of {at} does not take place any more. You need do nothing."]
        asks = "If you would still like to talk, please answer this mail."
    else:
        says = [f"we are sorry: our meeting of {at} does not take place.", *_hears_next(meeting, contacts, now)]
        asks = "If you would like to meet at another time, please answer this mail."
    return "\n\n".join([_dear(contacts), *says, asks, by.name])


def _hears_next(meeting: Meeting, contacts: Sequence[Contact], now: dt.datetime) -> list[str]:
    """When they hear next, where that stands and is still ahead; as promised, where they have read it so.

    Not where several read it: a promise is made to one of them.
    """
    ahead = meeting.escalation.promises.open().filter(kind=Promise.Kind.NEXT_UPDATE, to__in=contacts, due_at__gt=now)
    promise = ahead.select_related("made_with").order_by("due_at", "id").first() if len(contacts) == 1 else None
    if promise is None:
        return []
    told = promise.made_with
    said = moments.read(told.text, now=told.at, zone=promise.zone) if told else ()
    is_known = any(each.has_time and each.at == promise.due_at.replace(second=0, microsecond=0) for each in said)
    by = when.their_date(promise.due_at, meeting.zone, now)
    return [f"You hear from us by {by}, as promised." if is_known else f"You hear from us by {by}."]


def text_of_leave(meeting: Meeting, contacts: Sequence[Contact], *, by: Actor, now: dt.datetime) -> str:
    """What one of them reads who need not come any more."""
    at = when.their_date(meeting.starts_at, meeting.zone, now)
    says = f"our meeting of {at} takes place without you; you need do nothing."
    return "\n\n".join([_dear(contacts), says, by.name])


def to_member(
    meeting: Meeting,
    attendance: Attendance,
    sent: mails.Invitation,
    *,
    says: str,
    by: Actor,
    now: dt.datetime,
) -> Draft:
    """The copy of one of ours: with their part, and how such a meeting is led. By mail, whatever else they like."""
    member = attendance.member
    assert member is not None
    escalation, organisation = meeting.escalation, Organisation.current()
    return Draft(
        identity=f"{identity(meeting)}{meeting.sequence}|member:{member.pk}|mail",
        address=member.email,
        name=member.name,
        letter=Letter(
            subject=subject(meeting, organisation, now, says=says),
            heading=f"{says}{meetings.title(meeting, organisation)}",
            paragraphs=(f"{by.name} {_SAYS.get(sent.calendar.method, '')}",),
            facts=facts(meeting, attendance, member, now),
            acts=(Act("Open the meeting", meeting_letters.page(meeting)),),
            because=f"You get this because you are in it. {escalation.key} is open to you as long as you are.",
            sender_name=f"{by.name}, {organisation.name}",
            reply_to=reply_addresses.reply_to(organisation, escalation, member),
            sender=sent.sender,
            calendar=sent.calendar,
        ),
        subject=escalation.subject,
    )


_SAYS = {
    REQUEST: "asks you to come. Answer in your calendar, and everybody who plans it knows.",
    CANCEL: "says that it does not take place, or that you need not come.",
}


def facts(meeting: Meeting, attendance: Attendance, member: Member, now: dt.datetime) -> tuple[tuple[str, str], ...]:
    """What one of ours reads of it, on their own clock."""
    escalation = meeting.escalation
    ours = when.day_and_time(meeting.starts_at, member.zone, now)
    theirs = when.their_clock(meeting.starts_at, meeting.zone, member.zone)
    lines = (
        ("Account", escalation.account.name),
        ("When", f"{ours}, {meeting.minutes} min ({theirs})"),
        ("Where", meeting.place),
        ("Your part", your_part(attendance, escalation)),
        ("Agenda", numbered(meeting.agenda)),
        ("How to lead it", "\n".join(meetings.steps(escalation, meeting.kind)) if leads(attendance) else ""),
    )
    return tuple((label, said) for label, said in lines if said)


def identity(meeting: Meeting) -> str:
    """How the identities of what ours get of it begin."""
    return f"meeting:{meeting.pk}|"


def _with_the_time(own: str, meeting: Meeting, now: dt.datetime) -> str:
    """Their own words, and below them when, where and what about, unless they name the time that it begins at.

    The invitation stands in a part for calendars, which a mail program may not show.
    """
    begins = meeting.starts_at.replace(second=0, microsecond=0)
    named = moments.read(own, now=now, zone=meeting.zone)
    if any(said.has_time and said.at == begins for said in named):
        return own
    return "\n\n".join([own.strip(), f"When: {_time(meeting, now)}", *_where(meeting), *_about(meeting)])


def _dear(contacts: Sequence[Contact]) -> str:
    *most, last = [contact.name for contact in contacts]
    return f"Dear {', '.join(most)} and {last}," if most else f"Dear {last},"


def _time(meeting: Meeting, now: dt.datetime) -> str:
    return f"{when.their_date(meeting.starts_at, meeting.zone, now)}, for {_long(meeting.minutes)}"


def _long(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    said = [f"{hours} hour{'s' if hours > 1 else ''}" if hours else "", f"{rest} minutes" if rest else ""]
    return " and ".join(filter(None, said))


def _where(meeting: Meeting) -> list[str]:
    return [f"Where: {meeting.place}"] if meeting.place else []


def _about(meeting: Meeting) -> list[str]:
    return [f"What we would like to speak about:\n{numbered(meeting.agenda)}"] if meeting.agenda.strip() else []
