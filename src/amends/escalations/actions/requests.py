"""What we wait for from the customer, with a date. Our own promises and the silence go on meanwhile.

A problem waits for the customer exactly as long as one request of it is open. A request is a note of ours:
it sends nothing; ask them in an update or on the phone.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from amends.directory.actor import Actor
from amends.directory.models import Contact
from amends.escalations.actions import inside
from amends.escalations.authority import Act, check
from amends.escalations.errors import Refused
from amends.escalations.models import Escalation, Problem, Request
from amends.escalations.standing import is_under_way, is_unsettled, may_hear, not_far_ahead
from amends.escalations.timeline import kinds
from amends.escalations.timeline.record import record

Status = Problem.Status


@transaction.atomic
def make(
    problem: Problem, *, what: str, due_at: dt.datetime, by: Actor, now: dt.datetime, to: Contact | None = None
) -> Request:
    """Wait for something of theirs, until a moment that lies ahead. One at a time for each problem."""
    escalation = problem.escalation
    escalation.lock()
    check(by, Act.PLAN, escalation)
    is_under_way(escalation, otherwise="before you ask the customer for anything")
    problem.refresh_from_db()
    is_unsettled(problem)
    if open_of(problem):
        raise Refused("They are asked for something already. Write down their answer, or withdraw it first.")
    if not what.strip():
        raise Refused("Say what you need from them.", field="what")
    inside.tells_nothing_of_it(escalation, what=what)
    if due_at <= now:
        raise Refused("Say by when: a time that is still ahead.", field="due_at")
    not_far_ahead(due_at, now, "due_at")
    may_hear(to, escalation.account, "to")

    request = Request.objects.create(
        problem=problem, what=what.strip(), to=to, made_at=now, due_at=due_at, by_id=by.member_id
    )
    whom = to.name if to else escalation.account.name
    _stands(problem, Status.WAITING, Problem.WaitsOn.CUSTOMER, whom[:120])
    record(kinds.REQUEST_MADE, escalation, by=by, now=now, contact=whom, what=request.what, due_at=due_at)
    return request


@transaction.atomic
def answer(request: Request, *, answer: str, by: Actor, now: dt.datetime, by_themselves: bool = False) -> None:
    """They have answered; the problem is in work again, and who has it is told.

    `by_themselves`: on their page. Then the handler hears it with all of their words (`customer_answers`).
    """
    escalation = request.problem.escalation
    escalation.lock()
    check(by, Act.PLAN, escalation)
    is_under_way(escalation, otherwise="before you write down what they answered")
    _is_open(request)
    if not answer.strip():
        raise Refused("Say what they answered.", field="answer")

    _settle(request, Request.Outcome.ANSWERED, answer, now)
    _stands(request.problem, Status.IN_WORK)
    owner = request.problem.owner
    kind = kinds.REQUEST_ANSWERED_BY_THEM if by_themselves else kinds.REQUEST_ANSWERED
    if by_themselves and request.problem.owner_id == escalation.handler_id:
        owner = None
    record(
        kind,
        escalation,
        by=by,
        now=now,
        named=[owner] if owner else [],
        what=request.what,
        answer=request.answer,
    )


@transaction.atomic
def withdraw(request: Request, *, reason: str, by: Actor, now: dt.datetime) -> None:
    """We go on without it; the problem is in work again."""
    escalation = request.problem.escalation
    escalation.lock()
    check(by, Act.PLAN, escalation)
    is_under_way(escalation, otherwise="before you withdraw what they were asked for")
    _is_open(request)
    if not reason.strip():
        raise Refused("Say why you no longer need it.", field="reason")

    _stands(request.problem, Status.IN_WORK)
    _withdrawn(escalation, request, reason, by, now)


@transaction.atomic
def drop(problem: Problem, *, reason: str, by: Actor, now: dt.datetime) -> None:
    """The problem is settled, so nothing is asked for it any more. Part of settling it."""
    escalation = problem.escalation
    escalation.lock()
    request = open_of(problem)
    if request:
        _withdrawn(escalation, request, reason, by, now)


def open_of(problem: Problem) -> Request | None:
    """What the customer is asked for and has not answered."""
    return problem.requests.filter(outcome="").first()


def _is_open(request: Request) -> None:
    request.refresh_from_db(fields=["outcome", "settled_at", "answer"])
    request.problem.refresh_from_db()
    if request.outcome:
        raise Refused(f"“{request.what}” is {request.get_outcome_display().lower()} already.")


def _stands(problem: Problem, status: Status, waits_on: str = "", waiting_for: str = "") -> None:
    problem.status, problem.waits_on, problem.waiting_for = status, waits_on, waiting_for
    problem.save(update_fields=["status", "waits_on", "waiting_for"])


def _settle(request: Request, outcome: str, words: str, now: dt.datetime) -> None:
    request.outcome, request.answer, request.settled_at = outcome, words.strip(), now
    request.save(update_fields=["outcome", "answer", "settled_at"])


def _withdrawn(escalation: Escalation, request: Request, reason: str, by: Actor, now: dt.datetime) -> None:
    _settle(request, Request.Outcome.WITHDRAWN, reason, now)
    record(kinds.REQUEST_WITHDRAWN, escalation, by=by, now=now, what=request.what, answer=request.answer)
