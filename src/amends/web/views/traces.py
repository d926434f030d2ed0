"""Who changed what in the directory: for administrators."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from amends.directory.security.models import Trace
from amends.escalations.authority import Act, check
from amends.web import paging, traced
from amends.web.requests import MemberRequest


@dataclass(frozen=True, slots=True)
class Row:
    """One trace, in words: "changed a member", and what of them."""

    trace: Trace
    says: str
    changes: list[tuple[str, str, str]]


@require_GET
def page(request: MemberRequest) -> HttpResponse:
    """What was changed, newest first; all of it, or what was changed on one subject (`?of=member:5`)."""
    check(request.actor, Act.SEE_TRACES)
    found, of = Trace.objects.all(), paging.typed(request.GET, "of", 40)
    if of:
        found = found.filter(subject=of)
    rows = paging.newest(found, paging.number(request.GET.get("after")), at="at")
    shown = [_row(trace, request) for trace in rows.rows]
    return render(
        request, "people/traces.html", {"page": rows, "rows": shown, "of": of, "of_query": f"of={quote(of)}&"}
    )


def _row(trace: Trace, request: MemberRequest) -> Row:
    changes = traced.changes(trace, zone=request.zone, now=request.now)
    return Row(trace, traced.ACTS.get(trace.act, trace.act), changes)
