"""Meetings as one plans them: what a kind brings along, who should be asked, what speaks against a time. Reads only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from amends.clock.calendars import WorkingCalendar, moment_at, parse_hours, zone_named
from amends.clock.situations import met_by
from amends.directory.models import Absence, Contact, Member, Organisation, Seat
from amends.directory.organisation import working_calendar
from amends.escalations.hearing import worth
from amends.escalations.models import Attendance, Escalation, Meeting, Problem
from amends.escalations.terms import terms
from amends.escalations.timeline.audiences import People, around
from amends.lib import when
from amends.playbook.assess import Intake, weigh

Kind, Part = Meeting.Kind, Attendance.Part
# Nobody likes to be rung up before or after, where they have not said when they can be.
_MORNING, _EVENING, _SATURDAY = dt.time(7, 30), dt.time(19, 30), 5
_AN_HOUR = dt.timedelta(hours=1)
_TITLES = {
    Kind.FIRST_CONTACT: "A first conversation",
    Kind.STATUS: "Where we stand",
    Kind.FOLLOW_UP: "Following up",
    Kind.FINAL: "Looking back together",
    Kind.INTERNAL: "Among ourselves",
}


@dataclass(frozen=True, slots=True)
class Invited:
    """A member who is asked to come."""

    member: Member
    part: str = Part.GUEST
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Proposed:
    """Somebody who should be asked, in which part, and why: a sentence for whoever plans."""

    person: Contact | Member
    part: str
    why: str
    is_optional: bool = False

    @property
    def is_ours(self) -> bool:
        return isinstance(self.person, Member)


def title(meeting: Meeting, organisation: Organisation) -> str:
    """What it is called in everybody's calendar. The reason of the case is written inside, and never in it."""
    account = meeting.escalation.account.name
    about = meeting.escalation.key if meeting.is_internal else organisation.name
    return f"{_TITLES[Kind(meeting.kind)]}: {account} and {about}"


def name(meeting: Meeting) -> str:
    """What it is, for everybody: “A first conversation”."""
    return _TITLES[Kind(meeting.kind)]


def subject_of(meeting: Meeting) -> str:
    """What it is, inside a sentence to the customer: “a first conversation”."""
    words = _TITLES[Kind(meeting.kind)]
    return f"{words[:1].lower()}{words[1:]}"


def agenda(escalation: Escalation, kind: str) -> str:
    """What a kind brings along for everybody to read, a line each. The final one asks the playbook's questions."""
    document = escalation.playbook.document
    lines: Sequence[str] = getattr(document.meetings.protocols, kind).agenda
    if kind == Kind.FINAL and document.closing.questions:
        lines = document.closing.questions
    return "\n".join(lines)


def steps(escalation: Escalation, kind: str) -> tuple[str, ...]:
    """How such a meeting is led: for ours alone."""
    found: tuple[str, ...] = getattr(escalation.playbook.document.meetings.protocols, kind).steps
    return found


def propose(escalation: Escalation, kind: str, now: dt.datetime) -> list[Proposed]:
    """Who should be asked, each once: the handler leads; who reported it; an executive or the handler's manager where
    the kind asks for them; experts from the plan. Who is away is named by their stand-in."""
    owners = _owners(escalation, kind)
    people = around([escalation.handler_id, escalation.account.csm_id, *owners], now)
    found: list[Proposed] = []
    if escalation.contact and kind != Kind.INTERNAL and not escalation.contact.has_left:
        found.append(Proposed(escalation.contact, Part.GUEST, "They told us of it."))
    handler = people.present(escalation.handler_id)
    if handler:
        found.append(Proposed(handler, Part.LEADS, f"Handles {escalation.key}, and leads."))
    found += _presence(escalation, kind, people, handler, now)
    if (csm := people.present(escalation.account.csm_id)) and kind != Kind.INTERNAL:
        found.append(Proposed(csm, Part.GUEST, f"Looks after {escalation.account}.", is_optional=True))
    for owner_id, words in owners.items():
        if owner := people.present(owner_id):
            found.append(Proposed(owner, Part.EXPERT, f"Solves “{words}”.", is_optional=kind != Kind.INTERNAL))
    first: dict[Contact | Member, Proposed] = {}
    for each in found:
        first.setdefault(each.person, each)
    return list(first.values())


def _owners(escalation: Escalation, kind: str) -> dict[int, str]:
    """Who solves what is open, with what it is. A first contact is there for listening."""
    if kind == Kind.FIRST_CONTACT:
        return {}
    open_ones = escalation.problems.exclude(status__in=Problem.SETTLED).filter(owner__isnull=False)
    found: dict[int, str] = {}
    for owner_id, words in open_ones.values_list("owner", "words"):
        found.setdefault(owner_id, words)
    return found


