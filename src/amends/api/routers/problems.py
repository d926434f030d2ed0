"""Problems."""

from __future__ import annotations

from http import HTTPStatus

from ninja import Query, Router, Status

from amends.api import found
from amends.api.pages import Page, Paging, page
from amends.api.requests import Request
from amends.api.schemas.problems import ChangeProblem, EstimateProblem, LinkTicket, NameProblem, ProblemShown
from amends.api.schemas.words import Because, Id
from amends.escalations import access
from amends.escalations.actions import problems, tickets
from amends.escalations.models import Problem

router = Router(tags=["problems"])
_AS_PLANNED = ("rank", "id")


@router.get("/escalations/{key}/problems", response=Page[ProblemShown])
def list_of(request: Request, key: str, wanted: Query[Paging]) -> Page[ProblemShown]:
    """The plan, in its order."""
    escalation = access.find(key, seen_by=request.actor)
    seen = Problem.objects.filter(escalation=escalation)
    seen = seen.select_related("escalation", "owner", "team").prefetch_related("estimates", "requests__to", "tickets")
    rows, following = page(seen, _AS_PLANNED, wanted, lambda problem: ProblemShown.of(problem, request.now))
    return Page(items=rows, next=following)


@router.post("/escalations/{key}/problems", response={201: ProblemShown})
def name(request: Request, key: str, asked: NameProblem) -> Status[ProblemShown]:
    """Put a problem on the plan, after the others."""
    escalation = access.find(key, seen_by=request.actor)
    problem = problems.name(
        escalation,
        words=asked.words,
        owner=found.named_member(asked.owner, "owner"),
        team=found.named_team(asked.team),
        by=request.actor,
        now=request.now,
    )
    return Status(HTTPStatus.CREATED, ProblemShown.of(problem, request.now))


@router.get("/problems/{problem_id}", response=ProblemShown)
def one(request: Request, problem_id: Id) -> ProblemShown:
    """One problem."""
    return ProblemShown.of(found.problem(problem_id, seen_by=request.actor), request.now)


@router.patch("/problems/{problem_id}", response=ProblemShown)
def change(request: Request, problem_id: Id, asked: ChangeProblem) -> ProblemShown:
    """Say how it stands: status, who has it, what is done next, what that needs."""
    problem = found.problem(problem_id, seen_by=request.actor)
    standing = asked.model_dump(exclude_unset=True)
    if "owner" in standing:
        standing["owner"] = found.named_member(asked.owner, "owner")
    if "team" in standing:
        standing["team"] = found.named_team(asked.team)
    problems.change(problem, **standing, by=request.actor, now=request.now)
    return ProblemShown.of(problem, request.now)


@router.post("/problems/{problem_id}/estimate", response=ProblemShown)
def estimate(request: Request, problem_id: Id, asked: EstimateProblem) -> ProblemShown:
    """Say when it will be solved. Every estimate is kept."""
    problem = found.problem(problem_id, seen_by=request.actor)
    problems.estimate(problem, eta_at=asked.eta_at, reason=asked.reason, by=request.actor, now=request.now)
    return ProblemShown.of(problem, request.now)


@router.post("/problems/{problem_id}/solve", response=ProblemShown)
def solve(request: Request, problem_id: Id) -> ProblemShown:
    """It is solved."""
    problem = found.problem(problem_id, seen_by=request.actor)
    problems.solve(problem, by=request.actor, now=request.now)
    return ProblemShown.of(problem, request.now)


@router.post("/problems/{problem_id}/decline", response=ProblemShown)
def decline(request: Request, problem_id: Id, asked: Because) -> ProblemShown:
    """We will not solve it, and say why."""
    problem = found.problem(problem_id, seen_by=request.actor)
    problems.decline(problem, reason=asked.reason, by=request.actor, now=request.now)
    return ProblemShown.of(problem, request.now)


@router.post("/problems/{problem_id}/take-up-again", response=ProblemShown)
def take_up_again(request: Request, problem_id: Id, asked: Because) -> ProblemShown:
    """It was not solved after all."""
    problem = found.problem(problem_id, seen_by=request.actor)
    problems.take_up_again(problem, reason=asked.reason, by=request.actor, now=request.now)
    return ProblemShown.of(problem, request.now)


@router.post("/problems/{problem_id}/tickets", response={201: ProblemShown})
def link(request: Request, problem_id: Id, asked: LinkTicket) -> Status[ProblemShown]:
    """Link a ticket elsewhere, by its http or https address."""
    problem = found.problem(problem_id, seen_by=request.actor)
    tickets.link(problem, url=asked.url, label=asked.label, by=request.actor, now=request.now)
    return Status(HTTPStatus.CREATED, ProblemShown.of(problem, request.now))


@router.delete("/problems/{problem_id}/tickets/{ticket_id}", response=ProblemShown)
def unlink(request: Request, problem_id: Id, ticket_id: Id) -> ProblemShown:
    """Take the link to a ticket off."""
    problem = found.problem(problem_id, seen_by=request.actor)
    tickets.unlink(found.ticket(ticket_id, problem), by=request.actor, now=request.now)
    return ProblemShown.of(problem, request.now)
