"""The page that one reads before a meeting: who, what they are worth, what was promised and said, one’s own part."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber

from amends.directory.models import Member
from amends.escalations.models import Attendance, Escalation, Meeting, Problem, Promise, Rating, Update
from amends.escalations.timeline.briefs import Brief, insights_of
from amends.lib import when

# So much as one reads at a glance; the case has all of it.
_MOST_SAID, _MOST_PROMISED, _MOST_INSIGHTS, _BEGINNING = 4, 6, 5, 200


@dataclass(slots=True)
class MeetingBrief:
    """One meeting with all that is read before it. The same for all, but for each one's part and clock."""

    meeting: Meeting
    there: list[Attendance] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    insights: list[str] = field(default_factory=list)
    promised: list[Promise] = field(default_factory=list)
    said: list[Update] = field(default_factory=list)
    # How far each of them feels heard, as they said last
    rated: list[Rating] = field(default_factory=list)

    @property
    def escalation(self) -> Escalation:
        return self.meeting.escalation

    def readers(self) -> list[Attendance]:
        """Those of ours who come without knowing the case as who leads it does."""
        return [each for each in self.there if each.member and each.member.is_active and not leads(each)]

    def facts(self, member: Member, now: dt.datetime, *, in_full: bool = True) -> tuple[tuple[str, str], ...]:
        """Labels and values, on the clock of who reads; what is not known is left out."""
        meeting, zone = self.meeting, member.zone
        own = next((each for each in self.there if each.member_id == member.pk), None)
        next_at = min((promise.due_at for promise in self.promised), default=None)
        known = Brief(self.escalation, tuple(self.problems), tuple(self.insights), next_at)
        lines = [
            ("When", f"{when.day_and_time(meeting.starts_at, zone, now)}, {meeting.minutes} min"),
            ("On their clock", when.their_date(meeting.starts_at, meeting.zone, now)),
            ("Where", meeting.place),
            ("Your part", your_part(own, self.escalation) if own else ""),
            ("Who comes", "\n".join(_who(each) for each in self.there)),
            *(known.facts(zone, now) if in_full else ()),
            ("Do they feel heard", "\n".join(_rated(rating, zone, now) for rating in self.rated)),
            ("What was promised", "\n".join(f"{promise.what}: {_by(promise, zone, now)}" for promise in self.promised)),
            ("What was said last", "\n".join(_said(update, zone, now) for update in self.said)),
            ("Agenda", numbered(meeting.agenda)),
        ]
        return tuple((label, value) for label, value in lines if value)


def read(numbers: Collection[int]) -> dict[int, MeetingBrief]:
    """The briefs of these meetings, by number: eight queries, however many they are."""
    related = ("escalation__account", "escalation__contact", "escalation__handler", "escalation__playbook")
    found = Meeting.objects.filter(pk__in=numbers).select_related(*related, "organised_by")
    made = {meeting.pk: MeetingBrief(meeting) for meeting in found}
    cases: dict[int, list[MeetingBrief]] = defaultdict(list)
    accounts: dict[int, list[MeetingBrief]] = defaultdict(list)
    for brief in made.values():
        cases[brief.meeting.escalation_id].append(brief)
        accounts[brief.escalation.account_id].append(brief)
    for attendance in Attendance.objects.filter(meeting__in=made).select_related("contact", "member").order_by("id"):
        made[attendance.meeting_id].there.append(attendance)
    for case_id, words in Problem.objects.filter(escalation__in=cases).values_list("escalation", "words"):
        for brief in cases[case_id]:
            brief.problems.append(words)
    for account_id, insights in insights_of(accounts, at_most=_MOST_INSIGHTS).items():
        for brief in accounts[account_id]:
            brief.insights = insights
    promised = Promise.objects.open().filter(escalation__in=cases, meeting__isnull=True)
    for promise in promised.exclude(kind=Promise.Kind.LOOK).order_by("due_at", "id"):
        for brief in cases[promise.escalation_id]:
            brief.promised = [*brief.promised, promise][:_MOST_PROMISED]
    for update in _last_said(list(cases)):
        for brief in cases[update.escalation_id]:
            brief.said.append(update)
    for rating in _rated_last(list(cases)):
        for brief in cases[rating.escalation_id]:
            brief.rated.append(rating)
    return made


def of(meeting: Meeting) -> MeetingBrief:
    """The brief of one meeting, for its page."""
    return read([meeting.pk])[meeting.pk]


def leads(attendance: Attendance) -> bool:
    return attendance.part == Attendance.Part.LEADS


def your_part(attendance: Attendance, escalation: Escalation) -> str:
    """What is asked of one of ours in a meeting."""
    who = f"{escalation.handler.name} leads" if escalation.handler else "The handler leads"
    says = {
        Attendance.Part.LEADS: "You lead it.",
        Attendance.Part.PRESENCE: f"Empathy and presence: they see that it matters to us. {who}.",
        Attendance.Part.EXPERT: f"You know what can be done, and by when. {who}.",
        Attendance.Part.GUEST: f"You take part. {who}.",
    }[Attendance.Part(attendance.part)]
    return f"{says} You may come, and need not." if attendance.is_optional else says


def numbered(agenda: str) -> str:
    """The agenda with a number before each of its lines."""
    lines = [line.strip() for line in agenda.splitlines() if line.strip()]
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))


def _last_said(cases: Sequence[int]) -> Sequence[Update]:
    """Of each case what passed last, the oldest of it first."""
    place = Window(RowNumber(), partition_by=F("escalation"), order_by=[F("at").desc(), F("id").desc()])
    words = Q(meeting__isnull=True) | Q(direction=Update.Direction.IN)
    found = Update.objects.standing().filter(words, escalation__in=cases).annotate(place=place)
    last = found.filter(place__lte=_MOST_SAID).select_related("contact", "by")
    return list(last.order_by("at", "id"))


def _rated_last(cases: Sequence[int]) -> Sequence[Rating]:
    """Of each case the newest of each contact."""
    place = Window(RowNumber(), partition_by=[F("escalation"), F("contact")], order_by=[F("at").desc(), F("id").desc()])
    found = Rating.objects.filter(escalation__in=cases).annotate(place=place).filter(place=1)
    return list(found.select_related("contact").order_by("-at", "-id"))


def _who(attendance: Attendance) -> str:
    title = f", {attendance.person.title}" if attendance.person.title else ""
    part = f": {attendance.get_part_display().lower()}" if attendance.is_ours else ""
    return f"{attendance.name}{title}{part}"


def _by(promise: Promise, zone: str, now: dt.datetime) -> str:
    by = f"by {when.day_and_time(promise.due_at, zone, now)}"
    return f"{by}, overdue" if promise.due_at < now else by


def _rated(rating: Rating, zone: str, now: dt.datetime) -> str:
    """Maria Duarte: hardly, Thu 19 Nov, 10:00. “Ring when you say so.”"""
    words = " ".join(rating.words.split())
    says = f"{rating.contact}: {rating.get_heard_display().lower()}, {when.day_and_time(rating.at, zone, now)}."
    return f"{says} “{_beginning(words)}”" if words else says


def _beginning(text: str) -> str:
    return text if len(text) <= _BEGINNING else f"{text[:_BEGINNING].rsplit(maxsplit=1)[0]} …"


def _said(update: Update, zone: str, now: dt.datetime) -> str:
    who = (update.by.name if update.by else "We") if update.direction == Update.Direction.OUT else str(update.contact)
    text = " ".join(update.text.split())
    return f"{who}, {when.day_and_time(update.at, zone, now)}: {_beginning(text)}"
