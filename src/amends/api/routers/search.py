"""Search, from anywhere."""

from __future__ import annotations

from ninja import Query, Router

from amends.api.requests import Request
from amends.api.schemas.finding import Found, SearchFilters
from amends.escalations.search import finding

router = Router(tags=["search"])


@router.get("/search", response=Found)
def find(request: Request, wanted: Query[SearchFilters]) -> Found:
    """Whatever has every word of `q`, the last perhaps only begun, and is yours to see.

    An escalation whose key is typed stands first; then names before texts, whole words before begun ones, the newest
    first.
    """
    return Found.of(finding.find(request.actor, wanted.q, only=wanted.noun, limit=wanted.limit))
