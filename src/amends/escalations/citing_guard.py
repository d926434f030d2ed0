"""The database's own refusal to let a customer be told what is refuted, or as certain what is not, on both databases.

On SQLite the triggers name another table than their own: a migration that rebuilds `escalations_fact` calls
`unguard` first and `guard` afterwards, and one that rebuilds `escalations_citation` calls `guard` at its end.
"""

from __future__ import annotations

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_NOT_SO = """SELECT 1 FROM escalations_fact AS fact WHERE fact.id = new.fact_id
    AND (fact.state = 'refuted' OR (new.was_confirmed AND fact.state <> 'confirmed'))"""
_SAYS = "What is refuted is not cited, and only what is confirmed as certain."
_WHEN = ("INSERT ON", "UPDATE OF fact_id, was_confirmed ON")

SQLITE = [
    f"""CREATE TRIGGER citation_is_true_{when[:6].lower()} BEFORE {when} escalations_citation
        WHEN EXISTS ({_NOT_SO}) BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END"""
    for when in _WHEN
]
SQLITE_UNDO = [f"DROP TRIGGER IF EXISTS citation_is_true_{when[:6].lower()}" for when in _WHEN]

POSTGRESQL = [
    f"""CREATE OR REPLACE FUNCTION amends_citation_is_true() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF EXISTS ({_NOT_SO}) THEN RAISE EXCEPTION '{_SAYS}'; END IF;
        RETURN new; END $$""",
    f"""CREATE TRIGGER citation_is_true BEFORE {_WHEN[0].removesuffix(" ON")} OR {_WHEN[1]} escalations_citation
        FOR EACH ROW EXECUTE FUNCTION amends_citation_is_true()""",
]
POSTGRESQL_UNDO = [
    "DROP TRIGGER IF EXISTS citation_is_true ON escalations_citation",
    "DROP FUNCTION IF EXISTS amends_citation_is_true()",
]


def guard(apps: object, schema: BaseDatabaseSchemaEditor) -> None:
    """Put the triggers in place."""
    _run(schema, POSTGRESQL if schema.connection.vendor == "postgresql" else SQLITE)


def unguard(apps: object, schema: BaseDatabaseSchemaEditor) -> None:
    """Take them away."""
    _run(schema, POSTGRESQL_UNDO if schema.connection.vendor == "postgresql" else SQLITE_UNDO)


def _run(schema: BaseDatabaseSchemaEditor, statements: list[str]) -> None:
    for statement in statements:
        schema.execute(statement, params=None)
