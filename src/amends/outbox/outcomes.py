"""What came of a try. Each is one small statement, committed alone and at once."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Sequence

from amends.outbox.models import Delivery

State = Delivery.State
# Waits between tries double from the first to the longest; after the last try the delivery is dead (about a day).
FIRST_WAIT = dt.timedelta(seconds=30)
LONGEST_WAIT = dt.timedelta(hours=2)
TRIES = 18


def at_the_door(delivery: Delivery) -> bool:
    """Mark a customer's mail as being handed over, just before its content goes. False: it is not ours any more."""
    ours = Delivery.objects.filter(pk=delivery.pk, state=State.WAITING, leased_by=delivery.leased_by)
    return ours.update(state=State.HANDING_OVER) == 1


def renew(deliveries: Sequence[Delivery], *, until: dt.datetime) -> bool:
    """Keep a lease that is about to run out. False: somebody else has taken some of them over."""
    ids = [delivery.pk for delivery in deliveries]
    ours = Delivery.objects.filter(pk__in=ids, state=State.WAITING, leased_by=deliveries[0].leased_by)
    return ours.update(leased_until=until) == len(ids)


def accepted(deliveries: Sequence[Delivery], *, now: dt.datetime) -> None:
    """The server has taken it. Recorded first, before anything else can fail."""
    _settle(deliveries, state=State.SENT, settled_at=now, trouble="", leased_by="", leased_until=None)


def not_needed(deliveries: Sequence[Delivery], *, now: dt.datetime) -> None:
    """What it told of is over."""
    _settle(deliveries, state=State.NOT_NEEDED, settled_at=now, leased_by="", leased_until=None)


def refused(deliveries: Sequence[Delivery], why: str, *, now: dt.datetime) -> None:
    """The server will never take it (a permanent error): no use in trying again."""
    _settle(deliveries, state=State.DEAD, settled_at=now, trouble=_short(why), leased_by="", leased_until=None)


def failed(deliveries: Iterable[Delivery], why: str, *, now: dt.datetime, chance: random.Random) -> list[Delivery]:
    """This try failed; the next comes after a longer wait with jitter. Returns those that are now dead."""
    dead = []
    for delivery in deliveries:
        delivery.tries += 1
        if delivery.tries >= TRIES:
            dead.append(delivery)
            _settle([delivery], tries=delivery.tries)
            refused([delivery], why, now=now)
        else:
            _settle(
                [delivery],
                state=State.WAITING,
                tries=delivery.tries,
                next_try_at=now + wait_before(delivery.tries, chance),
                trouble=_short(why),
                leased_by="",
                leased_until=None,
            )
    return dead


def maybe(delivery: Delivery, why: str, *, now: dt.datetime) -> None:
    """The connection broke after the content had gone: nobody knows."""
    _settle([delivery], state=State.MAYBE, settled_at=now, trouble=_short(why), leased_by="", leased_until=None)


def hold(*, because: str, until: dt.datetime, now: dt.datetime) -> int:
    """Keep back whatever is due for a try, and say why and until when."""
    due = Delivery.objects.filter(state=State.WAITING, next_try_at__lte=now, leased_until__isnull=True)
    return due.update(held_because=because, next_try_at=until)


def give_back(deliveries: Sequence[Delivery]) -> None:
    """Not tried after all: somebody else may claim it at once."""
    _settle(deliveries, leased_by="", leased_until=None)


def wait_before(tries: int, chance: random.Random) -> dt.timedelta:
    """How long to wait after so many failed tries: doubling, capped, between 75 % and 125 %."""
    doubled: dt.timedelta = FIRST_WAIT * (1 << min(tries - 1, 12))
    return min(doubled, LONGEST_WAIT) * chance.uniform(0.75, 1.25)


def _settle(deliveries: Sequence[Delivery], **changes: object) -> None:
    Delivery.objects.filter(pk__in=[delivery.pk for delivery in deliveries]).update(**changes)


def _short(why: str) -> str:
    return " ".join(why.split())[:300]
