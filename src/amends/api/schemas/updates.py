"""Updates: what was said to the customer, and heard from them."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, Field

from amends.api.schemas.promises import Channel
from amends.api.schemas.words import Asked, Id, Line, Moment, Named, OneOf, Reason, Text
from amends.escalations.models import Promise, Update


class NextUpdate(Asked):
    """What the customer hears next, and by when."""

    what: Reason
    due_at: Moment
    channel: Channel = Promise.Channel.MAIL.value


class SendUpdate(Asked):
    """A mail to the customer. It keeps promises, and promises what comes then."""

    text: Text
    to: list[Id] = Field(max_length=50, description="Contacts of the account")
    subject: Annotated[str, Line(200)] = ""
    keeps: list[Id] = Field([], max_length=50, description="Promises that it keeps")
    then: NextUpdate | None = Field(None, description="Left out: the next update by the severity’s cadence")


class LogUpdate(Asked):
    """A call, a meeting or a mail that took place elsewhere, at its own time."""

    channel: Annotated[str, OneOf(Update.Channel)]
    direction: Annotated[str, OneOf(Update.Direction)] = Update.Direction.OUT.value
    text: Text
    at: Moment
    contact: Id | None = None
    minutes: int | None = Field(None, ge=0, le=1440)
    keeps: list[Id] = Field([], max_length=50, description="Promises that it kept")
    then: NextUpdate | None = None


class UpdateShown(BaseModel):
    """One thing that was said or heard."""

    id: int
    direction: str = Field(description="out: said to the customer; in: heard from them")
    channel: str
    at: dt.datetime
    logged_at: dt.datetime
    by: Named | None
    contact: Named | None
    to: list[Named] = Field(description="Of a mail that Amends sent: to whom")
    subject: str
    text: str
    minutes: int | None
    is_mailed: bool
    has_news: bool
    keeps: list[int] = Field(description="The promises that it kept")

    @classmethod
    def of(cls, update: Update) -> UpdateShown:
        return cls(
            id=update.pk,
            direction=update.direction,
            channel=update.channel,
            at=update.at,
            logged_at=update.logged_at,
            by=Named.or_none(update.by),
            contact=Named.or_none(update.contact),
            to=[Named.of(recipient.contact) for recipient in update.recipients.all()],
            subject=update.subject,
            text=update.text,
            minutes=update.minutes,
            is_mailed=update.is_mailed,
            has_news=update.has_news,
            keeps=[promise.pk for promise in update.keeps.all()],
        )
