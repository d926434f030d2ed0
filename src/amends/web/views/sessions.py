"""Where you are logged in, and an end to it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from amends.directory import members
from amends.directory.security import sessions
from amends.escalations.access import NotFound
from amends.web.requests import MemberRequest


@require_GET
@never_cache
def page(request: MemberRequest) -> HttpResponse:
    """The browsers in which you are logged in, last used first."""
    here = request.session.session_key
    rows = [
        (row, sessions.mark(row.session_key), row.session_key == here) for row in sessions.of(request.user, request.now)
    ]
    return render(request, "you/sessions.html", {"rows": rows, "lasts": sessions.LASTS, "rests": sessions.RESTS})


@require_POST
def end(request: MemberRequest, mark: str) -> HttpResponse:
    """Log out in one of them."""
    if not sessions.end(request.user, mark, now=request.now):
        raise NotFound("You are not logged in there any more.")
    messages.success(request, "You are logged out there.")
    return redirect("sessions")


@require_POST
def end_others(request: MemberRequest) -> HttpResponse:
    """Log out everywhere but here."""
    members.log_out(request.user, by=request.actor, now=request.now, but=request.session.session_key)
    messages.success(request, "You are logged in here only.")
    return redirect("sessions")
