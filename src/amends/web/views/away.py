"""The page for a moment without a database: it asks nothing of one."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

log = logging.getLogger("amends.web")
# After so many seconds a browser, or whatever watches, may ask again.
RETRY_AFTER = 5


def away(request: HttpRequest, problem: Exception) -> HttpResponse:
    """Says that it passes, and what to do then."""
    log.warning("%s %s: the database does not answer: %s", request.method, request.path, problem)
    return HttpResponse(
        render_to_string("503.html"), status=503, headers={"Retry-After": str(RETRY_AFTER), "Cache-Control": "no-store"}
    )
