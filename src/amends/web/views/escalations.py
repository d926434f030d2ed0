"""The list of escalations, at a glance."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render

from amends.directory.models import Account, Member
from amends.escalations import access, boards, listing
from amends.escalations.models import Escalation
from amends.playbook import versions
from amends.playbook.document import Document
from amends.web.requests import MemberRequest


def page(request: MemberRequest) -> HttpResponse:
    """One page of the list; the filters are the address."""
    wanted = _wanted(request.GET)
    found = listing.page(request.actor, wanted, request.now)
    playbook = versions.current()
    counts = listing.counts(request.actor, request.now)
    return render(
        request,
        "escalations/page.html",
        {
            "rows": [line(row) for row in found.rows],
            "next_address": _address(replace(wanted, after=found.next_after)) if found.next_after else "",
            "is_first_page": not wanted.after,
            "wanted": wanted,
            "views": [(name, label, counts.get(name)) for name, label in listing.VIEWS.items()],
            "says": _sentence(counts),
            "severities": playbook.document.severities if playbook else (),
            "levels": playbook.document.levels if playbook else (),
            "trends": Escalation.Trend.choices,
            "handlers": Member.objects.filter(pk__in=access.visible_to(request.actor).values("handler")),
            "account": Account.objects.filter(pk=wanted.account).first() if wanted.account else None,
            "without_account": _address(replace(wanted, account=None, after="")),
        },
    )


def line(row: boards.Row) -> dict[str, Any]:
    document = row.escalation.playbook.document
    return {
        "row": row,
        "escalation": row.escalation,
        "severity": severity_name(document, row.escalation.severity),
        "grade": grade(document, row.escalation.severity),
        "target_days": (row.escalation.target_at - row.escalation.opened_at).days,
    }


def severity_name(document: Document, key: str) -> str:
    """The playbook's name of a severity, or its key where the playbook has lost it."""
    return next((severity.name for severity in document.severities if severity.key == key), key)


def grade(document: Document, key: str) -> int:
    """A severity as one to four bars, four being the gravest."""
    keys = [severity.key for severity in document.severities]
    return max(4 - keys.index(key), 1) if key in keys else 1


def _wanted(query: QueryDict) -> listing.Filter:
    """The filter that an address asks for; what it cannot mean is left out."""
    view = query.get("view", "open")
    return listing.Filter(
        view=view if view in listing.VIEWS else "open",
        severity=query.get("severity", ""),
        handler=_number(query.get("handler", "")),
        account=_number(query.get("account", "")),
        trend=query.get("trend", ""),
        level=_number(query.get("level", "")),
        after=query.get("after", ""),
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _address(wanted: listing.Filter) -> str:
    query = QueryDict(mutable=True)
    for name in ("view", "severity", "handler", "account", "trend", "level", "after"):
        if value := getattr(wanted, name):
            query[name] = str(value)
    return f"?{query.urlencode()}"


def _sentence(counts: dict[str, int]) -> str:
    if not counts["open"]:
        return "No escalation is under way."
    under_way = "One escalation is under way" if counts["open"] == 1 else f"{counts['open']} escalations are under way"
    overdue = {0: "No promise is overdue", 1: "One has an overdue promise"}.get(
        counts["overdue"], f"{counts['overdue']} have an overdue promise"
    )
    return f"{under_way}. {overdue}."
