"""Telling the customer in one line, for tests of what becomes of it afterwards."""

from __future__ import annotations

import datetime as dt
from typing import Any

from amends.escalations.actions import updates
from amends.escalations.models import Escalation, Promise, Update
from tests import make
from tests.escalations.reading import HOUR

NOW = make.THURSDAY


def sent(escalation: Escalation, *, now: dt.datetime = NOW + HOUR, **changes: Any) -> Update:
    """A mail of its handler to its contact."""
    words = {"text": "We found it.", "to": [escalation.contact], "by": escalation.handler.as_actor(), "now": now}
    return updates.send(escalation, **words | changes)


def called(
    escalation: Escalation, *, at: dt.datetime = NOW + HOUR, now: dt.datetime = NOW + 2 * HOUR, **changes: Any
) -> Update:
    """A call of its handler with its contact, written down later."""
    words = {"channel": "call", "text": "We spoke.", "at": at, "by": escalation.handler.as_actor(), "now": now}
    return updates.log(escalation, **words | changes)


def stands(promise: Promise) -> tuple[str, int | None, dt.datetime | None]:
    """How a promise stands now: its status, by which update, since when."""
    promise.refresh_from_db()
    return promise.status, promise.kept_by_id, promise.settled_at
