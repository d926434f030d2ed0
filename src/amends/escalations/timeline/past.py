"""Onto the timeline in bulk: what happened long ago, at its own moments. Nobody is told, and no clock wakes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db import connection, models

from amends.directory.actor import Actor
from amends.escalations.models import Event, EventWords
from amends.escalations.timeline.kinds import Kind

ROWS_A_STATEMENT = 1_000


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that happened to an escalation. Moments among the words are ISO text."""

    kind: Kind
    escalation_id: int
    at: dt.datetime
    by: Actor
    words: Mapping[str, Any]

    def said(self, *, personal: bool) -> dict[str, Any]:
        """Its words, personal ones or the others, as its kind parts them."""
        return {key: value for key, value in self.words.items() if (key in self.kind.personal) is personal}


def record_past(happened: Sequence[Happened]) -> None:
    """Write an event for each, in this order, and its personal words apart. Call it inside the act's transaction."""
    moment, json = connection.ops.adapt_datetimefield_value, connection.ops.adapt_json_value
    ids = _insert(
        Event,
        ("escalation_id", "kind", "at", "by_id", "by_name", "words"),
        [
            (
                one.escalation_id,
                one.kind.name,
                moment(one.at),
                one.by.member_id,
                one.by.name,
                json(one.said(personal=False), None),
            )
            for one in happened
        ],
    )
    personal = ((pk, one.said(personal=True)) for pk, one in zip(ids, happened, strict=True))
    _insert(EventWords, ("event_id", "words"), [(pk, json(words, None)) for pk, words in personal if words])


def _insert(model: type[models.Model], columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> list[int]:
    """Insert rows, and give their primary keys. Ten times as fast as `bulk_create`, which a long history is worth."""
    quote, table = connection.ops.quote_name, model._meta
    at_once = min((connection.features.max_query_params or 65_535) // len(columns), ROWS_A_STATEMENT)
    # Nothing of it comes from outside: names are our own, values are parameters.
    into = f"INSERT INTO {quote(table.db_table)} ({', '.join(map(quote, columns))}) VALUES "  # noqa: S608
    row = f"({', '.join(['%s'] * len(columns))})"
    returning = f" RETURNING {quote(str(table.pk.column))}"
    ids: list[int] = []
    with connection.cursor() as cursor:
        for start in range(0, len(rows), at_once):
            some = rows[start : start + at_once]
            cursor.execute(into + ", ".join([row] * len(some)) + returning, [*chain.from_iterable(some)])
            ids.extend(pk for (pk,) in cursor.fetchall())
    return ids
