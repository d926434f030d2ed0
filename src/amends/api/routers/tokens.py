"""One’s own tokens. Nobody, of whatever role, sees those of others.

None is made here: a token that could make another would outlive its own end.
"""

from __future__ import annotations

from http import HTTPStatus

from ninja import Query, Router, Status

from amends.api.pages import Page, Paging, page
from amends.api.requests import Request
from amends.api.schemas.watching import TokenShown
from amends.api.schemas.words import Id
from amends.directory import tokens
from amends.directory.models import Token
from amends.escalations.access import NotFound

router = Router(tags=["tokens"])
_NEWEST_FIRST = ("-made_at", "-id")


@router.get("/tokens", response=Page[TokenShown])
def list_own(request: Request, wanted: Query[Paging]) -> Page[TokenShown]:
    """Your tokens, the newest first; also those that are revoked."""
    seen = Token.objects.filter(member=request.member)
    rows, following = page(seen, _NEWEST_FIRST, wanted, TokenShown.of)
    return Page(items=rows, next=following)


@router.delete("/tokens/{token_id}", response={204: None})
def revoke(request: Request, token_id: Id) -> Status[None]:
    """End one of your tokens at once, for good."""
    token = Token.objects.filter(pk=token_id, member=request.member).first()
    if token is None:
        raise NotFound(f"You have no token {token_id}.")
    tokens.revoke(token, by=request.actor, now=request.now)
    return Status(HTTPStatus.NO_CONTENT, None)
