"""Wrong clocks: when wall and monotonic time part by more than a minute, telling stops until it is clear why."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass, field

PARTED = dt.timedelta(minutes=1)
AGREEING_FOR = dt.timedelta(minutes=2)


@dataclass(slots=True)
class Watch:
    """Compares the two clocks of one process. Both come in, so that it can be tested with any.

    `steady` is time.monotonic() in seconds; `wall` is aware. Who tells beside it asks `doubt` before each word.
    """

    wall: dt.datetime
    steady: float
    jumped_at: dt.datetime | None = None
    jump: dt.timedelta = dt.timedelta()
    doubt: threading.Event = field(default_factory=threading.Event)

    def check(self, wall: dt.datetime, steady: float, *, cleared_at: dt.datetime | None = None) -> str:
        """Say what is wrong, or nothing. Two agreeing minutes, or an administrator's word, make it right again."""
        parted = (wall - self.wall) - dt.timedelta(seconds=steady - self.steady)
        if abs(parted) > PARTED:
            self.jump = self.jump + parted if self.jumped_at else parted
            self.wall, self.steady, self.jumped_at = wall, steady, wall
        elif self.jumped_at is not None:
            agreed = dt.timedelta(seconds=steady - self.steady) >= AGREEING_FOR
            if agreed or (cleared_at is not None and cleared_at >= self.jumped_at):
                self.wall, self.steady, self.jumped_at = wall, steady, None
        else:
            self.wall, self.steady = wall, steady
        if self.jumped_at is None:
            self.doubt.clear()
            return ""
        self.doubt.set()
        minutes = round(abs(self.jump).total_seconds() / 60)
        way = "forward" if self.jump > dt.timedelta() else "back"
        return f"This host’s clock jumped {way} by {minutes} min. Nothing is told until it agrees for two minutes."
