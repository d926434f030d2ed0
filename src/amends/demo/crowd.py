"""A crowd of escalations for measuring with: rows of the shape that the acts leave, written in bulk.

The only place where rows about escalations are written without an act, so it keeps what the acts keep: every one
under way has a handler, a promise ahead and a look, and every change has its event. Nothing is posted.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from amends.demo.town import Town, settle
from amends.directory.actor import COMMAND_LINE
from amends.directory.models import Member
from amends.escalations.models import Closure, Escalation, Event, EventWords, Hold, Problem, Promise, Update
from amends.escalations.models.escalation import EPOCH
from amends.escalations.models.promise import lateness
from amends.escalations.timeline import kinds

AT_ONCE = 1000
REASONS = ("Import fails every night", "Orders arrive twice", "Invoices are wrong", "Stock is never right", "Labels")
PROMISES = ("First findings", "Where we stand", "Corrected figures", "A date for the fix", "Notes of the call")
WORDS = ("Nothing arrives before noon", "We type everything twice", "Nobody tells us when it will be back")
HOUR = dt.timedelta(hours=1)
Status = Escalation.Status


@dataclass(slots=True)
class Batch:
    """Up to a thousand escalations with all that hangs on them, before it is written."""

    words: list[tuple[Event, dict[str, Any]]] = field(default_factory=list)

    def event(self, kind: kinds.Kind, of: Escalation, at: dt.datetime, by: Member | None, **words: Any) -> None:
        """The event that the act would have recorded, its personal words apart."""
        personal = {key: value for key, value in words.items() if key in kind.personal}
        plain = {key: value for key, value in words.items() if key not in kind.personal}
        name = by.name if by else COMMAND_LINE.name
        self.words.append((Event(escalation=of, kind=kind.name, at=at, by=by, by_name=name, words=plain), personal))

    def write(self) -> None:
        events = Event.objects.bulk_create([event for event, _ in self.words], batch_size=AT_ONCE)
        EventWords.objects.bulk_create(
            [
                EventWords(event=event, words=personal)
                for event, (_, personal) in zip(events, self.words, strict=True)
                if personal
            ],
            batch_size=AT_ONCE,
        )


def tell(count: int, *, now: dt.datetime, seed: int = 1042, under_way: float = 0.6) -> int:
    """Add `count` escalations, that share of them under way. Beside the story or alone; the same each time.

    Those under way are to be looked at at once, as after any change. Says how many there are then in all.
    """
    chance = random.Random(seed)  # noqa: S311 - a crowd, no secret
    town = settle(count, now, chance)
    for start in range(0, count, AT_ONCE):
        with transaction.atomic():
            _add(min(AT_ONCE, count - start), town, now, chance, under_way)
    return Escalation.objects.count()


def _add(count: int, town: Town, now: dt.datetime, chance: random.Random, under_way: float) -> None:
    """A thousand at once: what hangs on something is written after it."""
    batch = Batch()
    made = [_escalation(town, now, chance, under_way) for _ in range(count)]
    escalations = Escalation.objects.bulk_create(made)
    updates = Update.objects.bulk_create(_update(each) for each in escalations)
    problems = Problem.objects.bulk_create(each for of in escalations for each in _problems(of, chance))
    kept = [_kept(of, update) for of, update in zip(escalations, updates, strict=True)]
    ahead = [_ahead(of, now, chance) for of in escalations]
    promises = Promise.objects.bulk_create([*kept, *ahead])
    closed = [each for each in escalations if each.status == Status.CLOSED]
    Closure.objects.bulk_create(_closure(each) for each in closed)
    Hold.objects.bulk_create(
        Hold(account=of.account, escalation=of, since=of.opened_at, lifted_at=of.closed_at) for of in escalations
    )

    names = {severity.key: severity.name for severity in town.playbook.document.severities}
    for of in escalations:
        opened = {"reason": of.reason, "severity": names[of.severity], "level": of.level, "handler": str(of.handler)}
        batch.event(kinds.ESCALATION_OPENED, of, of.opened_at, of.handler, **opened)
    for problem in problems:
        of = problem.escalation
        named = {"problem": problem.words, "problem_id": problem.pk}
        batch.event(kinds.PROBLEM_NAMED, of, of.opened_at, of.handler, **named)
        if problem.settled_at:
            batch.event(kinds.PROBLEM_SOLVED, of, problem.settled_at, of.handler, **named)
    for update in updates:
        said = {"update": update.pk, "contact": str(update.contact), "channel": "call"}
        batch.event(kinds.UPDATE_LOGGED, update.escalation, update.at, update.by, **said)
    for promise in promises:
        for kind, at, words in _story_of(promise):
            batch.event(kind, promise.escalation, at, promise.owner, promise=promise.pk, what=promise.what, **words)
    for of in escalations:
        _end(of, batch)
    batch.write()


def _escalation(town: Town, now: dt.datetime, chance: random.Random, under_way: float) -> Escalation:
    contact, severity = chance.choice(town.contacts), chance.choice(town.playbook.document.severities)
    is_over = chance.random() >= under_way
    opened_at = now - chance.randrange(24 * 30 if is_over else 3, 24 * (300 if is_over else 28)) * HOUR
    ended_at = opened_at + chance.randrange(48, 24 * 29) * HOUR if is_over else None
    status = Status.OPEN
    if is_over:
        status = Status.WITHDRAWN if chance.random() < 0.05 else Status.CLOSED
    elif chance.random() < 0.05:
        status = Status.RESOLVED
    said_at = opened_at + chance.randrange(5, 25) * dt.timedelta(minutes=1)
    done_at = (ended_at or now) - HOUR
    return Escalation(
        account=contact.account,
        contact=contact,
        reason=chance.choice(REASONS),
        status=status,
        channel=Escalation.Channel.PHONE,
        mood=chance.choice(Escalation.Mood.values),
        impact=chance.choice(town.playbook.document.impacts).key,
        severity=severity.key,
        proposed_severity=severity.key,
        because=[f"{severity.name}, because the crowd has some of each."],
        trend=chance.choice(Escalation.Trend.values),
        handler=chance.choice(town.desks),
        playbook=town.playbook,
        reported_at=opened_at,
        opened_at=opened_at,
        acknowledged_at=said_at,
        first_contact_at=said_at,
        resolved_at=done_at if status in (Status.RESOLVED, Status.CLOSED) else None,
        confirmed_at=ended_at if status == Status.CLOSED else None,
        closed_at=ended_at,
        target_at=opened_at + dt.timedelta(days=30),
        last_said_at=said_at,
        next_look_at=None if is_over else EPOCH,
        version=1,
    )


def _update(of: Escalation) -> Update:
    assert of.last_said_at is not None
    return Update(
        escalation=of,
        direction=Update.Direction.OUT,
        channel=Update.Channel.CALL,
        at=of.last_said_at,
        logged_at=of.last_said_at,
        by=of.handler,
        contact=of.contact,
        text="Rang, and said what we know and when they hear next.",
        minutes=7,
    )


def _problems(of: Escalation, chance: random.Random) -> Iterator[Problem]:
    for rank in range(1, chance.randrange(2, 4)):
        settled_at = of.resolved_at or (of.last_said_at if chance.random() < 0.4 else None)
        yield Problem(
            escalation=of,
            words=chance.choice(WORDS),
            rank=rank,
            status=Problem.Status.SOLVED if settled_at else Problem.Status.IN_WORK,
            owner=of.handler,
            eta_at=of.opened_at + chance.randrange(2, 40) * 24 * HOUR,
            next_step="Look at last night’s log",
            settled_at=settled_at,
        )


def _promise(of: Escalation, **changes: Any) -> Promise:
    return Promise(escalation=of, to=of.contact, owner=of.handler, zone=of.account.zone, **changes)


def _kept(of: Escalation, update: Update) -> Promise:
    """The acknowledgement, kept in time by the first call."""
    due_at = of.opened_at + dt.timedelta(minutes=30)
    return _promise(
        of,
        kind=Promise.Kind.ACKNOWLEDGEMENT,
        what="Acknowledge: there is a problem, we are on it, an explanation by…",
        channel=Promise.Channel.CALL,
        made_at=of.opened_at,
        due_at=due_at,
        status=Promise.Status.KEPT,
        settled_at=update.at,
        late_by=lateness(due_at, update.at),
        kept_by=update,
    )


def _ahead(of: Escalation, now: dt.datetime, chance: random.Random) -> Promise:
    """What they hear next: one in twenty is overdue; released where it is over."""
    made_at = of.last_said_at
    due_at = now + chance.randrange(1, 24 * 6 * 6) * HOUR / 6
    if of.closed_at:
        reason = "The escalation is closed."
        due_at, settled = of.closed_at + HOUR, {"settled_at": of.closed_at, "reason": reason}
        return _promise(of, what=PROMISES[0], made_at=made_at, due_at=due_at, status="released", **settled)
    if chance.random() < 0.05:
        due_at = now - chance.randrange(1, 12) * HOUR / 6
    return _promise(of, what=chance.choice(PROMISES), made_at=made_at, due_at=due_at)


def _story_of(promise: Promise) -> Iterator[tuple[kinds.Kind, dt.datetime, dict[str, Any]]]:
    due_at = {"due_at": promise.due_at.isoformat()}
    yield kinds.PROMISE_MADE, promise.made_at, {"contact": str(promise.to), **due_at}
    if promise.status == Promise.Status.KEPT and promise.settled_at:
        yield kinds.PROMISE_KEPT, promise.settled_at, {"late": "0 min", **due_at}
    if promise.status == Promise.Status.RELEASED and promise.settled_at:
        yield kinds.PROMISE_RELEASED, promise.settled_at, {"reason": promise.reason, **due_at}


def _closure(of: Escalation) -> Closure:
    assert of.closed_at is not None
    how = {"confirmed_by": str(of.contact), "confirmed_how": "call", "confirmed_at": of.closed_at}
    outcome = Escalation.Outcome.LOST if of.pk % 9 == 0 else Escalation.Outcome.RECOVERED
    return Closure(escalation=of, outcome=outcome, closed_by=of.handler, closed_at=of.closed_at, **how)


def _end(of: Escalation, batch: Batch) -> None:
    if of.resolved_at:
        batch.event(kinds.ESCALATION_RESOLVED, of, of.resolved_at, of.handler)
    if of.status == Status.CLOSED and of.closed_at:
        outcome = "lost" if of.pk % 9 == 0 else "recovered"
        said = {"outcome": outcome, "confirmation": f"Confirmed by {of.contact}."}
        batch.event(kinds.ESCALATION_CLOSED, of, of.closed_at, of.handler, **said)
    if of.status == Status.WITHDRAWN and of.closed_at:
        batch.event(kinds.ESCALATION_WITHDRAWN, of, of.closed_at, of.handler, reason="It was no escalation after all.")
