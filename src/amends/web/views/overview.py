"""The executive overview: one page that says who is escalated, what is at stake and what is needed from whom."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from amends.escalations import overviews
from amends.escalations.authority import Act, check
from amends.escalations.boards import Row
from amends.escalations.overviews import Overview
from amends.web.requests import MemberRequest
from amends.web.views.escalations import grade, severity_name


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
            "accounts": [(each.account, [_line(row) for row in each.rows]) for each in found.accounts],
        },
    )


def _line(row: Row) -> dict[str, Any]:
    document = row.escalation.playbook.document
    severity = row.escalation.severity
    return {
        "row": row,
        "escalation": row.escalation,
        "severity": severity_name(document, severity),
        "grade": grade(document, severity),
        "target_days": (row.escalation.target_at - row.escalation.opened_at).days,
    }


def _says(found: Overview) -> str:
    if not found.escalations:
        return "Nobody is escalated."
    accounts = "One account is" if found.escalated_accounts == 1 else f"{found.escalated_accounts} accounts are"
    return f"{accounts} escalated, with {found.stake.total} a year at stake."
