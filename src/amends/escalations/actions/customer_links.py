"""Giving a contact a link to their page, and taking it from them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.db import transaction

from amends.directory.actor import Actor
from amends.directory.models import Contact
from amends.escalations import customer_links, mails
from amends.escalations.actions import inside
from amends.escalations.authority import Act, check
from amends.escalations.errors import Refused
from amends.escalations.models import CustomerLink, Escalation
from amends.escalations.standing import is_somebodys, may_hear
from amends.escalations.timeline import kinds
from amends.escalations.timeline.record import HOST, record
from amends.outbox.models import Delivery
from amends.outbox.posting import Draft, post


@transaction.atomic
def give(escalation: Escalation, *, contact: Contact, by: Actor, now: dt.datetime, mail: bool = False) -> CustomerLink:
    """A link of their own. One that they have already is revoked by it: a new one is also how a link is renewed.

    It stands at the foot of every mail to them from now on; with `mail` it is sent to them at once.
    """
    escalation.lock()
    check(by, Act.TELL, escalation)
    _may_have_a_page(escalation, now)
    may_hear(contact, escalation.account, "contact")
    if mail and not contact.email:
        raise Refused(f"{contact} has no mail address. Add it, or give them the link yourself.", field="contact")

    for old in customer_links.of(escalation).filter(contact=contact):
        _revoke(old, now)
    link = CustomerLink.objects.create(escalation=escalation, contact=contact, made_at=now, made_by_id=by.member_id)
    if mail:
        post([_invitation(link, by=by, now=now, once="given")], host=HOST, now=now)
    record(kinds.CUSTOMER_LINK_GIVEN, escalation, by=by, now=now, contact=contact.name)
    return link


@transaction.atomic
def revoke(link: CustomerLink, *, by: Actor, now: dt.datetime) -> None:
    """It opens nothing from now on, wherever it stands."""
    case = link.case
    case.lock()
    check(by, Act.TELL, case)
    link.refresh_from_db(fields=["revoked_at"])
    if link.revoked_at:
        return
    _revoke(link, now)
    record(kinds.CUSTOMER_LINK_REVOKED, case, by=by, now=now, contact=link.contact.name)


@transaction.atomic
def opened(link: CustomerLink, *, by: Actor, now: dt.datetime) -> None:
    """Somebody looks at the page by it. Written once an hour, and told the first time."""
    if link.was_opened_this_hour(now):
        return
    is_first = link.first_opened_at is None
    if is_first:
        case = link.case
        case.lock()
        link.refresh_from_db(fields=["first_opened_at"])
        is_first = link.first_opened_at is None
    link.first_opened_at = link.first_opened_at or now
    link.last_opened_at = now.replace(minute=0, second=0, microsecond=0)
    link.save(update_fields=["first_opened_at", "last_opened_at"])
    if is_first:
        record(kinds.CUSTOMER_LINK_OPENED, case, by=by, now=now)


@transaction.atomic
def send_again(link: CustomerLink, *, by: Actor, now: dt.datetime) -> None:
    """They have lost it, and asked on the page that everybody gets who comes by a link that opens nothing.

    The link that they have goes to them again, once an hour at most: were it replaced, anybody who knows their
    address could take it from them.
    """
    case = link.case
    case.lock()
    draft = _invitation(link, by=by, now=now, once=f"asked {now:%Y-%m-%dT%H}")
    if Delivery.objects.filter(identity=draft.identity).exists():
        return
    post([draft], host=HOST, now=now)
    record(kinds.CUSTOMER_LINK_ASKED, case, by=by, now=now)


def _invitation(link: CustomerLink, *, by: Actor, now: dt.datetime, once: str) -> Draft:
    """The mail. What it is called nobody types, so a name that holds what is said inside alone is left out of it."""
    draft = mails.invitation(link, by=by, now=now, once=once)
    if not inside.is_kept_from(link.case, draft.letter.subject):
        return draft
    return replace(draft, letter=replace(draft.letter, subject=f"Your page ({link.case.key})"))


def _may_have_a_page(escalation: Escalation, now: dt.datetime) -> None:
    is_somebodys(escalation)
    if not escalation.customer_should_know:
        raise Refused("The customer is not to be told of this. Say first that they may know.")
    if escalation.merged_into_id:
        raise Refused(f"This goes on as {escalation.merged_key}. Give the link there.")
    if not customer_links.may_have(escalation, now):
        raise Refused("This has been over for so long that its page is closed. Reopen it before you give a link.")


def _revoke(link: CustomerLink, now: dt.datetime) -> None:
    link.revoked_at = now
    link.save(update_fields=["revoked_at"])
