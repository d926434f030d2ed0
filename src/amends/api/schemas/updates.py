"""Updates: what was said to the customer, and heard from them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from amends.api import found
from amends.api.schemas.promises import Channel
from amends.api.schemas.words import Asked, Day, Id, Line, Moment, Named, OneOf, Reason, Text, Whole, written
from amends.escalations.actions.inside import MOST_LETTERS
from amends.escalations.actions.leave_outs import Leave
from amends.escalations.actions.updates import Next
from amends.escalations.mails import leaves_at
from amends.escalations.models import Promise, Update
from amends.escalations.proofreading import Proof

InsideText = Annotated[
    str, Field(max_length=MOST_LETTERS, json_schema_extra={"pattern": r"^[^\u0000]*$"}), AfterValidator(written)
]


class NextUpdate(Asked):
    """What the customer hears next, and by when."""

    what: Reason
    due_at: Moment
    channel: Channel = Promise.Channel.MAIL.value

    @staticmethod
    def meant(then: NextUpdate | None) -> Next | None:
        """As the acts take it."""
        return Next(then.what, then.due_at, then.channel) if then else None


class LeavingOut(Asked):
    """Somebody who should be told and does not get this: why, and until the end of which day at the account."""

    contact: Id
    reason: Reason
    until: Day

    @staticmethod
    def meant(asked: Sequence[LeavingOut]) -> list[Leave]:
        """As the acts take them. One query for all. Raises Refused where somebody is not there."""
        contacts = found.named_contacts([leave.contact for leave in asked], "leaving_out")
        by_id = {contact.pk: contact for contact in contacts}
        return [Leave(by_id[leave.contact], leave.reason, leave.until) for leave in asked]


class SendUpdate(Asked):
    """A mail to the customer. It keeps promises, and promises what comes then.

    Whoever should be told gets it, or is left out. What is told inside besides stands in no word to the customer.
    """

    text: Text
    to: list[Id] = Field(max_length=50, description="Contacts of the account")
    subject: Annotated[str, Line(200)] = ""
    keeps: list[Id] = Field([], max_length=50, description="Promises that it keeps, made to whom it goes")
    then: NextUpdate | None = Field(None, description="Left out: the next update by the severity’s cadence")
    may_know: bool = Field(False, description="Where the customer was not to be told: they may know now")
    leaving_out: list[LeavingOut] = Field([], max_length=50, description="Who should be told, and does not get it")
    facts: list[Id] = Field([], max_length=50, description="Facts that stand below the text, in their own words")
    files: list[Id] = Field(
        [], max_length=10, description="Files of the case that go along; attach them first, to nothing else"
    )
    for_team: InsideText = Field("", description="Told to the account team and who watches, with what they are told")
    for_executives: InsideText = Field("", description="The same, to executives who have a part in it")


class LogUpdate(Asked):
    """A call, a meeting or a mail that took place elsewhere, at its own time."""

    channel: Annotated[str, OneOf(Update.Channel)]
    direction: Annotated[str, OneOf(Update.Direction)] = Update.Direction.OUT.value
    text: Text
    at: Moment
    contact: Id | None = None
    minutes: Annotated[int, Whole(0, 1440)] | None = None
    keeps: list[Id] = Field([], max_length=50, description="Promises that it kept")
    then: NextUpdate | None = None
    may_know: bool = Field(False, description="Where the customer was not to be told: they may know now")


class CorrectUpdate(Asked):
    """What was written down wrongly, written down anew, all of it; and what was wrong."""

    reason: Reason
    channel: Annotated[str, OneOf(Update.Channel)]
    direction: Annotated[str, OneOf(Update.Direction)] = Update.Direction.OUT.value
    text: Text
    at: Moment
    contact: Id | None = None
    minutes: Annotated[int, Whole(0, 1440)] | None = None


class ReadDraft(Asked):
    """A text that is still being written, to whom it would go, and what would be promised with it."""

    text: Text
    to: list[Id] = Field([], max_length=50, description="The first one’s clock is meant; else the account’s")
    keeps: list[Id] = Field([], max_length=50, description="Promises that it would keep")
    next_at: Moment | None = Field(None, description="By when they hear next, where that is chosen already")


class Offered(BaseModel):
    """A moment that the text promises, while nothing else does."""

    words: str = Field(description="As the text has it")
    at: dt.datetime
    says: str = Field(description="On the reader’s clock")


class DraftRead(BaseModel):
    """What the text says, as its reader will read it. Nothing of it is kept."""

    offer: Offered | None
    troubles: list[str] = Field(description="What should be mended: a sentence each")
    unknown: list[str] = Field(description="Words in braces that nothing fills; with them it is not sent")

    @classmethod
    def of(cls, proof: Proof, unknown: list[str]) -> DraftRead:
        found = proof.offer
        offer = Offered(words=found.words, at=found.at, says=found.says) if found else None
        return cls(offer=offer, troubles=list(proof.objections), unknown=unknown)


class ReplyWanted(BaseModel):
    """For whom."""

    to: Id | None = Field(None, description="A contact of the account. Left out: the escalation’s")


class Reply(BaseModel):
    """A prepared text of the playbook, filled for one reader. `{next_by}` stands for the time that is promised."""

    key: str
    name: str
    text: str


class InsideShown(BaseModel):
    """What an update says besides, and to whom: the customer never reads it."""

    audience: str = Field(description="team or executives")
    text: str


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
    files: list[Named] = Field(description="What went along with it, or is attached to it")
    inside: list[InsideShown] = Field(description="What was told to some of ours alone besides")
    take_back_until: dt.datetime | None = Field(
        description="Of a mail: it leaves then at the earliest, and can be taken back before"
    )
    struck_at: dt.datetime | None = Field(description="Since when it does not stand: taken back, or written wrongly")
    struck_by: Named | None
    why_struck: str
    corrects: int | None = Field(description="The update in whose place this one stands")
    mail: int | None = Field(description="The mail in which it came in")

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
            files=[Named.of(file) for file in update.attachments.all()],
            inside=[InsideShown(audience=part.audience, text=part.text) for part in update.inside_parts.all()],
            take_back_until=leaves_at(update),
            struck_at=update.struck_at,
            struck_by=Named.or_none(update.struck_by),
            why_struck=update.why_struck,
            corrects=update.corrects_id,
            mail=update.filing.incoming_id if hasattr(update, "filing") else None,
        )
