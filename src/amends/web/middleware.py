"""What every request passes on its way in, and how a no of the domain becomes a page on its way out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from amends.directory import absences
from amends.escalations.access import NotFound
from amends.lib import wall
from amends.lib.errors import Forbidden, Refused

Answer = Callable[[HttpRequest], HttpResponseBase]


class RequestMoment:
    """Reads the clock once, and says who asks: `request.now`, `request.actor` (or None), `request.zone`."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        request.now = wall.now()
        member = request.user if request.user.is_authenticated else None
        request.actor = absences.actor_of(member, request.now) if member else None
        request.zone = member.zone if member else "UTC"
        return self.get_response(request)


class MembersFirst(LoginRequiredMiddleware):
    """Every page asks for a login unless its view says `login_not_required`; the API has its own keys."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., Any],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        if request.path_info.startswith("/api/"):
            return None
        answer: HttpResponseBase | None = super().process_view(request, view_func, view_args, view_kwargs)
        if answer is not None and request.headers.get("HX-Request"):
            # A part of a page cannot show the login: the whole page goes there.
            return HttpResponse(status=204, headers={"HX-Redirect": answer["Location"]})
        return answer


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
                return render(request, "403.html", {"says": exception.sentence}, status=403)
            case Refused():
                return render(request, "refused.html", {"says": exception.sentence}, status=422)
        return None
