"""What the server has taken and nobody has written down yet: to be recorded before anything else can fail."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from amends.outbox import outcomes
from amends.outbox.models import Delivery

# The deliveries that go as one message.
Group = list[Delivery]
CUSTOMER = Delivery.Audience.CUSTOMER


@dataclass(slots=True)
class Accepted:
    """Groups that the server has said yes to; those that could not be written down wait here for the next time.

    Threads add to it and record from it. `writing` is held while one of them writes: SQLite has one writer at a time,
    and whoever waits for it there sleeps longer than need be.
    """

    wall: Callable[[], dt.datetime]
    writing: threading.Lock = field(default_factory=threading.Lock)
    _groups: list[Group] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self._groups)

    def add(self, group: Group) -> None:
        """The server has said yes. A customer's mail is written down here and now, alone."""
        self._groups.append(group)
        if group[0].audience == CUSTOMER:
            with self.writing:
                if group in self._groups:  # nobody was quicker
                    self._record([group])

    def record(self) -> None:
        """Write down all there is: each customer's mail alone and first, all notices inside in one commit."""
        with self.writing:
            groups = list(self._groups)
            for group in groups:
                if group[0].audience == CUSTOMER:
                    self._record([group])
            self._record([group for group in groups if group[0].audience != CUSTOMER])

    def _record(self, groups: list[Group]) -> None:
        if groups:
            outcomes.accepted([delivery for group in groups for delivery in group], now=self.wall())
            for group in groups:  # in place: others add to it meanwhile
                self._groups.remove(group)
