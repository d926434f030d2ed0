"""Do we keep what we promise?"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from amends.escalations import access
from amends.escalations.authority import Act, check
from amends.lib import when
from amends.reports import promises
from amends.reports.shares import in_percent
from amends.web.requests import MemberRequest

# How far to look back, in days; None is all there is.
SPANS: dict[str, tuple[str, int | None]] = {
    "30": ("30 days", 30),
    "90": ("90 days", 90),
    "365": ("A year", 365),
    "all": ("All", None),
}


@dataclass(frozen=True, slots=True)
class Row:
    """The rates of one kind, with shares as people read them."""

    rates: promises.Rates

    @property
    def kept(self) -> str:
        return share(self.rates.kept_share)

    @property
    def nearly(self) -> str:
        return share(self.rates.within_five_minutes_share)


def share(of_one: float | None, *, less_is_better: bool = False) -> str:
    """A share in percent; None is a dash."""
    if of_one is None:
        return "–"
    return f"{in_percent(of_one, less_is_better=less_is_better)}\N{NO-BREAK SPACE}%"


@require_GET
def page(request: MemberRequest) -> HttpResponse:
    """How many promises of each kind were kept, of those due in the time asked for."""
    check(request.actor, Act.SEE_REPORTS)
    chosen = request.GET.get("since", "90")
    chosen = chosen if chosen in SPANS else "90"
    visible = access.promises_visible_to(request.actor)
    rates = promises.promise_rates(visible=visible, now=request.now, since=since(request, SPANS[chosen][1]))
    return render(
        request,
        "reports/promises.html",
        {
            "rows": [Row(each) for each in rates],
            "says": _finding(rates),
            "spans": [(key, label) for key, (label, _) in SPANS.items()],
            "chosen": chosen,
        },
    )


def since(request: MemberRequest, days: int | None) -> dt.datetime | None:
    """The midnight, on the reader’s calendar, so many days ago."""
    if days is None:
        return None
    day = when.calendar_day(request.now, request.zone) - dt.timedelta(days=days)
    return dt.datetime.combine(day, dt.time(), ZoneInfo(request.zone))


def _finding(rates: list[promises.Rates]) -> str:
    """The kind with the most promises due, in a sentence: kinds are never pooled."""
    most = max(rates, key=lambda each: each.due, default=None)
    if most is None or not most.due:
        return "Nothing was due in this time."
    what = {"next_update": "updates", "acknowledgement": "acknowledgements", "fix_date": "fix dates"}
    return f"{most.kept} of {most.due} promised {what.get(most.kind, 'things')} came in time."
