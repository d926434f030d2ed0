"""Sales holds back while an account is escalated: part of opening and ending, so nobody is asked for it again."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from amends.directory.actor import Actor
from amends.directory.models import Account
from amends.escalations.models import Escalation, Hold
from amends.escalations.timeline import kinds
from amends.escalations.timeline.record import record


def place(escalation: Escalation, *, by: Actor, now: dt.datetime) -> None:
    """No sales outreach to the account from now on. Part of acts that hold the row already."""
    _one_at_a_time(escalation)
    if escalation.holds.filter(lifted_at__isnull=True).exists():
        return
    Hold.objects.create(account_id=escalation.account_id, escalation=escalation, since=now)
    record(kinds.HOLD_PLACED, escalation, by=by, now=now)


@transaction.atomic
def lift(escalation: Escalation, *, by: Actor, now: dt.datetime) -> None:
    """Contact returns to the usual, unless another escalation of the account is still under way."""
    escalation.lock()
    _one_at_a_time(escalation)
    if not escalation.holds.filter(lifted_at__isnull=True).update(lifted_at=now):
        return
    others = Hold.objects.filter(account_id=escalation.account_id, lifted_at__isnull=True)
    kind = kinds.HOLD_REMAINS if others.exists() else kinds.HOLD_LIFTED
    record(kind, escalation, by=by, now=now)


def _one_at_a_time(escalation: Escalation) -> None:
    """Else two of an account that end at once would each leave it to the other to say that the hold is over."""
    Account.objects.select_for_update(no_key=True).get(pk=escalation.account_id)
