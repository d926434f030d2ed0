"""How do escalations end? How many, how many within thirty days, how many came back; by how grave they were."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import Func
from django.db.models.functions import Coalesce

from amends.escalations.models import Escalation, Event
from amends.escalations.timeline import kinds
from amends.playbook.models import PlaybookVersion

# Thirty times 24 hours: what a customer counts, whatever calendar we keep.
LONG = dt.timedelta(days=30)
Status = Escalation.Status


@dataclass(frozen=True, slots=True)
class Endings:
    """How the escalations of one severity ended, or of all. What is only requested, or was declined, is none yet.

    Of `opened`, each is `under_way`, `closed` or `withdrawn`. `long` took more than 30 x 24 hours from the opening
    until it was resolved for good, else closed or withdrawn; what is still open, until now. `reopened` came back at
    least once after it had been resolved or closed.
    """

    severity: str
    opened: int
    under_way: int
    closed: int
    withdrawn: int
    long: int
    reopened: int

    @property
    def long_share(self) -> float | None:
        """Took longer than thirty days, of all, from 0 to 1; None where there are none."""
        return self.long / self.opened if self.opened else None

    @property
    def reopened_share(self) -> float | None:
        """Came back, of all, from 0 to 1; None where there are none."""
        return self.reopened / self.opened if self.opened else None


class _Seconds(Func):
    """Whole seconds since 1970: on SQLite, moments are text, and differences of text are slow."""

    output_field = IntegerField()
    # Two formats lie ahead of it, Django's for the template and that for the parameters.
    template = "CAST(strftime('%%%%s', %(expressions)s) AS INTEGER)"

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(
            compiler, connection, template="floor(extract(epoch FROM %(expressions)s))::bigint", **context
        )


def endings(
    *,
    visible: QuerySet[Escalation],
    now: dt.datetime,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
) -> list[Endings]:
    """By severity, for those that occur, in no order. One query.

    `visible` is what the reader may see (`access.visible_to`). `since` and `until` choose by the opening: from `since`
    on, and before `until`.
    """
    chosen = visible.order_by().exclude(status__in=[Status.REQUESTED, Status.DECLINED])
    if since:
        chosen = chosen.filter(opened_at__gte=since)
    if until:
        chosen = chosen.filter(opened_at__lt=until)
    came_back = Q(pk__in=Event.objects.filter(kind=kinds.ESCALATION_REOPENED.name).order_by().values("escalation"))
    took = _Seconds(_ended_at(came_back, now)) - _Seconds(F("opened_at"))
    rows = (
        chosen.annotate(took=took)
        .values("severity")
        .annotate(
            opened=Count("pk"),
            under_way=Count("pk", filter=Q(status__in=Escalation.UNDER_WAY)),
            closed=Count("pk", filter=Q(status=Status.CLOSED)),
            withdrawn=Count("pk", filter=Q(status=Status.WITHDRAWN)),
            long=Count("pk", filter=Q(took__gt=int(LONG.total_seconds()))),
            reopened=Count("pk", filter=came_back),
        )
    )
    return [Endings(**row) for row in rows]


def whole(endings: Iterable[Endings]) -> Endings:
    """All severities together; its `severity` is blank."""
    each = list(endings)
    counts = {field.name: sum(getattr(one, field.name) for one in each) for field in fields(Endings)[1:]}
    return Endings("", **counts)


def in_order(endings: Iterable[Endings], playbook: PlaybookVersion | None) -> list[tuple[str, Endings]]:
    """Each with the name of its severity, the gravest first; those that this playbook does not know are last."""
    names = {severity.key: severity.name for severity in playbook.document.severities} if playbook else {}
    places = {key: place for place, key in enumerate(names)}
    found = sorted(endings, key=lambda one: (places.get(one.severity, len(places)), one.severity))
    return [(names.get(one.severity, one.severity), one) for one in found]


def as_json(endings: Sequence[Endings]) -> dict[str, Any]:
    """The same for machines; shares are fractions, and null where there are none."""
    return {"whole": _said(whole(endings)), "by_severity": [_said(one) for one in endings]}


def _said(one: Endings) -> dict[str, Any]:
    return asdict(one) | {"long_share": one.long_share, "reopened_share": one.reopened_share}


def _ended_at(came_back: Q, now: dt.datetime) -> Case:
    """When it was over. What came back was not resolved for good until the last time that it was."""
    turns = Event.objects.filter(
        escalation=OuterRef("pk"), kind__in=[kinds.ESCALATION_RESOLVED.name, kinds.ESCALATION_REOPENED.name]
    )
    for_good = Case(When(kind=kinds.ESCALATION_RESOLVED.name, then="at"))
    resolved_at = Subquery(turns.order_by("-at", "-id").values(moment=for_good)[:1])
    return Case(
        When(status=Status.OPEN, then=Value(now)),
        When(came_back, then=Coalesce(resolved_at, "closed_at", Value(now))),
        default=Coalesce("resolved_at", "closed_at", Value(now)),
    )
