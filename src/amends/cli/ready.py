"""Getting ready: settings read, data folder writable, schema up to date."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from amends.cli.failing import Failed
from amends.cli.surroundings import mistakes
from amends.lib import places

if TYPE_CHECKING:
    from django.db.migrations.executor import MigrationExecutor
    from django.db.migrations.loader import MigrationLoader

# The number under which PostgreSQL knows “somebody is changing the schema”.
SCHEMA_LOCK = 4_072_026
OUTDATED = "The database’s schema is not up to date. Run `amends init`, which brings it up to date."
UNFINISHED = "The database was last used by an Amends from before its first release, and cannot be brought up to date."
NEWER = "The database was last used by a newer Amends. Install that version, or restore an older backup."


def ready(*, migrate: bool = False, by_somebody: bool = True) -> None:
    """Set Django up, with a schema that is up to date, where Amends is set up.

    Only `amends init`, `amends run` and `amends restore` make a database (`migrate`). Every other command refuses
    where there is none: with the name of the wrong folder it would write where nobody ever looks. What only runs
    (not `by_somebody`) needs no organisation yet.

    The embedded database is brought up to date by whichever command comes first. On PostgreSQL, where several
    hosts share one database, only `amends init` and `amends run` do that; the others refuse.
    """
    if not migrate:
        require_embedded_file()
    set_up()
    from django.db import connection

    require_sound_database()
    if not migrate:
        require_tables()
    if pending():
        if connection.vendor != "sqlite" and not migrate:
            raise Failed(OUTDATED)
        bring_up_to_date()
    if by_somebody and not migrate:
        require_organisation()


def require_embedded_file() -> None:
    """Refuse where the embedded database is not there. Before the settings are read, which make a folder and a key."""
    _require_right_surroundings()
    if (file := _embedded_file()) and not file.exists():
        raise Failed(_not_here(str(file)))


def require_tables() -> None:
    """Refuse a database in which there is nothing of ours."""
    from django.db import connection

    if "directory_organisation" not in connection.introspection.table_names():
        raise Failed(_not_here(_place()))


def require_organisation() -> None:
    """Refuse where `amends init` has not run."""
    from amends.directory.models import Organisation

    if not Organisation.objects.exists():
        raise Failed(_not_here(_place()))


def _not_here(place: str) -> str:
    return (
        f"Amends is not set up here ({place}). Name its folder with AMENDS_HOME, or its database with DATABASE_URL. "
        "Run `amends init` where it is new."
    )


def _embedded_file() -> Path | None:
    """Where the embedded database must lie, by the environment; None where it is another."""
    if url := os.environ.get("DATABASE_URL"):
        return Path(unquote(urlsplit(url).path[1:])) if url.startswith("sqlite:") else None
    return places.home(os.environ) / places.DATABASE


def _place() -> str:
    """The database in words, without the password to it."""
    from django.db import connection

    named = connection.settings_dict
    return str(named["NAME"]) if connection.vendor == "sqlite" else f"{named['NAME']} at {named['HOST'] or 'this host'}"


def set_up() -> None:
    """Read the settings. A mistake in them is one sentence."""
    _require_right_surroundings()
    import django

    try:
        django.setup()
    except OSError as error:
        why = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        raise Failed(f"The data folder cannot be written ({why}). Name another one with AMENDS_HOME.") from error


def _require_right_surroundings() -> None:
    if wrong := mistakes(os.environ):
        raise Failed(wrong[0])


def require_sound_database() -> None:
    """Open the database, and see that it is one."""
    from django.db import DatabaseError, OperationalError, connection

    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except OperationalError as error:
        if connection.vendor == "sqlite":
            place = connection.settings_dict["NAME"]
            raise Failed(f"The database file {place} cannot be opened: {error}.") from error
        raise
    except DatabaseError as error:
        place = connection.settings_dict["NAME"]
        raise Failed(f"{place} is not a database of Amends ({error}). Name another folder with AMENDS_HOME.") from error


def pending() -> bool:
    """Whether the schema is behind this version. Refuses one that is ahead of it, or was never released."""
    executor = _executor()
    applied, today = executor.loader.applied_migrations, standing_for(executor.loader)
    ours = {app for app, _ in today}
    if any(app in ours and (app, name) not in today for app, name in applied):
        raise Failed(NEWER)
    if any(old in applied and new not in applied for old, new in today.items()):
        raise Failed(UNFINISHED)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def standing_for(loader: MigrationLoader) -> dict[tuple[str, str], tuple[str, str]]:
    """The migrations that this version knows by app and name, and which of today’s stands in the place of each."""
    today = loader.disk_migrations
    return {key: key for key in today} | {old: key for key, step in today.items() for old in step.replaces}


def bring_up_to_date() -> None:
    """Migrate, one process at a time: whoever comes second finds it done."""
    from django.core.management import call_command

    with alone_with_the_schema():
        if pending():
            call_command("migrate", interactive=False, verbosity=0)


def _executor() -> MigrationExecutor:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    return MigrationExecutor(connection)


@contextmanager
def alone_with_the_schema() -> Iterator[None]:
    """Hold what only one process may hold: a lock beside the file, or PostgreSQL's advisory lock."""
    from django.db import connection

    if connection.vendor == "sqlite":
        with locked(database_file().with_suffix(".schema-lock")):
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [SCHEMA_LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [SCHEMA_LOCK])


def database_file() -> Path:
    """Where the embedded database lies."""
    from django.db import connection

    return Path(str(connection.settings_dict["NAME"]))


@contextmanager
def locked(file: str | Path, *, shared: bool = False, waits: bool = True) -> Iterator[None]:
    """Hold a lock on a file. The operating system lets go of it however the process ends.

    Raises BlockingIOError where it is held by others and `waits` is false.
    """
    import fcntl

    with Path(file).open("w") as held:
        mode = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        fcntl.flock(held, mode if waits else mode | fcntl.LOCK_NB)
        yield
