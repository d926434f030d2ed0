"""Taking on what was requested: accepted, declined, given back with next steps, or closed with a note."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from amends.directory.actor import Actor
from amends.directory.models import Organisation
from amends.escalations.actions import holds, meetings, problems, promises
from amends.escalations.authority import Act, check
from amends.escalations.errors import Refused
from amends.escalations.models import Closure, Decision, Escalation, Problem, Promise, Waiver
from amends.escalations.standing import is_under_way
from amends.escalations.terms import calendar
from amends.escalations.timeline import kinds
from amends.escalations.timeline.record import record

Status = Escalation.Status
Verdict = Decision.Verdict


@transaction.atomic
def ask(escalation: Escalation, *, by: Actor, now: dt.datetime) -> Decision:
    """Ask the handler to decide within the playbook's time. Part of what causes it, so nobody is asked again."""
    escalation.lock()
    # The database sees to it that whatever is under way has a handler.
    assert escalation.handler_id is not None
    asked = escalation.playbook.document.decision
    hours = calendar(escalation.playbook, escalation.severity, Organisation.current())
    # A version without decisions, adopted meanwhile, leaves the day that people would give it.
    due_at = asked.within.after(now, hours) if asked else now + dt.timedelta(days=1)
    return Decision.objects.create(
        escalation=escalation,
        asked_of_id=escalation.handler_id,
        asked_by_id=by.member_id,
        asked_at=now,
        due_at=due_at,
    )


@transaction.atomic
def ask_again(escalation: Escalation, *, done: str, by: Actor, now: dt.datetime) -> Decision:
    """What was given back is asked for anew: the next steps are done, or it cannot wait for them."""
    escalation.lock()
    check(by, Act.OPEN)
    if escalation.status != Status.REQUESTED:
        raise Refused("Only what is requested can be asked for again.")
    if pending(escalation):
        raise Refused(f"{escalation.handler} is asked already.")
    if not done.strip():
        raise Refused("Say what was done, or why it cannot wait.", field="done")

    decision = ask(escalation, by=by, now=now)
    record(kinds.ESCALATION_ASKED_AGAIN, escalation, by=by, now=now, handler=str(escalation.handler), done=done.strip())
    return decision


@transaction.atomic
def accept(escalation: Escalation, *, by: Actor, now: dt.datetime) -> None:
    """Take it on. Whoever accepts what another was asked for takes charge, unless they stand in for them."""
    escalation.lock()
    _may_decide(escalation, by)
    asked_for_it = [escalation.opened_by_id, escalation.account.csm_id]
    if by.member_id and escalation.handler_id not in by.stands_for:
        escalation.handler_id = by.member_id
    escalation.status, escalation.accepted_at = Status.OPEN, now
    escalation.save(update_fields=["status", "accepted_at", "handler"])
    # Until now the word to the customer was with who asked.
    with_who_asked = escalation.promises.open().filter(owner__in=asked_for_it, kind__in=Promise.ROUTINE)
    with_who_asked.update(owner=escalation.handler_id)
    _decided(escalation, Verdict.ACCEPTED, "", by, now)
    record(kinds.ESCALATION_ACCEPTED, escalation, by=by, now=now)


@transaction.atomic
def decline(escalation: Escalation, *, reason: str, by: Actor, now: dt.datetime) -> None:
    """It does not become an escalation, and everybody is told why. What was promised is released."""
    escalation.lock()
    _may_decide(escalation, by)
    if not reason.strip():
        raise Refused("Say why; who asked will have to explain it.", field="reason")

    meetings.fall_away(escalation, reason="The request was declined.", by=by, now=now, ours_too=True)
    promises.release_all(escalation, reason="The request was declined.", by=by, now=now, missed_too=True)
    escalation.status, escalation.closed_at, escalation.next_look_at = Status.DECLINED, now, None
    escalation.save(update_fields=["status", "closed_at", "next_look_at"])
    _decided(escalation, Verdict.DECLINED, reason, by, now)
    record(kinds.ESCALATION_DECLINED, escalation, by=by, now=now, reason=reason.strip())
    holds.lift(escalation, by=by, now=now)


