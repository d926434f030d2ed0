"""Pages that renew themselves: 204 while nothing has changed, else the page again, of which the browser takes parts."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from amends.escalations import access
from amends.web import live, paging
from amends.web.requests import MemberRequest, asks_aside
from amends.web.views import escalation as case_view
from amends.web.views import escalations, today

_SAME = 204


@asks_aside
@require_GET
def case(request: MemberRequest, key: str) -> HttpResponse:
    """One case; `seen` is the version that the page shows, `since` the one with which it was opened."""
    seen = paging.number(request.GET.get("seen")) or 0
    version = access.visible_to(request.actor).by_key(key).values_list("version", flat=True).first()
    if version == seen:
        return HttpResponse(status=_SAME)
    found = access.find(key, seen_by=request.actor)
    since = paging.number(request.GET.get("since"))
    news = live.news(request, found, seen=seen, since=seen if since is None else since)
    request.is_live = True
    return case_view.shown(request, found, news=news)


@asks_aside
@require_GET
def desk(request: MemberRequest) -> HttpResponse:
    """Today."""
    stamp = live.stamp_of_today(request.actor, request.GET.get("whose", "mine"), request.now)
    if stamp == request.GET.get("seen"):
        return HttpResponse(status=_SAME)
    request.is_live = True
    return today.page(request)


@asks_aside
@require_GET
def listed(request: MemberRequest) -> HttpResponse:
    """The list."""
    if live.stamp_of_list(request.actor) == request.GET.get("seen"):
        return HttpResponse(status=_SAME)
    request.is_live = True
    return escalations.page(request)
