"""What a contact told us besides, on the page of a case: their own words, until they can read of it on its own page.

It was requested as an escalation of its own, of which they see nothing here but when they hear of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from amends.directory.models import Contact
from amends.escalations.models import CustomerLink, Escalation, PageWord, Promise

# Their case; where that was merged, the one that goes on
ITS_CASE = Coalesce("update__escalation__merged_into", "update__escalation")
# As many as they may tell us in some days; the others have been answered, or stand in their mailbox.
_MOST = 10


@dataclass(frozen=True, slots=True)
class AlsoTold:
    """Their words, when they wrote them, and by when they hear of it; None where nothing is owed for it."""

    words: str
    at: dt.datetime
    hears_by: dt.datetime | None


def asked(contact: Contact) -> QuerySet[PageWord]:
    """With which words they asked for something new: they stand in a case that was opened with them."""
    theirs = PageWord.objects.filter(link__contact=contact)
    return theirs.filter(update__escalation__opened_at=F("update__logged_at"))


def of(case: Escalation, contact: Contact) -> Sequence[AlsoTold]:
    """What stands of it and has no page yet, the newest first. One query."""
    its_case = OuterRef("its_case")
    links = CustomerLink.objects.filter(contact=contact, revoked_at__isnull=True)
    its_page = links.filter(Q(escalation=its_case) | Q(escalation__merged_into=its_case))
    owed = Promise.objects.open().filter(escalation=its_case).exclude(kind=Promise.Kind.LOOK).order_by("due_at", "id")
    found = asked(contact).annotate(its_case=ITS_CASE).filter(update__struck_at__isnull=True)
    under_way = Escalation.objects.filter(status__in=Escalation.UNDER_WAY).exclude(pk=case.pk)
    waiting = found.filter(~Exists(its_page), Exists(under_way.filter(pk=its_case)))
    rows = waiting.annotate(hears_by=Subquery(owed.values("due_at")[:1])).order_by("-update__logged_at", "-pk")
    values = rows.values_list("update__text", "update__logged_at", "hears_by")[:_MOST]
    return [AlsoTold(words, at, hears_by) for words, at, hears_by in values]