@transaction.atomic
def give_back(escalation: Escalation, *, steps: str, by: Actor, now: dt.datetime) -> None:
    """Not yet: these steps first. It stays requested, its customer is told meanwhile, and it may be asked anew."""
    escalation.lock()
    _may_decide(escalation, by)
    if not steps.strip():
        raise Refused("Say what is to be done next.", field="steps")

    _decided(escalation, Verdict.GIVEN_BACK, steps, by, now)
    asker = escalation.opened_by or escalation.account.csm
    record(
        kinds.ESCALATION_GIVEN_BACK, escalation, by=by, now=now, asker=str(asker or "who asked"), steps=steps.strip()
    )


@transaction.atomic
def close_with_note(
    escalation: Escalation, *, note: str, by: Actor, now: dt.datetime, outcome: str = Escalation.Outcome.RECOVERED
) -> Closure:
    """The first handler ends it at once; whatever the closing list asks besides is waived by name."""
    escalation.lock()
    _may_decide(escalation, by)
    check(by, Act.CLOSE, escalation)
    if not note.strip():
        raise Refused("Say how it was settled; it stays on the record.", field="note")
    if outcome not in Escalation.Outcome.values:
        raise Refused("Say how it ended: recovered or lost.", field="outcome")

    waived = _left_open(escalation)
    why = f"Closed with a note by {by.name}."
    for problem in escalation.problems.exclude(status__in=Problem.SETTLED):
        problems.decline(problem, reason=why, by=by, now=now)
    meetings.fall_away(escalation, reason=why, by=by, now=now, ours_too=False)
    promises.release_all(escalation, reason=why, by=by, now=now)
    closure = Closure.objects.create(
        escalation=escalation,
        outcome=outcome,
        why_unconfirmed=why,
        note=note.strip(),
        closed_by_id=by.member_id,
        closed_at=now,
    )
    Waiver.objects.bulk_create(Waiver(closure=closure, what=what, reason=why) for what in waived)
    escalation.refresh_from_db()
    escalation.status, escalation.closed_at, escalation.next_look_at = Status.CLOSED, now, None
    escalation.save(update_fields=["status", "closed_at", "next_look_at"])
    _decided(escalation, Verdict.CLOSED, note, by, now)
    record(kinds.ESCALATION_CLOSED, escalation, by=by, now=now, outcome=outcome, confirmation=note.strip())
    holds.lift(escalation, by=by, now=now)
    return closure


@transaction.atomic
def overtake(escalation: Escalation, *, by: Actor, now: dt.datetime) -> bool:
    """What somebody was asked is no longer asked of them; says whether there was anything."""
    escalation.lock()
    return bool(
        escalation.decisions.filter(verdict="").update(
            verdict=Verdict.OVERTAKEN, decided_at=now, decided_by=by.member_id
        )
    )


def pending(escalation: Escalation) -> Decision | None:
    """The decision that somebody is asked for now."""
    return escalation.decisions.filter(verdict="").select_related("asked_of", "asked_by").first()


def _may_decide(escalation: Escalation, by: Actor) -> None:
    check(by, Act.DECIDE, escalation)
    is_under_way(escalation, otherwise="first")
    if escalation.status != Status.REQUESTED:
        raise Refused("This was decided already.")
    if pending(escalation) is None:
        raise Refused("It was given back, and nobody has asked for a decision again yet.")


def _decided(escalation: Escalation, verdict: str, words: str, by: Actor, now: dt.datetime) -> None:
    escalation.decisions.filter(verdict="").update(
        verdict=verdict, words=words.strip(), decided_by=by.member_id, decided_at=now
    )


def _left_open(escalation: Escalation) -> list[str]:
    """What a closing asks for and this one does without, by name."""
    points = ["The customer’s word that it is over"]
    if escalation.customer_should_know and escalation.acknowledged_at is None:
        points.append("A first word to the customer")
    points += [f"Solved: {problem.words}"[:300] for problem in escalation.problems.all() if not problem.is_settled]
    points += escalation.exit_criteria.filter(met_at__isnull=True).values_list("words", flat=True)
    return points
