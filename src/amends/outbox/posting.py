"""Posting: writing what must leave, inside the transaction that causes it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from amends.outbox import bulk
from amends.outbox.letters import Letter
from amends.outbox.models import Channel, Delivery
from amends.outbox.waking import wake


@dataclass(frozen=True, slots=True)
class Draft:
    """A delivery about to be posted. `identity` makes it unrepeatable; see `Delivery`."""

    identity: str
    address: str
    name: str
    letter: Letter
    channel: str = Channel.MAIL
    audience: str = Delivery.Audience.INSIDE
    subject: str = ""
    wanted_while: str = ""
    is_alarm: bool = False
    # The same for every copy of one message, so that the copies of a customer's mail form one thread.
    message_id: str = ""
    # How long it stays here before the first try, and what the outbox says of it meanwhile.
    rests: dt.timedelta = dt.timedelta()
    held_because: str = ""
    # Alarms of one person that leave as one message when they have rested: see `claims.TOGETHER`.
    bundle: str = ""


def message_id(identity: str, host: str) -> str:
    """A Message-ID that is the same whenever and wherever this message is sent."""
    digest = hashlib.sha256(identity.encode()).hexdigest()[:32]
    return f"<{digest}@{host}>"


def post(drafts: Iterable[Draft], *, host: str, now: dt.datetime) -> None:
    """Write deliveries in one statement, or a few of many. What has been posted before stays as it is.

    Call it inside the transaction of the change that causes them: if that fails, nothing leaves.
    """
    bulk.insert(
        [
            Delivery(
                identity=draft.identity,
                audience=draft.audience,
                channel=draft.channel,
                address=draft.address,
                name=draft.name,
                subject=draft.subject,
                wanted_while=draft.wanted_while,
                is_alarm=draft.is_alarm,
                letter=draft.letter.as_json(),
                message_id=draft.message_id or message_id(draft.identity, host),
                posted_at=now,
                next_try_at=now + draft.rests,
                held_because=draft.held_because,
                bundle=draft.bundle,
            )
            for draft in drafts
        ],
        where_there="ON CONFLICT DO NOTHING",
    )
    wake()
