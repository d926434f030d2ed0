"""Mail of ours that came back: what it said did not arrive, and somebody hears of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import QuerySet

from amends.directory.actor import Actor
from amends.escalations.actions import deliveries, losses
from amends.escalations.models import Escalation
from amends.escalations.timeline import kinds
from amends.escalations.timeline.record import HOST
from amends.inbox.messages import Bounce
from amends.outbox import outcomes
from amends.outbox.models import Channel, Delivery
from amends.outbox.posting import message_id

State = Delivery.State

# A bounce without the Message-ID of what came back is about mail to that address of so many days at most.
LATELY = dt.timedelta(days=5)
_GONE = (State.SENT, State.MAYBE)


@transaction.atomic
def came_back(bounces: Sequence[Bounce], *, by: Actor, now: dt.datetime) -> Escalation | None:
    """Take note of each; answers with the case that the first is about, if it is about one.

    What may still arrive is tried again, the same mail under its old identity; after the last try, and where it came
    back for good, its author and handler hear. An update that reached nobody counts for nothing: what it kept is open
    again. Notices inside go the way of any that fail. What has been noted before is not noted again.
    """
    about: Escalation | None = None
    meant = [(bounce, _message(bounce, now)) for bounce in bounces]
    deliveries.hold_cases(delivery for _, message in meant for delivery in message)
    for bounce, found in meant:
        message = _still_gone(found, bounce)
        why = outcomes.short(f"It came back: {bounce.said or bounce.status or 'their server did not say why'}")
        if not message or not _gives_up(message, bounce, why, now):
            continue
        if message[0].audience == Delivery.Audience.CUSTOMER:
            case = losses.tell(message[0], kinds.UPDATE_CAME_BACK, why, by=by, now=now)
            about = about or case
        else:
            deliveries.tell_administrators(message[0], why, by=by, now=now)
    return about


def _gives_up(message: Sequence[Delivery], bounce: Bounce, why: str, now: dt.datetime) -> bool:
    """Whether that was the last try. A server that still tries is left to it."""
    if bounce.is_for_good:
        outcomes.came_back(message, why, now=now)
        return True
    if bounce.still_tries:
        return False
    return outcomes.tried_again(message, why, now=now) is False


def _still_gone(message: Iterable[Delivery], bounce: Bounce) -> list[Delivery]:
    """What of it counts as gone still, held: another bounce may have told of it, or somebody has sent it again."""
    ids = [delivery.pk for delivery in message]
    return list(Delivery.objects.select_for_update().filter(pk__in=ids, state__in=_gone(bounce)).order_by("id"))


def _gone(bounce: Bounce) -> tuple[str, ...]:
    """How deliveries stand that can come back.

    What its sender had in hand when it died had gone after all, where a server says that it takes none of it.
    """
    return (*_GONE, State.HANDING_OVER) if bounce.is_for_good else _GONE


def _message(bounce: Bounce, now: dt.datetime) -> list[Delivery]:
    """What came back, while it counts as gone: by our Message-ID, and by the address where several got it.

    Where a relay gave it another Message-ID, it is the last mail to that address. Where their server passed it on, the
    address is one that we do not know. Of a bundle it is all.
    """
    sent = Delivery.objects.filter(channel=Channel.MAIL)
    lately = sent.filter(state__in=_GONE, settled_at__gt=now - LATELY)
    copies = list(sent.filter(message_id=bounce.message_id)) if bounce.message_id else []
    if not copies and (bundle := _bundle(bounce, lately)):
        return list(lately.filter(bundle=bundle))
    if not copies and bounce.address:
        copies = list(lately.filter(address__iexact=bounce.address).order_by("-settled_at", "-id")[:1])
    theirs = [copy for copy in copies if copy.address.casefold() == bounce.address.casefold()]
    found = theirs or (copies if len(copies) == 1 else [])
    one = next((copy for copy in found if copy.state in _gone(bounce)), None)
    if one and one.bundle:
        return list(lately.filter(bundle=one.bundle))
    return [one] if one else []


def _bundle(bounce: Bounce, lately: QuerySet[Delivery]) -> str:
    """The bundle that left under this Message-ID, which no row holds; blank where it is none's."""
    if not bounce.message_id.endswith(f"@{HOST}>"):
        return ""
    names = lately.filter(is_alarm=True).exclude(bundle="").order_by().values_list("bundle", flat=True).distinct()
    return next((name for name in names if message_id(name, HOST) == bounce.message_id), "")
