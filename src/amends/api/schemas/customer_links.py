"""Links to the customer's page."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pydantic import BaseModel, Field

from amends.api.schemas.words import Asked, Id, Named
from amends.escalations.models import CustomerLink


class CustomerLinkShown(BaseModel):
    """Who at the customer has a link, and when it was used."""

    id: int
    contact: Named
    made_at: dt.datetime
    made_by: Named | None
    first_opened_at: dt.datetime | None
    last_opened_at: dt.datetime | None = Field(description="To the hour")

    @classmethod
    def of(cls, link: CustomerLink) -> CustomerLinkShown:
        return cls(**cls.facts(link))

    @staticmethod
    def facts(link: CustomerLink) -> dict[str, Any]:
        return {
            "id": link.pk,
            "contact": Named.of(link.contact),
            "made_at": link.made_at,
            "made_by": Named.or_none(link.made_by),
            "first_opened_at": link.first_opened_at,
            "last_opened_at": link.last_opened_at,
        }


class CustomerLinkGiven(CustomerLinkShown):
    """A link that was made just now, with its address."""

    url: str = Field(description="The whole address. It opens the page to whoever has it, and is answered here only")


class GiveCustomerLink(Asked):
    """A link for one contact of the account."""

    contact: Id
    mail: bool = Field(default=False, description="Send it to them at once")
