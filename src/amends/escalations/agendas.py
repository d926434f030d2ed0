"""What members find in the morning: what they owe, what waits for them, what changed. Reads only.

For many members at once, in a constant number of queries.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Q

from amends.clock.calendars import moment_at, zone_named
from amends.directory import absences
from amends.directory.models import Absence, Member, Team
from amends.escalations.authority import TABLE, Act
from amends.escalations.models import Decision, Escalation, Event, Help, Notice, Promise, Watcher
from amends.escalations.models.escalation import of_a_live_one
from amends.escalations.timeline import kinds

# Of what happened, what somebody who was not there wants to know first.
TELLING = (
    kinds.ESCALATION_OPENED,
    kinds.ESCALATION_REQUESTED,
    kinds.ESCALATION_ACCEPTED,
    kinds.ESCALATION_DECLINED,
    kinds.ESCALATION_GIVEN_BACK,
    kinds.ESCALATION_RESOLVED,
    kinds.ESCALATION_REOPENED,
    kinds.ESCALATION_CLOSED,
    kinds.ESCALATION_WITHDRAWN,
    kinds.HANDLER_CHANGED,
    kinds.SEVERITY_CHANGED,
    kinds.TREND_CHANGED,
    kinds.PROMISE_BROKEN,
    kinds.UPDATE_HEARD,
    kinds.PROBLEM_ESTIMATED,
    kinds.PROBLEM_SOLVED,
    kinds.PROBLEM_DECLINED,
    kinds.PROBLEM_REOPENED,
    kinds.UPDATE_WRITTEN,
    kinds.UPDATE_SOMETHING_MISSING,
    kinds.UPDATE_TIMES_PROPOSED,
    kinds.ESCALATION_CONFIRMED,
    kinds.ESCALATION_CONTESTED,
    kinds.RATING_GIVEN,
    kinds.PLAN_CONFIRMED,
    kinds.PLAN_CONFIRMED_BY_THEM,
    kinds.REQUEST_ANSWERED,
    kinds.REQUEST_ANSWERED_BY_THEM,
    kinds.HELP_GIVEN,
    kinds.MEETING_PLANNED,
    kinds.MEETING_CALLED_OFF,
    kinds.MEETING_ANSWERED_BY_THEM,
    kinds.MEETING_TIME_PROPOSED,
    kinds.MEETING_HELD,
    kinds.CRITERION_MET,
)
_DAY = dt.timedelta(days=1)
_EVERYWHERE = TABLE[Act.SEE_EVERY_ESCALATION]


@dataclass(frozen=True, slots=True)
class Changed:
    """What others did in one case, the newest first."""

    escalation: Escalation
    events: Sequence[Event]


@dataclass(slots=True)
class Agenda:
    """One member's morning."""

    overdue: list[Promise] = field(default_factory=list)
    today: list[Promise] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    helps: list[Help] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    covers: list[Absence] = field(default_factory=list)
    unseen: int = 0

    @property
    def is_worth_a_mail(self) -> bool:
        """Whether there is anything to do or to know. Who is away, and a count, say nothing new by themselves."""
        return bool(self.overdue or self.today or self.decisions or self.helps or self.changed)


def read(since: Mapping[Member, dt.datetime], now: dt.datetime) -> dict[int, Agenda]:
    """The agendas of these members, by their ids; what changed is counted from a moment of each."""
    members = list(since)
    covers = absences.all_covered(now)
    us = {member.pk: covers.get(member.pk, frozenset()) | {member.pk} for member in members}
    everybody = frozenset().union(*us.values())
    agendas = {member.pk: Agenda() for member in members}
    _promises(agendas, members, us, everybody, now)
    _asked(agendas, us, everybody)
    _changes(agendas, since, us, everybody, now)
    away = list(Absence.objects.standing(now).filter(member__in=everybody).select_related("member"))
    for pk, agenda in agendas.items():
        agenda.covers = [absence for absence in away if absence.member_id in us[pk] - {pk}]
    _unseen(agendas, members)
    return agendas


