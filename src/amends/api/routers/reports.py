"""Reports."""

from __future__ import annotations

from ninja import Query, Router

from amends.api.requests import Request
from amends.api.schemas.watching import RatesShown, Span
from amends.escalations import access
from amends.escalations.authority import Act, check
from amends.reports import promises

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
