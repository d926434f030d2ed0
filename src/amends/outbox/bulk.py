"""Many rows at once, as fast as the database takes them: what the clock tells, what is posted, a long history.

Ten times as fast as `bulk_create`, which asks every field of every row how it wants to be written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial
from itertools import chain
from operator import attrgetter
from typing import Any

from django.db import connection, models

ROWS_A_STATEMENT = 1_000

Adapt = Callable[..., Any]


def insert(rows: Iterable[models.Model], *, where_there: str = "") -> None:
    """Write rows of one model, and give each its number. What they point at is written already.

    `where_there` is what to do where one is there already ("ON CONFLICT …"); then none is given its number.
    """
    written = list(rows)
    if not written:
        return
    table = written[0]._meta
    fields = [field for field in table.local_concrete_fields if not field.primary_key]
    read = attrgetter(*(field.attname for field in fields))
    values = [[*read(row)] for row in written]
    for place, field in enumerate(fields):
        if adapt := _adapts(field):
            for row_of_values in values:
                row_of_values[place] = adapt(row_of_values[place])
    ids = insert_values(type(written[0]), [str(field.column) for field in fields], values, where_there=where_there)
    if not where_there:
        for row, pk in zip(written, ids, strict=True):
            row.pk = pk


def insert_values(
    model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]], *, where_there: str = ""
) -> list[int]:
    """Write rows of values that the database takes as they are (see `moment` and `words`); their numbers."""
    quote, table = connection.ops.quote_name, model._meta
    at_once = min((connection.features.max_query_params or 65_535) // len(columns), ROWS_A_STATEMENT)
    # Nothing of it comes from outside: names are our own, values are parameters.
    into = f"INSERT INTO {quote(table.db_table)} ({', '.join(map(quote, columns))}) VALUES "  # noqa: S608
    row = f"({', '.join(['%s'] * len(columns))})"
    returning = f" {where_there} RETURNING {quote(str(table.pk.column))}"
    ids: list[int] = []
    with connection.cursor() as cursor:
        for start in range(0, len(rows), at_once):
            some = rows[start : start + at_once]
            cursor.execute(into + ", ".join([row] * len(some)) + returning, [*chain.from_iterable(some)])
            ids.extend(pk for (pk,) in cursor.fetchall())
    return ids


@lru_cache(maxsize=4096)
def moment(value: dt.datetime | None) -> Any:
    """A moment as the database takes it. The same ones come again and again."""
    return connection.ops.adapt_datetimefield_value(value)


def words() -> Adapt:
    """How JSON becomes what the database takes."""
    return partial(connection.ops.adapt_json_value, encoder=None)


def _adapts(field: models.Field[Any, Any]) -> Adapt | None:
    """How values of a column are adapted; None where the database takes them as they are."""
    if isinstance(field, models.DateTimeField):
        return moment
    return words() if isinstance(field, models.JSONField) else None
