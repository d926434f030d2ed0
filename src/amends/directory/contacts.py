"""Acts on contacts: the people at an account."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.db.models.functions import Lower

from amends.directory import checks
from amends.directory.actor import Actor
from amends.directory.models import Account, Contact, Member
from amends.directory.security import traces
from amends.lib.errors import Refused

ONE_OF_US = "That is one of us. Contacts are people of the customer."


class Fields(TypedDict, total=False):
    """What may be said of a contact besides their name. A blank zone is the account's.

    `available` is when one can talk with them, on their own clock: `{"monday": ["09:00-12:00"], …}`; None: unknown.
    """

    title: str
    email: str
    phone: str
    zone: str
    prefers: str
    available: Mapping[str, Sequence[str]] | None
    must_hear: bool
    has_left: bool


class Changes(Fields, total=False):
    """The same, and the name."""

    name: str


@transaction.atomic
def add(account: Account, *, name: str, by: Actor, now: dt.datetime, **fields: Unpack[Fields]) -> Contact:
    """Add a person at an account."""
    Account.objects.select_for_update().get(pk=account.pk)
    contact = Contact(account=account)
    _write(contact, {"name": name, **fields})
    traces.leave("contact.added", contact, by=by, now=now, after=traces.picture(contact, CHECKS))
    return contact


@transaction.atomic
def change(contact: Contact, *, by: Actor, now: dt.datetime, **fields: Unpack[Changes]) -> Contact:
    """Change what is known of a person; what is not named stays as it is."""
    # The account first, so that two contacts of one account never get the same address at once.
    Account.objects.select_for_update().get(pk=contact.account_id)
    contact = Contact.objects.select_for_update().get(pk=contact.pk)
    before = traces.picture(contact, CHECKS)
    _write(contact, dict(fields))
    traces.leave("contact.changed", contact, by=by, now=now, before=before, after=traces.picture(contact, CHECKS))
    return contact


def _write(contact: Contact, fields: dict[str, Any]) -> None:
    checks.no_others(fields, CHECKS)
    for field, value in fields.items():
        setattr(contact, field, CHECKS[field](value))
    check_whole(contact)
    others = Contact.objects.filter(account=contact.account_id).exclude(pk=contact.pk)
    if contact.email and (other := others.filter(email__iexact=contact.email).first()):
        raise Refused(f"{other.name} of this account has that address already.", "email")
    if "email" in fields and ours([contact.email]):
        raise Refused(ONE_OF_US, "email")
    contact.save()


def ours(addresses: Iterable[str]) -> set[str]:
    """Those of these addresses, in small letters, that are a member’s: they are no contact’s. One query.

    Who has left us may work for a customer by now.
    """
    asked = {address.lower() for address in addresses if address}
    found = Member.objects.filter(is_active=True).annotate(address=Lower("email")).filter(address__in=asked)
    return set(found.values_list("address", flat=True)) if asked else set()


def check_whole(contact: Contact) -> None:
    """Refuse what each field allows and the contact as a whole does not."""
    if contact.prefers == Contact.Channel.PHONE and not contact.phone:
        raise Refused("On which number do they want to be called?", "phone")
    if contact.must_hear and not contact.email:
        raise Refused("At which address do they get the mails? Who must hear of everything needs one.", "email")


# What each field allows, for the import too, which writes many at once.
CHECKS: dict[str, Callable[[Any], Any]] = {
    "name": lambda text: checks.line(text, "name", at_most=120, missing="What are they called?"),
    "title": lambda text: checks.line(text, "title", at_most=80),
    "email": lambda text: checks.address(text) if text.strip() else "",
    "phone": lambda text: checks.line(text, "phone", at_most=40),
    "zone": lambda name: checks.zone(name) if name else "",
    "prefers": lambda word: checks.one_of(word, Contact.Channel.values, "prefers", what="a way to reach them"),
    "must_hear": bool,
    "available": lambda hours: checks.hours(hours, "available") if hours else None,
    "has_left": bool,
}
