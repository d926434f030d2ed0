"""Once an hour the clock throws away what has had its day: sessions, tallies, old traces, files never applied."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from amends.directory.imports import receiving
from amends.directory.security import sessions, tallies, traces

EVERY = dt.timedelta(hours=1)


def tidy(now: dt.datetime) -> None:
    """Throw it away. Harmless at any time, and from several clocks at once."""
    sessions.forget(now)
    tallies.forget(now)
    traces.forget(now)
    receiving.expire(now)


@dataclass(slots=True)
class Tidying:
    """Tidies when the process begins, and each hour."""

    _last_at: dt.datetime | None = None

    def look(self, now: dt.datetime) -> None:
        """See whether an hour has passed."""
        if self._last_at is None or now - self._last_at >= EVERY:
            # First, so that what fails is not tried again at every pass.
            self._last_at = now
            tidy(now)
