"""How the system runs."""

from __future__ import annotations

from django.db.models import Count
from ninja import Router

from amends.api.requests import Request
from amends.api.schemas.watching import HealthShown, MailShown, VitalShown
from amends.escalations.authority import Act, check
from amends.escalations.models import Parked
from amends.outbox.models import Delivery, Pause
from amends.pulse import beats

router = Router(tags=["health"])
State = Delivery.State
# What is not done with: it waits, or somebody should look at it.
_UNSETTLED = (State.WAITING, State.HANDING_OVER, State.MAYBE, State.DEAD)


@router.get("/health", response=HealthShown)
def one(request: Request) -> HealthShown:
    """Whether clock and sender run, whether mail leaves, and what waits."""
    check(request.actor, Act.SEE_HEALTH)
    vitals = beats.vitals(request.now)
    parked = Parked.objects.count()
    counts = Delivery.objects.filter(state__in=_UNSETTLED).order_by().values_list("state")
    return HealthShown(
        is_well=all(vital.is_well for vital in vitals) and not parked,
        parts=[VitalShown.of(vital) for vital in vitals],
        mail=MailShown.of(Pause.objects.filter(channel="mail").first()),
        deliveries={state.value: 0 for state in _UNSETTLED} | dict(counts.annotate(Count("pk"))),
        parked=parked,
    )
