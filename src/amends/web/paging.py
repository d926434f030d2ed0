"""Pages of long lists by keyset: the thousandth page is as quick as the first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import QueryDict

AT_ONCE = 50
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, and after which one the next page begins (None: these were the last)."""

    rows: Sequence[Row]
    next_after: int | None
    is_first: bool


def number(text: str | None) -> int | None:
    """A row's number as it stands in an address; None for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else None


def typed(query: QueryDict, name: str, at_most: int) -> str:
    """One line of text as it stands in an address, without what no database would take."""
    return _CONTROL.sub(" ", query.get(name, "")).strip()[:at_most]


def by_name(found: QuerySet[Row], after: int | None, *, at_once: int = AT_ONCE) -> Page[Row]:
    """Rows with a name, from A to Z, after the one numbered `after`."""
    if mark := _mark(found, after, "name"):
        found = found.filter(Q(name__gt=mark[0]) | Q(name=mark[0], pk__gt=mark[1]))
    return _page(found.order_by("name", "pk"), at_once, is_first=not mark)


def newest(found: QuerySet[Row], after: int | None, *, at: str, at_once: int = AT_ONCE) -> Page[Row]:
    """Rows by their moment `at`, newest first, after (so: older than) the one numbered `after`."""
    if mark := _mark(found, after, at):
        found = found.filter(Q(**{f"{at}__lt": mark[0]}) | Q(**{at: mark[0]}, pk__lt=mark[1]))
    return _page(found.order_by(f"-{at}", "-pk"), at_once, is_first=not mark)


def grouped(found: QuerySet[Row], after: int | None, *, by: str, at_once: int = AT_ONCE) -> Page[Row]:
    """Rows by a word of theirs from A to Z, of each the newest first, after the one numbered `after`."""
    if mark := _mark(found, after, by):
        found = found.filter(Q(**{f"{by}__gt": mark[0]}) | Q(**{by: mark[0]}, pk__lt=mark[1]))
    return _page(found.order_by(by, "-pk"), at_once, is_first=not mark)


def _mark(found: QuerySet[Any], after: int | None, field: str) -> tuple[Any, int] | None:
    if after is None:
        return None
    mark: tuple[Any, int] | None = found.model.objects.filter(pk=after).values_list(field, "pk").first()
    return mark


def _page(found: QuerySet[Row], at_once: int, *, is_first: bool) -> Page[Row]:
    rows = list(found[: at_once + 1])
    more = rows[at_once - 1].pk if len(rows) > at_once else None
    return Page(rows[:at_once], more, is_first)
