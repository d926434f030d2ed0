"""The timeline."""

from __future__ import annotations

from ninja import Query, Router

from amends.api.requests import Request
from amends.api.schemas.watching import Earlier, EventShown, Timeline
from amends.escalations import access, boards

router = Router(tags=["timeline"])


@router.get("/escalations/{key}/events", response=Timeline)
def list_of(request: Request, key: str, wanted: Query[Earlier]) -> Timeline:
    """Everything that happened, the newest first."""
    escalation = access.find(key, seen_by=request.actor)
    lines, earlier = boards.timeline(
        escalation,
        zone=request.member.zone,
        now=request.now,
        before=wanted.before,
        limit=wanted.limit,
    )
    return Timeline(items=[EventShown.of(line) for line in lines], next=earlier)
