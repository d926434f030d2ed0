"""What needs me today, and what one sees at a glance: the few reads that go across nouns.

Each answers in a constant number of queries, whatever the number of rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Prefetch, Q, QuerySet, prefetch_related_objects

from amends.directory.actor import Actor
from amends.directory.models import Member, Organisation
from amends.escalations import access, health, on_their_page, terms
from amends.escalations.models import Escalation, Event, PlanConfirmation, Problem, Promise, Request, Update
from amends.escalations.models.escalation import of_a_live_one
from amends.escalations.models.promise import past_due
from amends.escalations.on_their_page import OnTheirPage
from amends.escalations.timeline.kinds import BESIDE
from amends.escalations.timeline.sentences import Entry, entry

MOST_ROWS = 200
_MANY_EVENTS = 100
# What a row shows, of the hundred and twenty columns that hang together here: reading them all takes twice as long.
_OF_A_PROMISE_TODAY = (
    "kind",
    "what",
    "channel",
    "due_at",
    "status",
    "zone",
    "to__name",
    "owner__name",
    "meeting__promise",
    "meeting__starts_at",
    "meeting__ends_at",
    "escalation__handler",
    "escalation__account__name",
)
# Likewise what a row of the list shows, and what its health is told by.
_OF_A_ROW = (
    "reason",
    "status",
    "category",
    "severity",
    "trend",
    "level",
    "customer_should_know",
    "playbook",
    "opened_at",
    "accepted_at",
    "adopted_at",
    "reopened_at",
    "to_know_since",
    "last_said_at",
    "target_at",
    "closed_at",
    "merged_into",
    "imported_key",
    "account__name",
    "account__zone",
    "account__spend",
    "account__currency",
    "handler__name",
    "handler__role",
)


@dataclass(frozen=True, slots=True)
class Group:
    """Promises that are equally near: overdue, next two hours, later today, this week, later."""

    name: str
    title: str
    promises: Sequence[Promise]


@dataclass(frozen=True, slots=True)
class Today:
    """Every open promise of mine (or my team's, or all), by nearness. `left_out` counts what did not fit."""

    groups: Sequence[Group]
    count: int
    overdue: int
    left_out: int


def today(actor: Actor, *, whose: str, zone: str, now: dt.datetime) -> Today:
    """What did we promise, to whom, by when? `whose` is mine, team or all; days are those of `zone`."""
    found = _of(access.promises_visible_to(actor).open().filter(of_a_live_one()), actor, whose)
    shown = found.select_related("escalation__account", "to", "owner", "meeting").only(*_OF_A_PROMISE_TODAY)
    rows = list(shown.order_by("due_at", "id")[:MOST_ROWS])
    counted = found.aggregate(all=Count("pk"), overdue=Count("pk", filter=past_due(now)))
    return Today(_groups(rows, zone, now), counted["all"], counted["overdue"], max(counted["all"] - len(rows), 0))


def overdue_count(actor: Actor, now: dt.datetime) -> int:
    """How many promises are overdue that are mine, or of whom I stand in for: the number beside *Today*."""
    if actor.member_id is None:
        return 0
    mine = Promise.objects.overdue(now).filter(owner__in=actor.stands_for)
    return mine.filter(of_a_live_one()).count()


def overdue(escalations: QuerySet[Escalation], now: dt.datetime) -> int:
    """How many promises of these are overdue."""
    return Promise.objects.overdue(now).filter(escalation__in=escalations.values("pk")).count()


def recent(actor: Actor, *, at_most: int = 6) -> list[Escalation]:
    """Where I did something last, newest first; else what I handle. At most three queries."""
    mine = Event.objects.filter(by=actor.member_id).order_by("-id").values_list("escalation", flat=True)
    numbers = list(dict.fromkeys(mine[:_MANY_EVENTS]))[:at_most]
    seen = access.visible_to(actor).select_related("account")
    found = seen.in_bulk(numbers)
    if not found:
        return list(seen.open().filter(handler__in=actor.stands_for).order_by("-id")[:at_most])
    return [found[number] for number in numbers if number in found]


@dataclass(frozen=True, slots=True)
class Row:
    """One escalation at a glance."""

    escalation: Escalation
    next_promise: Promise | None
    solve: health.Track
    tell: health.Track
    solved: int
    problems: int
    day: int

    @property
    def worse(self) -> health.Track:
        return max(self.solve, self.tell, key=lambda track: track.health)


def rows(escalations: QuerySet[Escalation], now: dt.datetime) -> list[Row]:
    """The escalations of one page of the list, each with what one must know of it. Six queries."""
    found = escalations.select_related("account", "handler").only(*_OF_A_ROW)
    # The playbook is a long text, the same for nearly all.
    read = found.prefetch_related("playbook", *_beside())
    organisation = Organisation.current()
    return [_row(escalation, organisation, now) for escalation in read]


def row(escalation: Escalation, now: dt.datetime) -> Row:
    """One escalation at a glance, as it stands by now. Four queries."""
    prefetch_related_objects([escalation], *_beside())
    return _row(escalation, Organisation.current(), now)


def _beside() -> Sequence[Prefetch[Any]]:
    """What a row shows of that which hangs on an escalation."""
    promises = Promise.objects.open().select_related("meeting")
    promises = promises.only("escalation", "what", "due_at", "status", "meeting__promise", "meeting__ends_at")
    problems = Problem.objects.only("escalation", "words", "status", "eta_at")
    confirmations = PlanConfirmation.objects.only("escalation", "lapsed_at")
    return (
        Prefetch("promises", promises.order_by("due_at", "id"), to_attr="open_promises"),
        Prefetch("problems", problems.order_by("rank", "id"), to_attr="plan"),
        Prefetch("plan_confirmations", confirmations, to_attr="confirmations"),
    )


def _row(escalation: Escalation, organisation: Organisation, now: dt.datetime) -> Row:
    promises: list[Promise] = escalation.open_promises  # type: ignore[attr-defined]
    plan: list[Problem] = escalation.plan  # type: ignore[attr-defined]
    confirmations: list[PlanConfirmation] = escalation.confirmations  # type: ignore[attr-defined]
    latest = confirmations[0] if confirmations else None
    return Row(
        escalation,
        promises[0] if promises else None,
        health.solve(escalation, plan, now, confirmed_by=terms.plan_confirmed_by(escalation, latest, organisation)),
        health.tell(escalation, promises, now, silent_until=terms.silent_until(escalation, organisation)),
        sum(problem.is_settled for problem in plan),
        len(plan),
        escalation.day(now),
    )


@dataclass(slots=True)
class Case:
    """All that the page of one escalation shows, but its timeline."""

    escalation: Escalation
    promises: list[Promise]
    problems: list[Problem]
    solve: health.Track
    tell: health.Track
    organisation: Organisation
    settled: list[Promise] = field(default_factory=list)
    # The newest word of the customer on the plan's order, standing or lapsed
    confirmation: PlanConfirmation | None = None
    on_their_page: OnTheirPage = field(default_factory=OnTheirPage)

    @property
    def next_promise(self) -> Promise | None:
        return self.promises[0] if self.promises else None

    @property
    def also_promised(self) -> list[Promise]:
        return self.promises[1:]

    @property
    def asked(self) -> list[Request]:
        """What the customer is asked for, and has not answered."""
        return [request for problem in self.problems for request in problem.asked]  # type: ignore[attr-defined]

    @property
    def kept_in_time(self) -> int:
        return sum(promise.status == Promise.Status.KEPT for promise in self.settled)

    @property
    def missed(self) -> int:
        return sum(promise.was_missed for promise in self.settled)


def case(escalation: Escalation, now: dt.datetime) -> Case:
    """Both tracks of one escalation."""
    read = escalation.promises.select_related("to", "owner", "moved_from", "meeting")
    promises = list(read.order_by("due_at", "id"))
    plan = Problem.objects.select_related("owner", "team").prefetch_related(
        "estimates",
        "tickets",
        Prefetch("requests", Request.objects.filter(outcome="").select_related("to"), to_attr="asked"),
    )
    # Whoever asks for them later, the prepared texts among them, finds them read.
    prefetch_related_objects([escalation], Prefetch("problems", plan))
    problems = list(escalation.problems.all())
    organisation, confirmation = Organisation.current(), escalation.plan_confirmations.first()
    open_promises = [promise for promise in promises if promise.status == Promise.Status.OPEN]
    for promise in promises:
        # Spares a query each: all are of this one.
        promise.escalation = escalation
    return Case(
        escalation,
        open_promises,
        problems,
        health.solve(
            escalation, problems, now, confirmed_by=terms.plan_confirmed_by(escalation, confirmation, organisation)
        ),
        health.tell(escalation, open_promises, now, silent_until=terms.silent_until(escalation, organisation)),
        organisation,
        [promise for promise in promises if promise.status != Promise.Status.OPEN],
        confirmation,
        on_their_page.of(escalation),
    )


@dataclass(frozen=True, slots=True)
class Line:
    """An entry of the timeline, with what was said where it is an update, or what it was told beside."""

    entry: Entry
    update: Update | None
    beside: Update | None = None


def timeline(
    escalation: Escalation,
    *,
    zone: str,
    now: dt.datetime,
    before: int | None = None,
    limit: int = 50,
    only: Collection[str] = (),
) -> tuple[list[Line], int | None]:
    """The newest entries, and from which one to go on for earlier ones (None: that was all). Three queries.

    `only`: kinds of event, where not all are wanted.
    """
    found = escalation.events.select_related("personal").order_by("-at", "-id")
    if only:
        found = found.filter(kind__in=only)
    if before and (mark := escalation.events.filter(pk=before).values_list("at", "pk").first()):
        found = found.filter(Q(at__lt=mark[0]) | Q(at=mark[0], pk__lt=mark[1]))
    events: list[Event] = list(found[: limit + 1])
    more = events[limit - 1].pk if len(events) > limit else None
    events = events[:limit]
    updates = Update.objects.select_related("by", "contact", "struck_by", "corrects", "filing", "page_word").in_bulk(
        {event.words["update"] for event in events if event.kind in _SAID | _BESIDE and "update" in event.words}
    )
    return [
        Line(
            entry(event, zone=zone, now=now),
            updates.get(event.words.get("update")) if event.kind in _SAID else None,
            updates.get(event.words.get("update")) if event.kind in _BESIDE else None,
        )
        for event in events
    ], more


_BESIDE = frozenset(kind.name for kind in BESIDE)
_SAID = frozenset(
    {
        *("update.sent", "update.logged", "update.heard", "update.corrected"),
        *("update.arrived", "update.arrived_afterwards"),
        *("update.written", "update.something_missing", "update.times_proposed"),
    }
)


def _of(found: QuerySet[Promise], actor: Actor, whose: str) -> QuerySet[Promise]:
    if whose == "mine":
        return found.filter(owner__in=actor.stands_for)
    if whose == "team":
        # Mine, and those of whom I lead; somebody who leads nobody sees their own lead's people.
        me = actor.member_id or 0
        people = Member.objects.filter(reports_to=me)
        if not people.exists():
            lead = Member.objects.filter(pk=me, reports_to__isnull=False)
            people = Member.objects.filter(reports_to__in=lead.values("reports_to"))
        return found.filter(Q(owner__in=actor.stands_for) | Q(owner__in=people.values("pk")))
    return found


def _groups(promises: Sequence[Promise], zone: str, now: dt.datetime) -> list[Group]:
    """Sort into groups by nearness; empty groups are left out."""
    here = ZoneInfo(zone)
    midnight = (now.astimezone(here) + dt.timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    next_monday = midnight + dt.timedelta(days=(7 - midnight.weekday()) % 7)
    edges = [
        ("soon", "Next two hours", now + health.DUE_SOON),
        ("today", "Later today", midnight),
        ("week", "This week", max(next_monday, midnight)),
        ("later", "Later", dt.datetime.max.replace(tzinfo=dt.UTC)),
    ]
    late = [promise for promise in promises if promise.is_overdue(now)]
    groups = [Group("overdue", "Overdue", late)] if late else []
    rest = [promise for promise in promises if promise not in late]
    for name, title, until in edges:
        near = [promise for promise in rest if promise.due_at < until]
        rest = rest[len(near) :]
        if near:
            groups.append(Group(name, title, near))
    return groups
