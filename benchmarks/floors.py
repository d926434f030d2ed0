"""The same work without us: the same rows by raw SQL, messages of the same bytes by smtplib."""

from __future__ import annotations

import smtplib
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection

from benchmarks.mail_server import MailServer
from benchmarks.place import Place

# As many at once as the clock writes.
AT_ONCE = 200
SENDER = "desk@fernhill.example"
Row = tuple[Any, ...]
_LOOKED = "UPDATE escalations_escalation SET next_look_at = next_look_at WHERE id IN"
_SENT = "UPDATE outbox_delivery SET state = 'sent', settled_at = posted_at, trouble = '' WHERE id = ?"


class Raw:
    """The driver without Django, on the benchmark's database and as durable as the product's connection."""

    def __init__(self, place: Place) -> None:
        self._mark = "%s" if place.is_postgresql else "?"
        self._driver: Any
        if place.is_postgresql:
            self._driver = psycopg.connect(place.environment["DATABASE_URL"], autocommit=True)
        else:
            self._driver = sqlite3.connect(place.home / "amends.sqlite3", isolation_level=None, timeout=20)
            self._driver.execute("PRAGMA synchronous=FULL")
        self._cursor = self._driver.cursor()

    def many(self, statement: str, rows: Sequence[Row]) -> None:
        """One statement, with `?` for each value, for all these rows."""
        self._cursor.executemany(statement.replace("?", self._mark), rows)

    def one(self, statement: str, row: Row = ()) -> None:
        self._cursor.execute(statement.replace("?", self._mark), row)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self.one("BEGIN" if self._mark == "%s" else "BEGIN IMMEDIATE")
        yield
        self.one("COMMIT")

    def close(self) -> None:
        self._driver.close()


class Rows:
    """What the clock has written from some moment on, to be written once more under other names."""

    # Each after what it points at.
    TABLES = ("escalations_event", "escalations_eventwords", "escalations_mark", "outbox_delivery")

    def __init__(self, first_event: int, first_delivery: int) -> None:
        of_the_clock = f"FROM escalations_event WHERE id >= {first_event} AND once IS NOT NULL"
        found = {
            "escalations_event": f"id >= {first_event} AND once IS NOT NULL",
            "escalations_eventwords": f"event_id IN (SELECT id {of_the_clock})",
            "escalations_mark": f"escalation_id IN (SELECT escalation_id {of_the_clock})",
            "outbox_delivery": f"id >= {first_delivery}",
        }
        self._columns: dict[str, list[str]] = {}
        self._rows: dict[str, list[Row]] = {}
        for table, condition in found.items():
            self._read(table, condition)
        self.count = len(self._rows["escalations_event"])

    def _read(self, table: str, condition: str) -> None:
        with connection.cursor() as cursor:
            # In order, so that a batch of one table points at the same batch of the other.
            cursor.execute(f"SELECT * FROM {table} WHERE {condition} ORDER BY 1")
            columns = [column[0] for column in cursor.description]
            rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
        for row in rows:
            for name in ("id", "event_id"):
                if name in row:
                    row[name] += 10_000_000
            for name in ("once", "key", "identity"):
                if name in row:
                    row[name] = f"floor {row[name]}"
        self._columns[table] = columns
        self._rows[table] = [tuple(row.values()) for row in rows]

    def write(self, place: Place) -> float:
        """Write them in batches of the same size, each a transaction that also sets the next look; the seconds."""
        raw = Raw(place)
        statements = {
            table: f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
            for table, columns in self._columns.items()
        }
        began = time.monotonic()
        for start in range(0, self.count, AT_ONCE):
            with raw.transaction():
                for table, statement in statements.items():
                    raw.many(statement, self._rows[table][start : start + AT_ONCE])
                of = [row[self._columns["escalations_event"].index("escalation_id")] for row in self._events(start)]
                raw.one(f"{_LOOKED} ({', '.join('?' * len(of))})", tuple(of))
        seconds = time.monotonic() - began
        if place.is_postgresql:  # what comes after it has a higher number, as on SQLite
            for table in ("escalations_event", "outbox_delivery"):
                raw.one(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
        raw.close()
        return seconds

    def _events(self, start: int) -> list[Row]:
        return self._rows["escalations_event"][start : start + AT_ONCE]


def mails(server: MailServer, content: bytes, to: Sequence[str]) -> float:
    """Hand the same bytes to each of these over one connection kept open; says how many went in a second."""
    with smtplib.SMTP("127.0.0.1", server.port) as line:
        line.ehlo()
        began = time.monotonic()
        for address in to:
            line.sendmail(SENDER, [address], content)
        return len(to) / (time.monotonic() - began)


def recorded_mails(place: Place, server: MailServer, content: bytes, to: Sequence[str], ids: Sequence[int]) -> float:
    """The same, and each is written down by one raw statement, committed alone; says how many went in a second."""
    raw = Raw(place)
    with smtplib.SMTP("127.0.0.1", server.port) as line:
        line.ehlo()
        began = time.monotonic()
        for address, pk in zip(to, ids, strict=True):
            line.sendmail(SENDER, [address], content)
            raw.one(_SENT, (pk,))
        seconds = time.monotonic() - began
    raw.close()
    return len(to) / seconds
