"""Reports."""

from __future__ import annotations

from ninja import Query, Router

from amends.api.requests import Request
from amends.api.schemas.inside import GapsShown
from amends.api.schemas.watching import EndingsReport, Openings, RatesShown, Span
from amends.escalations import access
from amends.escalations.authority import Act, check
from amends.playbook import versions as playbooks
from amends.reports import endings, gaps, promises

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


@router.get("/reports/endings", response=EndingsReport)
def endings_of(request: Request, wanted: Query[Openings]) -> EndingsReport:
    """How do escalations end? How many took longer than thirty days, and how many came back, by severity."""
    check(request.actor, Act.SEE_REPORTS)
    found = endings.endings(
        visible=access.visible_to(request.actor), now=request.now, since=wanted.since, until=wanted.until
    )
    return EndingsReport(**endings.as_json([each for _, each in endings.in_order(found, playbooks.current())]))


@router.get("/reports/gaps", response=list[GapsShown])
def missing(request: Request) -> list[GapsShown]:
    """Where nobody would be there: accounts without a CSM, CSMs without somebody to escalate to, and the like."""
    check(request.actor, Act.SEE_REPORTS)
    return [GapsShown.of(group) for group in gaps.find(request.now)]
