"""Acts on tokens: a member's keys to the API, each shown once and kept as a hash."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q, QuerySet

from amends.directory import checks
from amends.directory.actor import Actor
from amends.directory.models import Member, Token
from amends.directory.security import traces
from amends.lib import keys
from amends.lib.errors import Refused

PREFIX = "amends"
# How long one may open something; a longer life has to be asked for.
LASTS = dt.timedelta(days=365)
LIVES: dict[str, dt.timedelta | None] = {
    "month": dt.timedelta(days=30),
    "quarter": dt.timedelta(days=90),
    "year": LASTS,
    "ever": None,
}
# How exactly it is known when one was used: each time it is noted is a write.
NOTED_EVERY = dt.timedelta(days=1)


@transaction.atomic
def make(
    member: Member, *, name: str, scope: str, lasts: str = "year", by: Actor, now: dt.datetime
) -> tuple[Token, str]:
    """Make a token of a member, which `lasts` a month, a quarter, a year or (ever) until it is revoked.

    The key beside it is not kept: whoever asks must show it now.
    """
    if not member.is_active:
        raise Refused(f"{member.name} is no longer here.")
    cleaned = checks.line(name, "name", at_most=80, missing="What is it for? The name is how you find it later.")
    checks.one_of(scope, Token.Scope.values, "scope", what="a scope")
    life = LIVES[checks.one_of(lasts, LIVES, "lasts", what="how long it lasts")]
    ends_at, key = now + life if life else None, keys.new_key(PREFIX)
    token = Token.objects.create(
        member=member, name=cleaned, scope=scope, fingerprint=keys.fingerprint(key), made_at=now, ends_at=ends_at
    )
    traces.leave("token.made", member, by=by, now=now, after={"token": cleaned, "scope": scope, "lasts": lasts})
    return token, key


@transaction.atomic
def revoke(token: Token, *, by: Actor, now: dt.datetime) -> None:
    """End a token at once, for good. Once more changes nothing."""
    if Token.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=now):
        traces.leave("token.revoked", token.member, by=by, now=now, before={"token": token.name})
    token.refresh_from_db(fields=["revoked_at"])


def live(now: dt.datetime) -> QuerySet[Token]:
    """Those that open something."""
    lasting = Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    return Token.objects.filter(lasting, revoked_at__isnull=True, member__is_active=True)


def find(key: str, *, now: dt.datetime) -> Token | None:
    """The token that a key opens, with its member; None where it ended, was revoked, or its member has left."""
    if not key.startswith(f"{PREFIX}_"):
        return None
    return live(now).select_related("member").filter(fingerprint=keys.fingerprint(key)).first()


def note(token: Token, *, now: dt.datetime) -> None:
    """It is used. Most times this writes nothing."""
    if token.used_at is None or now - token.used_at >= NOTED_EVERY:
        Token.objects.filter(pk=token.pk).update(used_at=now)
