"""The page for a moment without a database: it asks nothing of one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

# After so many seconds a browser, or whatever watches, may ask again.
RETRY_AFTER = 5


def away(request: HttpRequest) -> HttpResponse:
    """Says that it passes, and what to do then."""
    return HttpResponse(
        render_to_string("503.html"), status=503, headers={"Retry-After": str(RETRY_AFTER), "Cache-Control": "no-store"}
    )
