"""Notices."""

from __future__ import annotations

from ninja import Query, Router

from amends.api.pages import Page, page
from amends.api.requests import Request
from amends.api.schemas.noting import NoticeFilters, NoticeShown, Seen
from amends.escalations import access, told
from amends.escalations.actions import notices

router = Router(tags=["notices"])
_NEWEST_FIRST = ("-told_at", "-id")


@router.get("/notices", response=Page[NoticeShown])
def list_own(request: Request, wanted: Query[NoticeFilters]) -> Page[NoticeShown]:
    """What you were told, the newest first. Reading it here marks nothing as seen."""
    seen = told.mine(request.actor).select_related("event__personal", "escalation__account")
    if wanted.unseen:
        seen = seen.filter(seen_at__isnull=True)
    rows, following = page(
        seen, _NEWEST_FIRST, wanted, lambda notice: NoticeShown.of(notice, zone=request.member.zone, now=request.now)
    )
    return Page(items=rows, next=following)


@router.post("/notices/seen", response=Seen)
def see_all(request: Request) -> Seen:
    """You have read all of it."""
    return Seen(seen=notices.see_all(by=request.actor, now=request.now))


@router.post("/escalations/{key}/seen", response=Seen)
def see(request: Request, key: str) -> Seen:
    """You have seen what you were told of this escalation."""
    escalation = access.find(key, seen_by=request.actor)
    return Seen(seen=notices.see(escalation, by=request.actor, now=request.now))
