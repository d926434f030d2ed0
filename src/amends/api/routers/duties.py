"""What is asked of oneself besides promises, as Today shows it."""

from __future__ import annotations

from ninja import Router

from amends.api.requests import Request
from amends.api.schemas.duties import DutiesShown
from amends.escalations import duties

router = Router(tags=["members"])


@router.get("/me/duties", response=DutiesShown)
def own(request: Request) -> DutiesShown:
    """Decisions, help, problems and meetings that wait for you, the most pressing first, twenty of each at most."""
    return DutiesShown.of(duties.of(request.actor, request.now))
