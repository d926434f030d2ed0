"""Which letters are words, and which are the same: asked of SQLite's own tokenizer, so that PostgreSQL can do alike.

`unicode61 remove_diacritics 2` folds case and takes marks off letters by tables of its own that have not changed
since 2012. PostgreSQL's own folding depends on how it was built and set up; so it gets SQLite's tables instead.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from itertools import chain

TOKENIZER = "unicode61 remove_diacritics 2"
# Letters that stand for two, or whose stroke is no mark to Unicode: written out before either engine sees them.
WRITTEN_OUT = {
    "ß": "ss",
    "ẞ": "ss",
    "æ": "ae",
    "Æ": "ae",
    "œ": "oe",
    "Œ": "oe",
    "ø": "o",
    "Ø": "o",
    "ł": "l",
    "Ł": "l",
    "đ": "d",
    "Đ": "d",
    "ð": "d",
    "Ð": "d",
    "þ": "th",
    "Þ": "th",
    "ı": "i",
}
# The planes that have scripts in them, without the surrogates.
_SCRIPTS = (range(1, 0xD800), range(0xE000, 0x30000))


@dataclass(frozen=True, slots=True)
class Letters:
    """What the tokenizer takes for a word: stretches of letters, what each becomes, and the marks that it drops."""

    stretches: tuple[tuple[str, str], ...]
    folded: dict[str, str]
    marks: str


def learn() -> Letters:
    """Ask the tokenizer about every letter there is, between an a and a b. Takes about a second."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(f'CREATE VIRTUAL TABLE asked USING fts5(words, tokenize="{TOKENIZER}")')
        connection.executemany(
            "INSERT INTO asked (rowid, words) VALUES (?, ?)",
            ((point, f"a{chr(point)}b") for point in chain(*_SCRIPTS)),
        )
        connection.execute("CREATE VIRTUAL TABLE answered USING fts5vocab(asked, 'instance')")
        found: dict[int, list[str]] = defaultdict(list)
        for term, point in connection.execute("SELECT term, doc FROM answered"):
            found[point].append(term)
    one_word = {point: terms[0][1:-1] for point, terms in found.items() if len(terms) == 1}
    return Letters(
        tuple(_stretches(sorted(one_word))),
        {chr(point): letter for point, letter in one_word.items() if letter and letter != chr(point)},
        "".join(chr(point) for point in sorted(one_word) if not one_word[point]),
    )


def _stretches(points: Iterable[int]) -> list[tuple[str, str]]:
    stretches: list[tuple[str, str]] = []
    for point in points:
        if stretches and ord(stretches[-1][1]) == point - 1:
            stretches[-1] = (stretches[-1][0], chr(point))
        else:
            stretches.append((chr(point), chr(point)))
    return stretches
