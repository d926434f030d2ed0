"""What is written for us alone stays inside: the database refuses to let it out, on both databases.

A part of an update that is for the account team or for executives (`InsidePart`) stands in no letter to the customer
and in no update that they read, whoever writes the row and however. Compared is the whole of a part, without its
white space and in small letters; what is shorter than `SHORTEST` is nobody's secret (decision record 0023). Acts ask
`stands_in` first, so that a person reads a sentence at the field instead.

On SQLite these triggers name other tables: a migration that rebuilds one of `TABLES` begins with `let_go` and ends with
`keep`, else it is refused, or loses the triggers of the table that it rebuilds.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# In letters, white space not counted
SHORTEST = 20
# The white space that is not compared, by code point: what a template, a form or a mail may add or take away
_SPACES = (9, 10, 13, 32, 160)
REFUSED = "What is written for us alone stands in it."
TABLES = ("escalations_escalation", "escalations_update", "escalations_insidepart", "outbox_delivery")
_CUSTOMER = "new.audience = 'customer'"
# An update that the customer reads
_TOLD = "{row}.is_mailed AND {row}.direction = 'out' AND {row}.struck_at IS NULL"


def squeezed(text: str) -> str:
    """A text as it is compared."""
    return text.translate(dict.fromkeys(_SPACES)).lower()


def is_long_enough(text: str) -> bool:
    """Whether a text is long enough to be, or to hold, anybody's secret."""
    return len(squeezed(text)) >= SHORTEST


def stands_in(text: str, part: str) -> bool:
    """Whether a text holds the whole of an inside part."""
    return is_long_enough(part) and squeezed(part) in squeezed(text)


def keep(apps: object, schema: BaseDatabaseSchemaEditor) -> None:
    """Put the triggers in place."""
    _run(schema, _postgresql() if _is_postgresql(schema) else _sqlite())


def let_go(apps: object, schema: BaseDatabaseSchemaEditor) -> None:
    """Take them away: for undoing the migration, and for one that rebuilds a table."""
    _run(schema, _postgresql_undo() if _is_postgresql(schema) else _sqlite_undo())


# On which table which refusal stands, at which columns, and for which rows it is asked at all.
_TRIGGERS = (
    ("letter_keeps_inside", "outbox_delivery", "letter, audience, subject", _CUSTOMER),
    ("update_keeps_inside", "escalations_update", "text, subject, is_mailed", _TOLD.format(row="new")),
    ("part_is_not_told", "escalations_insidepart", "text, update_id", "length(new.text) > 0"),
)
# What they are called on PostgreSQL
GUARDS = tuple(name for name, *_ in _TRIGGERS)


def _of_the_case(case: str) -> str:
    """The inside parts of a case, and of what was merged into it."""
    return f"""SELECT 1 FROM escalations_insidepart part
        JOIN escalations_update told ON told.id = part.update_id
        WHERE told.escalation_id IN (SELECT id FROM escalations_escalation WHERE id = {case} OR merged_into_id = {case})
        """


def _sqlite_squeezed(text: str) -> str:
    for space in _SPACES:
        text = f"replace({text}, char({space}), '')"
    return f"lower({text})"


def _sqlite_holds(said: str, part: str = "part.text") -> str:
    looked_for = _sqlite_squeezed(part)
    return f"length({looked_for}) >= {SHORTEST} AND instr({_sqlite_squeezed(said)}, {looked_for}) > 0"


def _sqlite() -> Iterator[str]:
    letter = "(SELECT group_concat(atom, '') FROM json_tree(new.letter) WHERE type = 'text')"
    case = "CAST(substr(new.subject, 12) AS INTEGER)"
    holds = {
        "letter_keeps_inside": f"EXISTS ({_of_the_case(case)} AND {_sqlite_holds(letter)})",
        "update_keeps_inside": (
            f"EXISTS ({_of_the_case('new.escalation_id')} AND {_sqlite_holds('new.subject || new.text')})"
        ),
        "part_is_not_told": f"EXISTS ({_read(_sqlite_holds('read.subject || read.text', 'new.text'))})",
    }
    for name, table, columns, when in _TRIGGERS:
        refuse = f"SELECT RAISE(ABORT, '{REFUSED}') WHERE {holds[name]};"
        yield f"CREATE TRIGGER {name}_added BEFORE INSERT ON {table} WHEN {when} BEGIN {refuse} END"
        yield f"CREATE TRIGGER {name}_changed BEFORE UPDATE OF {columns} ON {table} WHEN {when} BEGIN {refuse} END"


def _read(holds: str) -> str:
    """The updates that the customer reads, of the case of a part that is being written."""
    return f"""SELECT 1 FROM escalations_update its
        JOIN escalations_update read ON read.escalation_id = its.escalation_id
        WHERE its.id = new.update_id AND {_TOLD.format(row="read")} AND {holds}"""


def _sqlite_undo() -> Iterator[str]:
    for name, _, _, _ in _TRIGGERS:
        yield f"DROP TRIGGER IF EXISTS {name}_added"
        yield f"DROP TRIGGER IF EXISTS {name}_changed"


def _postgresql_holds(said: str, part: str = "part.text") -> str:
    looked_for = f"amends_squeezed({part})"
    return f"length({looked_for}) >= {SHORTEST} AND strpos({said}, {looked_for}) > 0"


def _postgresql() -> Iterator[str]:
    spaces = "".join(f"\\{code:04x}" for code in _SPACES)
    yield f"""CREATE OR REPLACE FUNCTION amends_squeezed(words text) RETURNS text
        LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT lower(translate(words, U&'{spaces}', '')) $$"""
    letter = """(SELECT amends_squeezed(string_agg(found.part #>> '{}', '' ORDER BY found.place))
        FROM jsonb_path_query(new.letter, 'strict $.**') WITH ORDINALITY AS found(part, place)
        WHERE jsonb_typeof(found.part) = 'string')"""
    said = {
        "letter_keeps_inside": letter,
        "update_keeps_inside": "amends_squeezed(new.subject || new.text)",
        "part_is_not_told": "''",
    }
    case = "CASE WHEN new.subject ~ '^escalation:[0-9]{1,18}$' THEN substr(new.subject, 12)::bigint END"
    holds = {
        "letter_keeps_inside": f"{_of_the_case(f'({case})')} AND {_postgresql_holds('said')}",
        "update_keeps_inside": f"{_of_the_case('new.escalation_id')} AND {_postgresql_holds('said')}",
        "part_is_not_told": _read(_postgresql_holds("amends_squeezed(read.subject || read.text)", "new.text")),
    }
    for name, table, columns, when in _TRIGGERS:
        yield f"""CREATE OR REPLACE FUNCTION amends_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
            DECLARE said text := {said[name]};
            BEGIN
                IF EXISTS ({holds[name]}) THEN
                    RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'check_violation';
                END IF;
                RETURN new;
            END $$"""
        yield f"""CREATE TRIGGER {name} BEFORE INSERT OR UPDATE OF {columns} ON {table}
            FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION amends_{name}()"""


def _postgresql_undo() -> Iterator[str]:
    for name, table, _, _ in _TRIGGERS:
        yield f"DROP TRIGGER IF EXISTS {name} ON {table}"
        yield f"DROP FUNCTION IF EXISTS amends_{name}()"
    yield "DROP FUNCTION IF EXISTS amends_squeezed(text)"


def _is_postgresql(schema: BaseDatabaseSchemaEditor) -> bool:
    return schema.connection.vendor == "postgresql"


def _run(schema: BaseDatabaseSchemaEditor, statements: Iterator[str]) -> None:
    for statement in statements:
        schema.execute(statement, params=None)
