"""The list of escalations: which, in what order, page by page. By keyset, so the last page is as fast as the first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, Subquery

from amends.directory.actor import Actor
from amends.escalations import access, boards
from amends.escalations.models import Escalation, Promise
from amends.escalations.models.escalation import Escalations

PAGE = 50
VIEWS = {
    "open": "Open",
    "mine": "I handle",
    "overdue": "Overdue promise",
    "resolved": "Waiting to be closed",
    "closed": "Closed",
    "all": "All",
}


@dataclass(frozen=True, slots=True)
class Filter:
    """What is asked for; blank means any. `after` is where the last page ended."""

    view: str = "open"
    severity: str = ""
    handler: int | None = None
    account: int | None = None
    trend: str = ""
    level: int | None = None
    after: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the list. `next_after` is None on the last."""

    rows: Sequence[boards.Row]
    next_after: str | None


def page(actor: Actor, wanted: Filter, now: dt.datetime, *, size: int = PAGE) -> Page:
    """One page: those under way by their next promise, those that are over by the newest."""
    found = _ordered(_filtered(access.visible_to(actor), actor, wanted, now), wanted)
    rows = boards.rows(found[: size + 1], now)
    more = rows[size - 1] if len(rows) > size else None
    return Page(rows[:size], _mark(more, wanted) if more else None)


def counts(actor: Actor, now: dt.datetime) -> dict[str, int]:
    """How many stand in each saved view that is not an archive. A query each."""
    found = access.visible_to(actor)
    return {
        view: _filtered(found, actor, Filter(view=view), now).count()
        for view in ("open", "mine", "overdue", "resolved")
    }


def _filtered(found: Escalations, actor: Actor, wanted: Filter, now: dt.datetime) -> Escalations:
    overdue = Promise.objects.open().filter(escalation=OuterRef("pk"), due_at__lt=now)
    match wanted.view:
        case "open":
            found = found.open()
        case "mine":
            found = found.open().filter(handler__in=actor.stands_for)
        case "overdue":
            found = found.live().filter(Exists(overdue))
        case "resolved":
            found = found.filter(status=Escalation.Status.RESOLVED)
        case "closed":
            found = found.filter(status__in=[Escalation.Status.CLOSED, Escalation.Status.WITHDRAWN])
    asked = {
        "severity": wanted.severity,
        "handler": wanted.handler,
        "account": wanted.account,
        "trend": wanted.trend,
        "level": wanted.level,
    }
    return found.filter(**{name: value for name, value in asked.items() if value})


def _by_promise(wanted: Filter) -> bool:
    return wanted.view in ("open", "mine", "overdue", "resolved")


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
    except ValueError:
        return None, None
    if moment is not None and moment.tzinfo is None:
        return None, None
    return moment, pk
