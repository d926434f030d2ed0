"""Contacts."""

from __future__ import annotations

from http import HTTPStatus

from ninja import Query, Router, Status

from amends.api import found
from amends.api.pages import Page, Paging, page
from amends.api.requests import Request
from amends.api.schemas.directory import AddContact, ChangeContact, ContactShown
from amends.api.schemas.words import Id
from amends.directory import contacts
from amends.directory.models import Contact
from amends.escalations.authority import Act, check

router = Router(tags=["contacts"])
_BY_NAME = ("name", "id")


@router.get("/accounts/{account_id}/contacts", response=Page[ContactShown])
def list_of(request: Request, account_id: Id, wanted: Query[Paging]) -> Page[ContactShown]:
    """The people at one account, by name; also those who have left."""
    check(request.actor, Act.SEE_ACCOUNTS)
    seen = Contact.objects.filter(account=found.account(account_id)).select_related("account")
    rows, following = page(seen, _BY_NAME, wanted, ContactShown.of)
    return Page(items=rows, next=following)


@router.post("/accounts/{account_id}/contacts", response={201: ContactShown})
def add(request: Request, account_id: Id, asked: AddContact) -> Status[ContactShown]:
    """Add a person at an account."""
    check(request.actor, Act.CHANGE_ACCOUNTS)
    account = found.account(account_id)
    contact = contacts.add(account, **asked.model_dump(exclude_unset=True), by=request.actor, now=request.now)
    return Status(HTTPStatus.CREATED, ContactShown.of(contact))


@router.get("/contacts/{contact_id}", response=ContactShown)
def one(request: Request, contact_id: Id) -> ContactShown:
    """One contact."""
    check(request.actor, Act.SEE_ACCOUNTS)
    return ContactShown.of(found.contact(contact_id))


@router.patch("/contacts/{contact_id}", response=ContactShown)
def change(request: Request, contact_id: Id, asked: ChangeContact) -> ContactShown:
    """Change what is known of a person; what is left out stays as it is."""
    check(request.actor, Act.CHANGE_ACCOUNTS)
    contact = found.contact(contact_id)
    fields = asked.model_dump(exclude_unset=True)
    return ContactShown.of(contacts.change(contact, **fields, by=request.actor, now=request.now))
