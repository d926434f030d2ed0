"""The plan: naming problems, saying who does what by when, solving them or declining."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.db.models import Max

from amends.directory.actor import Actor
from amends.directory.checks import one_of
from amends.directory.models import Member, Team
from amends.escalations.actions import inside, plans, requests
from amends.escalations.authority import Act, check
from amends.escalations.errors import Refused
from amends.escalations.models import Escalation, Estimate, Problem
from amends.escalations.standing import is_under_way, is_unsettled, not_far_ahead, present
from amends.escalations.timeline import kinds
from amends.escalations.timeline.record import record

Status = Problem.Status


class Standing(TypedDict, total=False):
    """How a problem stands. What waits says on whom: `waits_on` a team or a vendor, and its name."""

    status: str
    owner: Member | None
    team: Team | None
    next_step: str
    resources: str
    waits_on: str
    waiting_for: str


@transaction.atomic
def name(
    escalation: Escalation,
    *,
    words: str,
    by: Actor,
    now: dt.datetime,
    owner: Member | None = None,
    team: Team | None = None,
) -> Problem:
    """Put a problem on the plan, in the customer's words, after the others. What was resolved is open again."""
    escalation.lock()
    check(by, Act.PLAN, escalation)
    is_under_way(escalation, otherwise="before you change its plan")
    if not words.strip():
        raise Refused("Say what is wrong, as the customer says it.", field="words")
    inside.tells_nothing_of_it(escalation, words=words)
    if owner is not None:
        present(owner, "owner", now)

    problem = _put(escalation, words, owner, team, by, now)
    plans.lapse(escalation, reason=f"“{problem.words}” came onto the plan.", by=by, now=now)
    open_again(escalation, reason=problem.words, by=by, now=now)
    return problem


def begin(escalation: Escalation, words: Iterable[str], *, by: Actor, now: dt.datetime) -> None:
    """The first lines of a plan, as they were heard. Part of opening: it holds the row, and has asked who may."""
    for line in words:
        if line.strip():
            _put(escalation, line, None, None, by, now)


@transaction.atomic
def add(escalation: Escalation, words: Iterable[str], *, by: Actor, now: dt.datetime) -> None:
    """More lines of a plan, as they were heard. Part of hearing more, so who may do that is not asked again."""
    escalation.lock()
    words = [line for line in words if line.strip()]
    inside.tells_nothing_of_it(escalation, problems="\n".join(words))
    named = [_put(escalation, line, None, None, by, now) for line in words]
    if named:
        plans.lapse(escalation, reason=f"“{named[0].words}” came onto the plan.", by=by, now=now)
        open_again(escalation, reason=named[0].words, by=by, now=now)


@transaction.atomic
def change(problem: Problem, *, by: Actor, now: dt.datetime, **standing: Unpack[Standing]) -> None:
    """Say how it stands: status, who has it, what is done next and what that needs; what is not named stays.

    Waiting for the customer begins and ends with a request (`requests.make`); solving and declining are acts of their
    own.
    """
    escalation = problem.escalation
    escalation.lock()
    check(by, Act.PLAN, escalation)
    is_under_way(escalation, otherwise="before you change its plan")
    problem.refresh_from_db()
    is_unsettled(problem)
    new: dict[str, Any] = {name: getattr(problem, name) for name in Standing.__annotations__} | dict(standing)
    status, owner, team = new["status"], new["owner"], new["team"]
    one_of(status, Status.values, "status", what="how a problem can stand")
    if status in Problem.SETTLED:
        raise Refused("Use solve or decline for that: they ask what else must be said.", field="status")
    new["waits_on"], new["waiting_for"] = _waits(problem, status, new["waits_on"], new["waiting_for"])
    if owner is not None and owner.pk != problem.owner_id:
        present(owner, "owner", now)

    changes = _changes(problem, new)
    given_to = _given_to(owner, team, before=problem)
    for name, value in new.items():
        setattr(problem, name, value.strip() if isinstance(value, str) else value)
    problem.save(update_fields=[*new])
    if changes:
        record(
            kinds.PROBLEM_CHANGED,
            escalation,
            by=by,
            now=now,
            problem=problem.words,
            problem_id=problem.pk,
            named=given_to,
            changes="; ".join(changes) + ".",
        )


@transaction.atomic
def estimate(problem: Problem, *, eta_at: dt.datetime, by: Actor, now: dt.datetime, reason: str = "") -> None:
    """Say when it will be solved. A later estimate than the last one needs a reason; all are kept."""
    escalation = problem.escalation
    escalation.lock()
    check(by, Act.PLAN, escalation)
    is_under_way(escalation, otherwise="before you change its plan")
    problem.refresh_from_db()
    is_unsettled(problem)
    if eta_at <= now:
        raise Refused("An estimate lies ahead.", field="eta_at")
    not_far_ahead(eta_at, now, "eta_at")
    if problem.eta_at and eta_at > problem.eta_at and not reason.strip():
        raise Refused("It will take longer than we said. Say why.", field="reason")

    Estimate.objects.create(problem=problem, eta_at=eta_at, reason=reason.strip(), by_id=by.member_id, set_at=now)
    problem.eta_at = eta_at
    problem.save(update_fields=["eta_at"])
    record(
        kinds.PROBLEM_ESTIMATED,
        escalation,
        by=by,
        now=now,
        problem=problem.words,
        problem_id=problem.pk,
        eta_at=eta_at,
        reason=reason.strip(),
    )


