"""How many messages may go now, where somebody limits them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

MINUTE = dt.timedelta(minutes=1)


@dataclass(slots=True)
class Pace:
    """So many a minute at most; 0 is no limit."""

    per_minute: int
    _sent_at: list[dt.datetime] = field(default_factory=list)

    def sent(self, now: dt.datetime) -> None:
        if self.per_minute:
            self._sent_at.append(now)

    def room(self, now: dt.datetime) -> int | None:
        """How many may go now; None where nobody limits them."""
        if not self.per_minute:
            return None
        self._sent_at = [at for at in self._sent_at if now - at < MINUTE]
        return max(self.per_minute - len(self._sent_at), 0)

    def again_at(self, now: dt.datetime) -> dt.datetime:
        """When there is room again, of which there is none now."""
        return max(self._sent_at[0], now - MINUTE) + MINUTE