def _presence(
    escalation: Escalation, kind: str, people: People, handler: Member | None, now: dt.datetime
) -> list[Proposed]:
    """Whose being there says that we mean it. They are told their part: the handler leads."""
    leads = f"{handler.name} leads" if handler else "the handler leads"
    if kind == Kind.FOLLOW_UP and (manager := people.above(escalation.handler_id)):
        why = f"The handler’s manager joins every follow-up. Their part: empathy and presence; {leads}."
        return [Proposed(manager, Part.PRESENCE, why)]
    if kind != Kind.FIRST_CONTACT:
        return []
    document = escalation.playbook.document
    wanted = document.meetings.executives_for
    weight, because = weigh(document, worth(escalation.account), _intake(escalation, now))
    heaviest = (document.weights[0].key,) if len(document.weights) > 1 else ()
    if weight.key not in (heaviest if wanted is None else wanted):
        return []
    sponsor = escalation.account.seats.filter(part=Seat.Part.SPONSOR, member__is_active=True).first()
    executive = people.executives[0] if people.executives else None
    chosen = around([sponsor.member_id], now).present(sponsor.member_id) if sponsor else None
    found = chosen or (people.present(executive.pk) if executive else None)
    why = f"{because[:1].upper()}{because[1:]}. Their part: empathy and presence; {leads}."
    return [Proposed(found, Part.PRESENCE, why)] if found else []


def _intake(escalation: Escalation, now: dt.datetime) -> Intake:
    today = now.astimezone(zone_named(escalation.account.zone)).date()
    return Intake(escalation.impact, escalation.mood, today, None, escalation.sentiment, escalation.category)


def warnings(
    escalation: Escalation,
    *,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    contacts: Iterable[Contact],
    members: Iterable[Member],
    now: dt.datetime,
) -> list[str]:
    """What speaks against a time, a sentence each: out of somebody's hours, in their night, while one of us is away."""
    found = [
        says
        for contact in contacts
        if (says := _unwelcome(contact, contact.zone or escalation.account.zone, starts_at, ends_at))
    ]
    ours = {member.pk: member for member in members}
    away = Absence.objects.filter(member__in=ours, from_at__lt=ends_at, until_at__gt=starts_at)
    found += [
        f"{absence.member} is away {absence.says(now)}; {absence.stand_in} stands in."
        for absence in away.select_related("member", "stand_in")
    ]
    return found


def _unwelcome(contact: Contact, zone: str, starts_at: dt.datetime, ends_at: dt.datetime) -> str:
    there, over = starts_at.astimezone(zone_named(zone)), ends_at.astimezone(zone_named(zone))
    says = f"It would be {when.their_date(starts_at, zone, starts_at)} for {contact}"
    if contact.available:
        calendar = WorkingCalendar(zone, parse_hours(contact.available))
        is_within = calendar.between(starts_at, ends_at) == ends_at - starts_at
        return "" if is_within else f"{says}, outside the hours at which one can talk with them."
    if there.weekday() >= _SATURDAY:
        return f"{says}, on a weekend."
    if there.time() < _MORNING or over.time() > _EVENING or over.date() != there.date():
        return f"{says}, early or late in their day."
    return ""


def notes_due(ended_at: dt.datetime, zone: str, organisation: Organisation) -> dt.datetime:
    """By when the notes of a meeting are to be with the customer: the end of that working day on the clock of `zone`,
    the organiser's, or of the next where it was none; not before an hour has passed."""
    ours = working_calendar(organisation)
    calendar = WorkingCalendar(zone, ours.hours, ours.region, ours.closed_on)
    day = ended_at.astimezone(zone_named(zone)).date()
    if not calendar.is_working_day(day):
        day = calendar.working_days_after(day, 1)
    closes = max(one.end for one in calendar.hours[day.weekday()])
    closing = moment_at(dt.datetime.combine(day, dt.time()) + dt.timedelta(minutes=closes), zone)
    return max(closing, ended_at + _AN_HOUR)


def due_by(escalation: Escalation, last_held_at: dt.datetime | None, organisation: Organisation) -> dt.datetime | None:
    """By when the customer is to be met, as the clock counts it where none is planned; None where it does not."""
    if (since := met_since(escalation, last_held_at)) is None:
        return None
    try:
        return met_by(since, terms(escalation.playbook, escalation.severity, organisation))
    except (LookupError, ValueError, ArithmeticError):
        return None


def met_since(escalation: Escalation, last_held_at: dt.datetime | None) -> dt.datetime | None:
    """From when it is counted that nobody has met the customer; None where nobody is to.

    A meeting that was written down counts as one that was planned does; `last_held_at` may be of a case merged here.
    """
    if not escalation.customer_should_know or escalation.status not in _MET_WHILE or escalation.is_history:
        return None
    began = [escalation.opened_at, escalation.adopted_at, escalation.reopened_at, escalation.to_know_since]
    return max(moment for moment in [*began, escalation.last_met_at, last_held_at] if moment)


# A request waits for somebody who takes it on.
_MET_WHILE = (Escalation.Status.OPEN, Escalation.Status.RESOLVED)


def with_whom(attendances: Iterable[Attendance]) -> str:
    """Who is in it, theirs before ours, as people say it."""
    ordered = sorted(attendances, key=lambda each: each.is_ours)
    return ", ".join(each.name for each in ordered) or "nobody"
