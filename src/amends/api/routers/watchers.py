"""Watchers."""

from __future__ import annotations

from http import HTTPStatus

from ninja import Router, Status

from amends.api import found
from amends.api.requests import Request
from amends.api.schemas.noting import Watch, WatcherShown
from amends.api.schemas.words import Id
from amends.escalations import access
from amends.escalations.actions import watchers

router = Router(tags=["watchers"])


@router.get("/escalations/{key}/watchers", response=list[WatcherShown])
def list_of(request: Request, key: str) -> list[WatcherShown]:
    """Who hears of it besides those who have a part in it."""
    escalation = access.find(key, seen_by=request.actor)
    return [WatcherShown.of(watcher) for watcher in escalation.watchers.select_related("member", "by")]


@router.post("/escalations/{key}/watchers", response={201: WatcherShown})
def add(request: Request, key: str, asked: Watch) -> Status[WatcherShown]:
    """Watch it, or have somebody watch it who ought to know."""
    escalation = access.find(key, seen_by=request.actor)
    member = found.named_member(asked.member, "member") or request.member
    watcher = watchers.add(escalation, member=member, by=request.actor, now=request.now)
    return Status(HTTPStatus.CREATED, WatcherShown.of(watcher))


@router.delete("/escalations/{key}/watchers/{member_id}", response={204: None})
def remove(request: Request, key: str, member_id: Id) -> Status[None]:
    """Stop watching it, or let somebody watch it no longer."""
    escalation = access.find(key, seen_by=request.actor)
    watchers.remove(escalation, member=found.member(member_id), by=request.actor, now=request.now)
    return Status(HTTPStatus.NO_CONTENT, None)
