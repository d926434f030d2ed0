"""Acts on purchases: what a customer has bought from us."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.db import transaction

from amends.directory import checks
from amends.directory.actor import Actor
from amends.directory.models import Account, Purchase
from amends.directory.security import traces
from amends.lib.errors import Refused

EARLIEST = dt.date(1800, 1, 1)


class Fields(TypedDict, total=False):
    """What may be said of a purchase."""

    what: str
    amount: Decimal | None
    currency: str
    on: dt.date


@transaction.atomic
def add(
    account: Account,
    *,
    what: str,
    on: dt.date,
    amount: Decimal | None = None,
    currency: str = "",
    by: Actor,
    now: dt.datetime,
) -> Purchase:
    """Write down what they bought, and on which day; without a currency it is the account's."""
    purchase = Purchase(account=account)
    _write(purchase, {"what": what, "on": on, "amount": amount, "currency": currency}, now)
    traces.leave("purchase.added", purchase, by=by, now=now, after=traces.picture(purchase, CHECKS))
    return purchase


@transaction.atomic
def change(purchase: Purchase, *, by: Actor, now: dt.datetime, **fields: Unpack[Fields]) -> Purchase:
    """Correct a purchase; what is not named stays as it is."""
    purchase = Purchase.objects.select_for_update(of=("self",)).select_related("account").get(pk=purchase.pk)
    before = traces.picture(purchase, CHECKS)
    _write(purchase, dict(fields), now)
    traces.leave("purchase.changed", purchase, by=by, now=now, before=before, after=traces.picture(purchase, CHECKS))
    return purchase


@transaction.atomic
def remove(purchase: Purchase, *, by: Actor, now: dt.datetime) -> None:
    """It was written down by mistake."""
    traces.leave("purchase.removed", purchase, by=by, now=now, before=traces.picture(purchase, CHECKS))
    purchase.delete()


def _write(purchase: Purchase, fields: dict[str, Any], now: dt.datetime) -> None:
    checks.no_others(fields, CHECKS)
    for field, value in fields.items():
        setattr(purchase, field, CHECKS[field](value or purchase.account.currency if field == "currency" else value))
    # Somewhere on earth it is tomorrow already.
    if not EARLIEST <= purchase.on <= now.date() + dt.timedelta(days=1):
        raise Refused("A purchase was made by today. Look at the date again.", "on")
    purchase.save()


CHECKS: dict[str, Callable[[Any], Any]] = {
    "what": lambda text: checks.line(text, "what", at_most=160, missing="What did they buy?"),
    "amount": lambda value: checks.amount(value, "amount"),
    "currency": checks.currency,
    "on": lambda on: on,
}
