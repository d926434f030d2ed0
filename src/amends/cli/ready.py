"""Getting ready: settings read, data folder writable, schema up to date."""

from __future__ import annotations

import django
from django.core.management import call_command
from django.db import OperationalError, connection

from amends.cli.failing import Failed


def ready(*, with_schema: bool = True) -> None:
    """Set Django up. On the embedded database the schema is brought up to date first; elsewhere it is checked."""
    try:
        django.setup()
    except OSError as error:
        raise Failed(f"The data folder cannot be written ({error}). Name another one with AMENDS_HOME.") from error
    if not with_schema:
        return
    try:
        if connection.vendor == "sqlite" or _pending():
            _migrate()
    except OperationalError as error:
        raise Failed(f"The database cannot be reached: {error}".strip()) from error


def _pending() -> bool:
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _migrate() -> None:
    if _pending():
        call_command("migrate", interactive=False, verbosity=0)