@transaction.atomic
def solve(problem: Problem, *, by: Actor, now: dt.datetime) -> None:
    """It is solved."""
    escalation = problem.escalation
    escalation.lock()
    check(by, Act.PLAN, escalation)
    is_under_way(escalation, otherwise="before you change its plan")
    problem.refresh_from_db()
    is_unsettled(problem)

    requests.drop(problem, reason="It is solved.", by=by, now=now)
    problem.status, problem.settled_at = Status.SOLVED, now
    _save_settled(problem)
    record(kinds.PROBLEM_SOLVED, escalation, by=by, now=now, problem=problem.words, problem_id=problem.pk)


@transaction.atomic
def decline(problem: Problem, *, reason: str, by: Actor, now: dt.datetime) -> None:
    """We will not solve it, and say why."""
    escalation = problem.escalation
    escalation.lock()
    check(by, Act.PLAN, escalation)
    is_under_way(escalation, otherwise="before you change its plan")
    problem.refresh_from_db()
    is_unsettled(problem)
    if not reason.strip():
        raise Refused("Say why it is declined; the customer will ask.", field="reason")

    requests.drop(problem, reason="The problem is declined.", by=by, now=now)
    problem.status, problem.settled_at, problem.why_declined = Status.DECLINED, now, reason.strip()
    _save_settled(problem)
    record(
        kinds.PROBLEM_DECLINED,
        escalation,
        by=by,
        now=now,
        problem=problem.words,
        problem_id=problem.pk,
        reason=problem.why_declined,
    )
    plans.lapse(escalation, reason=f"“{problem.words}” was declined.", by=by, now=now)


@transaction.atomic
def take_up_again(problem: Problem, *, reason: str, by: Actor, now: dt.datetime) -> None:
    """It was not solved after all. What was resolved is open again."""
    escalation = problem.escalation
    escalation.lock()
    check(by, Act.PLAN, escalation)
    is_under_way(escalation, otherwise="before you change its plan")
    problem.refresh_from_db()
    if not problem.is_settled:
        raise Refused("It is being worked on already.")
    if not reason.strip():
        raise Refused("Say what showed that it is not over.", field="reason")

    problem.status, problem.settled_at, problem.why_declined = Status.IN_WORK, None, ""
    problem.save(update_fields=["status", "settled_at", "why_declined"])
    record(
        kinds.PROBLEM_REOPENED,
        escalation,
        by=by,
        now=now,
        problem=problem.words,
        problem_id=problem.pk,
        reason=reason.strip(),
    )
    plans.lapse(escalation, reason=f"“{problem.words}” was taken up again.", by=by, now=now)
    open_again(escalation, reason=reason.strip(), by=by, now=now)


@transaction.atomic
def open_again(escalation: Escalation, *, reason: str, by: Actor, now: dt.datetime) -> None:
    """A resolved escalation that has something left to solve was not over after all; the desk hears of it."""
    escalation.lock()
    if escalation.status != Escalation.Status.RESOLVED:
        return
    escalation.status = Escalation.Status.OPEN
    escalation.save(update_fields=["status"])
    record(kinds.ESCALATION_REOPENED, escalation, by=by, now=now, reason=reason)


def _put(
    escalation: Escalation, words: str, owner: Member | None, team: Team | None, by: Actor, now: dt.datetime
) -> Problem:
    last = escalation.problems.aggregate(last=Max("rank"))["last"] or 0
    problem = Problem.objects.create(
        escalation=escalation, words=" ".join(words.split()), rank=last + 1, owner=owner, team=team
    )
    record(
        kinds.PROBLEM_NAMED,
        escalation,
        by=by,
        now=now,
        problem=problem.words,
        problem_id=problem.pk,
        named=_given_to(owner, team),
    )
    return problem


def _given_to(owner: Member | None, team: Team | None, *, before: Problem | None = None) -> list[Member]:
    """Whose it is now and was not before: its new owner, else everybody in its new team."""
    if owner is not None:
        return [owner] if before is None or owner.pk != before.owner_id else []
    if team is None or (before is not None and team.pk == before.team_id):
        return []
    return list(team.members.filter(is_active=True))


def _save_settled(problem: Problem) -> None:
    problem.waits_on = problem.waiting_for = ""
    problem.save(update_fields=["status", "settled_at", "why_declined", "waits_on", "waiting_for"])


def _waits(problem: Problem, status: str, waits_on: str, waiting_for: str) -> tuple[str, str]:
    """On whom it waits, and their name; blank where it does not wait."""
    customer = Problem.WaitsOn.CUSTOMER
    if problem.waits_on == customer:
        # Their answer, or taking the request back, ends it.
        if status != Status.WAITING or waits_on not in ("", customer):
            raise Refused(
                "It waits for the customer. Write down their answer, or withdraw the request.", field="status"
            )
        return customer, problem.waiting_for
    if status != Status.WAITING:
        return "", ""
    if waits_on == customer:
        raise Refused("Ask the customer for it, with a date: then it waits for them.", field="waits_on")
    if not waiting_for.strip():
        raise Refused("Say whom it waits for.", field="waiting_for")
    if not waits_on:
        raise Refused("Say whether it waits for a team or for a vendor.", field="waits_on")
    return one_of(waits_on, Problem.WaitsOn.values, "waits_on", what="what a problem waits on"), waiting_for.strip()


def _changes(problem: Problem, new: Mapping[str, Any]) -> list[str]:
    """What is different from before, in words."""
    pairs = [
        ("status", problem.get_status_display(), Status(new["status"]).label),
        ("waiting for", problem.waiting_for if new["waiting_for"] else "", new["waiting_for"]),
        ("owner", str(problem.owner or "nobody"), str(new["owner"] or "nobody")),
        ("team", str(problem.team or "none"), str(new["team"] or "none")),
        ("next step", problem.next_step, new["next_step"].strip()),
        ("needs", problem.resources, new["resources"].strip()),
    ]
    return [f"{label}: {new or 'none'}" for label, old, new in pairs if old != new]
