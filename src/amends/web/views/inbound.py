"""Mail that a provider posts, instead of a mailbox: kept at once, then read, and answered only when it is kept."""

from __future__ import annotations

import logging

from allauth.core.ratelimit import consume_or_429
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from amends.directory.actor import MAILBOX
from amends.escalations.actions import incoming
from amends.lib import wall
from amends.web.inbound import PROVIDERS, Unreadable, keep_body, mails

log = logging.getLogger("amends.mailbox")
# In a provider's own shape a mail is longer than it is: files in letters, letters escaped, some of it twice.
_LONGER = 2


@login_not_required
@csrf_exempt
@never_cache
@require_http_methods(["HEAD", "POST"])
def raw(request: HttpRequest, secret: str) -> HttpResponse:
    """One mail as it came, as the body. 200: it is kept; the same once more is a 200 too. 413: it is too large."""
    if answer := _not_let_in(request, secret):
        return answer
    body = _body(request, incoming.limits().most_bytes)
    if body is None:
        return _too_large()
    if not body.strip():
        return _says("There is no mail in this.", 400)
    _take_in(body, came_by="posted")
    return _says("Kept.")


@login_not_required
@csrf_exempt
@never_cache
@require_http_methods(["HEAD", "POST"])
def provider(request: HttpRequest, secret: str, name: str) -> HttpResponse:
    """The same in the shape of one of PROVIDERS. 400: what was posted is not in it."""
    if name not in PROVIDERS:
        raise Http404
    if answer := _not_let_in(request, secret):
        return answer
    try:
        body = _body(request, incoming.limits().most_bytes * _LONGER)
        if body is None:
            return _too_large()
        keep_body(request, body)
        found = mails(request, name)
    except RequestDataTooBig:
        return _too_large()
    except Unreadable as unreadable:
        log.warning("What was posted as mail cannot be read. %s", unreadable)
        return _says(str(unreadable), 400)
    if any(len(each) > incoming.limits().most_bytes for each in found):
        return _too_large()
    for each in found:
        _take_in(each, came_by=f"posted by {name}")
    return _says("Kept.")


def _not_let_in(request: HttpRequest, secret: str) -> HttpResponse | None:
    """What whoever does not know the secret hears: nothing is there. Who tries many is told to wait."""
    known = settings.INBOUND_SECRET
    if known and constant_time_compare(secret, known):
        limited: HttpResponse | None = consume_or_429(request, action="inbound", limit_get=True)
        return limited or (HttpResponse() if request.method == "HEAD" else None)
    limited = consume_or_429(request, action="inbound_guess", limit_get=True)
    if limited:
        return limited
    raise Http404


def _body(request: HttpRequest, most: int) -> bytes | None:
    """What was posted; None where it is more than that."""
    said = request.headers.get("Content-Length") or "0"
    if said.isdecimal() and int(said) > most:
        return None
    body = request.read(most + 1)
    return body if len(body) <= most else None


def _take_in(mail: bytes, *, came_by: str) -> None:
    """Kept, it is safe: where it cannot be read just now, the clock's process reads it."""
    incoming.take_in(mail, came_by=came_by, by=MAILBOX, now=wall.now())


def _says(says: str, status: int = 200) -> HttpResponse:
    return HttpResponse(f"{says}\n", status=status, content_type="text/plain; charset=utf-8")


def _too_large() -> HttpResponse:
    return _says(f"Mails of up to {settings.MAIL_LIMIT_MB} MB are taken.", 413)
