"""Exit criteria: what must be true for the customer to call it over."""

from __future__ import annotations

from http import HTTPStatus

from ninja import Router, Status

from amends.api import found
from amends.api.requests import Request
from amends.api.schemas.criteria import AddCriterion, CriterionShown
from amends.api.schemas.words import Because, Id
from amends.escalations import access
from amends.escalations.actions import criteria

router = Router(tags=["exit criteria"])


@router.get("/escalations/{key}/exit-criteria", response=list[CriterionShown])
def list_of(request: Request, key: str) -> list[CriterionShown]:
    """All of them, as they were agreed; there are never more than twenty."""
    escalation = access.find(key, seen_by=request.actor)
    return [CriterionShown.of(criterion) for criterion in escalation.exit_criteria.select_related("met_by")]


@router.post("/escalations/{key}/exit-criteria", response={201: CriterionShown})
def add(request: Request, key: str, asked: AddCriterion) -> Status[CriterionShown]:
    """Agree one more with the customer."""
    escalation = access.find(key, seen_by=request.actor)
    criterion = criteria.add(escalation, words=asked.words, by=request.actor, now=request.now)
    return Status(HTTPStatus.CREATED, CriterionShown.of(criterion))


@router.post("/exit-criteria/{criterion_id}/meet", response=CriterionShown)
def meet(request: Request, criterion_id: Id) -> CriterionShown:
    """It is so now."""
    criterion = found.criterion(criterion_id, seen_by=request.actor)
    criteria.meet(criterion, by=request.actor, now=request.now)
    return CriterionShown.of(criterion)


@router.post("/exit-criteria/{criterion_id}/unmeet", response=CriterionShown)
def unmeet(request: Request, criterion_id: Id) -> CriterionShown:
    """It was not so after all."""
    criterion = found.criterion(criterion_id, seen_by=request.actor)
    criteria.unmeet(criterion, by=request.actor, now=request.now)
    return CriterionShown.of(criterion)


@router.post("/exit-criteria/{criterion_id}/remove", response={204: None})
def remove(request: Request, criterion_id: Id, asked: Because) -> Status[None]:
    """They no longer ask for it. The timeline keeps that they did, and why not any more."""
    criterion = found.criterion(criterion_id, seen_by=request.actor)
    criteria.remove(criterion, reason=asked.reason, by=request.actor, now=request.now)
    return Status(HTTPStatus.NO_CONTENT, None)
