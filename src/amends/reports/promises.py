"""Do we keep what we promise? By kind of promise, never pooled: keeping an update and keeping a fix date differ."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from amends.escalations.models import Promise

# Late by no more than this is what a person on the line would still call in time; tenths of a minute.
FIVE_MINUTES = 50
Status = Promise.Status


@dataclass(frozen=True, slots=True)
class Rates:
    """What became of the promises of one kind.

    `due` is what a rate is taken of: promises that lay ahead when they were made, and are settled or past due.
    Left out of it are those whose time had passed already (`not_ahead`), those still to come (`ahead`), those moved
    to another time before they were due (`moved`: the new promise counts instead), and those `released`.
    Of `due`, each is `kept`, `kept_late`, `broken` or `open_overdue`; `within_five_minutes` holds the kept, and the
    late by up to five minutes.
    """

    kind: str
    due: int
    kept: int
    within_five_minutes: int
    kept_late: int
    broken: int
    open_overdue: int
    moved: int
    released: int
    ahead: int
    not_ahead: int

    @property
    def title(self) -> str:
        return str(Promise.Kind(self.kind).label)

    @property
    def missed(self) -> int:
        return self.due - self.kept

    @property
    def kept_share(self) -> float | None:
        """Kept in time, of those due, from 0 to 1; None while none was due."""
        return self.kept / self.due if self.due else None

    @property
    def within_five_minutes_share(self) -> float | None:
        """Kept in time or up to five minutes late, of those due, from 0 to 1; None while none was due."""
        return self.within_five_minutes / self.due if self.due else None


def promise_rates(
    *,
    visible: QuerySet[Promise],
    now: dt.datetime,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
) -> list[Rates]:
    """The rates of those kinds that occur, in their usual order. One query.

    `visible` is what the reader may see (`access.promises_visible_to`). `since` and `until` choose by the time that
    was promised: from `since` on, and before `until`.
    """
    chosen = visible.order_by()
    if since:
        chosen = chosen.filter(due_at__gte=since)
    if until:
        chosen = chosen.filter(due_at__lt=until)
    was_ahead = Q(due_at__gt=F("made_at"))
    overdue = Q(status=Status.OPEN, due_at__lt=now)
    in_rates = Q(status__in=[Status.KEPT, Status.KEPT_LATE, Status.BROKEN]) | overdue
    due = was_ahead & in_rates
    rows = chosen.values("kind").annotate(
        due=Count("pk", filter=due),
        kept=Count("pk", filter=due & Q(late_by__lte=0)),
        within_five_minutes=Count("pk", filter=due & Q(late_by__lte=FIVE_MINUTES)),
        kept_late=Count("pk", filter=due & Q(status=Status.KEPT_LATE)),
        broken=Count("pk", filter=due & Q(status=Status.BROKEN)),
        open_overdue=Count("pk", filter=was_ahead & overdue),
        moved=Count("pk", filter=Q(status=Status.MOVED)),
        released=Count("pk", filter=Q(status=Status.RELEASED)),
        ahead=Count("pk", filter=Q(status=Status.OPEN, due_at__gte=now)),
        not_ahead=Count("pk", filter=~was_ahead & in_rates),
    )
    by_kind = {row["kind"]: Rates(**row) for row in rows}
    return [by_kind[kind] for kind in Promise.Kind.values if kind in by_kind]


def as_json(rates: Iterable[Rates]) -> list[dict[str, Any]]:
    """The same for machines; shares are fractions, and null while nothing was due."""
    return [
        asdict(each)
        | {
            "missed": each.missed,
            "kept_share": each.kept_share,
            "within_five_minutes_share": each.within_five_minutes_share,
        }
        for each in rates
    ]
