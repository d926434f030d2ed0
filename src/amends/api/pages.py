"""Lists, a page at a time. A page goes on after its last row, so nothing is skipped or shown twice meanwhile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet
from pydantic import BaseModel, Field

from amends.lib.errors import Refused

Row = TypeVar("Row")
Kind = TypeVar("Kind", bound=Model)
_SALT = "amends.api.pages"


class Paging(BaseModel):
    """Which page of a list one wants."""

    after: str = Field("", max_length=1000, description="`next` of the page before")
    limit: int = Field(50, ge=1, le=200)


class Page(BaseModel, Generic[Row]):
    """Some of the rows, in order. `next` leads to the following ones; null: these were the last."""

    items: list[Row]
    next: str | None = None


class Counted(Page[Row], Generic[Row]):
    """A page that says how many there are in all that one may see."""

    count: int


def window(found: QuerySet[Kind], order: Sequence[str], paging: Paging) -> QuerySet[Kind]:
    """The rows of the page that is asked for, and one more to know whether others follow.

    `order` are columns without nulls, all rising or all falling ("-id"), the last of them unique.
    """
    ordered = found.order_by(*order)
    if paging.after:
        ordered = ordered.filter(_beyond(order, _read(paging.after, order)))
    return ordered[: paging.limit + 1]


def cut(
    rows: Sequence[Row], order: Sequence[str], paging: Paging, *, row: Callable[[Row], Model]
) -> tuple[Sequence[Row], str | None]:
    """The page's own rows, and the key to what follows. `row` gives the model that was ordered."""
    if len(rows) <= paging.limit:
        return rows, None
    kept = rows[: paging.limit]
    last = row(kept[-1])
    values = [getattr(last, column.lstrip("-")) for column in order]
    return kept, signing.dumps([list(order), [_written(value) for value in values]], salt=_SALT)


def page(
    found: QuerySet[Kind], order: Sequence[str], paging: Paging, show: Callable[[Kind], Row]
) -> tuple[list[Row], str | None]:
    """One page of plain rows, shown."""
    rows, following = cut(list(window(found, order, paging)), order, paging, row=lambda each: each)
    return [show(each) for each in rows], following


def _beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Those after `values` in the order: by the first column, or equal there and by the next…"""
    beyond, equal = Q(), Q()
    for column, value in zip(order, values, strict=True):
        name, how = column.lstrip("-"), "lt" if column.startswith("-") else "gt"
        beyond |= equal & Q(**{f"{name}__{how}": value})
        equal &= Q(**{name: value})
    return beyond


def _written(value: Any) -> Any:
    """A moment or a day says which it is; JSON has a word for everything else that we order by."""
    match value:
        case dt.datetime():
            return {"at": value.isoformat()}
        case dt.date():
            return {"on": value.isoformat()}
    return value


def _meant(written: Any) -> Any:
    match written:
        case {"at": moment}:
            return dt.datetime.fromisoformat(moment)
        case {"on": day}:
            return dt.date.fromisoformat(day)
    return written


def _read(after: str, order: Sequence[str]) -> list[Any]:
    """The values in a key that we gave out. It is signed, so nobody can write one of their own."""
    try:
        ordered_by, values = signing.loads(after, salt=_SALT)
    except signing.BadSignature:
        ordered_by, values = None, []
    if ordered_by != list(order):
        raise Refused("This is not the `next` of a page of this list. Begin without it.", field="after") from None
    return [_meant(value) for value in values]
