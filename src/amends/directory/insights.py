"""Acts on insights: what upsets and what helps a customer, kept for whoever speaks with them next."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from amends.directory import checks
from amends.directory.actor import Actor
from amends.directory.models import Account, Insight
from amends.lib.errors import Refused


@transaction.atomic
def add(account: Account, *, kind: str, text: str, by: Actor, now: dt.datetime) -> Insight:
    """Write down what one has learned of a customer. Refuses what stands there already."""
    checks.one_of(kind, Insight.Kind.values, "kind", what="a kind of insight")
    cleaned = checks.line(text, "text", at_most=500, missing="Say what one should know before speaking with them.")
    if account.insights.filter(retired_at__isnull=True, kind=kind, text__iexact=cleaned).exists():
        raise Refused("That stands there already.", "text")
    return Insight.objects.create(account=account, kind=kind, text=cleaned, by_id=by.member_id, at=now)


@transaction.atomic
def change(insight: Insight, *, kind: str = "", text: str = "", by: Actor, now: dt.datetime) -> Insight:
    """Say it better: the old words are retired, and the new ones take their place. What is not named stays."""
    retire(insight, by=by, now=now)
    return add(insight.account, kind=kind or insight.kind, text=text or insight.text, by=by, now=now)


@transaction.atomic
def retire(insight: Insight, *, by: Actor, now: dt.datetime) -> None:
    """It is no longer so: shown before no contact any more, and still to be read. Refuses what is retired."""
    if not Insight.objects.filter(pk=insight.pk, retired_at__isnull=True).update(retired_at=now):
        raise Refused("Somebody has said already that this is no longer so. Read the page anew.")
    insight.retired_at = now
