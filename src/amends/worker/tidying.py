"""Once an hour the clock throws away what has had its day: sessions, tallies, old traces, files never applied."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError

from amends.directory.imports import receiving
from amends.directory.security import sessions, tallies, traces

log = logging.getLogger("amends.worker")

EVERY = dt.timedelta(hours=1)
# Each harmless at any time, and from several clocks at once.
FORGETS: Mapping[str, Callable[[dt.datetime], object]] = {
    "sessions": sessions.forget,
    "tallies": tallies.forget,
    "traces": traces.forget,
    "files never applied": receiving.expire,
}


@dataclass(slots=True)
class Tidying:
    """Tidies when the process begins, and each hour. What fails keeps nothing else, and is tried again in an hour."""

    forgets: Mapping[str, Callable[[dt.datetime], object]]
    _last_at: dt.datetime | None = None

    def look(self, now: dt.datetime) -> None:
        """See whether an hour has passed."""
        if self._last_at is not None and now - self._last_at < EVERY:
            return
        self._last_at = now
        for what, forget in self.forgets.items():
            try:
                forget(now)
            except (InterfaceError, OperationalError) as error:
                log.warning("Old %s are still there: the database does not answer (%s).", what, error)
            except Exception:
                log.exception("Old %s are still there.", what)
