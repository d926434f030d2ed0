"""The question put to the index, in the words of either database. Nothing here knows what is shown."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

from django.db import connection
from django.db.models.expressions import RawSQL

from amends.directory.actor import Actor
from amends.escalations import access
from amends.escalations.authority import Act, may
from amends.escalations.search.nouns import BY_NAME, NOUNS, PLACES, Noun
from amends.escalations.search.triggers import INDEX, PASSAGES
from amends.escalations.search.words import Wanted

# How many of the newest passages of a noun are read through before an index is asked
_NEWEST = 1000
_ALL = 10**9
_NAMES = {noun.number: noun.name for noun in NOUNS}


def matching(actor: Actor, wanted: Wanted, nouns: Sequence[Noun], limit: int) -> dict[str, list[int]]:
    """Numbers of rows of each noun, at most `limit`: first those with the words whole, then those with the last begun.

    The newest come first. What the actor may not see is not among them.
    """
    found: dict[str, list[int]] = {noun.name: [] for noun in nouns}
    seen = _seen(actor)
    for is_begun, way in product((False, True), _engine().ways):
        short = [noun for noun in nouns if len(found[noun.name]) < limit]
        for noun, pk in _asked(seen, wanted, short, limit, way, is_begun):
            if pk not in found[noun]:
                found[noun].append(pk)
    return {noun: numbers[:limit] for noun, numbers in found.items()}


def escalations(wanted: Wanted) -> RawSQL:
    """The numbers of all escalations with those words, the last of them perhaps only begun: for a filter."""
    engine, noun = _engine(), BY_NAME["escalation"]
    sql = engine.ways[-1].format(noun=noun, only="", limit=_ALL)
    return RawSQL(f"SELECT number - {noun.first} FROM ({sql}) AS those", engine.ask(wanted, True))


def _asked(
    seen: str | None, wanted: Wanted, nouns: Sequence[Noun], limit: int, way: str, is_begun: bool
) -> list[tuple[str, int]]:
    """One query for all nouns, by one way of asking; the newest of each first."""
    if not nouns:
        return []
    engine = _engine()
    values: list[str] = [] if seen is None else [seen]
    parts = []
    for noun in nouns:
        only = "" if seen is None or not noun.escalation else engine.only
        parts.append(f"SELECT number FROM ({way.format(noun=noun, only=only, limit=limit)}) AS of_{noun.name}")
        values += engine.ask(wanted, is_begun)
    with connection.cursor() as cursor:
        cursor.execute(("" if seen is None else engine.seen) + " UNION ALL ".join(parts), values)
        places = sorted((place for (place,) in cursor.fetchall()), reverse=True)
    return [(_NAMES[place >> PLACES], place % (1 << PLACES)) for place in places]


def _engine() -> _Engine:
    return _ON_POSTGRESQL if connection.vendor == "postgresql" else _ON_SQLITE


def _seen(actor: Actor) -> str | None:
    """The escalations that the actor may see, found once for all that is asked; None where they see them all."""
    if may(actor, Act.SEE_EVERY_ESCALATION):
        return None
    return json.dumps(list(access.visible_to(actor).order_by().values_list("pk", flat=True)))


@dataclass(frozen=True, slots=True)
class _Engine:
    """How a database is asked. Each of `ways` gives the numbers of passages of {noun}, of which {only} some."""

    ways: tuple[str, ...]
    # The escalations that one may see, from a list in JSON
    seen: str
    only: str
    # The words for a way; whether the last of them may only be begun
    ask: Callable[[Wanted, bool], Sequence[str]]


def _sqlite_words(wanted: Wanted, is_begun: bool) -> Sequence[str]:
    # Each word is quoted, and has only letters and figures: nothing in it is taken for an operator.
    return [" ".join(f'"{word}"' for word in wanted.all) + ("*" if is_begun else "")]


def _postgresql_words(wanted: Wanted, is_begun: bool) -> Sequence[str]:
    return [" ".join(wanted.whole), wanted.begun] if is_begun else [" ".join(wanted.all), ""]


# FTS5 walks the matches from the newest, and stops when it has enough.
_ON_SQLITE = _Engine(
    (
        f"SELECT rowid AS number FROM {INDEX} WHERE {INDEX} MATCH %s AND rowid >= {{noun.first}}"
        " AND rowid < {noun.end} {only} ORDER BY rowid DESC LIMIT {limit}",
    ),
    "WITH seen (number) AS MATERIALIZED (SELECT value FROM json_each(%s)) ",
    f"AND EXISTS (SELECT 1 FROM {PASSAGES} WHERE id = {INDEX}.rowid AND escalation_id IN (SELECT number FROM seen))",
    _sqlite_words,
)
# GIN gathers all matches before the first is known, and the planner does not know when to walk instead. A word that is
# common stands among the newest passages too; one that does not is rare, and `id + 0` has the index asked for it.
_ON_POSTGRESQL = _Engine(
    (
        f"SELECT id AS number FROM (SELECT id, lexemes, escalation_id FROM {PASSAGES} WHERE id >= {{noun.first}}"
        f" AND id < {{noun.end}} ORDER BY id DESC LIMIT {_NEWEST}) AS newest"
        " WHERE lexemes @@ amends_wanted(%s, %s) {only} ORDER BY id DESC LIMIT {limit}",
        f"SELECT id AS number FROM {PASSAGES}"
        " WHERE lexemes @@ (amends_wanted(%s, %s) && '''={noun.number}'''::tsquery)"
        " {only} ORDER BY id + 0 DESC LIMIT {limit}",
    ),
    "WITH seen (number) AS MATERIALIZED (SELECT value::bigint FROM json_array_elements_text(%s::json)) ",
    "AND escalation_id IN (SELECT number FROM seen)",
    _postgresql_words,
)
