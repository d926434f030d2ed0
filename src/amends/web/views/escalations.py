"""The list of escalations, at a glance; and the same as a table to take away."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from amends.escalations import boards, listing
from amends.escalations.filtering import VIEWS, Filter
from amends.lib import when
from amends.playbook.document import Document
from amends.web import list_csv, list_filters, live, saved_tabs
from amends.web.requests import MemberRequest


def page(request: MemberRequest) -> HttpResponse:
    """One page of the list; the filters are the address."""
    seen = live.stamp_of_list(request.actor)
    wanted = list_filters.read(request.GET)
    found = listing.page(request.actor, wanted, request.now)
    offered = list_filters.choices(request, list_filters.in_force())
    counts = listing.counts(request.actor, request.now)
    tabs = saved_tabs.of(request, wanted)
    chips = list_filters.chips(wanted, offered)
    context = {
        "rows": [line(row) for row in found.rows],
        "next_address": _further(wanted, found.next_after),
        "is_first_page": not wanted.after,
        "first_address": list_filters.address(replace(wanted, after="")),
        "wanted": wanted,
        "asked": list_filters.write(wanted),
        "views": [(name, label, counts.get(name)) for name, label in VIEWS.items()],
        "saved": tabs,
        "saved_here": next((tab for tab in tabs if tab.is_here), None),
        "chips": chips,
        "has_more_filters": list_filters.is_narrow(wanted),
        "says": _sentence(counts),
        "seen": seen,
        **offered,
    }
    return render(request, "escalations/page.html", context)


@require_GET
def table(request: MemberRequest) -> StreamingHttpResponse:
    """Every row that the page would show, and all of its further pages, as CSV."""
    wanted = replace(list_filters.read(request.GET), after="")
    rows = listing.every(request.actor, wanted, request.now)
    response = StreamingHttpResponse(list_csv.lines(rows, request.zone), content_type="text/csv; charset=utf-8")
    day = when.calendar_day(request.now, request.zone)
    response["Content-Disposition"] = f'attachment; filename="escalations-{wanted.view}-{day}.csv"'
    response["Cache-Control"] = "no-store"
    return response


def _further(wanted: Filter, after: str | None) -> str:
    return list_filters.address(replace(wanted, after=after)) if after else ""


def line(row: boards.Row) -> dict[str, Any]:
    """What `escalations/_rows.html` shows of one escalation."""
    document, worth = row.escalation.playbook.document, row.escalation.account.worth
    return {
        "row": row,
        "escalation": row.escalation,
        "severity": severity_name(document, row.escalation.severity),
        "grade": grade(document, row.escalation.severity),
        "worth": f"{worth:short}" if worth else "",
        "target_days": (row.escalation.target_at - row.escalation.opened_at).days,
    }


def severity_name(document: Document, key: str) -> str:
    """The playbook's name of a severity, or its key where the playbook has lost it."""
    return next((severity.name for severity in document.severities if severity.key == key), key)


def grade(document: Document, key: str) -> int:
    """A severity as one to four bars, four being the gravest."""
    keys = [severity.key for severity in document.severities]
    return max(4 - keys.index(key), 1) if key in keys else 1


def _sentence(counts: dict[str, int]) -> str:
    if not counts["open"]:
        return "No escalation is under way."
    under_way = "One escalation is under way" if counts["open"] == 1 else f"{counts['open']} escalations are under way"
    overdue = {0: "No promise is overdue", 1: "One has an overdue promise"}.get(
        counts["overdue"], f"{counts['overdue']} have an overdue promise"
    )
    return f"{under_way}. {overdue}."
