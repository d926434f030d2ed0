"""Updates that were mailed and did not arrive: whom they did not reach, and why.

One that reached nobody is struck; any other may yet reach them, sent once more.
"""

from __future__ import annotations

from collections import defaultdict

from amends.escalations import mails
from amends.escalations.models import Escalation
from amends.outbox.models import Delivery

# As many of one case are read, the newest.
_MOST = 50


def by_update(escalation: Escalation) -> dict[int, list[str]]:
    """A sentence for each whom it did not reach, by the number of the update. One query."""
    lost = Delivery.objects.filter(
        subject=escalation.subject, audience=Delivery.Audience.CUSTOMER, state=Delivery.State.DEAD
    )
    found: dict[int, list[str]] = defaultdict(list)
    for delivery in lost.defer("letter").order_by("-posted_at", "-id")[:_MOST]:
        if number := mails.number(delivery.identity):
            found[number].append(f"It did not reach {delivery.name or delivery.address}. {delivery.trouble}".strip())
    return found
