"""Escalations."""

from __future__ import annotations

from http import HTTPStatus

from ninja import Query, Router, Status

from amends.api import found
from amends.api.pages import Counted, cut, window
from amends.api.requests import Request
from amends.api.routers.hearings import heard
from amends.api.schemas.escalations import (
    ChangeSeverity,
    ChangeTrend,
    Close,
    EscalationFilters,
    EscalationLine,
    EscalationShown,
    HandTo,
)
from amends.api.schemas.intake import Intake, OpenEscalation, Proposal
from amends.api.schemas.words import Because
from amends.escalations import access, boards, filtering, handlers, hearing
from amends.escalations.actions import endings, escalations
from amends.escalations.authority import Act, check
from amends.lib.errors import Refused

router = Router(tags=["escalations"])
_NEWEST_FIRST = ("-id",)


@router.get("/escalations", response=Counted[EscalationLine])
def list_all(request: Request, wanted: Query[EscalationFilters]) -> Counted[EscalationLine]:
    """Those that you may see, newest first, each at a glance."""
    seen = filtering.narrowed(access.visible_to(request.actor), request.actor, wanted.as_filter(), request.now)
    rows = boards.rows(window(seen, _NEWEST_FIRST, wanted), request.now)
    kept, following = cut(rows, _NEWEST_FIRST, wanted, row=lambda row: row.escalation)
    lines = [EscalationLine.of(row, request.now) for row in kept]
    return Counted(items=lines, next=following, count=seen.count())


@router.post("/escalations", response={201: EscalationShown})
def open_one(request: Request, asked: OpenEscalation) -> Status[EscalationShown]:
    """Open an escalation. The right person takes charge at once, and an acknowledgement is owed.

    Where the playbook asks for a decision it is requested, and the handler is asked to take it on. What qualifies
    by none of its criteria needs `why_unqualified`.
    """
    escalation = escalations.open(
        found.named_account(asked.account),
        heard=heard(asked),
        caller_name=asked.caller_name,
        severity=asked.severity,
        severity_reason=asked.severity_reason,
        handler=found.named_member(asked.handler, "handler"),
        by=request.actor,
        now=request.now,
    )
    return Status(HTTPStatus.CREATED, EscalationShown.of(escalation, request.now))


@router.post("/escalations/proposal", response=Proposal)
def propose(request: Request, asked: Intake) -> Proposal:
    """What the playbook makes of an intake, without opening anything."""
    check(request.actor, Act.OPEN)
    account, playbook = found.named_account(asked.account), hearing.in_force()
    proposed = hearing.propose(playbook, account, heard(asked), request.now)
    handler = handlers.choose(proposed.assessment.handler, account, request.actor, request.now)
    asks = escalations.asks_for_decision(playbook, proposed.qualification, handler, request.actor)
    return Proposal.of(proposed, asks_decision=asks)


@router.get("/escalations/{key}", response=EscalationShown)
def one(request: Request, key: str) -> EscalationShown:
    """One escalation, by its key: ESC-1042, or 1042."""
    return EscalationShown.of(access.find(key, seen_by=request.actor), request.now)


@router.post("/escalations/{key}/hand-to", response=EscalationShown)
def hand_to(request: Request, key: str, asked: HandTo) -> EscalationShown:
    """Give it, and what its last handler still owed, to another handler."""
    escalation = access.find(key, seen_by=request.actor)
    handler = found.named_member(asked.handler, "handler")
    if handler is None:
        raise Refused("Say who handles it from now on.", field="handler")
    escalations.hand_to(escalation, handler=handler, reason=asked.reason, by=request.actor, now=request.now)
    return EscalationShown.of(escalation, request.now)


@router.post("/escalations/{key}/severity", response=EscalationShown)
def change_severity(request: Request, key: str, asked: ChangeSeverity) -> EscalationShown:
    """Change the severity, with a reason. Promises already made keep their times."""
    escalation = access.find(key, seen_by=request.actor)
    escalations.change_severity(
        escalation, severity=asked.severity, reason=asked.reason, by=request.actor, now=request.now
    )
    return EscalationShown.of(escalation, request.now)


@router.post("/escalations/{key}/trend", response=EscalationShown)
def change_trend(request: Request, key: str, asked: ChangeTrend) -> EscalationShown:
    """Say whether it improves or declines."""
    escalation = access.find(key, seen_by=request.actor)
    escalations.set_trend(escalation, trend=asked.trend, by=request.actor, now=request.now)
    return EscalationShown.of(escalation, request.now)


@router.post("/escalations/{key}/resolve", response=EscalationShown)
def resolve(request: Request, key: str) -> EscalationShown:
    """Every problem is solved or declined."""
    escalation = access.find(key, seen_by=request.actor)
    endings.resolve(escalation, by=request.actor, now=request.now)
    return EscalationShown.of(escalation, request.now)


@router.post("/escalations/{key}/close", response=EscalationShown)
def close(request: Request, key: str, asked: Close) -> EscalationShown:
    """End it: resolved, and confirmed by the customer or with the reason why not.

    Each exit criterion is met, or waived with a reason.
    """
    escalation = access.find(key, seen_by=request.actor)
    waived = {each.criterion: each.reason for each in asked.waived}
    said = asked.model_dump(exclude={"waived"})
    try:
        endings.close(escalation, **said, waived=waived, by=request.actor, now=request.now)
    except Refused as refused:
        # A page has a field for each of them.
        if refused.field and refused.field.startswith("waive_"):
            refused.field = "waived"
        raise
    return EscalationShown.of(escalation, request.now)


@router.post("/escalations/{key}/reopen", response=EscalationShown)
def reopen(request: Request, key: str, asked: Because) -> EscalationShown:
    """It was not over after all, or it came back."""
    escalation = access.find(key, seen_by=request.actor)
    endings.reopen(escalation, reason=asked.reason, by=request.actor, now=request.now)
    return EscalationShown.of(escalation, request.now)


@router.post("/escalations/{key}/withdraw", response=EscalationShown)
def withdraw(request: Request, key: str, asked: Because) -> EscalationShown:
    """It was no escalation after all. What was promised is released."""
    escalation = access.find(key, seen_by=request.actor)
    endings.withdraw(escalation, reason=asked.reason, by=request.actor, now=request.now)
    return EscalationShown.of(escalation, request.now)
