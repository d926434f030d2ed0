"""Meetings as pages show them: in short on the case, all of a case, one with who is in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from amends.directory.actor import Actor
from amends.directory.models import Organisation
from amends.escalations import meetings as planning
from amends.escalations import on_their_page
from amends.escalations.models import Attendance, Escalation, Meeting
from amends.escalations.on_their_page import OnTheirPage
from amends.lib import when
from amends.outbox.models import Delivery
from amends.web import leaving
from amends.web.lookup import find
from amends.web.requests import MemberRequest

Answer, State = Attendance.Answer, Meeting.State
# The newest of those who are, or were, in a meeting of one case: as many as one looks at beside it.
_MOST_ATTENDANCES = 120
_MOST_TIMES = 6
_TONES: dict[str, str] = {Answer.ACCEPTED: "kept", Answer.TENTATIVE: "held", Answer.DECLINED: "bad"}
_OF_A_GLANCE = (
    *("part", "answer", "came", "contact__name", "member__name"),
    *("meeting__kind", "meeting__state", "meeting__starts_at", "meeting__ends_at", "meeting__zone", "meeting__made_at"),
    *("meeting__held_at", "meeting__notes_due_at", "meeting__why_no_notes", "meeting__notes_update__struck_at"),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A meeting with who is in it, theirs before ours."""

    meeting: Meeting
    people: Sequence[Attendance]

    @property
    def answers(self) -> list[tuple[Attendance, str]]:
        """Who is in it, each with the tone of their answer."""
        return [(each, _TONES.get(each.answer, "")) for each in self.people]

    @property
    def whom(self) -> str:
        return planning.with_whom(self.people)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A time that they proposed, and the address where a meeting is planned at it."""

    at: dt.datetime
    href: str


@dataclass(frozen=True, slots=True)
class Glance:
    """What the case page shows: what is planned, the nearest first; what was held last; which notes are awaited.

    `missing` says that none is planned, and `is_late` that one should have been. `proposed`: who of them would like
    to talk, and when; until a meeting is planned.
    """

    planned: Sequence[Shown]
    last: Shown | None
    met_at: dt.datetime | None
    awaiting: Sequence[Meeting]
    missing: str
    is_late: bool
    proposed: Sequence[tuple[str, Sequence[Proposal]]] = ()

    def __bool__(self) -> bool:
        return bool(self.planned or self.last or self.missing)


def glance(
    escalation: Escalation, organisation: Organisation, said: OnTheirPage, zone: str, now: dt.datetime
) -> Glance:
    """The meetings of a case in short. One query; `zone` is the reader's."""
    found = Attendance.objects.filter(meeting__escalation=escalation).exclude(meeting__state=State.CANCELLED)
    found = found.select_related("meeting__notes_update", "contact", "member").only(*_OF_A_GLANCE)
    rows = grouped(found.order_by("-meeting__starts_at", "-meeting", "pk")[:_MOST_ATTENDANCES])
    for row in rows:
        row.meeting.escalation = escalation
    held = [row for row in rows if row.meeting.state == State.HELD]
    planned = [row for row in reversed(rows) if row.meeting.is_planned]
    theirs = [row for row in held if not row.meeting.is_internal]
    # A meeting that was only written down counts as well.
    met = [escalation.last_met_at, *(row.meeting.held_at for row in theirs)]
    met_at = max(filter(None, met), default=None)
    due_at = None
    if not any(not row.meeting.is_internal for row in planned) and escalation.is_under_way:
        due_at = planning.due_by(escalation, met_at, organisation)
    return Glance(
        planned,
        theirs[0] if theirs else None,
        met_at,
        [row.meeting for row in theirs if row.meeting.awaits_notes],
        _missing(met_at, escalation.first_contact_at, due_at, zone, now) if due_at else "",
        due_at is not None and due_at <= now,
        _proposed(escalation, said, [row.meeting for row in planned], now),
    )


def _proposed(
    escalation: Escalation, said: OnTheirPage, planned: Sequence[Meeting], now: dt.datetime
) -> list[tuple[str, list[Proposal]]]:
    """Who of them proposed which times that are still ahead, and after which no meeting with them was planned."""
    if not escalation.is_under_way:
        return []
    last = max((meeting.made_at for meeting in planned if not meeting.is_internal), default=None)
    found: dict[str, dict[dt.datetime, Proposal]] = {}
    for each in said.times:
        if each.at > now and not (last and each.said_at < last):
            address = f"{reverse('plan_meeting', args=[escalation.key])}?{urlencode({'suits': each.at.isoformat()})}"
            found.setdefault(each.who, {})[each.at] = Proposal(each.at, address)
    return [(who, [times[at] for at in sorted(times)]) for who, times in found.items()]


