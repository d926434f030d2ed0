"""Links to the customer's page: how their address is made and read, and until when they open it.

A link stands while its case is under way, and for ninety days after it is over; it ends at once when it is revoked,
when its contact has left, and where the customer is not to know of the case. All of that is looked at whenever
somebody comes by it, so that nothing has to be written for a link to end, and a case that is reopened has its page
again (decision record 0022).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.crypto import constant_time_compare

from amends.directory.actor import Actor
from amends.escalations.models import CustomerLink, Escalation
from amends.outbox import derived
from amends.outbox.letters import Act

LASTS_AFTER = dt.timedelta(days=90)
LABEL = "Your page: plan, promises, answers"
_TOKEN = re.compile(rf"(\d{{1,12}})-([a-z2-7]{{{derived.LETTERS}}})", re.ASCII)


def token(link: CustomerLink) -> str:
    """The last part of its address: its number, and what nobody can guess."""
    return f"{link.pk}-{derived.secret(_signs(link))}"


def url(link: CustomerLink) -> str:
    """The whole address. It opens the page to whoever has it: to be given to its contact, and written nowhere."""
    return f"{settings.URL}/c/{token(link)}/"


def act(link: CustomerLink, label: str = LABEL, *, is_quiet: bool = True) -> Act:
    """The link in a letter, without its secret: that comes to it when the letter leaves."""
    return Act(label, f"{settings.URL}/c/{link.pk}-", is_secret=True, signs=_signs(link), is_quiet=is_quiet)


def read(written: str, now: dt.datetime) -> CustomerLink | None:
    """The link of that token, with all that its page asks for; None for one that is not ours, or does not stand."""
    match = _TOKEN.fullmatch(written)
    link = _read().filter(pk=int(match[1])).first() if match else None
    if match is None or link is None or not constant_time_compare(derived.secret(_signs(link)), match[2]):
        return None
    return link if standing(link, now) else None


def standing(link: CustomerLink, now: dt.datetime) -> bool:
    """Whether it opens the page just now."""
    case, contact = link.case, link.contact
    if link.revoked_at or contact.has_left or contact.account_id != case.account_id:
        return False
    return may_have(case, now)


def may_have(case: Escalation, now: dt.datetime) -> bool:
    """Whether a case has a page for its customer just now."""
    if case.is_history or not case.customer_should_know:
        return False
    ends_at = ends(case)
    return ends_at is None or now < ends_at


def ends(case: Escalation) -> dt.datetime | None:
    """When the page of a case that is over closes; None while it is under way."""
    if case.is_under_way:
        return None
    return (case.closed_at or case.opened_at) + LASTS_AFTER


def of(case: Escalation) -> QuerySet[CustomerLink]:
    """Those that were not revoked, of the case and of what was merged into it; the oldest first."""
    here = Q(escalation=case) | Q(escalation__merged_into=case)
    found = _read().filter(here, revoked_at__isnull=True, contact__has_left=False)
    return found.order_by("contact__name", "id")


def by_contact(case: Escalation, contacts: Collection[int], now: dt.datetime) -> dict[int, CustomerLink]:
    """The standing link of each of these contacts who has one, by the number of the contact. One query."""
    found = of(case).filter(contact__in=contacts) if may_have(case, now) else ()
    return {link.contact_id: link for link in found if standing(link, now)}


def of_address(address: str, now: dt.datetime) -> list[CustomerLink]:
    """The standing links of whoever has that mail address, the newest first, and only so many."""
    found = _read().filter(contact__email__iexact=address.strip(), contact__has_left=False, revoked_at__isnull=True)
    return [link for link in found.order_by("-id")[:_MOST] if standing(link, now)]


def who(link: CustomerLink) -> Actor:
    """The contact as somebody who acts: by name, and as nobody of ours."""
    return Actor(link.contact.name, is_theirs=True)


def _signs(link: CustomerLink) -> str:
    """What its secret is derived from: another link of the same number, in a database set up anew, has another."""
    return f"customer-page|{link.pk}|{link.made_at.astimezone(dt.UTC).isoformat()}"


def _read() -> QuerySet[CustomerLink]:
    return CustomerLink.objects.select_related(
        "contact",
        "made_by",
        "escalation__account__csm",
        "escalation__handler",
        "escalation__merged_into__account__csm",
        "escalation__merged_into__handler",
    )


_MOST = 5
