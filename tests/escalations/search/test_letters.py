"""Both databases take the same letters for the same, and every trigger stands where it should."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

import pytest
from django.db import connection

from amends.escalations.search import letters, triggers
from amends.escalations.search.nouns import NOUNS

pytestmark = pytest.mark.django_db
EVERY_LETTER = [*range(1, 0xD800), *range(0xE000, 0x1F000)]


def as_sqlite(texts: list[str]) -> list[set[str]]:
    """The words of each text, as the embedded database's tokenizer finds them."""
    with closing(sqlite3.connect(":memory:")) as asked:
        asked.execute(f'CREATE VIRTUAL TABLE texts USING fts5(words, tokenize="{letters.TOKENIZER}")')
        asked.executemany("INSERT INTO texts (rowid, words) VALUES (?, ?)", enumerate(texts, 1))
        asked.execute("CREATE VIRTUAL TABLE terms USING fts5vocab(texts, 'instance')")
        found: list[set[str]] = [set() for _ in texts]
        for term, row in asked.execute("SELECT term, doc FROM terms"):
            found[row - 1].add(term)
    return found


def test_every_letter_is_the_same_word_on_either():
    if connection.vendor != "postgresql":
        pytest.skip("Only PostgreSQL has to do as SQLite does.")
    texts = [
        "".join(f" x{chr(point)}Y" for point in EVERY_LETTER[at : at + 200]) for at in range(0, len(EVERY_LETTER), 200)
    ]

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT amends_words(text) FROM unnest(%s::text[]) WITH ORDINALITY AS t(text, n) ORDER BY n", [texts]
        )
        found = [set(words) for (words,) in cursor.fetchall()]

    assert found == as_sqlite(texts)


def test_the_last_migration_leaves_every_trigger_in_its_place():
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        here = {name for (name,) in cursor.fetchall()}

    assert set(triggers.names()) <= here, "A migration has rebuilt a table: end it with triggers.covering(…)."


def test_a_noun_watches_all_that_its_passages_are_made_of():
    for noun in NOUNS:
        said = re.findall(r"{row}\.(\w+)", " ".join([*noun.words, noun.unless]))

        assert {*said, noun.account, noun.escalation} - {"", "id"} <= set(noun.watches), noun.name


def test_a_noun_speaks_of_no_table_but_its_own():
    for noun in NOUNS:
        said = " ".join([*noun.words, noun.unless]).lower()
        assert "select" not in said and "from" not in said
    assert len({noun.number for noun in NOUNS}) == len({noun.table for noun in NOUNS}) == len(NOUNS)


def test_the_index_is_asked_and_no_table_read_through():
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(
                f"EXPLAIN SELECT id FROM {triggers.PASSAGES} WHERE lexemes @@ amends_wanted('orders', 'tw')"
                " AND id >= 1 ORDER BY id DESC LIMIT 9"
            )
        else:
            cursor.execute(
                f'EXPLAIN QUERY PLAN SELECT rowid FROM {triggers.INDEX} WHERE {triggers.INDEX} MATCH \'"orders" "tw"*\''
                " AND rowid >= 1 ORDER BY rowid DESC LIMIT 9"
            )
        plan = " ".join(str(row) for row in cursor.fetchall())

    assert "VIRTUAL TABLE INDEX" in plan or "passage_lexemes" in plan or "passage_pkey" in plan
    assert "TEMP B-TREE" not in plan and "Seq Scan" not in plan
