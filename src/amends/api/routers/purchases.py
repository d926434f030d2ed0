"""Purchases: what an account has bought from us."""

from __future__ import annotations

from http import HTTPStatus

from ninja import Query, Router, Status

from amends.api import found
from amends.api.pages import Page, Paging, page
from amends.api.requests import Request
from amends.api.schemas.inside import AddPurchase, ChangePurchase, PurchaseShown
from amends.api.schemas.words import Id
from amends.directory import purchases
from amends.directory.models import Purchase
from amends.escalations.access import NotFound
from amends.escalations.authority import Act, check

router = Router(tags=["purchases"])
_NEWEST_FIRST = ("-on", "-id")


@router.get("/accounts/{account_id}/purchases", response=Page[PurchaseShown])
def list_of(request: Request, account_id: Id, wanted: Query[Paging]) -> Page[PurchaseShown]:
    """What an account bought, the newest first."""
    check(request.actor, Act.SEE_ACCOUNTS)
    seen = Purchase.objects.filter(account=found.account(account_id))
    rows, following = page(seen, _NEWEST_FIRST, wanted, PurchaseShown.of)
    return Page(items=rows, next=following)


@router.post("/accounts/{account_id}/purchases", response={201: PurchaseShown})
def add(request: Request, account_id: Id, asked: AddPurchase) -> Status[PurchaseShown]:
    """Write down what they bought."""
    check(request.actor, Act.CHANGE_ACCOUNTS)
    account = found.account(account_id)
    purchase = purchases.add(account, **asked.model_dump(), by=request.actor, now=request.now)
    return Status(HTTPStatus.CREATED, PurchaseShown.of(purchase))


@router.patch("/purchases/{purchase_id}", response=PurchaseShown)
def change(request: Request, purchase_id: Id, asked: ChangePurchase) -> PurchaseShown:
    """Correct a purchase; what is left out stays as it is."""
    check(request.actor, Act.CHANGE_ACCOUNTS)
    fields = asked.model_dump(exclude_unset=True)
    return PurchaseShown.of(purchases.change(_found(purchase_id), **fields, by=request.actor, now=request.now))


@router.delete("/purchases/{purchase_id}", response={204: None})
def remove(request: Request, purchase_id: Id) -> Status[None]:
    """It was written down by mistake."""
    check(request.actor, Act.CHANGE_ACCOUNTS)
    purchases.remove(_found(purchase_id), by=request.actor, now=request.now)
    return Status(HTTPStatus.NO_CONTENT, None)


def _found(number: int) -> Purchase:
    purchase = Purchase.objects.filter(pk=number).first()
    if purchase is None:
        raise NotFound(f"There is no purchase {number}.")
    return purchase
