"""Invented time: two hours of the organisation's life in each minute of ours, in every process that is told so.

What that does to the product, and what a soak therefore cannot show:

- A lease of two minutes is a second here. A sender that this machine keeps waiting for longer loses what it has
  claimed, and an inside notice may come twice under one Message-ID; a customer's mail is then *may have been sent*
  although its sender lives. So the mail server is never slower than half a second for a message.
- Whoever looks every half second looks once in an invented minute, so an alarm may be a minute or two late, and the
  red banner, which waits for ninety seconds without a beat, is of no use. Nothing here looks at it.
- A pass of ten seconds is a twelfth of a second: passes are short and many.

Afterwards time goes on at its own pace, for what is to be judged by it.
"""

from __future__ import annotations

import datetime as dt
import os
import time
from dataclasses import dataclass, field
from pathlib import Path

FAST = Path(__file__).parent / "fast"
# Two hours a minute.
PACE = 120.0


@dataclass(frozen=True)
class InventedTime:
    """Time that began to run at `at`, `pace` times as fast as ours."""

    at: dt.datetime
    pace: float = PACE
    began: float = field(default_factory=time.monotonic)

    def now(self) -> dt.datetime:
        """The moment that it is in the organisation."""
        return self.at + dt.timedelta(seconds=(time.monotonic() - self.began) * self.pace)

    def goes_on_at(self, pace: float) -> InventedTime:
        """The same time, from now on at another pace."""
        return InventedTime(self.now(), pace)

    def environment(self) -> dict[str, str]:
        """What a process needs to live in it. time.monotonic() is the same in every process of a machine."""
        return {
            "SOAK_BEGAN": repr(self.began),
            "SOAK_AT": repr(self.at.timestamp()),
            "SOAK_PACE": repr(self.pace),
            "PYTHONPATH": os.pathsep.join(filter(None, [str(FAST), os.environ.get("PYTHONPATH", "")])),
        }
