"""What one was told, and whether one has seen it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from amends.escalations import told
from amends.escalations.actions import notices
from amends.escalations.models import Notice
from amends.escalations.timeline.sentences import entry
from amends.web import paging
from amends.web.requests import MemberRequest


@require_GET
def page(request: MemberRequest) -> HttpResponse:
    """Mine, the newest first."""
    found = told.mine(request.actor).select_related("event__personal", "escalation__account")
    only = request.GET.get("only", "")
    if only == "unseen":
        found = found.filter(seen_at__isnull=True)
    rows = paging.newest(found, paging.number(request.GET.get("after")), at="told_at")
    context = {"page": rows, "rows": [_row(request, notice) for notice in rows.rows], "only": only}
    return render(request, "notices/page.html", context)


@require_POST
def see_all(request: MemberRequest) -> HttpResponse:
    """All of it is read."""
    notices.see_all(by=request.actor, now=request.now)
    messages.success(request, "All of it is marked as seen.")
    return redirect("notices")


def _row(request: MemberRequest, notice: Notice) -> dict[str, Any]:
    found = entry(notice.event, zone=request.zone, now=request.now)
    return {"notice": notice, "who": found.by, "says": found.sentence}
