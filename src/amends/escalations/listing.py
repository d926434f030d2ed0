"""The list of escalations: which, in what order, page by page. By keyset, so the last page is as fast as the first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.db.models import Count, F, OuterRef, Q, Subquery

from amends.directory.actor import Actor
from amends.escalations import access, boards
from amends.escalations.filtering import LIVE_VIEWS, Filter, narrowed
from amends.escalations.models import Escalation, Promise
from amends.escalations.models.escalation import Escalations

PAGE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the list. `next_after` is None on the last."""

    rows: Sequence[boards.Row]
    next_after: str | None


def page(actor: Actor, wanted: Filter, now: dt.datetime, *, size: int = PAGE) -> Page:
    """One page: those under way by their next promise, those that are over by the newest."""
    found = _ordered(narrowed(access.visible_to(actor), actor, wanted, now), wanted)
    rows = boards.rows(found[: size + 1], now)
    more = rows[size - 1] if len(rows) > size else None
    return Page(rows[:size], _mark(more, wanted) if more else None)


def every(actor: Actor, wanted: Filter, now: dt.datetime, *, at_once: int = 500) -> Iterator[boards.Row]:
    """All rows of the list, not only a page of them; read in portions, so that a long list needs no memory."""
    following: str | None = wanted.after
    while following is not None:
        portion = page(actor, replace(wanted, after=following), now, size=at_once)
        yield from portion.rows
        following = portion.next_after


def counts(actor: Actor, now: dt.datetime) -> dict[str, int]:
    """How many stand in each built-in view that is not an archive. Three queries."""
    found = access.visible_to(actor)
    under_way = found.open().order_by().values("status").annotate(count=Count("pk")).values_list("status", "count")
    by_status = dict(under_way)
    return {
        "open": sum(by_status.values()),
        "requested": by_status.get(Escalation.Status.REQUESTED, 0),
        "resolved": by_status.get(Escalation.Status.RESOLVED, 0),
        **{view: narrowed(found, actor, Filter(view=view), now).count() for view in ("mine", "overdue")},
    }


def _by_promise(wanted: Filter) -> bool:
    return wanted.view in LIVE_VIEWS


def _ordered(found: Escalations, wanted: Filter) -> Escalations:
    moment, pk = _read(wanted.after)
    if not _by_promise(wanted):
        return (found.filter(pk__lt=pk) if pk else found).order_by("-id")
    due = Promise.objects.open().filter(escalation=OuterRef("pk")).order_by("due_at").values("due_at")[:1]
    found = found.annotate(next_due_at=Subquery(due))
    if pk and moment:
        beyond = Q(next_due_at__gt=moment) | Q(next_due_at=moment, pk__gt=pk) | Q(next_due_at__isnull=True)
        found = found.filter(beyond)
    elif pk:
        found = found.filter(next_due_at__isnull=True, pk__gt=pk)
    return found.order_by(F("next_due_at").asc(nulls_last=True), "id")


def _mark(row: boards.Row, wanted: Filter) -> str:
    """Where a page ended, for the address of the next: `2026-11-20T16:00:00+00:00~17`, or `~17`."""
    due = row.next_promise.due_at.isoformat() if _by_promise(wanted) and row.next_promise else ""
    return f"{due}~{row.escalation.pk}"


def _read(after: str) -> tuple[dt.datetime | None, int | None]:
    """What `_mark` wrote; whatever else an address may hold is the first page."""
    due, _, number = after.partition("~")
    try:
        moment = dt.datetime.fromisoformat(due) if due else None
        pk = int(number)
        if moment is None:
            return None, pk
        # The first and the last hours of time are in some zones none in UTC.
        return (moment.astimezone(dt.UTC), pk) if moment.tzinfo else (None, None)
    except (ValueError, OverflowError):
        return None, None
