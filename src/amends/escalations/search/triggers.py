"""How the index follows what it is of: triggers on both databases, so that rows written in bulk are found as well.

A migration that rebuilds a covered table on SQLite (Django does for most changes of a column) loses its triggers
there. End such a migration with `RunPython(triggers.covering("update"))`; a test fails where that is forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from amends.escalations.search import letters
from amends.escalations.search.nouns import BY_NAME, NOUNS, PLACES, Noun

PASSAGES = "escalations_passage"
INDEX = "escalations_passage_words"
_COLUMNS = "(id, account_id, escalation_id, name, words)"
_AGAIN = (
    "ON CONFLICT (id) DO UPDATE SET account_id = excluded.account_id, escalation_id = excluded.escalation_id,"
    " name = excluded.name, words = excluded.words"
)
_ACCOUNT = BY_NAME["account"]

_SQLITE_INDEX = [
    f"CREATE VIRTUAL TABLE {INDEX} USING fts5(name, words, content='{PASSAGES}', content_rowid='id',"
    f" tokenize='{letters.TOKENIZER}', prefix='1 2 3')",
    f"""CREATE TRIGGER passage_added AFTER INSERT ON {PASSAGES} BEGIN
        INSERT INTO {INDEX} (rowid, name, words) VALUES (new.id, new.name, new.words); END""",
    f"""CREATE TRIGGER passage_gone AFTER DELETE ON {PASSAGES} BEGIN
        INSERT INTO {INDEX} ({INDEX}, rowid, name, words) VALUES ('delete', old.id, old.name, old.words); END""",
    f"""CREATE TRIGGER passage_changed AFTER UPDATE ON {PASSAGES} BEGIN
        INSERT INTO {INDEX} ({INDEX}, rowid, name, words) VALUES ('delete', old.id, old.name, old.words);
        INSERT INTO {INDEX} (rowid, name, words) VALUES (new.id, new.name, new.words); END""",
]
_SQLITE_INDEX_UNDO = [f"DROP TABLE IF EXISTS {INDEX}"]
_POSTGRESQL_INDEX_UNDO = [
    f"ALTER TABLE {PASSAGES} DROP COLUMN lexemes",
    "DROP FUNCTION amends_wanted(text, text)",
    "DROP FUNCTION amends_words(text)",
]
Step = Callable[[object, BaseDatabaseSchemaEditor], None]


def index(apps: object, schema: BaseDatabaseSchemaEditor) -> None:
    """Put the full-text index over the passages."""
    _run(schema, _postgresql_index() if _is_postgresql(schema) else _SQLITE_INDEX)


def unindex(apps: object, schema: BaseDatabaseSchemaEditor) -> None:
    """Take it away, for undoing the migration."""
    _run(schema, _POSTGRESQL_INDEX_UNDO if _is_postgresql(schema) else _SQLITE_INDEX_UNDO)


def covering(*names: str) -> Step:
    """A migration's step that has the index follow these nouns, and fills it with what is there already."""

    def cover(apps: object, schema: BaseDatabaseSchemaEditor) -> None:
        for name in names:
            noun = BY_NAME[name]
            _run(schema, _dropped(noun, schema))
            _run(schema, _postgresql(noun) if _is_postgresql(schema) else _sqlite(noun))
            _run(schema, [f"DELETE FROM {PASSAGES} WHERE id >= {noun.first} AND id < {noun.end}", fill(noun)])

    return cover


def uncovering(*names: str) -> Step:
    """The way back."""

    def uncover(apps: object, schema: BaseDatabaseSchemaEditor) -> None:
        for name in names:
            _run(schema, _dropped(BY_NAME[name], schema))

    return uncover


def fill(noun: Noun) -> str:
    """SQL that writes the passages of all rows of a noun. Accounts come first: others carry their names."""
    return f"INSERT INTO {PASSAGES} {_COLUMNS} {_passage(noun, 'source', f'FROM {noun.table} source')}"


def names() -> list[str]:
    """The triggers that a database must have for its index to follow; SQLite also has those of the index itself."""
    return [f"passage_of_{noun.name}_{when}" for noun in NOUNS for when in ("added", "changed", "gone")]


def _passage(noun: Noun, row: str, source: str = "") -> str:
    """SELECT of the passage of a row."""
    words = " || ' ' || ".join(f"coalesce({part.format(row=row)}, '')" for part in noun.words)
    unless = f" WHERE NOT ({noun.unless.format(row=row)})" if noun.unless else " WHERE true"
    parts = [
        _place(noun, row),
        f"{row}.{noun.account}" if noun.account else "NULL",
        f"{row}.{noun.escalation}" if noun.escalation else "NULL",
        _name(noun, row),
        _written_out(words),
    ]
    return f"SELECT {', '.join(parts)} {source}{unless}"


def _place(noun: Noun, row: str) -> str:
    return f"{noun.first} + {row}.id"


def _name(noun: Noun, row: str) -> str:
    if noun is _ACCOUNT:
        return _written_out(f"{row}.name")
    if not noun.account:
        return "''"
    of_account = f"{PASSAGES}.id = {_ACCOUNT.first} + {row}.{noun.account}"
    return f"coalesce((SELECT {PASSAGES}.name FROM {PASSAGES} WHERE {of_account}), '')"


