"""The plan as a whole: its order, and the customer’s word on it."""

from __future__ import annotations

from http import HTTPStatus

from ninja import Router, Status

from amends.api import found
from amends.api.requests import Request
from amends.api.schemas.problems import ConfirmationShown, ConfirmPlan, OrderPlan, PlanShown
from amends.escalations import access
from amends.escalations.actions import plans
from amends.escalations.models import Escalation

router = Router(tags=["problems"])


@router.get("/escalations/{key}/plan", response=PlanShown)
def one(request: Request, key: str) -> PlanShown:
    """The order of the plan, and the customer’s word on it."""
    return _shown(access.find(key, seen_by=request.actor))


@router.put("/escalations/{key}/plan/order", response=PlanShown)
def order(request: Request, key: str, asked: OrderPlan) -> PlanShown:
    """Put the plan into another order. What the customer confirmed lapses: ask them anew."""
    escalation = access.find(key, seen_by=request.actor)
    plans.reorder(escalation, order=asked.order, seen=asked.seen, by=request.actor, now=request.now)
    return _shown(escalation)


@router.post("/escalations/{key}/plan/confirmations", response={201: ConfirmationShown})
def confirm(request: Request, key: str, asked: ConfirmPlan) -> Status[ConfirmationShown]:
    """Write down that the customer confirmed the plan in its order."""
    confirmation = plans.confirm(
        access.find(key, seen_by=request.actor),
        order=asked.order,
        contact=found.named_contact(asked.contact, "contact"),
        name=asked.name,
        how=asked.how,
        at=asked.at,
        by=request.actor,
        now=request.now,
    )
    return Status(HTTPStatus.CREATED, ConfirmationShown.of(confirmation))


def _shown(escalation: Escalation) -> PlanShown:
    confirmations = list(escalation.plan_confirmations.select_related("contact"))
    return PlanShown(
        order=list(escalation.problems.values_list("pk", flat=True)),
        is_confirmed=any(confirmation.lapsed_at is None for confirmation in confirmations),
        confirmations=[ConfirmationShown.of(confirmation) for confirmation in confirmations],
    )
