"""Claiming: taking deliveries for a while, so that any number of senders can share the work.

PostgreSQL skips rows that another sender holds; SQLite has one writer at a time. A lease that runs out,
because its holder died, makes the delivery claimable again, except at the door itself: a customer's mail whose
sender died while handing it over may have been sent, and only a person may repeat it.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models import Case, Count, F, Q, QuerySet, Value, When

from amends.outbox.models import Channel, Delivery, Pause

LEASE_FOR = dt.timedelta(minutes=2)
# More alarms than this for one person in one pass become one message.
ALARMS_APART = 5
# Alarms whose bundle begins so were held together and leave as one message, however few they are.
TOGETHER = "together-"
# How many alarms one claim adds to those that it set out for.
FURTHER = 1000


def claim(*, by: str, now: dt.datetime, limit: int, channel: str = Channel.MAIL) -> list[Delivery]:
    """Take up to `limit` deliveries of a channel that are due for a try, oldest first.

    Further alarms of the same people come with them. Nothing is taken while the channel is paused.
    """
    # Asked before the write lock is taken: an idle pass writes nothing.
    if not is_due(now, channel=channel):
        return []
    with transaction.atomic():
        due = _free(now).filter(channel=channel, next_try_at__lte=now).order_by("next_try_at", "id")
        taken = _whole_bundles(list(_locked(due)[:limit]), now)
        taken += _further_alarms(taken, now)
        _mark_of_the_dead(taken)
        _bundle(taken)
        _lease(taken, by, now)
    _read_letters(taken)
    return taken


def is_due(now: dt.datetime, *, channel: str) -> bool:
    """Whether anything of a channel may be tried now. Nothing of one that is paused."""
    if Pause.objects.filter(channel=channel).exists():
        return False
    return _free(now).filter(channel=channel, next_try_at__lte=now).exists()


def _free(now: dt.datetime) -> QuerySet[Delivery]:
    """Without their letters, which take longest to read: nobody else writes meanwhile."""
    unleased = Q(leased_until__isnull=True) | Q(leased_until__lte=now)
    return Delivery.objects.filter(unleased, state=Delivery.State.WAITING).defer("letter")


def _read_letters(taken: Sequence[Delivery]) -> None:
    found = Delivery.objects.filter(pk__in=[delivery.pk for delivery in taken]).order_by()
    letters = dict(found.values_list("pk", "letter"))
    for delivery in taken:
        delivery.letter = letters[delivery.pk]


def _locked(found: QuerySet[Delivery]) -> QuerySet[Delivery]:
    if connection.features.has_select_for_update_skip_locked:
        return found.select_for_update(skip_locked=True)
    return found


def _whole_bundles(taken: list[Delivery], now: dt.datetime) -> list[Delivery]:
    """With one of a bundle all of it, or none: a part under the same identity would be taken for the whole."""
    names = {delivery.bundle for delivery in taken if delivery.bundle}
    if not names:
        return taken
    of_them = {"address__in": {delivery.address for delivery in taken}, "is_alarm": True, "bundle__in": names}
    rest = _free(now).filter(**of_them).exclude(pk__in=[delivery.pk for delivery in taken])
    taken = [*taken, *_locked(rest.order_by("next_try_at", "id"))]
    waiting = Counter(Delivery.objects.filter(**of_them, state=Delivery.State.WAITING).values_list("bundle", flat=True))
    ours = Counter(delivery.bundle for delivery in taken)
    return [delivery for delivery in taken if ours[delivery.bundle] >= waiting[delivery.bundle]]


def _further_alarms(taken: Sequence[Delivery], now: dt.datetime) -> list[Delivery]:
    """Of those who are about to get an alarm and have too many for one by one: their other alarms."""
    addresses = {delivery.address for delivery in taken if delivery.is_alarm and not delivery.bundle}
    if not addresses:
        return []
    alarms = _free(now).filter(is_alarm=True, bundle="", next_try_at__lte=now)
    counted = alarms.filter(address__in=addresses).order_by().values("address").annotate(count=Count("pk"))
    many = counted.filter(count__gt=ALARMS_APART).values_list("address", flat=True)
    more = alarms.filter(address__in=list(many)).exclude(pk__in=[delivery.pk for delivery in taken])
    # All of one person rather than one of each
    return list(_locked(more.order_by("address", "next_try_at", "id"))[:FURTHER])


def end_leases_of(place: str, *, now: dt.datetime) -> int:
    """A sender is known to be dead: what it had in hand may be claimed at once. Says how much that was.

    What it may have handed over is still told as that: see `_mark_of_the_dead` and `sort_out_the_dead`.
    """
    in_hand = Delivery.objects.filter(state__in=[Delivery.State.WAITING, Delivery.State.HANDING_OVER])
    return in_hand.filter(leased_by__in=[place, f"{place} chat"], leased_until__gt=now).update(leased_until=now)


def _mark_of_the_dead(taken: Sequence[Delivery]) -> None:
    """What a sender had and never gave back may have gone. That stays so, whoever has it next."""
    inherited = [delivery for delivery in taken if delivery.leased_by and not delivery.may_have_gone]
    for delivery in inherited:
        delivery.may_have_gone = True
    if inherited:
        Delivery.objects.filter(pk__in=[delivery.pk for delivery in inherited]).update(may_have_gone=True)


def _bundle(taken: list[Delivery]) -> None:
    """Name the bundle of those who would get too many alarms at once, and of what was held together.

    The name is committed before anything is sent, so that a bundle repeated after a crash is the same bundle; what
    was held with it and comes too late is another one. What may have gone already goes again as what it was.
    """
    loose: dict[tuple[str, str], list[Delivery]] = {}
    for delivery in taken:
        is_loose = not delivery.bundle or delivery.bundle.startswith(TOGETHER)
        if delivery.is_alarm and is_loose and not delivery.may_have_gone:
            loose.setdefault((delivery.address, delivery.bundle), []).append(delivery)
    named, ids = [], []
    for (address, held), alarms in loose.items():
        if held or len(alarms) > ALARMS_APART:
            name = f"bundle-{alarms[0].pk}" if len(alarms) > 1 else ""
            for delivery in alarms:
                delivery.bundle = name
            named.append(When(address=address, bundle=held, then=Value(name)))
            ids += [delivery.pk for delivery in alarms]
    if named:
        Delivery.objects.filter(pk__in=ids).update(bundle=Case(*named, default=F("bundle")))


def _lease(taken: list[Delivery], by: str, now: dt.datetime) -> None:
    until = now + LEASE_FOR
    for delivery in taken:
        delivery.leased_by, delivery.leased_until = by, until
    ids = [delivery.pk for delivery in taken]
    for start in range(0, len(ids), 500):
        Delivery.objects.filter(pk__in=ids[start : start + 500]).update(
            leased_by=by, leased_until=until, held_because=""
        )


def at_a_dead_ones_door(now: dt.datetime) -> QuerySet[Delivery]:
    """Customers' mail that was being handed over when its sender died."""
    return Delivery.objects.filter(state=Delivery.State.HANDING_OVER, leased_until__lte=now).order_by("id")


@transaction.atomic
def sort_out_the_dead(now: dt.datetime) -> list[Delivery]:
    """Name the unknown: what its sender was handing over when it died may have been sent.

    Returns what was named now. Tell somebody in the same transaction.
    """
    found = list(_locked(at_a_dead_ones_door(now)))
    for delivery in found:
        delivery.trouble = "The sender stopped while it handed this mail over."
        delivery.state, delivery.settled_at = Delivery.State.MAYBE, now
        delivery.leased_by, delivery.leased_until = "", None
        delivery.save(update_fields=["trouble", "state", "settled_at", "leased_by", "leased_until"])
    return found
