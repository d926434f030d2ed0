"""Acts on tokens: a member's keys to the API, each shown once and kept as a hash."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from amends.directory import checks
from amends.directory.models import Member, Token
from amends.lib import keys
from amends.lib.errors import Refused

PREFIX = "amends"


@transaction.atomic
def make(member: Member, *, name: str, scope: str, now: dt.datetime) -> tuple[Token, str]:
    """Make a token of a member. The key beside it is not kept: whoever asks must show it now."""
    if not member.is_active:
        raise Refused(f"{member.name} is no longer here.")
    cleaned = checks.line(name, "name", at_most=80, missing="What is it for? The name is how you find it later.")
    checks.one_of(scope, Token.Scope.values, "scope", what="a scope")
    key = keys.new_key(PREFIX)
    token = Token.objects.create(
        member=member, name=cleaned, scope=scope, fingerprint=keys.fingerprint(key), made_at=now
    )
    return token, key


@transaction.atomic
def revoke(token: Token, *, now: dt.datetime) -> None:
    """End a token at once, for good. Once more changes nothing."""
    Token.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=now)
    token.refresh_from_db(fields=["revoked_at"])


def find(key: str) -> Token | None:
    """The token that a key opens, with its member; None where it was revoked or its member has left."""
    if not key.startswith(f"{PREFIX}_"):
        return None
    live = Token.objects.filter(revoked_at__isnull=True, member__is_active=True)
    return live.select_related("member").filter(fingerprint=keys.fingerprint(key)).first()
