"""How one is reached: one's own choice. What is held for it is looked at again at once."""

from __future__ import annotations

import datetime as dt
from typing import Unpack

from django.conf import settings
from django.db import transaction

from amends.directory import preferences
from amends.directory.actor import Actor
from amends.directory.models import Member, Preference
from amends.escalations.errors import Forbidden
from amends.escalations.timeline import reaching
from amends.escalations.timeline.record import HOST
from amends.lib.errors import Refused
from amends.outbox import repairs
from amends.outbox.letters import Act, Letter
from amends.outbox.models import Channel, Delivery
from amends.outbox.posting import Draft, post
from amends.outbox.waking import wake


@transaction.atomic
def change(member: Member, *, by: Actor, now: dt.datetime, **fields: Unpack[preferences.Changes]) -> Preference:
    """Say how to reach oneself. What quiet hours hold is held, or leaves, by the new ones."""
    _own(member, by)
    preference = preferences.change(member, by=by, now=now, **fields)
    addresses = [reaching.address_of(member, channel) for channel in Channel]
    repairs.let_go(to=addresses, held_because=reaching.QUIET_HOURS, now=now)
    wake()
    return preference


@transaction.atomic
def test_chat(member: Member, *, by: Actor, now: dt.datetime) -> None:
    """Send a word to one's own chat, quiet hours or not. How it went is shown beside one's address."""
    _own(member, by)
    if not preferences.of(member).chat_url:
        raise Refused("Give a chat address first, and save it.", "chat_url")
    letter = Letter(
        subject="A word from Amends",
        paragraphs=("This is how alarms and notices will reach you here.",),
        acts=(Act("How you are reached", f"{settings.URL}/you/#reach"),),
    )
    draft = Draft(
        identity=f"test|{now.isoformat()}|member:{member.pk}|{Channel.CHAT}",
        channel=Channel.CHAT,
        address=reaching.address_of(member, Channel.CHAT),
        name=member.name,
        letter=letter,
        subject=reaching.asked_for(member),
    )
    post([draft], host=HOST, now=now)


def last_by_chat(member: Member) -> Delivery | None:
    """The newest that went, or is to go, to a member's chat."""
    address = reaching.address_of(member, Channel.CHAT)
    return Delivery.objects.filter(channel=Channel.CHAT, address=address).order_by("-posted_at", "-id").first()


def _own(member: Member, by: Actor) -> None:
    if not by.may_write:
        raise Forbidden("This token may only read. Make one that may write.")
    if by.member_id != member.pk and not by.is_system:
        raise Forbidden(f"Only {member.name} says how to reach them.")
