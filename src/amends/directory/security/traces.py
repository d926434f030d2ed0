"""Traces: each act on the directory leaves one, in its own transaction. They say who, what, when; never a secret."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db import models

from amends.directory.actor import Actor
from amends.directory.security.models import Trace

KEPT = dt.timedelta(days=3 * 365)
Picture = dict[str, Any]


def picture(row: models.Model, fields: Iterable[str]) -> Picture:
    """What a row says in these fields, in words that last."""
    return {field: _word(getattr(row, field)) for field in fields}


def leave(
    act: str,
    subject: models.Model,
    *,
    by: Actor,
    now: dt.datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Note that somebody did it: with both pictures what differs, and nothing where nothing does."""
    was, is_now = dict(before or {}), dict(after or {})
    if before is not None and after is not None:
        differs = [field for field in is_now if was.get(field) != is_now[field]]
        if not differs:
            return
        was, is_now = {field: was.get(field) for field in differs}, {field: is_now[field] for field in differs}
    Trace.objects.create(
        at=now,
        by_id=by.member_id,
        by_name=by.name,
        act=act,
        subject=f"{subject._meta.model_name}:{subject.pk}",
        name=str(subject)[:200],
        before=was,
        after=is_now,
    )


def forget(now: dt.datetime) -> None:
    """Delete those that are older than they are kept."""
    Trace.objects.filter(at__lt=now - KEPT).delete()


def _word(value: Any) -> Any:
    match value:
        case None | bool() | int() | str():
            return value
        case Decimal():
            return str(value)
        case dt.date() | dt.time():
            return value.isoformat()
        case dict():
            return value
        case models.Model():
            return str(value)
        case _:
            return [_word(each) for each in value]
