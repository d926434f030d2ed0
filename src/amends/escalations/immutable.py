"""The database's own refusal to change or delete an event, on both databases."""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SQLITE = [
    """CREATE TRIGGER event_never_changes BEFORE UPDATE ON escalations_event
       BEGIN SELECT RAISE(ABORT, 'Events are never changed.'); END""",
    """CREATE TRIGGER event_never_goes BEFORE DELETE ON escalations_event
       BEGIN SELECT RAISE(ABORT, 'Events are never deleted.'); END""",
]
SQLITE_UNDO = ["DROP TRIGGER IF EXISTS event_never_changes", "DROP TRIGGER IF EXISTS event_never_goes"]

POSTGRESQL = [
    """CREATE FUNCTION amends_event_is_forever() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'Events are never changed or deleted.'; END $$""",
    """CREATE TRIGGER event_is_forever BEFORE UPDATE OR DELETE ON escalations_event
       FOR EACH ROW EXECUTE FUNCTION amends_event_is_forever()""",
]
POSTGRESQL_UNDO = [
    "DROP TRIGGER IF EXISTS event_is_forever ON escalations_event",
    "DROP FUNCTION IF EXISTS amends_event_is_forever()",
]


def protect(apps: object, schema: BaseDatabaseSchemaEditor) -> None:
    """Put the triggers in place."""
    _run(schema, POSTGRESQL if schema.connection.vendor == "postgresql" else SQLITE)


def unprotect(apps: object, schema: BaseDatabaseSchemaEditor) -> None:
    """Take the triggers away: for undoing the migration, and for tests that clear tables."""
    _run(schema, POSTGRESQL_UNDO if schema.connection.vendor == "postgresql" else SQLITE_UNDO)


def _run(schema: BaseDatabaseSchemaEditor, statements: list[str]) -> None:
    for statement in statements:
        schema.execute(statement)
