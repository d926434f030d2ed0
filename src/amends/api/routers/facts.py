"""The ledger of facts of a case."""

from __future__ import annotations

from http import HTTPStatus

from ninja import Router, Status

from amends.api import found
from amends.api.requests import Request
from amends.api.schemas.facts import (
    ChangeFact,
    ConfirmFact,
    CorrectFact,
    DisputeFact,
    FactShown,
    RefuteFact,
    SettleDispute,
    StateFact,
)
from amends.api.schemas.words import Because, Id
from amends.escalations import access
from amends.escalations.actions import citations, facts
from amends.escalations.models import Escalation, Fact

router = Router(tags=["facts"])
_LEDGER = "/escalations/{key}/facts"


@router.get(_LEDGER, response=list[FactShown])
def list_of(request: Request, key: str) -> list[FactShown]:
    """The whole ledger, as it was stated; there are never more than two hundred."""
    escalation = access.find(key, seen_by=request.actor)
    return [FactShown.of(fact, escalation.key) for fact in escalation.facts.with_all()]


@router.post(_LEDGER, response={201: FactShown})
def state(request: Request, key: str, asked: StateFact) -> Status[FactShown]:
    """State something: as under investigation, or confirmed at once with its source and evidence.

    Attach files to it with `POST /escalations/{key}/files`.
    """
    escalation = access.find(key, seen_by=request.actor)
    fact = facts.state(
        escalation,
        words=asked.words,
        source=asked.source,
        evidence=asked.evidence,
        is_confirmed=asked.is_confirmed,
        problem=found.named_problem(asked.problem, escalation, "problem"),
        team=found.named_team(asked.team),
        corrects=found.named_fact(asked.corrects, escalation, "corrects"),
        by=request.actor,
        now=request.now,
    )
    return Status(HTTPStatus.CREATED, _shown(fact, escalation))


@router.get(f"{_LEDGER}/{{fact_id}}", response=FactShown)
def one(request: Request, key: str, fact_id: Id) -> FactShown:
    """One fact."""
    escalation, fact = _found(request, key, fact_id)
    return FactShown.of(fact, escalation.key)


@router.patch(f"{_LEDGER}/{{fact_id}}", response=FactShown)
def change(request: Request, key: str, fact_id: Id, asked: ChangeFact) -> FactShown:
    """Say better what it is, where it comes from, what shows it. What the customer was told keeps its words."""
    escalation, fact = _found(request, key, fact_id)
    facts.change(fact, **asked.model_dump(exclude_unset=True), by=request.actor, now=request.now)
    return _shown(fact, escalation)


@router.post(f"{_LEDGER}/{{fact_id}}/confirm", response=FactShown)
def confirm(request: Request, key: str, fact_id: Id, asked: ConfirmFact) -> FactShown:
    """It is so. From now on an update may tell it as certain."""
    escalation, fact = _found(request, key, fact_id)
    facts.confirm(fact, source=asked.source, evidence=asked.evidence, by=request.actor, now=request.now)
    return _shown(fact, escalation)


@router.post(f"{_LEDGER}/{{fact_id}}/refute", response=FactShown)
def refute(request: Request, key: str, fact_id: Id, asked: RefuteFact) -> FactShown:
    """It is not so. Who told it to the customer as certain hears that it is to be corrected."""
    escalation, fact = _found(request, key, fact_id)
    facts.refute(fact, evidence=asked.evidence, by=request.actor, now=request.now)
    return _shown(fact, escalation)


@router.post(f"{_LEDGER}/{{fact_id}}/reopen", response=FactShown)
def reopen(request: Request, key: str, fact_id: Id, asked: Because) -> FactShown:
    """It is under investigation again."""
    escalation, fact = _found(request, key, fact_id)
    facts.reopen(fact, reason=asked.reason, by=request.actor, now=request.now)
    return _shown(fact, escalation)


@router.post(f"{_LEDGER}/{{fact_id}}/disputes", response={201: FactShown})
def dispute(request: Request, key: str, fact_id: Id, asked: DisputeFact) -> Status[FactShown]:
    """Your team does not hold it to be right. It counts as under investigation until that is settled."""
    escalation, fact = _found(request, key, fact_id)
    facts.dispute(fact, words=asked.words, team=found.named_team(asked.team), by=request.actor, now=request.now)
    return Status(HTTPStatus.CREATED, _shown(fact, escalation))


@router.post(f"{_LEDGER}/{{fact_id}}/disputes/{{dispute_id}}/settle", response=FactShown)
def settle(request: Request, key: str, fact_id: Id, dispute_id: Id, asked: SettleDispute) -> FactShown:
    """Answer a dispute. The fact then stands as it did: refute it, or reopen it, where the team is right."""
    escalation, fact = _found(request, key, fact_id)
    facts.settle(found.dispute(dispute_id, fact), answer=asked.answer, by=request.actor, now=request.now)
    return _shown(fact, escalation)


@router.post(f"{_LEDGER}/{{fact_id}}/correct", response=FactShown)
def correct(request: Request, key: str, fact_id: Id, asked: CorrectFact) -> FactShown:
    """The customer was told it as certain, and has heard by now how it is."""
    escalation, fact = _found(request, key, fact_id)
    citations.correct(fact, how=asked.how, by=request.actor, now=request.now)
    return _shown(fact, escalation)


def _found(request: Request, key: str, fact_id: int) -> tuple[Escalation, Fact]:
    escalation = access.find(key, seen_by=request.actor)
    fact = found.fact(fact_id, escalation)
    fact.escalation = escalation
    return escalation, fact


def _shown(fact: Fact, escalation: Escalation) -> FactShown:
    return FactShown.of(found.fact(fact.pk, escalation), escalation.key)
