"""Claiming: taking deliveries for a while, so that any number of senders can share the work.

PostgreSQL skips rows that another sender holds; SQLite has one writer at a time. A lease that runs out,
because its holder died, makes the delivery claimable again, except at the door itself: a customer's mail whose
sender died while handing it over may have been sent, and only a person may repeat it.
"""

from __future__ import annotations

import datetime as dt

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from amends.outbox.models import Delivery, Pause

LEASE_FOR = dt.timedelta(minutes=2)
# More alarms than this for one person in one pass become one message.
ALARMS_APART = 5


def claim(*, by: str, now: dt.datetime, limit: int) -> list[Delivery]:
    """Take up to `limit` deliveries that are due for a try, oldest first, and further alarms of the same people.

    Returns nothing while the channel is paused.
    """
    # Asked before the write lock is taken: an idle pass writes nothing.
    if Pause.objects.filter(channel="mail").exists() or not _free(now).filter(next_try_at__lte=now).exists():
        return []
    with transaction.atomic():
        taken = list(_locked(_free(now).filter(next_try_at__lte=now).order_by("next_try_at", "id"))[:limit])
        addresses = {delivery.address for delivery in taken if delivery.is_alarm and not delivery.bundle}
        if addresses:
            ids = [delivery.pk for delivery in taken]
            more = _free(now).filter(is_alarm=True, address__in=addresses, next_try_at__lte=now).exclude(pk__in=ids)
            taken += _locked(more.order_by("next_try_at", "id"))[:1000]
        _bundle(taken)
        _lease(taken, by, now)
    return taken


def _free(now: dt.datetime) -> QuerySet[Delivery]:
    unleased = Q(leased_until__isnull=True) | Q(leased_until__lte=now)
    return Delivery.objects.filter(unleased, state=Delivery.State.WAITING, channel="mail")


def _locked(found: QuerySet[Delivery]) -> QuerySet[Delivery]:
    if connection.features.has_select_for_update_skip_locked:
        return found.select_for_update(skip_locked=True)
    return found


def _bundle(taken: list[Delivery]) -> None:
    """Name the bundle of those who would get too many alarms at once.

    The name is committed before anything is sent, so that a bundle repeated after a crash is the same bundle.
    """
    loose: dict[str, list[Delivery]] = {}
    for delivery in taken:
        if delivery.is_alarm and not delivery.bundle:
            loose.setdefault(delivery.address, []).append(delivery)
    for alarms in loose.values():
        if len(alarms) > ALARMS_APART:
            for delivery in alarms:
                delivery.bundle = f"bundle-{alarms[0].pk}"
    named = [delivery for delivery in taken if delivery.bundle]
    Delivery.objects.bulk_update(named, ["bundle"], batch_size=500)


def _lease(taken: list[Delivery], by: str, now: dt.datetime) -> None:
    until = now + LEASE_FOR
    for delivery in taken:
        delivery.leased_by, delivery.leased_until = by, until
    ids = [delivery.pk for delivery in taken]
    for start in range(0, len(ids), 500):
        Delivery.objects.filter(pk__in=ids[start : start + 500]).update(
            leased_by=by, leased_until=until, held_because=""
        )


def sort_out_the_dead(now: dt.datetime) -> list[Delivery]:
    """Name the unknown: customers' mail whose sender died at the door may have been sent.

    Returns what was named now, for somebody to be told.
    """
    dead = Delivery.objects.filter(state=Delivery.State.HANDING_OVER, leased_until__lte=now).order_by("id")
    if not dead.exists():
        return []
    with transaction.atomic():
        found = list(_locked(dead))
        Delivery.objects.filter(pk__in=[delivery.pk for delivery in found]).update(
            state=Delivery.State.MAYBE,
            settled_at=now,
            trouble="The sender stopped while it handed this mail over.",
            leased_by="",
            leased_until=None,
        )
    return found
