"""Deliveries as the outbox's tests need them: posted, with a letter that says enough."""

from __future__ import annotations

import datetime as dt
from typing import Any

from amends.outbox.letters import Act, Letter
from amends.outbox.models import Delivery
from amends.outbox.posting import Draft, post
from tests import make

HOST = "desk.fernhill.example"
LETTER = Letter("Word for you", ("Something happened.",), acts=(Act("Open it", "http://desk.fernhill.example/x"),))


def notice(
    identity: str, *, to: str = "nadia@fernhill.example", now: dt.datetime = make.THURSDAY, **changes: Any
) -> Delivery:
    """Word to somebody inside."""
    values = {"identity": identity, "address": to, "name": "Nadia Brandt", "letter": LETTER}
    post([Draft(**values | changes)], host=HOST, now=now)
    return Delivery.objects.get(identity=identity)


def alarms(count: int, *, to: str = "nadia@fernhill.example", now: dt.datetime = make.THURSDAY) -> list[Delivery]:
    """So many alarms for one person, each about something else."""
    first = Delivery.objects.count()
    return [
        notice(
            f"alarm:{number}",
            to=to,
            now=now,
            is_alarm=True,
            letter=Letter(
                f"Promise {number} is due",
                ("Tell them.",),
                acts=(Act("Send", f"http://desk.fernhill.example/{number}"),),
            ),
        )
        for number in range(first, first + count)
    ]


def mail(identity: str, *, to: str = "maria@brightwater.example", **changes: Any) -> Delivery:
    """A customer's mail."""
    return notice(identity, to=to, name="Maria Duarte", audience=Delivery.Audience.CUSTOMER, **changes)
