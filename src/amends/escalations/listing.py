"""The list of escalations: which, in what order, page by page. By keyset, so the last page is as fast as the first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from amends.directory.actor import Actor
from amends.escalations import access, authority, boards
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
    found = narrowed(access.visible_to(actor), actor, wanted, now)
    if _by_promise(wanted):
        numbers = _by_next_promise(found, wanted, is_of_many=_is_of_many(actor, wanted), limit=size + 1)
        read = {row.escalation.pk: row for row in boards.rows(found.filter(pk__in=numbers), now)}
        rows = [read[number] for number in numbers if number in read]
    else:
        _, pk = _read(wanted.after)
        numbers = _newest(found.filter(pk__lt=pk) if pk else found, wanted, limit=size + 1)
        rows = boards.rows(found.filter(pk__in=numbers).order_by("-id"), now)
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


def _is_of_many(actor: Actor, wanted: Filter) -> bool:
    """Whether most of what is under way fits: then the promises are read in their order until a page is full.

    Where few fit, those are found first, and put in order.
    """
    is_few = wanted.handler or wanted.account or wanted.text or wanted.waiting or wanted.view not in ("open", "overdue")
    return not is_few and authority.may(actor, authority.Act.SEE_EVERY_ESCALATION)


def _newest(found: Escalations, wanted: Filter, *, limit: int) -> list[int]:
    """The numbers of the newest of `found`, those of each status from its end of the index.

    Asked for all statuses at once, SQLite reads all that was ever closed, and sorts it.
    """
    statuses = wanted.status or (Escalation.OVER if wanted.view == "closed" else ())
    parts = [found.filter(status=status) for status in statuses] or [found]
    newest = [part.order_by("-id").values_list("pk", flat=True)[:limit] for part in parts]
    return sorted(chain.from_iterable(newest), reverse=True)[:limit]


def _by_next_promise(found: Escalations, wanted: Filter, *, is_of_many: bool, limit: int) -> list[int]:
    """The numbers of those of `found` that come next: by their nearest promise, last those without any."""
    moment, pk = _read(wanted.after)
    numbers: list[int] = []
    if moment or not pk:
        promised = _promised(found) if is_of_many else _promised_of(found)
        if pk and moment:
            # The first half alone lets an index begin there.
            beyond = Q(next_due_at__gt=moment) | Q(next_due_at=moment, number__gt=pk)
            promised = promised.filter(beyond, next_due_at__gte=moment)
        numbers = list(promised.order_by("next_due_at", "number").values_list("number", flat=True)[:limit])
        pk = None
    if len(numbers) < limit:
        unpromised = found.filter(~Exists(_open_of("pk"))).order_by("id").values_list("pk", flat=True)
        numbers += (unpromised.filter(pk__gt=pk) if pk else unpromised)[: limit - len(numbers)]
    return numbers


def _promised(found: Escalations) -> QuerySet[Any, Any]:
    """The nearest promise of each of `found`, asked of the promises."""
    nearer = _open_of("escalation").filter(
        Q(due_at__lt=OuterRef("due_at")) | Q(due_at=OuterRef("due_at"), id__lt=OuterRef("id"))
    )
    those = Exists(found.order_by().filter(pk=OuterRef("escalation")))
    return (
        Promise.objects.open().filter(those, ~Exists(nearer)).annotate(next_due_at=F("due_at"), number=F("escalation"))
    )


def _promised_of(found: Escalations) -> QuerySet[Any, Any]:
    """The same, asked of the escalations."""
    due = _open_of("pk").order_by("due_at").values("due_at")[:1]
    return found.annotate(next_due_at=Subquery(due), number=F("pk")).filter(next_due_at__isnull=False)


def _open_of(escalation: str) -> QuerySet[Any, Any]:
    return Promise.objects.open().filter(escalation=OuterRef(escalation))


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
