"""What was heard: filled in, added to an open escalation, merged; and whether the customer needs to know."""

from __future__ import annotations

from dataclasses import fields

from ninja import Router

from amends.api import found
from amends.api.requests import Request
from amends.api.schemas.escalations import EscalationShown
from amends.api.schemas.intake import CompleteHeard, LookAgain, Merge, Report
from amends.directory.models import Contact
from amends.escalations import access
from amends.escalations.access import NotFound
from amends.escalations.actions import hearings, merges
from amends.escalations.hearing import Heard
from amends.lib.errors import Refused

router = Router(tags=["escalations"])


@router.patch("/escalations/{key}/heard", response=EscalationShown)
def complete(request: Request, key: str, asked: CompleteHeard) -> EscalationShown:
    """Fill in what was heard. The severity follows where no person has chosen it; due times never move."""
    escalation = access.find(key, seen_by=request.actor)
    said = asked.given()
    if "contact" in asked.model_fields_set:
        said["contact"] = _caller(asked)
    hearings.complete(escalation, said=said, caller_name=asked.caller_name, by=request.actor, now=request.now)
    return EscalationShown.of(escalation, request.now)


@router.post("/escalations/{key}/look", response=EscalationShown)
def look(request: Request, key: str, asked: LookAgain) -> EscalationShown:
    """Say whether the customer needs to know by now. A yes owes them an acknowledgement at once."""
    escalation = access.find(key, seen_by=request.actor)
    if asked.may_know:
        hearings.may_know(escalation, by=request.actor, now=request.now)
    else:
        hearings.look_again(escalation, why_not_told=asked.why_not_told, by=request.actor, now=request.now)
    return EscalationShown.of(escalation, request.now)


@router.post("/escalations/{key}/additions", response=EscalationShown)
def add(request: Request, key: str, asked: Report) -> EscalationShown:
    """Add what they told us besides, instead of opening a second escalation of the account."""
    escalation = access.find(key, seen_by=request.actor)
    merges.add(escalation, heard=heard(asked), caller_name=asked.caller_name, by=request.actor, now=request.now)
    return EscalationShown.of(escalation, request.now)


@router.post("/escalations/{key}/merge", response=EscalationShown)
def merge(request: Request, key: str, asked: Merge) -> EscalationShown:
    """Merge it into another open escalation of the account, which is the answer. What is open in it goes there."""
    escalation = access.find(key, seen_by=request.actor)
    try:
        into = access.find(asked.into, seen_by=request.actor)
    except NotFound as missing:
        raise Refused(str(missing), field="into") from missing
    merges.merge(escalation, into=into, reason=asked.reason, by=request.actor, now=request.now)
    return EscalationShown.of(into, request.now)


def heard(asked: Report) -> Heard:
    """A body as the act takes it: the contact found, the rest as it was written."""
    names = {field.name for field in fields(Heard)} - {"contact", "problems", "tried_first"}
    return Heard(
        contact=_caller(asked),
        problems=tuple(asked.problems),
        tried_first=tuple(asked.tried_first),
        **asked.model_dump(include=names),
    )


def _caller(asked: Report | CompleteHeard) -> Contact | None:
    """The contact that was named by its id. Refuses a name besides: it might be somebody else."""
    if asked.contact is not None and asked.caller_name:
        raise Refused("Give the contact or the caller’s name, not both.", field="caller_name")
    return found.named_contact(asked.contact, "contact")
