"""Giving a promise a new time by telling the customer of it: both or neither."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from amends.directory.actor import Actor
from amends.directory.models import Contact
from amends.escalations import hearers
from amends.escalations.actions import promises, updates
from amends.escalations.errors import Refused
from amends.escalations.models import Promise


@transaction.atomic
def by_mail(
    promise: Promise,
    *,
    due_at: dt.datetime,
    reason: str,
    text: str,
    to: Sequence[Contact],
    by: Actor,
    now: dt.datetime,
    subject: str = "",
) -> Promise:
    """Mail the customer that a promise gets a new time, and move it. Answers with the new one.

    With those in `to` all hear of it who should be told.
    """
    escalation = promise.escalation
    escalation.lock()
    _can_be_moved(promise)
    to = [*to, *hearers.of(escalation, now)]
    told = updates.send(escalation, text=text, to=to, subject=subject, by=by, now=now)
    return promises.move(promise, due_at=due_at, told_by=told, reason=reason, by=by, now=now)


@transaction.atomic
def by_word(
    promise: Promise,
    *,
    due_at: dt.datetime,
    reason: str,
    channel: str,
    text: str,
    at: dt.datetime,
    by: Actor,
    now: dt.datetime,
    contact: Contact | None = None,
    minutes: int | None = None,
) -> Promise:
    """The same where they were told on the phone, in a meeting or by a mail from elsewhere, at its own time."""
    escalation = promise.escalation
    escalation.lock()
    _can_be_moved(promise)
    told = updates.log(escalation, channel=channel, text=text, at=at, contact=contact, minutes=minutes, by=by, now=now)
    return promises.move(promise, due_at=due_at, told_by=told, reason=reason, by=by, now=now)


def _can_be_moved(promise: Promise) -> None:
    if promise.kind == Promise.Kind.LOOK:
        raise Refused("Nobody outside waits for that. Say whether they need to know by now.")
    if promise.kind == Promise.Kind.ACKNOWLEDGEMENT:
        raise Refused("Any word to the customer is the acknowledgement. Send it, and promise the next time with it.")
