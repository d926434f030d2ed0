"""Accounts, and who is in their team."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from ninja import Query, Router, Status

from amends.api import found
from amends.api.pages import Counted, page
from amends.api.requests import Request
from amends.api.schemas.directory import (
    AccountFields,
    AccountFilters,
    AccountShown,
    AddAccount,
    ChangeAccount,
    SeatShown,
    TakeSeat,
)
from amends.api.schemas.words import Id
from amends.directory import accounts
from amends.directory.models import Account
from amends.escalations.access import NotFound
from amends.escalations.authority import Act, check
from amends.escalations.models import Hold
from amends.lib.errors import Refused

router = Router(tags=["accounts"])
_BY_NAME = ("name", "id")


@router.get("/accounts", response=Counted[AccountShown])
def list_all(request: Request, wanted: Query[AccountFilters]) -> Counted[AccountShown]:
    """Accounts by name."""
    check(request.actor, Act.SEE_ACCOUNTS)
    seen = Account.objects.all()
    if wanted.csm:
        seen = seen.filter(csm=wanted.csm)
    if wanted.search:
        seen = seen.filter(name__icontains=wanted.search)
    rows, following = page(seen.select_related("csm").prefetch_related(*_beside()), _BY_NAME, wanted, AccountShown.of)
    return Counted(items=rows, next=following, count=seen.count())


@router.post("/accounts", response={201: AccountShown})
def add(request: Request, asked: AddAccount) -> Status[AccountShown]:
    """Add a customer."""
    check(request.actor, Act.CHANGE_ACCOUNTS)
    account = accounts.add(**_fields(asked), by=request.actor, now=request.now)
    return Status(HTTPStatus.CREATED, AccountShown.of(account))


@router.get("/accounts/{account_id}", response=AccountShown)
def one(request: Request, account_id: Id) -> AccountShown:
    """One account."""
    check(request.actor, Act.SEE_ACCOUNTS)
    return _shown(found.account(account_id))


@router.patch("/accounts/{account_id}", response=AccountShown)
def change(request: Request, account_id: Id, asked: ChangeAccount) -> AccountShown:
    """Change what is known of a customer; what is left out stays as it is."""
    check(request.actor, Act.CHANGE_ACCOUNTS)
    account = found.account(account_id)
    return _shown(accounts.change(account, **_fields(asked), by=request.actor, now=request.now))


@router.post("/accounts/{account_id}/seats", response={201: SeatShown})
def seat(request: Request, account_id: Id, asked: TakeSeat) -> Status[SeatShown]:
    """Give a member a part in the account team."""
    check(request.actor, Act.CHANGE_ACCOUNTS)
    account, member = found.account(account_id), found.named_member(asked.member, "member")
    if member is None:
        raise Refused("Say who.", field="member")
    taken = accounts.seat(account, member=member, part=asked.part, by=request.actor, now=request.now)
    return Status(HTTPStatus.CREATED, SeatShown.of(taken))


@router.delete("/accounts/{account_id}/seats/{seat_id}", response={204: None})
def unseat(request: Request, account_id: Id, seat_id: Id) -> Status[None]:
    """Take a member’s part in the account team away."""
    check(request.actor, Act.CHANGE_ACCOUNTS)
    seat = found.account(account_id).seats.filter(pk=seat_id).first()
    if seat is None:
        raise NotFound(f"There is no seat {seat_id} at account {account_id}.")
    accounts.unseat(seat, by=request.actor, now=request.now)
    return Status(HTTPStatus.NO_CONTENT, None)


def _beside() -> tuple[str | Prefetch[Any], ...]:
    """What is shown of an account besides its own row."""
    return "seats__member", Prefetch("holds", Hold.objects.filter(lifted_at__isnull=True))


def _shown(account: Account) -> AccountShown:
    prefetch_related_objects([account], *_beside())
    return AccountShown.of(account)


def _fields(asked: AccountFields) -> dict[str, Any]:
    """What was said, and only that, with the CSM found."""
    fields = asked.model_dump(exclude_unset=True)
    if "csm" in fields:
        fields["csm"] = found.named_member(fields["csm"], "csm")
    return fields
