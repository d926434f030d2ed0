"""Finding one row by its number, for a page: it is there, or NotFound becomes a page that says so."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet

from amends.escalations.access import NotFound

Row = TypeVar("Row", bound=Model)


def find(found: QuerySet[Row], pk: int, what: str, *, of: str = "") -> Row:
    """The row numbered `pk`; `of`: the key of the case that it belongs to. Raises NotFound."""
    row = found.filter(pk=pk).first() if pk < 2**63 else None
    if row is None:
        none = f"{of} has no such {what}." if of else f"There is no such {what}."
        raise NotFound(f"{none} It may have been taken away, or the address is mistyped.")
    return row
