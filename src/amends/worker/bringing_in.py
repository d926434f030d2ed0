"""Imports, beside the clock: in a thread that lives as long as there is one, so that no alarm waits behind a file."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from dataclasses import dataclass, field

from django.db import connection

from amends.directory.imports import working
from amends.lib import wall

log = logging.getLogger("amends.worker")

# How long a clock that is asked to stop waits for the portion in hand. What is cut off is not written, and not lost.
PATIENCE = 5.0


@dataclass(slots=True)
class BringingIn:
    """Begins to work on a file when one waits, and lets go of it when the process is asked to stop."""

    place: str
    stop: threading.Event
    _thread: threading.Thread | None = field(default=None)

    def look(self, now: dt.datetime) -> None:
        """See whether a file waits that nobody is at, and begin. Returns at once."""
        if (self._thread and self._thread.is_alive()) or not working.is_waiting(now):
            return
        self._thread = threading.Thread(target=self._work, name="imports", daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """Wait for the portion in hand."""
        if self._thread:
            self._thread.join(PATIENCE)

    def _work(self) -> None:
        try:
            working.Worker(f"{self.place} imports", wall.now, self.stop.is_set).work()
        except Exception:
            log.exception("An import was interrupted; it goes on when its lease has run out.")
            # The next look would find the same trouble at once.
            self.stop.wait(1)
        finally:
            connection.close()
