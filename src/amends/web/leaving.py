"""What has not arrived yet of an escalation's mail, and what of it can still be taken back."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Any

from amends.escalations.models import Escalation
from amends.outbox.models import Delivery

_MOST = 6
State = Delivery.State
# Not left, or nobody knows; what waits is said too, because somebody has just sent it.
_UNDELIVERED = (State.WAITING, State.HANDING_OVER, State.DEAD, State.MAYBE)
_LOST = (State.DEAD, State.MAYBE)


@dataclass(frozen=True, slots=True)
class Leaving:
    """A mail that has not arrived for sure; `update`: the one that can be taken back, while no sender has it."""

    delivery: Delivery
    update: int | None


@dataclass(frozen=True, slots=True)
class Resting:
    """An update in the seconds before it leaves."""

    update: int
    leaves_at: dt.datetime
    seconds: int
    names: str


def context(escalation: Escalation, now: dt.datetime) -> dict[str, Any]:
    """`undelivered`, newest first; and apart from it what is `resting` before it leaves."""
    found = [Leaving(delivery, _can_be_taken_back(delivery, now)) for delivery in _undelivered(escalation)]
    resting: dict[int, list[Delivery]] = {}
    for each in found:
        if each.update and each.delivery.next_try_at > now:
            resting.setdefault(each.update, []).append(each.delivery)
    return {
        "resting": [_resting(update, deliveries, now) for update, deliveries in resting.items()],
        "undelivered": [each for each in found if each.update not in resting],
    }


def _resting(update: int, deliveries: list[Delivery], now: dt.datetime) -> Resting:
    leaves_at = min(delivery.next_try_at for delivery in deliveries)
    seconds = math.ceil((leaves_at - now).total_seconds())
    return Resting(update, leaves_at, seconds, ", ".join(delivery.name for delivery in reversed(deliveries)))


def _can_be_taken_back(delivery: Delivery, now: dt.datetime) -> int | None:
    noun, _, number = delivery.identity.partition("|")[0].partition(":")
    is_leased = delivery.leased_until is not None and delivery.leased_until > now
    is_here = delivery.state == State.WAITING and delivery.tries == 0 and not is_leased
    return int(number) if noun == "update" and is_here else None


def _undelivered(escalation: Escalation) -> list[Delivery]:
    """Mails to the customer that have not arrived for sure, and mails inside that never will."""
    found = Delivery.objects.filter(subject=escalation.subject)
    outside = found.filter(audience=Delivery.Audience.CUSTOMER, state__in=_UNDELIVERED)
    lost_inside = found.filter(audience=Delivery.Audience.INSIDE, state__in=_LOST)
    return list((outside | lost_inside).order_by("-posted_at", "-id")[:_MOST])
