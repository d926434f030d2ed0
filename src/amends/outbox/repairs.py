"""What a person may do about a delivery. The acts that check who asks stand with the escalations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db.models import Q

from amends.lib.errors import Refused
from amends.outbox.models import Channel, Delivery, Pause

State = Delivery.State


def try_again(delivery: Delivery, *, now: dt.datetime, address: str = "") -> None:
    """Send a dead delivery, or one that may have been sent, once more under its old identity.

    To `address`, where its reader has another one by now.
    """
    changed = Delivery.objects.filter(pk=delivery.pk, state__in=[State.DEAD, State.MAYBE]).update(
        state=State.WAITING,
        next_try_at=now,
        tries=0,
        returns=0,
        settled_at=None,
        held_because="",
        bundle="",
        address=address or delivery.address,
    )
    if not changed:
        raise Refused("Only a delivery that failed, or may have been sent, can be sent again.")


def mark_sent(delivery: Delivery, *, now: dt.datetime) -> None:
    """Somebody has made sure that it arrived."""
    changed = Delivery.objects.filter(pk=delivery.pk, state=State.MAYBE).update(state=State.SENT, settled_at=now)
    if not changed:
        raise Refused("Only a delivery that may have been sent can be marked as sent.")


def take_back(identity: str, *, now: dt.datetime) -> None:
    """Keep what was posted under identities that begin so from leaving: all of it, or none.

    Call it inside a transaction. A sender that has taken any of it already has won, and it is refused; one that
    comes later finds it no longer needed.
    """
    posted = Delivery.objects.filter(identity__startswith=identity)
    unleased = Q(leased_until__isnull=True) | Q(leased_until__lte=now)
    # Only rows that no sender holds are waited for: it may itself be waiting for the escalation.
    still_here = list(posted.filter(unleased, state=State.WAITING).select_for_update().order_by("id"))
    if not still_here or len(still_here) < posted.count():
        raise Refused("It is on its way already. What was wrong in it can only be put right by writing again.")
    ids = [delivery.pk for delivery in still_here]
    Delivery.objects.filter(pk__in=ids).update(state=State.NOT_NEEDED, settled_at=now, held_because="", trouble="")


def pause(*, because: str, by_name: str, now: dt.datetime, channel: str = Channel.MAIL) -> None:
    """Stop all that goes out by a channel for now. It waits; nothing is lost."""
    if channel not in list(Channel):
        raise Refused("Mail and chat can be paused.", field="channel")
    if not because.strip():
        raise Refused(f"Say why {channel} is paused: the others will ask.", field="because")
    Pause.objects.update_or_create(
        channel=channel, defaults={"because": because.strip(), "by_name": by_name, "since": now}
    )


def resume(*, channel: str = Channel.MAIL) -> None:
    """Let it go again."""
    Pause.objects.filter(channel=channel).delete()


def let_go(*, to: Collection[str], held_because: str, now: dt.datetime) -> None:
    """What is held for a reason that begins so, for these addresses, is tried now: the reason may have changed."""
    held = Delivery.objects.filter(state=State.WAITING, address__in=to, held_because__startswith=held_because)
    held.update(held_because="", next_try_at=now)
