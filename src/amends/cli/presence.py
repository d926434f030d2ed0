"""Who runs: what `amends restore` must know before it puts another database in the place of this one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from amends.cli.failing import Failed
from amends.cli.ready import database_file, locked

RUNNING = "Amends is running on this database. Stop it, then try again."


def announce(part: str) -> None:
    """Give every PostgreSQL connection of this process and its children a name. Call it before the first."""
    os.environ["PGAPPNAME"] = f"amends {part}"


def running_lock() -> str:
    """The file on which whatever runs holds a shared lock; blank on PostgreSQL, where connections have names."""
    from django.db import connection

    return str(database_file().with_suffix(".running-lock")) if connection.vendor == "sqlite" else ""


@contextmanager
def present(lock: str) -> Iterator[None]:
    """Say that a web server, clock or sender works on the database, for as long as it does."""
    if not lock:
        yield
        return
    with locked(lock, shared=True):
        yield


@contextmanager
def nobody_else() -> Iterator[None]:
    """Hold the database alone. Refuses while a part of Amends works on it."""
    if lock := running_lock():
        try:
            with locked(lock, waits=False):
                yield
        except BlockingIOError as error:
            raise Failed(RUNNING) from error
        return
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND application_name LIKE 'amends %'"
        )
        if cursor.fetchone()[0]:
            raise Failed(RUNNING)
    yield
