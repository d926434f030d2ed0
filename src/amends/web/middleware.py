"""What every request passes on its way in, and how a no of the domain becomes a page on its way out."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from amends.directory import absences
from amends.directory.security import sessions
from amends.escalations.access import NotFound
from amends.lib import wall
from amends.lib.errors import Forbidden, Refused
from amends.web.way_back import way_back

log = logging.getLogger("amends.security")
Answer = Callable[[HttpRequest], HttpResponseBase]


class RequestMoment:
    """Reads the clock once, and says who asks: `request.now`, `request.actor` (or None), `request.zone`.

    A session that is too old, or was not used for too long, ends here. What is answered to a member is for their
    browser alone, which asks anew each time, unless it says otherwise.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        request.now = wall.now()
        came_in = request.user.is_authenticated
        if came_in and sessions.is_over(request.session, request.now):
            logout(request)
        member = request.user if request.user.is_authenticated else None
        request.actor = absences.actor_of(member, request.now) if member else None
        request.zone = member.zone if member else "UTC"
        answer = self.get_response(request)
        if member:
            answer.headers.setdefault("Cache-Control", "private, no-cache")
        if came_in and not request.user.is_authenticated:
            # What was shown is not to be had by going back.
            answer.headers["Clear-Site-Data"] = '"cache"'
        return answer


class MembersFirst(LoginRequiredMiddleware):
    """Every page asks for a login unless its view says `login_not_required`; the API has its own keys.

    What a page asks while somebody types is a 401: nobody is taken away in the middle of a sentence.
    """

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., Any],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        # A page that only watches does not keep anybody logged in.
        if request.user.is_authenticated and not getattr(view_func, "asks_aside", False):
            sessions.note(request.session, request.now)  # type: ignore[attr-defined]
        if request.path_info.startswith("/api/"):
            return None
        answer: HttpResponseBase | None = super().process_view(request, view_func, view_args, view_kwargs)
        if answer is not None and getattr(view_func, "asks_aside", False):
            return HttpResponse(status=401)
        if answer is not None and request.headers.get("HX-Request"):
            # A part of a page cannot show the login: the whole page goes there, and comes back as a whole.
            return HttpResponse(status=204, headers={"HX-Redirect": redirect_to_login(_page_of(request)).url})
        return answer


def _page_of(request: HttpRequest) -> str:
    """The page on which a part was asked for; the first one where that cannot be told."""
    page = request.headers.get("HX-Current-URL", "")
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}):
        return "/"
    return urlsplit(page)._replace(scheme="", netloc="", fragment="").geturl() or "/"


def refused(request: HttpRequest, why: str) -> None:
    """Write down that somebody was not allowed to do something."""
    actor = getattr(request, "actor", None)
    who = f"member:{actor.member_id}" if actor else "somebody"
    log.warning("%s was refused %s %s: %s", who, request.method, request.path, why)


class RefusalsForPeople:
    """Forbidden becomes a page with status 403, NotFound one with 404, any other Refused one with 422."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        match exception:
            case NotFound():
                return render(request, "404.html", {"says": str(exception)}, status=404)
            case Forbidden():
                refused(request, exception.sentence)
                return render(request, "403.html", _said(request, exception), status=403)
            case Refused():
                return render(request, "refused.html", _said(request, exception), status=422)
        return None


def _said(request: HttpRequest, no: Refused) -> dict[str, Any]:
    return {"says": no.sentence, "way_back": way_back(request)}