Us = Mapping[int, frozenset[int]]


def _promises(
    agendas: Mapping[int, Agenda], members: Iterable[Member], us: Us, everybody: Collection[int], now: dt.datetime
) -> None:
    midnights = {member.pk: _midnight(member, now) for member in members}
    owed = Q(owner__in=everybody) | Q(owner__isnull=True, escalation__handler__in=everybody)
    due = Promise.objects.open().filter(owed, due_at__lt=max(midnights.values()))
    found = due.filter(of_a_live_one()).select_related("escalation__account", "owner", "meeting")
    for promise in found.order_by("due_at", "id"):
        owner = promise.owner_id or promise.escalation.handler_id
        for pk, agenda in agendas.items():
            if owner in us[pk] and promise.due_at < midnights[pk]:
                (agenda.overdue if promise.is_overdue(now) else agenda.today).append(promise)


def _midnight(member: Member, now: dt.datetime) -> dt.datetime:
    """When today ends for them."""
    today = now.astimezone(zone_named(member.zone)).date()
    return moment_at(dt.datetime.combine(today + _DAY, dt.time()), member.zone)


def _asked(agendas: Mapping[int, Agenda], us: Us, everybody: Collection[int]) -> None:
    """Decisions that wait for them, and help that they, or a team of theirs, were asked for."""
    live = of_a_live_one()
    pending = Decision.objects.filter(live, verdict="", escalation__handler__in=everybody)
    for decision in pending.select_related("escalation__account", "asked_by").order_by("due_at", "id"):
        for pk, agenda in agendas.items():
            if decision.escalation.handler_id in us[pk]:
                agenda.decisions.append(decision)
    teams: dict[int, set[int]] = {}
    for member_id, team_id in Team.members.through.objects.filter(member__in=agendas).values_list("member", "team"):
        teams.setdefault(member_id, set()).add(team_id)
    of_teams = set().union(*teams.values())
    needed = Help.objects.filter(Q(asked_of__in=everybody) | Q(team__in=of_teams), settled_at__isnull=True)
    for help_ in needed.filter(live).select_related("escalation__account", "by"):
        for pk, agenda in agendas.items():
            if help_.asked_of_id in us[pk] or help_.team_id in teams.get(pk, ()):
                agenda.helps.append(help_)


def _changes(
    agendas: Mapping[int, Agenda],
    since: Mapping[Member, dt.datetime],
    us: Us,
    everybody: Collection[int],
    now: dt.datetime,
) -> None:
    """What others did in the cases that they handle or watch."""
    watched: dict[int, set[int]] = {}
    for member_id, escalation_id in Watcher.objects.filter(member__in=agendas).values_list("member", "escalation"):
        watched.setdefault(member_id, set()).add(escalation_id)
    cases = Q(escalation__handler__in=everybody) | Q(escalation__in=set().union(*watched.values()))
    happened = Event.objects.filter(cases, at__gt=min(since.values()), at__lte=now)
    happened = happened.filter(kind__in=[kind.name for kind in TELLING]).order_by("-at", "-id")
    events = list(happened.select_related("personal", "escalation__account"))
    for member, moment in since.items():
        found: dict[int, list[Event]] = {}
        for event in events:
            is_theirs = event.escalation.handler_id in us[member.pk]
            is_theirs = is_theirs or event.escalation_id in watched.get(member.pk, ())
            if is_theirs and event.at > moment and event.by_id != member.pk:
                found.setdefault(event.escalation_id, []).append(event)
        agendas[member.pk].changed = [Changed(each[0].escalation, each) for each in found.values()]


def _unseen(agendas: Mapping[int, Agenda], members: Iterable[Member]) -> None:
    """How many notices they have not seen. Not for who sees only some cases: of one lost from sight, not even that."""
    sees = [member.pk for member in members if member.role in _EVERYWHERE]
    unseen = Notice.objects.filter(member__in=sees, seen_at__isnull=True).order_by()
    for member_id, count in unseen.values_list("member").annotate(Count("pk")):
        agendas[member_id].unseen = count
