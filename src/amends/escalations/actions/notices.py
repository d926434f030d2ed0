"""Receipts: that a member has seen what they were told. They change nothing of an escalation, so nothing is locked."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from amends.directory.actor import Actor
from amends.escalations.models import Escalation, Notice


def see(escalation: Escalation, *, by: Actor, now: dt.datetime) -> int:
    """The member has the case before them: what they were told of it is seen. Says how much that was.

    One statement, and none that writes where all was seen already: it is asked whenever the page is opened.
    """
    return _seen(Notice.objects.filter(escalation=escalation, member=by.member_id), now)


def see_all(*, by: Actor, now: dt.datetime) -> int:
    """The member has read through all that they were told."""
    return _seen(Notice.objects.filter(member=by.member_id), now)


def _seen(found: QuerySet[Notice], now: dt.datetime) -> int:
    unseen = found.filter(seen_at__isnull=True)
    return unseen.update(seen_at=now) if unseen.exists() else 0