def _written_out(text: str) -> str:
    for letter, letters_of_it in letters.WRITTEN_OUT.items():
        text = f"replace({text}, '{letter}', '{letters_of_it}')"
    return text


def _carried(noun: Noun) -> str:
    """When an account has another name, what carries it has too."""
    if noun is not _ACCOUNT:
        return ""
    return f"UPDATE {PASSAGES} SET name = {_written_out('new.name')} WHERE account_id = new.id;"


def _changes(noun: Noun, differs: str) -> str:
    return " OR ".join(f"old.{column} {differs} new.{column}" for column in noun.watches)


def _gone(noun: Noun) -> str:
    return f"DELETE FROM {PASSAGES} WHERE id = {_place(noun, 'old')};"


def _sqlite(noun: Noun) -> Iterator[str]:
    added = f"INSERT INTO {PASSAGES} {_COLUMNS} {_passage(noun, 'new')}"
    name, table = f"passage_of_{noun.name}", noun.table
    # What is struck goes; what changed is written over, so that nothing that carries its name is lost.
    unless = f"DELETE FROM {PASSAGES} WHERE id = {_place(noun, 'new')};" if noun.unless else ""
    changed = f"{unless} {added} {_AGAIN}; {_carried(noun)}"
    yield f"CREATE TRIGGER {name}_added AFTER INSERT ON {table} BEGIN {added}; END"
    yield f"CREATE TRIGGER {name}_gone AFTER DELETE ON {table} BEGIN {_gone(noun)} END"
    yield f"CREATE TRIGGER {name}_changed AFTER UPDATE ON {table} WHEN {_changes(noun, 'IS NOT')} BEGIN {changed} END"


def _postgresql(noun: Noun) -> Iterator[str]:
    name, table = f"passage_of_{noun.name}", noun.table
    unless = f"DELETE FROM {PASSAGES} WHERE id = {_place(noun, 'new')};" if noun.unless else ""
    yield f"""CREATE OR REPLACE FUNCTION amends_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'DELETE' THEN {_gone(noun)} RETURN NULL; END IF;
        IF TG_OP = 'UPDATE' THEN {unless} {_carried(noun)} END IF;
        INSERT INTO {PASSAGES} {_COLUMNS} {_passage(noun, "new")} {_AGAIN};
        RETURN NULL; END $$"""
    call = f"FOR EACH ROW %s EXECUTE FUNCTION amends_{name}()"
    yield f"CREATE TRIGGER {name}_added AFTER INSERT ON {table} {call % ''}"
    yield f"CREATE TRIGGER {name}_gone AFTER DELETE ON {table} {call % ''}"
    changes = _changes(noun, "IS DISTINCT FROM")
    yield f"CREATE TRIGGER {name}_changed AFTER UPDATE ON {table} {call % f'WHEN ({changes})'}"


def _dropped(noun: Noun, schema: BaseDatabaseSchemaEditor) -> Iterator[str]:
    on = f" ON {noun.table}" if _is_postgresql(schema) else ""
    for when in ("added", "changed", "gone"):
        yield f"DROP TRIGGER IF EXISTS passage_of_{noun.name}_{when}{on}"


def _postgresql_index() -> Iterator[str]:
    """The same words as SQLite makes, and an index over them. Text that is ASCII, as most is, takes the short way."""
    known = letters.learn()
    inside = "".join(first if first == last else f"{first}-{last}" for first, last in known.stretches)
    before, after = "".join(known.folded) + known.marks, "".join(known.folded.values())
    # What is longer than any question can be is cut: a lexeme has its bounds.
    yield f"""CREATE OR REPLACE FUNCTION amends_words(words text) RETURNS text[]
        LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$ BEGIN
        IF octet_length(words) = char_length(words) THEN
            words := translate(regexp_replace(words, '[^0-9A-Za-z]+', ' ', 'g'),
                'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz');
        ELSE
            words := translate(regexp_replace(words, '[^{inside}]+', ' ', 'g'), '{before}', '{after}');
        END IF;
        RETURN ARRAY(SELECT DISTINCT left(word, 250) FROM unnest(string_to_array(words, ' ')) word WHERE word <> '');
        END $$"""
    yield """CREATE OR REPLACE FUNCTION amends_wanted(whole text, begun text) RETURNS tsquery
        LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT string_agg(wanted, ' & ')::tsquery FROM (
            SELECT quote_literal(word) AS wanted FROM unnest(amends_words(whole)) word
            UNION ALL SELECT quote_literal(word) || ':*' FROM unnest(amends_words(begun)) word) AS all_words $$"""
    # Beside its words its noun, as a word that nobody can type: the index then gathers no other nouns' matches.
    yield f"""ALTER TABLE {PASSAGES} ADD COLUMN lexemes tsvector
        GENERATED ALWAYS AS
        (array_to_tsvector(amends_words(name || ' ' || words) || ('=' || (id >> {PLACES})::text))) STORED"""
    yield f"CREATE INDEX passage_lexemes ON {PASSAGES} USING gin (lexemes)"


def _is_postgresql(schema: BaseDatabaseSchemaEditor) -> bool:
    return schema.connection.vendor == "postgresql"


def _run(schema: BaseDatabaseSchemaEditor, statements: Iterator[str] | list[str]) -> None:
    for statement in statements:
        schema.execute(statement, params=None)
