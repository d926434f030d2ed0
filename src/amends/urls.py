"""Which door opens where, and what is said when something breaks before a door could say it."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.defaults import server_error

from amends.api import problem_documents
from amends.web.views.away import away

urlpatterns = [
    path("api/v1/", include("amends.api.urls")),
    path("", include("amends.web.urls")),
]


def handler500(request: HttpRequest) -> HttpResponse:
    """A fault of ours; or the database was away, which passes."""
    problem = sys.exc_info()[1]
    if not isinstance(problem, OperationalError | InterfaceError):
        return server_error(request)
    if request.path_info.startswith("/api/"):
        return problem_documents.away(request, problem)
    return away(request, problem)
