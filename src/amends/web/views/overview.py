"""The executive overview: one page that says who is escalated, what is at stake and what is needed from whom."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from amends.escalations import overviews
from amends.escalations.authority import Act, check
from amends.escalations.overviews import Overview
from amends.web.requests import MemberRequest
from amends.web.views.escalations import line


@require_GET
def page(request: MemberRequest) -> HttpResponse:
    """All that is under way, by account."""
    check(request.actor, Act.SEE_OVERVIEW)
    found = overviews.overview(request.actor, request.now)
    return render(
        request,
        "overview/page.html",
        {
            "found": found,
            "says": _says(found),
            "lines": [line(row) for each in found.accounts for row in each.rows],
        },
    )


def _says(found: Overview) -> str:
    if not found.escalations:
        return "Nobody is escalated."
    accounts = "One account is" if found.escalated_accounts == 1 else f"{found.escalated_accounts} accounts are"
    return f"{accounts} escalated, with {found.stake.total} a year at stake."