def grouped(found: Iterable[Attendance]) -> list[Shown]:
    """Attendances, read with their meetings, as meetings in the order in which they come."""
    by_meeting: dict[int, list[Attendance]] = {}
    for attendance in found:
        by_meeting.setdefault(attendance.meeting_id, []).append(attendance)
    return [Shown(people[0].meeting, _theirs_first(people)) for people in by_meeting.values()]


def all_of(escalation: Escalation) -> list[Shown]:
    """Every meeting of a case, the newest first. Two queries."""
    found = escalation.meetings.select_related("notes_update", "organised_by").prefetch_related(
        "attendances__contact", "attendances__member"
    )
    return [Shown(meeting, _theirs_first(meeting.attendances.all())) for meeting in found]


def find_meeting(escalation: Escalation, pk: int) -> Meeting:
    """A meeting of this case. Raises NotFound."""
    found = escalation.meetings.select_related("notes_update", "organised_by", "promise", "notes")
    meeting: Meeting = find(found, pk, "meeting", of=escalation.key)
    meeting.escalation = escalation
    return meeting


def find_attendance(meeting: Meeting, pk: int) -> Attendance:
    """Somebody's part in this meeting. Raises NotFound."""
    there = meeting.attendances.select_related("contact", "member")
    attendance: Attendance = find(there, pk, "person in this meeting", of=meeting.escalation.key)
    attendance.meeting = meeting
    return attendance


def people_in(meeting: Meeting) -> list[Attendance]:
    """Who is in it, theirs before ours. One query."""
    return _theirs_first(meeting.attendances.select_related("contact", "member").order_by("pk"))


def notes_say(meeting: Meeting) -> tuple[str, str]:
    """Whether its notes are with the customer, as a tone and a sentence; blank before they are sent. Two queries."""
    update = meeting.notes_update
    if update is None or update.struck_at:
        return "", ""
    states = leaving.states(update)
    if not states.isdisjoint(leaving.HERE):
        return "held", leaving.says("Its notes are on their way.", "Its notes wait")
    if Delivery.State.DEAD in states:
        return "bad", "Its notes could not be delivered to all of them."
    return (
        ("risk", "Its notes may not have left.") if Delivery.State.MAYBE in states else ("kept", "They have its notes.")
    )


def is_own(attendance: Attendance, actor: Actor) -> bool:
    """Whether it is one's own part, or that of somebody for whom one stands in."""
    return attendance.member_id is not None and attendance.member_id in actor.stands_for


def likely_kind(escalation: Escalation) -> str:
    """What one most likely wants to plan."""
    if escalation.first_contact_at is None:
        return Meeting.Kind.FIRST_CONTACT
    return Meeting.Kind.FINAL if escalation.status == Escalation.Status.RESOLVED else Meeting.Kind.STATUS


@dataclass(frozen=True, slots=True)
class TheirTime:
    """A time that somebody at the customer proposed, and that is still ahead."""

    at: dt.datetime
    who: str

    def says(self, zone: str, request: MemberRequest) -> str:
        """“Thu 16:00 in Lisbon (17:00 for you), Maria Duarte”."""
        theirs = when.their_time(self.at, zone, request.now)
        for_us = when.their_clock(self.at, request.zone, zone)
        same = when.clock_time(self.at, zone) == when.clock_time(self.at, request.zone)
        return f"{theirs}{'' if same else f' ({for_us})'}, {self.who}"


def their_times(escalation: Escalation, now: dt.datetime) -> list[TheirTime]:
    """When the customer would like to talk: as their page, and their answers to invitations, say. Two queries."""
    found = [TheirTime(said.at, said.who) for said in on_their_page.of(escalation).times]
    answers = Attendance.objects.filter(
        meeting__escalation=escalation, contact__isnull=False, proposed_at__gt=now, meeting__state=State.PLANNED
    )
    found += [TheirTime(each.proposed_at, each.name) for each in answers.select_related("contact") if each.proposed_at]
    ahead = {time.at: time for time in found if time.at > now}
    return [ahead[at] for at in sorted(ahead)][:_MOST_TIMES]


def _missing(
    met_at: dt.datetime | None, spoken_at: dt.datetime | None, due_at: dt.datetime, zone: str, now: dt.datetime
) -> str:
    # To have rung them is a first contact as well.
    spoken = f"; first spoken with {when.day(spoken_at, zone, now)}" if spoken_at else ""
    last = f"met last {when.local(met_at, zone, now)}" if met_at else f"nobody has met them yet{spoken}"
    if due_at <= now:
        return f"No meeting is planned, and {last}. One was due by {when.local(due_at, zone, now)}."
    return f"No meeting is planned; {last}. Meet them by {when.local(due_at, zone, now)}."


def _theirs_first(people: Iterable[Attendance]) -> list[Attendance]:
    return sorted(people, key=lambda each: (each.is_ours, each.pk))
