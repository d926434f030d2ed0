"""`amends backup` and `amends restore`."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from amends.cli.failing import Failed
from amends.cli.main import app, edition
from amends.cli.printing import done, note
from amends.cli.ready import bring_up_to_date, database_file, ready, require_sound_database, set_up, standing_for

if TYPE_CHECKING:
    from amends.cli.archives import Manifest


@app.command()
def backup(
    file: Path = typer.Argument(help="The archive to write, such as amends-2026-11-22.tar.gz."),
) -> None:
    """Back the database up into one file, also while everything runs.

    The file holds all that Amends knows, but not the signing key of the data folder: after a restore elsewhere
    everybody logs in anew. Keep it as you keep what customers tell you.
    """
    from amends.cli import archives
    from amends.lib import wall

    if file.exists():
        raise Failed(f"{file} is there already. Name another file.")
    if not file.absolute().parent.is_dir():
        raise Failed(f"There is no folder {file.absolute().parent}.")
    ready()
    now = wall.now()
    with tempfile.TemporaryDirectory(dir=file.absolute().parent, prefix=".amends-backup-") as folder:
        manifest = _copy_out(Path(folder), now)
        archives.pack(file, Path(folder), manifest)
    done(f"{file} holds {manifest.total:,} rows of {len(manifest.rows)} tables ({file.stat().st_size / 1e6:,.1f} MB).")


@app.command()
def restore(
    file: Path = typer.Argument(help="An archive that `amends backup` wrote."),
    replace: bool = typer.Option(False, "--replace", help="Put it in the place of a database that is not empty."),
) -> None:
    """Make the database what a backup says. Refuses while Amends runs, or where something is already."""
    from amends.cli import archives
    from amends.cli.presence import nobody_else

    set_up()
    require_sound_database()
    place = database_file().parent if _vendor() == "sqlite" else None
    with tempfile.TemporaryDirectory(dir=place, prefix=".amends-restore-") as folder:
        manifest = archives.unpack(file, Path(folder))
        if manifest.database != _vendor():
            raise Failed(f"This backup is of {_NAMES[manifest.database]}, and DATABASE_URL names {_NAMES[_vendor()]}.")
        _require_known(manifest)
        with nobody_else():
            kept = _require_empty(replace=replace)
            _copy_in(Path(folder), manifest, keep=kept)
    bring_up_to_date()
    done(f"{manifest.total:,} rows of {len(manifest.rows)} tables are back, as they were on {manifest.made_at}.")


_NAMES = {"sqlite": "the embedded database", "postgresql": "PostgreSQL"}


def _vendor() -> str:
    from django.db import connection

    return connection.vendor


def _copy_out(folder: Path, now: dt.datetime) -> Manifest:
    from amends.cli import archives, copies_postgresql, copies_sqlite

    if _vendor() == "sqlite":
        rows = copies_sqlite.copy_out(database_file(), folder)
        parts = [copies_sqlite.PART]
    else:
        rows = copies_postgresql.copy_out(folder)
        parts = [copies_postgresql.part(table) for table in rows]
    return archives.Manifest(
        format=archives.FORMAT,
        amends=edition(),
        made_at=now.isoformat(timespec="seconds"),
        database=_vendor(),
        schema=_schema(),
        rows=rows,
        parts={name: archives.fingerprint(folder / name) for name in parts},
    )


def _schema() -> dict[str, list[str]]:
    """The last migrations of each app: where the schema stands."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    graph = MigrationLoader(connection).graph
    schema: dict[str, list[str]] = {}
    for app_label, name in sorted(graph.leaf_nodes()):
        schema.setdefault(app_label, []).append(name)
    return schema


def _require_known(manifest: Manifest) -> None:
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    known = standing_for(MigrationLoader(connection))
    for app_label, names in manifest.schema.items():
        if any((app_label, name) not in known for name in names):
            raise Failed(f"This backup was made by a newer Amends ({manifest.amends}). Install that, then restore.")


def _require_empty(*, replace: bool) -> bool:
    """Whether something is here that must be kept aside. Refuses it unless it may be replaced."""
    from django.db import connection

    from amends.cli import demonstrations

    tables = connection.introspection.table_names()
    is_empty = "directory_member" not in tables or demonstrations.is_empty()
    if not is_empty and not replace:
        raise Failed("The database is not empty. If it may go, say --replace.")
    return not is_empty


def _copy_in(folder: Path, manifest: Manifest, *, keep: bool) -> None:
    from django.db import connection

    from amends.cli import copies_postgresql, copies_sqlite
    from amends.lib import wall

    if _vendor() != "sqlite":
        copies_postgresql.copy_in(folder, manifest)
        return
    copy = folder / copies_sqlite.PART
    copies_sqlite.require_sound(copy, manifest.rows)
    connection.close()
    database = database_file()
    aside = database.with_name(f"{database.name}.{wall.now():%Y-%m-%dT%H%M%S}.replaced") if keep else None
    copies_sqlite.copy_in(copy, database, aside=aside)
    if aside:
        note(f"What was here is kept as {aside}.")
