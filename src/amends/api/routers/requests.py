"""What we ask of the customer for a problem."""

from __future__ import annotations

from http import HTTPStatus

from ninja import Query, Router, Status

from amends.api import found
from amends.api.pages import Page, Paging, page
from amends.api.requests import Request
from amends.api.schemas.problems import AnswerRequest, MakeRequest, RequestShown
from amends.api.schemas.words import Because, Id
from amends.escalations import access
from amends.escalations.actions import requests
from amends.escalations.models import Request as Asking

router = Router(tags=["requests"])
_BY_TIME = ("due_at", "id")


@router.get("/escalations/{key}/requests", response=Page[RequestShown])
def list_of(request: Request, key: str, wanted: Query[Paging]) -> Page[RequestShown]:
    """Everything that the customer was asked for, by when it was due."""
    escalation = access.find(key, seen_by=request.actor)
    seen = Asking.objects.filter(problem__escalation=escalation).select_related("to")
    rows, following = page(seen, _BY_TIME, wanted, lambda asking: RequestShown.of(asking, request.now))
    return Page(items=rows, next=following)


@router.post("/problems/{problem_id}/requests", response={201: RequestShown})
def make(request: Request, problem_id: Id, asked: MakeRequest) -> Status[RequestShown]:
    """Wait for something of the customer, with a date. It sends nothing; our own updates go on meanwhile."""
    asking = requests.make(
        found.problem(problem_id, seen_by=request.actor),
        what=asked.what,
        due_at=asked.due_at,
        to=found.named_contact(asked.to, "to"),
        by=request.actor,
        now=request.now,
    )
    return Status(HTTPStatus.CREATED, RequestShown.of(asking, request.now))


@router.post("/requests/{request_id}/answer", response=RequestShown)
def answer(request: Request, request_id: Id, asked: AnswerRequest) -> RequestShown:
    """They have answered; the problem is in work again."""
    asking = found.request(request_id, seen_by=request.actor)
    requests.answer(asking, answer=asked.answer, by=request.actor, now=request.now)
    return RequestShown.of(asking, request.now)


@router.post("/requests/{request_id}/withdraw", response=RequestShown)
def withdraw(request: Request, request_id: Id, asked: Because) -> RequestShown:
    """We go on without it; the problem is in work again."""
    asking = found.request(request_id, seen_by=request.actor)
    requests.withdraw(asking, reason=asked.reason, by=request.actor, now=request.now)
    return RequestShown.of(asking, request.now)
