"""Links to the customer's page."""

from __future__ import annotations

from http import HTTPStatus

from ninja import Router, Status

from amends.api import found
from amends.api.requests import Request
from amends.api.schemas.customer_links import CustomerLinkGiven, CustomerLinkShown, GiveCustomerLink
from amends.api.schemas.words import Id
from amends.escalations import access, customer_links
from amends.escalations.actions import customer_links as links

router = Router(tags=["customer links"])


@router.get("/escalations/{key}/customer-links", response=list[CustomerLinkShown])
def list_of(request: Request, key: str) -> list[CustomerLinkShown]:
    """Who at the customer has a link to the page of this case that opens it."""
    escalation = access.find(key, seen_by=request.actor)
    standing = [link for link in customer_links.of(escalation) if customer_links.standing(link, request.now)]
    return [CustomerLinkShown.of(link) for link in standing]


@router.post("/escalations/{key}/customer-links", response={201: CustomerLinkGiven})
def give(request: Request, key: str, asked: GiveCustomerLink) -> Status[CustomerLinkGiven]:
    """Give a contact a link of their own. One that they have already opens nothing from then on."""
    escalation = access.find(key, seen_by=request.actor)
    [contact] = found.named_contacts([asked.contact], "contact")
    link = links.give(escalation, contact=contact, mail=asked.mail, by=request.actor, now=request.now)
    given = CustomerLinkGiven(**CustomerLinkShown.facts(link), url=customer_links.url(link))
    return Status(HTTPStatus.CREATED, given)


@router.delete("/escalations/{key}/customer-links/{link_id}", response={204: None})
def revoke(request: Request, key: str, link_id: Id) -> Status[None]:
    """It opens nothing from now on."""
    escalation = access.find(key, seen_by=request.actor)
    links.revoke(found.customer_link(link_id, escalation), by=request.actor, now=request.now)
    return Status(HTTPStatus.NO_CONTENT, None)
