"""Acts on accounts: what a customer is worth, how it stands, who looks after it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.db import transaction

from amends.directory import checks
from amends.directory.actor import Actor
from amends.directory.models import Account, Member, Organisation, Seat
from amends.directory.security import traces
from amends.lib.errors import Refused


class Fields(TypedDict, total=False):
    """What may be said of an account besides its name."""

    external_key: str | None
    spend: Decimal | None
    potential: Decimal | None
    currency: str
    customer_since: dt.date | None
    renewal_on: dt.date | None
    is_strategic: bool
    is_advocate: bool
    presence: int | None
    health: int | None
    industry: str
    region: str
    zone: str
    mail_domains: Sequence[str]
    csm: Member | None


class Changes(Fields, total=False):
    """The same, and the name."""

    name: str


@transaction.atomic
def add(*, name: str, by: Actor, now: dt.datetime, **fields: Unpack[Fields]) -> Account:
    """Add a customer. Refuses a second account of the same name, however it is capitalised."""
    account = Account()
    _write(account, {"name": name, **fields})
    traces.leave("account.added", account, by=by, now=now, after=traces.picture(account, CHECKS))
    return account


def found_or_added(names: Collection[str], *, by: Actor, now: dt.datetime) -> dict[str, int]:
    """The numbers of the accounts of these names; whoever is no customer yet is added, all with one trace.

    Nothing is locked where all are there. The names are lines that have been checked.
    """
    found = Account.objects.filter(name__in=names)
    ids = dict(found.values_list("name", "pk"))
    if missing := sorted({*names} - ids.keys()):
        organisation = Organisation.current()
        rows = [Account(name=name, zone=organisation.zone) for name in missing]
        with transaction.atomic():
            Account.objects.bulk_create(rows, ignore_conflicts=True)
            traces.leave("account.several_added", organisation, by=by, now=now, after={"accounts": missing})
        ids = dict(found.all().values_list("name", "pk"))
    return ids


@transaction.atomic
def change(account: Account, *, by: Actor, now: dt.datetime, **fields: Unpack[Changes]) -> Account:
    """Change what is known of a customer; what is not named stays as it is."""
    account = Account.objects.select_for_update().get(pk=account.pk)
    before = traces.picture(account, CHECKS)
    _write(account, dict(fields))
    traces.leave("account.changed", account, by=by, now=now, before=before, after=traces.picture(account, CHECKS))
    return account


@transaction.atomic
def seat(account: Account, *, member: Member, part: str, by: Actor, now: dt.datetime) -> Seat:
    """Give a member a part in the account team. What they have already stays as it is."""
    checks.one_of(part, Seat.Part.values, "part", what="a part in an account team")
    if not member.is_active:
        raise Refused(f"{member.name} is no longer here.", "member")
    seat, is_new = Seat.objects.get_or_create(account=account, member=member, part=part)
    if is_new:
        traces.leave("account.seat_given", account, by=by, now=now, after={"member": member.name, "part": part})
    return seat


@transaction.atomic
def unseat(seat: Seat, *, by: Actor, now: dt.datetime) -> None:
    """Take a member's part in an account team away."""
    gone = {"member": seat.member.name, "part": seat.part}
    seat.delete()
    traces.leave("account.seat_taken", seat.account, by=by, now=now, before=gone)


def _write(account: Account, fields: dict[str, Any]) -> None:
    checks.no_others(fields, CHECKS)
    for field, value in fields.items():
        setattr(account, field, CHECKS[field](value))
    check_whole(account)
    taken = f"There is an account called {account.name} already."
    if "name" in fields and Account.objects.filter(name__iexact=account.name).exclude(pk=account.pk).exists():
        raise Refused(taken, "name")
    others = Account.objects.exclude(pk=account.pk)
    if account.external_key and (other := others.filter(external_key=account.external_key).first()):
        raise Refused(f"{other.name} has that key already.", "external_key")
    with checks.unique(taken, "name"):
        account.save()


def check_whole(account: Account) -> None:
    """Refuse what each field allows and the account as a whole does not."""
    if account.customer_since and account.renewal_on and account.renewal_on < account.customer_since:
        raise Refused("The renewal lies before they became a customer.", "renewal_on")


def _csm(member: Member | None) -> Member | None:
    if member is not None and not member.is_active:
        raise Refused(f"{member.name} is no longer here. Choose somebody who is.", "csm")
    return member


# What each field allows, for the import too, which writes many at once.
CHECKS: dict[str, Callable[[Any], Any]] = {
    "name": lambda text: checks.line(text, "name", at_most=160, missing="What is the customer called?"),
    "external_key": lambda key: checks.line(key or "", "external_key", at_most=80) or None,
    "spend": lambda value: checks.amount(value, "spend"),
    "potential": lambda value: checks.amount(value, "potential"),
    "currency": checks.currency,
    "customer_since": lambda on: on,
    "renewal_on": lambda on: on,
    "is_strategic": bool,
    "is_advocate": bool,
    "presence": lambda value: checks.within(value, "presence", most=10, what="Presence"),
    "health": lambda value: checks.within(value, "health", most=100, what="Health"),
    "industry": lambda text: checks.line(text, "industry", at_most=80),
    "region": lambda text: checks.line(text, "region", at_most=12),
    "zone": checks.zone,
    "mail_domains": checks.domains,
    "csm": _csm,
}
