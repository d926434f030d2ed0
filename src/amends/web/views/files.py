"""Files of a case on their way out."""

from __future__ import annotations

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from amends.escalations import access, around
from amends.lib import downloads
from amends.web.requests import MemberRequest


@require_safe
def one(request: MemberRequest, key: str, pk: int) -> HttpResponseBase:
    """A file, to be kept: whatever is in it runs nowhere and is no page of ours. In an <img> a picture shows."""
    found = around.find_file(access.find(key, seen_by=request.actor), pk)
    answer = HttpResponse(headers=downloads.headers(found.name, found.kind, found.fingerprint))
    known = get_conditional_response(request, etag=answer["ETag"], response=answer) or answer
    if known is answer:
        answer.content = bytes(found.content.content)
    return known
