"""Who at the customer should be told of a case, and is left out for a while."""

from __future__ import annotations

from http import HTTPStatus

from ninja import Router, Status

from amends.api import found
from amends.api.requests import Request
from amends.api.schemas.telling import LeaveOutAsked, LeaveOutShown, TellAgain
from amends.directory.models import Contact
from amends.escalations import access
from amends.escalations.actions import leave_outs

router = Router(tags=["left out"])


@router.get("/escalations/{key}/left-out", response=list[LeaveOutShown])
def list_of(request: Request, key: str) -> list[LeaveOutShown]:
    """Everybody who was left out of it, the newest first: also those who are told again by now."""
    escalation = access.find(key, seen_by=request.actor)
    rows = escalation.leave_outs.select_related("contact", "by", "ended_by")
    return [LeaveOutShown.of(row, request.now) for row in rows]


@router.post("/escalations/{key}/left-out", response={201: LeaveOutShown})
def add(request: Request, key: str, asked: LeaveOutAsked) -> Status[LeaveOutShown]:
    """Do not tell somebody who should be told, until the end of a day at the account. It then ends by itself."""
    escalation = access.find(key, seen_by=request.actor)
    row = leave_outs.leave_out(
        escalation,
        contact=_named(asked.contact),
        reason=asked.reason,
        until=asked.until,
        by=request.actor,
        now=request.now,
    )
    return Status(HTTPStatus.CREATED, LeaveOutShown.of(row, request.now))


@router.post("/escalations/{key}/left-out/end", response=LeaveOutShown)
def end(request: Request, key: str, asked: TellAgain) -> LeaveOutShown:
    """Tell them again from now on."""
    escalation = access.find(key, seen_by=request.actor)
    contact = _named(asked.contact)
    leave_outs.tell_again(escalation, contact=contact, by=request.actor, now=request.now)
    row = escalation.leave_outs.filter(contact=contact).select_related("contact", "by", "ended_by")
    return LeaveOutShown.of(row[0], request.now)


def _named(number: int) -> Contact:
    (contact,) = found.named_contacts([number], "contact")
    return contact
