"""PostgreSQL out into files and back, table by table with COPY, each way in one transaction."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

from django.apps import apps
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from amends.cli.archives import Manifest
from amends.cli.failing import Failed
from amends.cli.ready import standing_for
from amends.escalations import kept_inside
from amends.escalations.search import triggers

PIECE = 1 << 20


def tables() -> list[str]:
    """Every table that is ours to keep: those of our models and of the apps that we stand on, and the migrations."""
    return sorted({model._meta.db_table for model in _models()} | {MigrationRecorder.Migration._meta.db_table})


def copy_out(folder: Path) -> dict[str, int]:
    """Write every table as it is at one moment, whoever works meanwhile; says how many rows each has."""
    rows = {}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for table in tables():
            out = f"COPY {quoted(table)} TO STDOUT WITH (FORMAT csv, HEADER)"
            with (folder / part(table)).open("wb") as file, cursor.copy(out) as copy:
                for piece in copy:
                    file.write(piece)
            rows[table] = _count(cursor, table)
    return rows


def part(table: str) -> str:
    """The file of a table. The first line of each names its columns."""
    return f"{table}.copy"


def copy_in(folder: Path, manifest: Manifest) -> None:
    """Make the database what the backup says, all of it or nothing: old tables go, the schema of then comes, the rows.

    Events may be written into it: only changing and deleting them is forbidden. What keeps inside text inside was asked
    when each row was written, by what there was then, and is not asked of those that come back.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        _drop_everything(cursor)
        _migrate_to(manifest.schema)
        # Migrations that add a reference have it checked at once from then on; the rows come in no such order.
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        known = set(connection.introspection.table_names(cursor))
        if unknown := sorted(set(manifest.rows) - known):
            raise Failed(f"This backup holds tables that this version does not know: {', '.join(unknown)}.")
        names = ", ".join(quoted(table) for table in manifest.rows)
        # Migrations write rows of their own. TRUNCATE does not ask the trigger that guards events.
        cursor.execute(f"TRUNCATE {names} CASCADE")
        guards = _guards(cursor)
        for table, guard in guards:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {quoted(guard)}")
        for table in manifest.rows:
            _read(cursor, table, folder / part(table))
        _set_sequences(cursor, manifest.rows)
        for table, expected in manifest.rows.items():
            if _count(cursor, table) != expected:
                raise Failed(f"{table} did not arrive whole, so nothing was changed.")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table, guard in guards:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {quoted(guard)}")


def _guards(cursor: Any) -> list[tuple[str, str]]:
    """The triggers that keep inside text inside, each with its table; none in the schema of an older backup."""
    asked = "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname = ANY(%s)"
    cursor.execute(asked, [list(kept_inside.GUARDS)])
    return list(cursor.fetchall())


def _read(cursor: Any, table: str, file: Path) -> None:
    with file.open("rb") as content:
        # By name: where a column stands in the table depends on when it was added.
        columns = next(csv.reader([content.readline().decode()]))
        into = f"COPY {quoted(table)} ({', '.join(map(quoted, columns))}) FROM STDIN WITH (FORMAT csv)"
        _copy(cursor, content, into)


def _copy(cursor: Any, content: BinaryIO, into: str) -> None:
    with cursor.copy(into) as copy:
        while piece := content.read(PIECE):
            copy.write(piece)


def _models() -> list[Any]:
    """All but the passages of the search: triggers write them again while the rows come back."""
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.db_table != triggers.PASSAGES]


def _drop_everything(cursor: Any) -> None:
    here = set(connection.introspection.table_names(cursor))
    if mine := [table for table in [*tables(), triggers.PASSAGES] if table in here]:
        cursor.execute(f"DROP TABLE {', '.join(map(quoted, mine))} CASCADE")
    cursor.execute("DROP FUNCTION IF EXISTS amends_event_is_forever() CASCADE")


def _migrate_to(schema: dict[str, list[str]]) -> None:
    executor = MigrationExecutor(connection)
    today = standing_for(executor.loader)
    then = [(app, name) for app, names in schema.items() for name in names]
    if unknown := [step for step in then if step not in today]:
        raise Failed(f"This backup was made by a newer Amends ({unknown[0][0]} {unknown[0][1]}). Install that first.")
    executor.migrate([today[step] for step in then])


def _set_sequences(cursor: Any, names: Iterable[str]) -> None:
    for table in names:
        for sequence in connection.introspection.get_sequences(cursor, table):
            column = quoted(sequence["column"])
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence(%s, %s), coalesce(max({column}), 1),"  # noqa: S608
                f" max({column}) IS NOT NULL) FROM {quoted(table)}",
                [quoted(table), sequence["column"]],
            )


def quoted(name: str) -> str:
    """A table or column as SQL writes it."""
    return str(connection.ops.quote_name(name))


def _count(cursor: Any, table: str) -> int:
    cursor.execute(f"SELECT count(*) FROM {quoted(table)}")  # noqa: S608
    return int(cursor.fetchone()[0])
