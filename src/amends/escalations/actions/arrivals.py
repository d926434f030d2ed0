"""What is sent twice is done once: pressed twice, or sent again because no answer came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.db import transaction

from amends.directory.actor import Actor
from amends.escalations.models import Arrival

# As long as a browser keeps a draft
KEPT_FOR = dt.timedelta(days=7)


@transaction.atomic
def once(key: str, act: Callable[[], int], *, by: Actor, now: dt.datetime) -> int:
    """The number of what `act` makes; where the key has come before, of what it made then.

    Who comes second waits until the first is done. What was refused did not arrive, and may come again.
    """
    arrival, is_first = Arrival.objects.get_or_create(key=key, defaults={"at": now})
    if is_first:
        Arrival.objects.filter(at__lt=now - KEPT_FOR).delete()
        arrival.made = act()
        arrival.save(update_fields=["made"])
    return arrival.made
