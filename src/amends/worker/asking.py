"""Still wanted? Asked for many notices inside at once, because a question for each takes longer than the mail."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain, islice

from amends.escalations.wanted import still_wanted
from amends.worker.accepted import CUSTOMER, Group

# An answer holds for so many seconds, and is asked for about so many deliveries.
HOLDS_FOR = 0.2
AT_ONCE = 50


@dataclass(slots=True)
class Asking:
    """The last answer, for as long as it holds. Threads share it."""

    _asked: set[int] = field(default_factory=set)
    _wanted: set[int] = field(default_factory=set)
    # By time.monotonic(), just before it was asked.
    _at: float = 0.0
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)

    def wanted(self, group: Group, comes_next: Iterable[Group]) -> set[int]:
        """The ids of those of a group that are still wanted. A customer's mail is asked about alone and now."""
        if group[0].audience == CUSTOMER:
            return still_wanted(group)
        ids = {delivery.pk for delivery in group}
        with self._one_at_a_time:
            if not ids <= self._asked or time.monotonic() - self._at > HOLDS_FOR:
                asked = [*group, *islice(chain.from_iterable(comes_next), AT_ONCE)]
                at = time.monotonic()
                try:
                    self._wanted = still_wanted(asked)
                except (KeyError, ValueError):  # one of them makes no sense, and fails alone
                    return still_wanted(group)
                self._asked, self._at = {delivery.pk for delivery in asked}, at
            return ids & self._wanted
