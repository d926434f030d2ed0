"""Help that is needed, and the executive overview."""

from __future__ import annotations

from http import HTTPStatus

from ninja import Router, Status

from amends.api import found
from amends.api.requests import Request
from amends.api.schemas.helps import HelpAsked, HelpSettled, HelpShown, OverviewShown
from amends.api.schemas.words import Because, Id
from amends.escalations import access, overviews
from amends.escalations.actions import helps
from amends.escalations.authority import Act, check
from amends.escalations.models import Help

router = Router(tags=["help"])


@router.get("/overview", response=OverviewShown)
def overview(request: Request) -> OverviewShown:
    """Who is escalated, what is at stake, and what help is needed from whom."""
    check(request.actor, Act.SEE_OVERVIEW)
    return OverviewShown.of(overviews.overview(request.actor, request.now))


@router.get("/escalations/{key}/helps", response=list[HelpShown])
def list_of(request: Request, key: str) -> list[HelpShown]:
    """What help was asked for on a case, the oldest first; settled or not."""
    escalation = access.find(key, seen_by=request.actor)
    return [HelpShown.of(help_) for help_ in escalation.helps.select_related("asked_of", "team", "by", "escalation")]


@router.post("/escalations/{key}/helps", response={201: HelpShown})
def ask(request: Request, key: str, asked: HelpAsked) -> Status[HelpShown]:
    """Ask one member, or one team, for something that is needed. They are told at once."""
    escalation = access.find(key, seen_by=request.actor)
    help_ = helps.ask(
        escalation,
        what=asked.what,
        asked_of=found.named_member(asked.asked_of, "asked_of"),
        team=found.named_team(asked.team),
        by=request.actor,
        now=request.now,
    )
    return Status(HTTPStatus.CREATED, HelpShown.of(help_))


@router.post("/escalations/{key}/helps/{help_id}/give", response=HelpShown)
def give(request: Request, key: str, help_id: Id, asked: HelpSettled) -> HelpShown:
    """It is there. Whoever was asked may say so, and whoever steers."""
    help_ = _found(request, key, help_id)
    helps.give(help_, answer=asked.answer, by=request.actor, now=request.now)
    return HelpShown.of(help_)


@router.post("/escalations/{key}/helps/{help_id}/withdraw", response=HelpShown)
def withdraw(request: Request, key: str, help_id: Id, asked: Because) -> HelpShown:
    """It is needed no longer."""
    help_ = _found(request, key, help_id)
    helps.withdraw(help_, reason=asked.reason, by=request.actor, now=request.now)
    return HelpShown.of(help_)


def _found(request: Request, key: str, help_id: int) -> Help:
    escalation = access.find(key, seen_by=request.actor)
    help_ = escalation.helps.select_related("asked_of", "team", "by", "escalation__account").filter(pk=help_id).first()
    if help_ is None:
        raise access.NotFound(f"{escalation.key} asks for no such help.")
    return help_
