"""From a past escalation to the rows and events that stand for it, each with its own times. Nothing is written here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping

from amends.clock.calendars import WorkingCalendar
from amends.directory.actor import IMPORTER, Actor
from amends.escalations.history_format import Past, Said
from amends.escalations.models import Closure, Escalation, Promise, Update
from amends.escalations.models.promise import lateness
from amends.escalations.timeline import kinds
from amends.escalations.timeline.past import Happened
from amends.lib import when
from amends.playbook.models import PlaybookVersion

NOT_KEPT = "Not kept, says the history."
UNCONFIRMED = "The history does not say whether the customer confirmed it."
GRAVE_AS_SAID = "The history says so."
GRAVE_UNSAID = "The history does not say how grave it was."


def escalation(
    past: Past, *, account_id: int, playbook: PlaybookVersion, calendars: Mapping[str, WorkingCalendar]
) -> Escalation:
    """History has no handler and no clock: it is never looked at until somebody adopts it."""
    severity = past.severity or playbook.document.severities[-1].key
    told = sorted(said.at for said in past.updates if said.direction == "out")
    heard = [said.at for said in past.updates if said.direction == "in"]
    spoke = [said.at for said in past.updates if said.channel in ("call", "meeting")]
    return Escalation(
        imported_key=past.key,
        account_id=account_id,
        reason=past.reason,
        status=_status(past),
        channel=Escalation.Channel.OTHER,
        severity=severity,
        proposed_severity=severity,
        because=[GRAVE_AS_SAID if past.severity else GRAVE_UNSAID],
        playbook=playbook,
        reported_at=past.reported_at or past.opened_at,
        opened_at=past.opened_at,
        acknowledged_at=told[0] if told else None,
        first_contact_at=min(spoke, default=None),
        resolved_at=past.resolved_at,
        closed_at=past.closed_at,
        target_at=playbook.document.target_for(severity).after(past.opened_at, calendars[severity]),
        last_said_at=told[-1] if told else None,
        last_heard_at=max(heard, default=None),
    )


def updates(past: Past, escalation: Escalation, now: dt.datetime) -> list[Update]:
    """What was said and heard, in the order of its moments; written down now."""
    return [
        Update(
            escalation_id=escalation.pk,
            direction=said.direction,
            channel=said.channel,
            at=said.at,
            logged_at=now,
            text=said.text,
        )
        for said in sorted(past.updates, key=_at)
    ]


def promises(past: Past, escalation: Escalation, said: Iterable[Update]) -> list[Promise]:
    """What was promised, and what became of it. What we said at that very moment made or kept it."""
    by_moment = {update.at: update for update in said if update.direction == Update.Direction.OUT}
    rows = []
    for promised in past.promises:
        row = Promise(
            escalation_id=escalation.pk,
            kind=promised.kind,
            what=promised.what,
            made_at=promised.made_at,
            due_at=promised.due_at,
            zone=promised.zone,
        )
        if made_by := by_moment.get(promised.made_at):
            row.channel = made_by.channel
        if promised.kept_at:
            row.late_by = lateness(promised.due_at, promised.kept_at)
            row.status = Promise.Status.KEPT if row.late_by <= 0 else Promise.Status.KEPT_LATE
            row.settled_at, row.kept_by = promised.kept_at, by_moment.get(promised.kept_at)
        elif past.closed_at:
            row.status, row.settled_at, row.reason = Promise.Status.BROKEN, past.closed_at, NOT_KEPT
        rows.append(row)
    return rows


def closure(past: Past, escalation: Escalation) -> Closure | None:
    """How it ended, where the history says so."""
    if not (past.closed_at and past.outcome):
        return None
    return Closure(
        escalation_id=escalation.pk,
        outcome=past.outcome,
        why_unconfirmed=UNCONFIRMED,
        closed_at=past.closed_at,
    )


def events(
    past: Past,
    escalation: Escalation,
    said: Iterable[Update],
    promised: Iterable[Promise],
    *,
    by: Actor,
    source: str,
) -> list[Happened]:
    """The timeline as it would have been written. `by` brought it in; what happened was not theirs.

    What happened at the same moment stands in the order in which it is to be read, the closing last.
    """
    found = [Happened(kinds.ESCALATION_IMPORTED, escalation.pk, past.opened_at, by, {"source": source})]
    for update in said:
        kind = kinds.UPDATE_LOGGED if update.direction == Update.Direction.OUT else kinds.UPDATE_HEARD
        words = {"update": update.pk, "contact": past.account, "channel": update.channel}
        found.append(Happened(kind, escalation.pk, update.at, IMPORTER, words))
    for promise in promised:
        found.extend(_of_promise(promise, past.account))
    if past.closed_at:
        words = {"outcome": past.outcome or "over", "confirmation": UNCONFIRMED}
        found.append(Happened(kinds.ESCALATION_CLOSED, escalation.pk, past.closed_at, IMPORTER, words))
    return found


def _of_promise(promise: Promise, account: str) -> Iterator[Happened]:
    of, words = promise.escalation_id, {"promise": promise.pk, "what": promise.what}
    words["due_at"] = promise.due_at.isoformat()
    yield Happened(kinds.PROMISE_MADE, of, promise.made_at, IMPORTER, words | {"contact": account})
    if promise.settled_at is None:
        return
    if promise.status == Promise.Status.BROKEN:
        broken = words | {"reason": promise.reason}
        yield Happened(kinds.PROMISE_BROKEN, of, promise.settled_at, IMPORTER, broken)
        return
    kept = kinds.PROMISE_KEPT if promise.status == Promise.Status.KEPT else kinds.PROMISE_KEPT_LATE
    late = when.duration(promise.settled_at - promise.due_at)
    yield Happened(kept, of, promise.settled_at, IMPORTER, words | {"late": late})


def _status(past: Past) -> str:
    if past.closed_at:
        return Escalation.Status.CLOSED
    return Escalation.Status.RESOLVED if past.resolved_at else Escalation.Status.OPEN


def _at(said: Said) -> dt.datetime:
    return said.at
