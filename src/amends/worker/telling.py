"""Notices to the accounts of a cause, beside the clock: each account a transaction of its own; then ours read of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress

from django.db import connection

from amends.escalations.actions import cause_notices
from amends.escalations.models import CauseNotice
from amends.lib import wall
from amends.worker.beside import Beside

# On SQLite whoever waits to write looks again every tenth of a second at most. Without a gap between the accounts, in
# which the lock is free for a third of the time, the sender got none before all were told.
_LETS_OTHERS_WRITE = 0.02


def telling(place: str, stop: threading.Event, doubt: threading.Event) -> Beside:
    """Tells the accounts of a notice when one waits, and writes the letters that ours have not had of one that is over.

    It lets go when the process is asked to `stop`, and while the host's clock is in `doubt`.
    """
    here = f"{place} notices"

    def lets_go() -> bool:
        return stop.is_set() or doubt.is_set()

    def work() -> None:
        while not lets_go() and (notice := cause_notices.claim(here, now=wall.now())):
            _tell(notice, here, lets_go)
        while not lets_go() and cause_notices.write_letters(now=wall.now()):
            pass

    return Beside("notices", cause_notices.is_waiting, work, stop)


def _tell(notice: CauseNotice, place: str, lets_go: Callable[[], bool]) -> None:
    with suppress(cause_notices.Lost):
        while not lets_go():
            if not cause_notices.tell_next(notice, place=place, now=wall.now()):
                return
            if connection.vendor == "sqlite":
                time.sleep(_LETS_OTHERS_WRITE)
    cause_notices.let_go(notice, place=place)
