"""Reports."""

from __future__ import annotations

from ninja import Query, Router

from amends.api.requests import Request
from amends.api.schemas.inside import GapsShown
from amends.api.schemas.watching import RatesShown, Span
from amends.escalations import access
from amends.escalations.authority import Act, check
from amends.reports import gaps, promises

router = Router(tags=["reports"])


@router.get("/reports/promises", response=list[RatesShown])
def promise_rates(request: Request, wanted: Query[Span]) -> list[RatesShown]:
    """Do we keep what we promise? By kind of promise, never pooled."""
    check(request.actor, Act.SEE_REPORTS)
    rates = promises.promise_rates(
        visible=access.promises_visible_to(request.actor),
        now=request.now,
        since=wanted.since,
        until=wanted.until,
    )
    return [RatesShown(**row) for row in promises.as_json(rates)]


@router.get("/reports/gaps", response=list[GapsShown])
def missing(request: Request) -> list[GapsShown]:
    """Where nobody would be there: accounts without a CSM, CSMs without somebody to escalate to, and the like."""
    check(request.actor, Act.SEE_REPORTS)
    return [GapsShown.of(group) for group in gaps.find(request.now)]
