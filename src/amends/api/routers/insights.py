"""Insights: what upsets and what helps an account, read before the next contact."""

from __future__ import annotations

from http import HTTPStatus

from ninja import Query, Router, Status

from amends.api import found
from amends.api.pages import Page, page
from amends.api.requests import Request
from amends.api.schemas.inside import AddInsight, ChangeInsight, InsightFilters, InsightShown
from amends.api.schemas.words import Id
from amends.directory import insights
from amends.directory.models import Insight
from amends.escalations.access import NotFound
from amends.escalations.actions import insights as telling
from amends.escalations.authority import Act, check

router = Router(tags=["insights"])
_NEWEST_FIRST = ("-at", "-id")


@router.get("/accounts/{account_id}/insights", response=Page[InsightShown])
def list_of(request: Request, account_id: Id, wanted: Query[InsightFilters]) -> Page[InsightShown]:
    """What one should know of an account, the newest first."""
    check(request.actor, Act.SEE_ACCOUNTS)
    seen = Insight.objects.filter(account=found.account(account_id), retired_at__isnull=not wanted.retired)
    rows, following = page(seen.select_related("by"), _NEWEST_FIRST, wanted, InsightShown.of)
    return Page(items=rows, next=following)


@router.post("/accounts/{account_id}/insights", response={201: InsightShown})
def add(request: Request, account_id: Id, asked: AddInsight) -> Status[InsightShown]:
    """Write down what was learnt; the account team can be told, escalated or not."""
    account = found.account(account_id)
    insight = telling.add(account, **asked.model_dump(), by=request.actor, now=request.now)
    return Status(HTTPStatus.CREATED, InsightShown.of(insight))


@router.patch("/insights/{insight_id}", response=InsightShown)
def change(request: Request, insight_id: Id, asked: ChangeInsight) -> InsightShown:
    """Say it better: the old words are retired, and the answer is a new insight."""
    check(request.actor, Act.ADD_INSIGHTS)
    insight = insights.change(_found(insight_id), **asked.model_dump(), by=request.actor, now=request.now)
    return InsightShown.of(insight)


@router.post("/insights/{insight_id}/retire", response=InsightShown)
def retire(request: Request, insight_id: Id) -> InsightShown:
    """It is no longer so."""
    check(request.actor, Act.ADD_INSIGHTS)
    insight = _found(insight_id)
    insights.retire(insight, by=request.actor, now=request.now)
    return InsightShown.of(insight)


@router.post("/insights/{insight_id}/tell", response=InsightShown)
def tell(request: Request, insight_id: Id) -> InsightShown:
    """Tell the account’s CSM and team of it by mail, escalated or not. Refused where they were told already."""
    insight = _found(insight_id)
    telling.tell(insight, by=request.actor, now=request.now)
    return InsightShown.of(insight)


def _found(number: int) -> Insight:
    insight = Insight.objects.filter(pk=number).select_related("account", "by").first()
    if insight is None:
        raise NotFound(f"There is no insight {number}.")
    return insight
