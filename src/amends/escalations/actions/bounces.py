"""Mail of ours that came back: what it said did not arrive, and somebody hears of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from amends.directory.actor import Actor
from amends.escalations import mails
from amends.escalations.actions import corrections, deliveries
from amends.escalations.models import Escalation, Update
from amends.escalations.timeline import kinds
from amends.escalations.timeline.record import record
from amends.inbox.messages import Bounce
from amends.outbox import outcomes
from amends.outbox.models import Delivery

# A bounce without the Message-ID of what came back is about mail to that address of so many days at most.
LATELY = dt.timedelta(days=5)
_GONE = (Delivery.State.SENT, Delivery.State.MAYBE)


@transaction.atomic
def came_back(bounces: Sequence[Bounce], *, by: Actor, now: dt.datetime) -> Escalation | None:
    """Take note of each; answers with the case that the first is about, if it is about one.

    What may still arrive is tried again, the same mail under its old identity; after the last try, and where it came
    back for good, its author and handler hear. An update that reached nobody counts for nothing: what it kept is open
    again. Notices inside go the way of any that fail.
    """
    about: Escalation | None = None
    for bounce in bounces:
        delivery = _delivery(bounce, now)
        if delivery is None:
            continue
        why = outcomes.short(f"It came back: {bounce.said or bounce.status or 'their server did not say why'}")
        if not _gives_up(delivery, bounce, why, now):
            continue
        if delivery.audience == Delivery.Audience.CUSTOMER:
            found = _reached_nobody(delivery, why, by, now)
            about = about or found
        else:
            deliveries.tell_administrators(delivery, why, by=by, now=now)
    return about


def _gives_up(delivery: Delivery, bounce: Bounce, why: str, now: dt.datetime) -> bool:
    """Whether that was the last try. A server that still tries is left to it."""
    if bounce.is_for_good:
        outcomes.came_back(delivery, why, now=now)
        return True
    if bounce.still_tries:
        return False
    return outcomes.tried_again(delivery, why, now=now) is False


def _reached_nobody(delivery: Delivery, why: str, by: Actor, now: dt.datetime) -> Escalation | None:
    update = Update.objects.select_related("escalation__account").filter(pk=mails.number(delivery.identity)).first()
    if update is None:
        return None
    escalation = update.escalation
    escalation.lock()
    whom = delivery.name or delivery.address
    record(kinds.UPDATE_CAME_BACK, escalation, by=by, now=now, update=update, contact=whom, trouble=why)
    copies = Delivery.objects.filter(identity__startswith=mails.identity(update))
    if escalation.is_under_way and not update.struck_at and not copies.exclude(state=Delivery.State.DEAD).exists():
        corrections.reached_nobody(update, by=by, now=now)
    return escalation


def _delivery(bounce: Bounce, now: dt.datetime) -> Delivery | None:
    """What came back, while it counts as sent: by our Message-ID, and by the address where several got it.

    Where a relay gave it another Message-ID, it is the last mail to that address. Where their server passed it on, the
    address is one that we do not know.
    """
    mails = Delivery.objects.filter(channel="mail")
    copies = list(mails.filter(message_id=bounce.message_id)) if bounce.message_id else []
    if not copies and bounce.address:
        lately = mails.filter(state__in=_GONE, address__iexact=bounce.address, settled_at__gt=now - LATELY)
        copies = list(lately.order_by("-settled_at", "-id")[:1])
    theirs = [copy for copy in copies if copy.address.casefold() == bounce.address.casefold()]
    found = theirs or (copies if len(copies) == 1 else [])
    return next((copy for copy in found if copy.state in _GONE), None)
