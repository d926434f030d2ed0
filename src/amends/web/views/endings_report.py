"""How do escalations end?"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from amends.escalations import access
from amends.escalations.authority import Act, check
from amends.playbook import versions as playbooks
from amends.reports import endings
from amends.reports.endings import Endings
from amends.web.requests import MemberRequest
from amends.web.views.promises_report import SPANS, share, since


@dataclass(frozen=True, slots=True)
class Row:
    """The endings of one severity, or of all, with shares as people read them."""

    title: str
    endings: Endings

    @property
    def long(self) -> str:
        return share(self.endings.long_share, less_is_better=True)

    @property
    def reopened(self) -> str:
        return share(self.endings.reopened_share, less_is_better=True)


@require_GET
def page(request: MemberRequest) -> HttpResponse:
    """How many ended within thirty days, and how many came back, of those opened in the time asked for."""
    check(request.actor, Act.SEE_REPORTS)
    chosen = request.GET.get("since", "365")
    chosen = chosen if chosen in SPANS else "365"
    found = endings.endings(
        visible=access.visible_to(request.actor), now=request.now, since=since(request, SPANS[chosen][1])
    )
    all_of_them = endings.whole(found)
    rows = [Row(title, each) for title, each in endings.in_order(found, playbooks.current())]
    return render(
        request,
        "reports/endings.html",
        {
            "rows": rows,
            "all": Row("All", all_of_them),
            "says": _finding(all_of_them),
            "spans": [(key, label) for key, (label, _) in SPANS.items()],
            "chosen": chosen,
        },
    )


def _finding(found: Endings) -> str:
    if not found.opened:
        return "Nothing was opened in this time."
    return f"{found.long:,} of {found.opened:,} took longer than 30 days; {found.reopened:,} came back."
