"""Requests: taken on, declined, given back, closed at once, asked for again."""

from __future__ import annotations

from ninja import Router

from amends.api.requests import Request
from amends.api.schemas.escalations import EscalationShown
from amends.api.schemas.intake import Done, Steps, WithNote
from amends.api.schemas.words import Because
from amends.escalations import access
from amends.escalations.actions import decisions

router = Router(tags=["escalations"])


@router.post("/escalations/{key}/accept", response=EscalationShown)
def accept(request: Request, key: str) -> EscalationShown:
    """Take a request on. Whoever accepts what another was asked for takes charge."""
    escalation = access.find(key, seen_by=request.actor)
    decisions.accept(escalation, by=request.actor, now=request.now)
    return EscalationShown.of(escalation, request.now)


@router.post("/escalations/{key}/decline", response=EscalationShown)
def decline(request: Request, key: str, asked: Because) -> EscalationShown:
    """It does not become an escalation. What was promised is released."""
    escalation = access.find(key, seen_by=request.actor)
    decisions.decline(escalation, reason=asked.reason, by=request.actor, now=request.now)
    return EscalationShown.of(escalation, request.now)


@router.post("/escalations/{key}/give-back", response=EscalationShown)
def give_back(request: Request, key: str, asked: Steps) -> EscalationShown:
    """Not yet: these steps first. It stays requested, and can be asked for again."""
    escalation = access.find(key, seen_by=request.actor)
    decisions.give_back(escalation, steps=asked.steps, by=request.actor, now=request.now)
    return EscalationShown.of(escalation, request.now)


@router.post("/escalations/{key}/ask-again", response=EscalationShown)
def ask_again(request: Request, key: str, asked: Done) -> EscalationShown:
    """Ask for a decision on what was given back: the steps are done, or it cannot wait."""
    escalation = access.find(key, seen_by=request.actor)
    decisions.ask_again(escalation, done=asked.done, by=request.actor, now=request.now)
    return EscalationShown.of(escalation, request.now)


@router.post("/escalations/{key}/close-with-note", response=EscalationShown)
def close_with_note(request: Request, key: str, asked: WithNote) -> EscalationShown:
    """End a request at once. What a closing asks besides is waived by name."""
    escalation = access.find(key, seen_by=request.actor)
    decisions.close_with_note(escalation, note=asked.note, outcome=asked.outcome, by=request.actor, now=request.now)
    return EscalationShown.of(escalation, request.now)
