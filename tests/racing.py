"""Acts that happen at the same time, in real threads, each on a connection of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

_ANYBODY_WAITS = (
    "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"
)


@contextmanager
def meanwhile(work: Callable[[], object]) -> Iterator[Callable[[], bool]]:
    """Have work done by another while the block runs; at its end they are waited for, and what they raised is raised.

    The block says when they begin. It goes on once they are done, or wait for what the block holds; it is told
    whether they are done. On SQLite whoever writes waits for the one write lock, so the block does not wait for them.
    """
    raised: list[Exception] = []

    def run() -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - it is raised in the test's own thread
            raised.append(error)
        finally:
            connection.close()

    other = threading.Thread(target=run)

    def begins() -> bool:
        other.start()
        while connection.vendor == "postgresql" and other.is_alive() and not _somebody_waits_for_us():
            time.sleep(0.01)
        return not other.is_alive()

    try:
        yield begins
    finally:
        if other.ident:
            other.join(60)
    assert not other.is_alive(), "somebody hangs"
    if raised:
        raise raised[0]


def _somebody_waits_for_us() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_ANYBODY_WAITS)
        return bool(cursor.fetchone()[0])
