"""What came of a try. Each is one small statement, committed at once."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence

from django.db.models import F, QuerySet

from amends.outbox.models import Channel, Delivery

State = Delivery.State
# Waits between tries double from the first to the longest; after the last try the delivery is dead (about a day).
FIRST_WAIT = dt.timedelta(seconds=30)
LONGEST_WAIT = dt.timedelta(hours=2)
TRIES = 18
# A mail that comes back for now goes again after this long, then twice as long, so many times in all.
FIRST_RETURN = dt.timedelta(hours=1)
RETURNS = 3


def at_the_door(delivery: Delivery, *, until: dt.datetime) -> bool:
    """Mark a customer's mail as being handed over, just before its content goes. False: it is not ours any more."""
    return _ours([delivery]).filter(state=State.WAITING).update(state=State.HANDING_OVER, leased_until=until) == 1


def renew(deliveries: Sequence[Delivery], *, until: dt.datetime) -> bool:
    """Keep a lease that is about to run out. False: somebody else has taken some of them over."""
    if _ours(deliveries).filter(state=State.WAITING).update(leased_until=until) != len(deliveries):
        return False
    for delivery in deliveries:
        delivery.leased_until = until
    return True


def accepted(deliveries: Sequence[Delivery], *, now: dt.datetime) -> None:
    """The server has taken it. Recorded first, before anything else can fail; true whoever holds the lease by now.

    What has come back before this could be recorded stays so.
    """
    _rows(deliveries).exclude(state=State.DEAD, returns__gt=0).update(
        state=State.SENT, settled_at=now, trouble="", held_because="", leased_by="", leased_until=None
    )


def not_needed(deliveries: Sequence[Delivery], *, now: dt.datetime) -> None:
    """What it told of is over."""
    _settle(deliveries, state=State.NOT_NEEDED, settled_at=now)


def refused(deliveries: Sequence[Delivery], why: str, *, now: dt.datetime) -> None:
    """The server will never take it (a permanent error): no use in trying again."""
    _settle(deliveries, state=State.DEAD, settled_at=now, trouble=short(why))


def failed(
    deliveries: Sequence[Delivery],
    why: str,
    *,
    now: dt.datetime,
    chance: random.Random,
    at_most: int = TRIES,
    may_have_gone: bool = False,
) -> list[Delivery]:
    """This try of one message failed; the next comes after a longer wait with jitter. Returns those now dead.

    The deliveries of a bundle wait equally long, so that it stays one message.
    """
    tries = max(delivery.tries for delivery in deliveries) + 1
    if tries >= at_most:
        _settle(deliveries, state=State.DEAD, settled_at=now, tries=tries, trouble=short(why))
        return list(deliveries)
    known = {"may_have_gone": True} if may_have_gone else {}
    next_try_at = now + wait_before(tries, chance)
    _settle(deliveries, state=State.WAITING, tries=tries, next_try_at=next_try_at, trouble=short(why), **known)
    return []


def maybe(deliveries: Sequence[Delivery], why: str, *, now: dt.datetime) -> None:
    """The connection broke after the content had gone: nobody knows."""
    _settle(deliveries, state=State.MAYBE, settled_at=now, trouble=short(why))


def hold(*, because: str, until: dt.datetime, now: dt.datetime, channel: str = Channel.MAIL) -> int:
    """Keep back whatever of a channel is due for a try, and say why and until when."""
    due = Delivery.objects.filter(state=State.WAITING, next_try_at__lte=now, leased_until__isnull=True)
    return due.filter(channel=channel).update(held_because=because, next_try_at=until)


def keep_back(deliveries: Sequence[Delivery], *, because: str, until: dt.datetime, together: str) -> None:
    """Not tried now, because its reader is left alone until then. Alarms will leave `together`, as one message."""
    if not deliveries:
        return
    ours = _ours(deliveries).filter(state=State.WAITING)
    ours.filter(is_alarm=True, may_have_gone=False).update(bundle=together)
    ours.update(held_because=because, next_try_at=until, leased_by="", leased_until=None)


def give_back(deliveries: Sequence[Delivery]) -> None:
    """Not tried after all: somebody else may claim it at once."""
    if deliveries:
        _ours(deliveries).filter(state=State.WAITING).update(leased_by="", leased_until=None)


def came_back(deliveries: Sequence[Delivery], why: str, *, now: dt.datetime) -> None:
    """This message had gone, and came back for good. Whoever says so holds its rows."""
    _rows(deliveries).update(
        state=State.DEAD,
        settled_at=now,
        returns=F("returns") + 1,
        trouble=short(why),
        leased_by="",
        leased_until=None,
    )


def tried_again(deliveries: Sequence[Delivery], why: str, *, now: dt.datetime) -> bool:
    """This message had gone, and came back for now: it waits for another try. False: that was the last, and it is dead.

    It did not arrive, so each of a bundle goes as what it is by then.
    """
    returns = max(delivery.returns for delivery in deliveries)
    if returns >= RETURNS:
        came_back(deliveries, why, now=now)
        return False
    _rows(deliveries).update(
        state=State.WAITING,
        tries=1,
        returns=returns + 1,
        next_try_at=now + FIRST_RETURN * (1 << returns),
        settled_at=None,
        trouble=short(why),
        held_because="It came back, and goes once more.",
        bundle="",
        may_have_gone=False,
    )
    return True


def wait_before(tries: int, chance: random.Random) -> dt.timedelta:
    """How long to wait after so many failed tries: doubling, capped, between 75 % and 125 %."""
    doubled: dt.timedelta = FIRST_WAIT * (1 << min(tries - 1, 12))
    return min(doubled, LONGEST_WAIT) * chance.uniform(0.75, 1.25)


def _rows(deliveries: Sequence[Delivery]) -> QuerySet[Delivery]:
    return Delivery.objects.filter(pk__in=[delivery.pk for delivery in deliveries])


def _settle(deliveries: Sequence[Delivery], **changes: object) -> None:
    """Write an outcome and end the lease; but what a successor has made of it since stays."""
    if deliveries:
        _ours(deliveries).update(**{"leased_by": "", "leased_until": None, **changes})


def _ours(deliveries: Sequence[Delivery]) -> QuerySet[Delivery]:
    """Those of one claim that nobody has taken over meanwhile."""
    ids = [delivery.pk for delivery in deliveries]
    under_way = Delivery.objects.filter(state__in=[State.WAITING, State.HANDING_OVER])
    return under_way.filter(pk__in=ids, leased_by=deliveries[0].leased_by)


def short(why: str) -> str:
    """What a server said, in one line and printable: a server may answer anything, and PostgreSQL stores no NUL."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in why).split())[:300]
