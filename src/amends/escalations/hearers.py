"""Who at the customer should be told of a case, so that nobody is left off by mistake.

Those are the contact who reported it, those who reported what was merged into it, and whoever of the account must hear
of everything, as long as they are there and a mail reaches them. Who is left out of a case is told again when the day
has passed that was said then, without anybody doing anything: it is looked at whenever somebody is told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from amends.directory.models import Contact
from amends.escalations.models import Escalation, LeaveOut, Promise


def contacts(case: Escalation) -> QuerySet[Contact]:
    """Those at the account who are still there; who should be told first, and by name. See `should_hear`."""
    reported = Q(merged_into=case) | Q(pk=case.pk)
    reports = Escalation.objects.filter(reported, contact=OuterRef("pk"))
    found = case.account.contacts.filter(has_left=False).annotate(reported=Exists(reports))
    return found.order_by("-reported", "-must_hear", "name", "id")


def should_hear(contact: Contact) -> bool:
    """Whether one of those `contacts` should be told of the case."""
    return bool(contact.email) and (contact.must_hear or contact.reported)  # type: ignore[attr-defined]


def all_of(case: Escalation) -> list[Contact]:
    """All who should be told, also who is left out just now: who reported it first. One query."""
    found = contacts(case).filter(Q(reported=True) | Q(must_hear=True)).exclude(email="")
    return sorted(found, key=lambda contact: contact.pk != case.contact_id)


def left_out(case: Escalation, now: dt.datetime) -> dict[int, LeaveOut]:
    """Who is left out just now, by the numbers of the contacts. One query."""
    standing = case.leave_outs.standing(now).select_related("contact", "by").order_by("id")
    return {leave_out.contact_id: leave_out for leave_out in standing}


def of(case: Escalation, now: dt.datetime) -> list[Contact]:
    """Who is told: all who should be, but those who are left out just now. Two queries."""
    hidden = left_out(case, now)
    return [contact for contact in all_of(case) if contact.pk not in hidden]


def without_news(
    case: Escalation, promise: Promise | None, should_hear: Iterable[Contact], hidden: Container[int]
) -> list[Contact]:
    """Who is told that there is no news: first whoever has the `promise` of an update, if there is one.

    `should_hear` are `all_of` them, `hidden` the numbers of those who are `left_out`.
    """
    first = (promise.to if promise else None) or case.contact
    asked = [*([first] if first else []), *should_hear]
    return [contact for contact in dict.fromkeys(asked) if contact.pk not in hidden]
