"""Who was told of what, and whether they have seen it: notices by member, receipts by event."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import QuerySet

from amends.directory.actor import Actor
from amends.directory.models import Member
from amends.escalations import access, authority
from amends.escalations.models import Notice

# A bubble says no more than this
MOST_COUNTED = 99


@dataclass(slots=True)
class Receipt:
    """Of one event: who has seen the word of it, and who not yet."""

    seen: list[Member] = field(default_factory=list)
    unseen: list[Member] = field(default_factory=list)

    @property
    def told(self) -> int:
        return len(self.seen) + len(self.unseen)


def mine(actor: Actor) -> QuerySet[Notice]:
    """What one was told, of escalations that one still may see, in no order."""
    found = Notice.objects.filter(member=actor.member_id)
    if authority.may(actor, authority.Act.SEE_EVERY_ESCALATION):
        return found
    return found.filter(escalation__in=access.visible_to(actor).values("pk"))


def unseen_count(actor: Actor) -> int:
    """How much of it one has not seen; no more than `MOST_COUNTED` and one are counted."""
    return mine(actor).filter(seen_at__isnull=True)[: MOST_COUNTED + 1].count()


def receipts(events: Collection[int]) -> dict[int, Receipt]:
    """The receipts of these events, by their ids; none for an event that told nobody. One query."""
    found: dict[int, Receipt] = {}
    for notice in Notice.objects.filter(event__in=events).select_related("member").order_by("member__name", "id"):
        receipt = found.setdefault(notice.event_id, Receipt())
        (receipt.seen if notice.seen_at else receipt.unseen).append(notice.member)
    return found
