"""The addresses of the API, under /api/v1/."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, re_path
from django.views.decorators.csrf import csrf_exempt

from amends.api.door import api
from amends.api.problem_documents import not_allowed, nothing_here

Answer = Callable[..., HttpResponseBase]


def _kept_by_nobody(view: Answer) -> Answer:
    """No cache keeps an answer that does not allow it; and even a wrong method is answered by a document."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if isinstance(response, HttpResponseNotAllowed):
            response = not_allowed(response)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return answer


_patterns, _app_name, _namespace = api.urls
for _pattern in _patterns:
    if isinstance(_pattern, URLPattern):
        _pattern.callback = _kept_by_nobody(_pattern.callback)

urlpatterns = [
    re_path(r"^$", csrf_exempt(nothing_here)),
    path("", (_patterns, _app_name, _namespace)),
    re_path(r"^.+$", csrf_exempt(nothing_here)),
]
