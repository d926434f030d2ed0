"""Calendars: one meeting as a file, and the private address at which a member's own calendar is read."""

from __future__ import annotations

import hashlib
from http import HTTPStatus

from allauth.core.ratelimit import consume_or_429
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from amends.directory import absences, calendars
from amends.directory.models import Organisation
from amends.escalations import access, calendar_entries
from amends.escalations.access import NotFound
from amends.lib import wall
from amends.web import meeting_page
from amends.web.requests import MemberRequest

_CALENDAR = "text/calendar; charset=utf-8"


@require_GET
def file(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """The meeting for a calendar that does not get our mails."""
    escalation = access.find(key, seen_by=request.actor)
    meeting = meeting_page.find_meeting(escalation, pk)
    entry = calendar_entries.of_meeting(meeting, Organisation.current())
    name = f"{escalation.key}-{meeting.pk}.ics"
    text = calendar_entries.written([entry], escalation.key, request.now)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type=_CALENDAR, headers=headers)


@require_http_methods(["GET", "POST"])
@never_cache
def address(request: MemberRequest) -> HttpResponse:
    """The private address of your calendar. A new one is shown in the answer itself, once: only its hash is kept."""
    url = ""
    if request.method == "POST":
        key = calendars.make(request.user, by=request.actor, now=request.now)
        url = settings.URL + reverse("calendar_feed", args=[key])
    made = getattr(request.user, "calendar_address", None)
    return render(request, "you/calendar.html", {"url": url, "made": made})


@require_POST
def forget_address(request: MemberRequest) -> HttpResponse:
    """Your calendar has no address any more."""
    calendars.revoke(request.user, by=request.actor, now=request.now)
    return redirect("calendar_address")


@require_safe
@login_not_required
def feed(request: HttpRequest, key: str) -> HttpResponse:
    """Meetings and promises of whoever's address it is, for the program that reads it; 304 where all is as before."""
    member, now = calendars.find(key), wall.now()
    if member is None:
        if consume_or_429(request, action="calendar_guess", limit_get=True):
            return _too_often(request)
        raise NotFound("This calendar has another address now. Its reader finds it on their page You.")
    if consume_or_429(request, action="calendar", key=f"member:{member.pk}", limit_get=True):
        return _too_often(request)
    found = calendar_entries.of_member(absences.actor_of(member, now, may_write=False), now)
    etag = f'"{hashlib.sha256(repr(found).encode()).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "Referrer-Policy": "no-referrer"}
    answer = HttpResponse(content_type=_CALENDAR, headers=headers)
    unchanged = get_conditional_response(request, etag=etag, response=answer)
    if isinstance(unchanged, HttpResponse) and unchanged.status_code != HTTPStatus.OK:
        return unchanged
    answer.content = calendar_entries.written(found, f"{member.name}, {Organisation.current().name}", now)
    return answer


def _too_often(request: HttpRequest) -> HttpResponse:
    return render(request, "429.html", status=HTTPStatus.TOO_MANY_REQUESTS)
