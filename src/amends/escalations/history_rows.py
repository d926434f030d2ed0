"""From a past escalation to the rows that stand for it, each with its own times. Nothing is written here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from amends.clock.calendars import WorkingCalendar
from amends.escalations.history_parts import Lacked, Past, Step, by_moment
from amends.escalations.models import Closure, Escalation, Note, Problem, Promise, Update
from amends.escalations.models.promise import lateness
from amends.playbook.models import PlaybookVersion

NOT_KEPT = "Not kept, says the history."
UNCONFIRMED = "The history does not say whether the customer confirmed it."
GRAVE_AS_SAID = "The history says so."
GRAVE_UNSAID = "The history does not say how grave it was."
_MOST_OF_A_STEP = 300


@dataclass(frozen=True, slots=True)
class Story:
    """A past escalation with its row, and the rows of all that hangs on it."""

    past: Past
    escalation: Escalation
    updates: list[Update]
    promises: list[Promise]
    problems: list[Problem]
    notes: list[Note]
    closures: list[Closure]

    def hang(self) -> None:
        """All of it hangs on the escalation, which is written by now and has its number."""
        for rows in (self.updates, self.promises, self.problems, self.notes, self.closures):
            for row in rows:
                row.escalation_id = self.escalation.pk

    def tie(self) -> None:
        """Promises point at the updates that kept them, which are written by now."""
        for promise in self.promises:
            if promise.kept_by:
                promise.kept_by_id = promise.kept_by.pk


def story(past: Past, escalation: Escalation, now: dt.datetime) -> Story:
    """The rows of a past escalation, before any of them is written; what was said is written down now."""
    said = _updates(past, now)
    closure = _closure(past)
    return Story(
        past,
        escalation,
        updates=said,
        promises=_promises(past, said),
        problems=[_problem(lacked, rank) for rank, lacked in enumerate(past.problems, 1)],
        notes=[Note(text=noted.text, at=noted.at) for noted in by_moment(past.notes)],
        closures=[closure] if closure else [],
    )


def escalation(
    past: Past, *, account_id: int, playbook: PlaybookVersion, calendars: Mapping[str, WorkingCalendar]
) -> Escalation:
    """History has no handler and no clock: it is never looked at until somebody adopts it."""
    proposed = past.severity or playbook.document.severities[-1].key
    severity = _last_severity(past) or proposed
    reopened_at = _back_from_closed_at(past)
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
        proposed_severity=proposed,
        because=[GRAVE_AS_SAID if past.severity else GRAVE_UNSAID],
        playbook=playbook,
        reported_at=past.reported_at or past.opened_at,
        opened_at=past.opened_at,
        acknowledged_at=told[0] if told else None,
        first_contact_at=min(spoke, default=None),
        resolved_at=past.resolved_at,
        closed_at=past.closed_at,
        reopened_at=reopened_at,
        target_at=playbook.document.target_for(severity).after(reopened_at or past.opened_at, calendars[severity]),
        last_said_at=told[-1] if told else None,
        last_heard_at=max(heard, default=None),
        last_met_at=max((said.at for said in past.updates if said.channel == "meeting"), default=None),
    )


def _closure(past: Past) -> Closure | None:
    """How it ended, where the history says so."""
    if not (past.closed_at and past.outcome):
        return None
    return Closure(
        outcome=past.outcome,
        why_unconfirmed=UNCONFIRMED,
        closed_at=past.closed_at,
    )


def changed(step: Step) -> str:
    """What is different after a step, in the words in which the plan says it: “status: In work; team: Desk 4.”"""
    parts = {
        "status": Problem.Status(step.status).label if step.status else None,
        "waiting for": step.waiting_for or (f"the {step.waits_on}" if step.waits_on else None),
        "owner": step.owner,
        "team": step.team,
    }
    return "; ".join(f"{name}: {value}" for name, value in parts.items() if value) + "."


def _updates(past: Past, now: dt.datetime) -> list[Update]:
    """What was said and heard, in the order of its moments; written down now."""
    return [
        Update(
            direction=said.direction,
            channel=said.channel,
            at=said.at,
            logged_at=now,
            text=said.text,
        )
        for said in by_moment(past.updates)
    ]


def _promises(past: Past, said: Iterable[Update]) -> list[Promise]:
    """What was promised, and what became of it. What we said at that very moment made or kept it."""
    by_moment = {update.at: update for update in said if update.direction == Update.Direction.OUT}
    rows = []
    for promised in past.promises:
        row = Promise(
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


def _problem(lacked: Lacked, rank: int) -> Problem:
    """What was wrong, as it stood at last. Whose it was is on the timeline; nobody here has it until it is adopted."""
    row = Problem(words=lacked.words, rank=rank)
    steps = [step for step in by_moment(lacked.changes) if step.status]
    if not steps:
        return row
    last = steps[-1]
    row.status = str(last.status)
    if row.is_settled:
        row.settled_at = last.at
        row.why_declined = last.reason or ""
    elif last.waits_on == "customer":
        # That begins with a request and its date, which history does not have.
        row.status, row.next_step = Problem.Status.IN_WORK, f"Before, {changed(last)}"[:_MOST_OF_A_STEP]
    elif last.waits_on:
        row.waits_on, row.waiting_for = last.waits_on, last.waiting_for or f"the {last.waits_on}"
    return row


def _status(past: Past) -> str:
    if past.closed_at:
        return Escalation.Status.CLOSED
    return Escalation.Status.RESOLVED if past.resolved_at else Escalation.Status.OPEN


def _last_severity(past: Past) -> str | None:
    turns = [turn for turn in by_moment(past.changes) if turn.kind == "severity"]
    return turns[-1].to if turns else None


def _back_from_closed_at(past: Past) -> dt.datetime | None:
    """The last time that it came back after it had been closed."""
    ends = [turn for turn in by_moment(past.changes) if turn.kind in ("resolved", "closed", "reopened")]
    back = [turn.at for end, turn in pairwise(ends) if (end.kind, turn.kind) == ("closed", "reopened")]
    return back[-1] if back else None
