"""Who is let in: the bearer of a token, or a member who has logged in on the pages."""

from __future__ import annotations

import datetime as dt
from typing import cast

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from ninja.security import HttpBearer, SessionAuth

from amends.api.problem_documents import TooManyTries, Unauthenticated
from amends.api.requests import Request
from amends.directory import absences, tokens
from amends.directory.actor import Actor
from amends.directory.models import Member, Token
from amends.lib import wall
from amends.lib.errors import Forbidden

READS = ("GET", "HEAD", "OPTIONS")
# So many keys that open nothing may come from one address in a minute.
TRIES_A_MINUTE = 20


class Bearer(HttpBearer):
    """A token in the Authorization header. One that is wrong is refused, whatever session comes with it.

    `only_reads`: what is asked for changes nothing, so that a token that may only read is let in by any method.
    """

    def __init__(self, *, only_reads: bool = False) -> None:
        super().__init__()
        self._only_reads = only_reads

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        now = moment(request)
        found = tokens.find(token.strip(), now=now) if token.isascii() else None
        if found is None:
            _count_a_failure(request)
            raise Unauthenticated(
                "This token opens nothing: it is wrong, revoked or too old, or its owner is not here any more.",
                'Bearer realm="Amends", error="invalid_token"',
            )
        may_write = found.scope == Token.Scope.WRITE
        if not may_write and request.method not in READS and not self._only_reads:
            raise Forbidden("This token may only read. Make one that may write.")
        tokens.note(found, now=now)
        return let_in(request, found.member, may_write=may_write)


class Session(SessionAuth):
    """The session of the pages; what is not only a read needs its CSRF token, too."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        if not (request.user.is_authenticated and request.user.is_active):
            return None
        return let_in(request, request.user, may_write=True)


def let_in(request: HttpRequest, member: Member, *, may_write: bool) -> Actor:
    """Put on the request who asks, and when."""
    let = cast(Request, request)
    let.member, let.now = member, moment(request)
    let.actor = absences.actor_of(member, let.now, may_write=may_write)
    return let.actor


def moment(request: HttpRequest) -> dt.datetime:
    """When the request came in, as the pages' middleware noted it."""
    noted: dt.datetime | None = getattr(request, "now", None)
    return noted or wall.now()


def _count_a_failure(request: HttpRequest) -> None:
    """Raise TooManyTries where an address goes on trying.

    A good key is never locked out by bad ones: a whole company may sit behind one address, and a random key of
    256 bits is not found by trying.
    """
    second = int(moment(request).timestamp())
    counter = f"api-failures:{_address(request)}:{second // 60}"
    cache.add(counter, 0, timeout=120)
    try:
        failures = cache.incr(counter)
    except ValueError:  # it was evicted in between
        return
    if failures > TRIES_A_MINUTE:
        raise TooManyTries(wait=60 - second % 60)


def _address(request: HttpRequest) -> str:
    """Where a request comes from. Only a proxy that we were told of is believed about it."""
    if getattr(settings, "SECURE_PROXY_SSL_HEADER", None):
        forwarded = request.headers.get("X-Forwarded-For", "")
        if last := forwarded.rsplit(",", 1)[-1].strip():
            return last[:60]
    return str(request.META.get("REMOTE_ADDR", ""))
