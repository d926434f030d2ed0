"""The timeline of a past escalation as it would have been written. Nothing is written here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from amends.directory.actor import IMPORTER, Actor
from amends.escalations.history_parts import SETTLED, Lacked, Past, Step, Turn, by_moment
from amends.escalations.history_rows import UNCONFIRMED, Story, changed
from amends.escalations.models import Escalation, Problem, Promise, Update
from amends.escalations.timeline import kinds
from amends.escalations.timeline.past import Happened
from amends.lib import when

WHY_UNSAID = "The history does not say why."
_TURNS = {
    "resolved": kinds.ESCALATION_RESOLVED,
    "closed": kinds.ESCALATION_CLOSED,
    "reopened": kinds.ESCALATION_REOPENED,
    "severity": kinds.SEVERITY_CHANGED,
    "handler": kinds.HANDLER_CHANGED,
}


def of(story: Story, *, severities: Mapping[str, str], by: Actor, source: str) -> list[Happened]:
    """All of its events. `by` brought it in; what happened was not theirs. `severities` are names by key.

    What happened at the same moment stands in the order in which it is to be read, the closing last.
    """
    past, pk = story.past, story.escalation.pk
    found = [Happened(kinds.ESCALATION_IMPORTED, pk, past.opened_at, by, {"source": source})]
    for lacked, problem in zip(past.problems, story.problems, strict=True):
        found += _of_problem(lacked, problem, past)
    found += (_of_update(update, past.account) for update in story.updates)
    for promise in story.promises:
        found += _of_promise(promise, past.account)
    found += (
        Happened(kinds.NOTE_WRITTEN, pk, note.at, IMPORTER, {"note": note.pk, "text": note.text})
        for note in story.notes
    )
    found += _of_turns(past, story.escalation, severities)
    return found


def _of_update(update: Update, account: str) -> Happened:
    kind = kinds.UPDATE_LOGGED if update.direction == Update.Direction.OUT else kinds.UPDATE_HEARD
    words = {"update": update.pk, "contact": account, "channel": update.channel}
    return Happened(kind, update.escalation_id, update.at, IMPORTER, words)


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


def _of_problem(lacked: Lacked, problem: Problem, past: Past) -> Iterator[Happened]:
    of, words = problem.escalation_id, {"problem": problem.words, "problem_id": problem.pk}
    yield Happened(kinds.PROBLEM_NAMED, of, lacked.named_at or past.opened_at, IMPORTER, words)
    is_settled = False
    for step in by_moment(lacked.changes):
        yield from (Happened(kind, of, step.at, IMPORTER, words | more) for kind, more in _of_step(step, is_settled))
        is_settled = step.status in SETTLED if step.status else is_settled


def _of_step(step: Step, was_settled: bool) -> Iterator[tuple[kinds.Kind, dict[str, str]]]:
    """What a step is called; taking a problem up again, or settling it, is said apart from who has it then."""
    reason = {"reason": step.reason or WHY_UNSAID}
    rest = step
    if was_settled and step.status and step.status not in SETTLED:
        yield kinds.PROBLEM_REOPENED, reason
        if step.status == "in work":
            rest = step.model_copy(update={"status": None})
    elif step.status in SETTLED:
        rest = step.model_copy(update={"status": None})
    if rest.status or rest.team or rest.owner:
        yield kinds.PROBLEM_CHANGED, {"changes": changed(rest)}
    if step.status == "solved":
        yield kinds.PROBLEM_SOLVED, {}
    elif step.status == "declined":
        yield kinds.PROBLEM_DECLINED, reason


def _of_turns(past: Past, escalation: Escalation, severities: Mapping[str, str]) -> Iterator[Happened]:
    """How it was resolved, closed and reopened, and at last; how grave it was found and whose it became."""
    ends = [("resolved", past.resolved_at), ("closed", past.closed_at)]
    last = [Turn.model_construct(kind=kind, at=at) for kind, at in ends if at]
    severity = severities[escalation.proposed_severity]
    for turn in [*by_moment(past.changes), *last]:
        words = {"reason": turn.reason or WHY_UNSAID}
        if turn.kind == "severity" and turn.to:
            words |= {"old": severity, "new": (severity := severities[turn.to])}
        elif turn.kind == "handler":
            words["handler"] = turn.to or ""
        elif turn.kind == "resolved":
            words = {}
        elif turn.kind == "closed":
            outcome = past.outcome if turn in last else None
            words = {"outcome": outcome or "over", "confirmation": UNCONFIRMED}
        yield Happened(_TURNS[turn.kind], escalation.pk, turn.at, IMPORTER, words)
