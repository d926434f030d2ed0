"""The embedded database out into a file and back: SQLite's own online backup, which runs while others write."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from amends.cli.failing import Failed

PART = "amends.sqlite3"


def copy_out(database: Path, folder: Path) -> dict[str, int]:
    """Copy the database as it is at one moment; says how many rows each table has."""
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(folder / PART)) as target:
        source.backup(target)
        # One file, without a log beside it.
        target.execute("PRAGMA journal_mode=DELETE")
        return rows(target)


def rows(connection: sqlite3.Connection) -> dict[str, int]:
    """How many rows each table has."""
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    tables = [name for (name,) in found]
    return {
        name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - from the schema
        for name in sorted(tables)
    }


def require_sound(copy: Path, expected: dict[str, int]) -> None:
    """Refuse a copy that SQLite finds fault with, or that does not have the rows that it should."""
    try:
        with closing(sqlite3.connect(copy)) as connection:
            verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
            has = rows(connection)
    except sqlite3.DatabaseError as error:
        raise Failed(f"The database in this backup cannot be read ({error}).") from error
    if verdict != "ok" or has != expected:
        raise Failed("The database in this backup is damaged. Take another backup.")


def copy_in(copy: Path, database: Path, *, aside: Path | None) -> None:
    """Put the copy in the place of the database; what was there goes `aside`, with its log folded in."""
    if database.exists():
        with closing(sqlite3.connect(database)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        if aside:
            database.rename(aside)
    for leftover in ("-wal", "-shm"):
        database.with_name(database.name + leftover).unlink(missing_ok=True)
    incoming = database.with_name(database.name + ".incoming")
    incoming.write_bytes(b"")
    incoming.chmod(0o600)
    with closing(sqlite3.connect(copy)) as source, closing(sqlite3.connect(incoming)) as target:
        source.backup(target)
    incoming.replace(database)
