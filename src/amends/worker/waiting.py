"""Waiting for work: PostgreSQL says when there is some; otherwise one looks again after a moment."""

from __future__ import annotations

import threading

from django.db import connection

from amends.outbox.waking import CHANNEL

POLL = 0.25


def wait(stop: threading.Event, *, at_most: float) -> None:
    """Come back when there may be work, when asked to stop, or after `at_most` seconds."""
    if connection.vendor == "postgresql":
        if not stop.is_set():
            _listen(at_most)
    else:
        stop.wait(min(at_most, POLL))


def _listen(at_most: float) -> None:
    import psycopg  # eight megabytes, which the embedded database need not carry

    connection.ensure_connection()
    raw = connection.connection
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {CHANNEL}")
    try:
        for _ in raw.notifies(timeout=at_most, stop_after=1):
            return
    except psycopg.OperationalError:
        # The server went away: the next query finds a new connection.
        connection.close()
