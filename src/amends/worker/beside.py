"""Work beside the clock or the sender: in a thread as long as there is some, so that nothing else waits for it."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import connection

log = logging.getLogger("amends.worker")

# How long a process that is asked to stop waits for the portion in hand. What is cut off is begun anew, and not lost.
PATIENCE = 5.0


@dataclass(slots=True)
class Beside:
    """Begins to work when something waits, and ends when nothing does; `work` lets go when the process is to stop."""

    name: str
    is_waiting: Callable[[dt.datetime], bool]
    work: Callable[[], object]
    stop: threading.Event
    _thread: threading.Thread | None = field(default=None)

    def look(self, now: dt.datetime) -> None:
        """See whether something waits that nobody is at, and begin. Returns at once."""
        if (self._thread and self._thread.is_alive()) or not self.is_waiting(now):
            return
        self._thread = threading.Thread(target=self._work, name=self.name, daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """Wait for the portion in hand."""
        if self._thread:
            self._thread.join(PATIENCE)

    def _work(self) -> None:
        try:
            self.work()
        except Exception:
            log.exception("The %s were interrupted; they go on when the lease has run out.", self.name)
            # The next look would find the same trouble at once.
            self.stop.wait(1)
        finally:
            connection.close()
