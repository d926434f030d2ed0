"""Mail that came in."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import BaseModel, Field

from amends.api.pages import Paging
from amends.api.schemas.words import Asked, Id, Line, Named, OneOf
from amends.escalations.models import Filing, Incoming


class IncomingFilters(Paging):
    """Which of it."""

    state: list[Annotated[str, OneOf(Incoming.State)]] = Field([], max_length=9, description="Left out: all")


class FileMail(Asked):
    """Where it belongs."""

    escalation: Annotated[str, Line(20)] = Field(description="A key, such as ESC-1042")


class OpenFromMail(Asked):
    """Whose escalation it is, and what it is about."""

    account: Id
    reason: Annotated[str, Line(200)] = Field("", description="Left out: the subject of the mail")


class FiledIn(BaseModel):
    """A case in which it stands: as an update that was heard, or as a note of one of us."""

    escalation: str
    update: int | None
    note: int | None

    @classmethod
    def of(cls, filing: Filing) -> FiledIn:
        return cls(escalation=filing.escalation.key, update=filing.update_id, note=filing.note_id)


class IncomingLine(BaseModel):
    """One mail, without its words."""

    id: int
    state: str
    why: str = Field(description="Why it is there and nowhere else")
    came_at: dt.datetime
    came_by: str
    sent_at: dt.datetime | None = Field(description="As its writer’s program says")
    sender_name: str
    sender_address: str
    subject: str
    message_id: str
    size: int = Field(description="In bytes, as it came")
    beginning: str = Field(description="Of what was newly written")
    files: list[str] = Field(description="The names of what came along")
    account: Named | None = Field(description="From whom it seems to come")
    contact: Named | None
    filed_in: list[FiledIn] = Field(description="Of the cases that you may see")

    @classmethod
    def facts(cls, mail: Incoming) -> dict[str, Any]:
        """The values of the fields that line and whole share."""
        others = {"beginning", "account", "contact", "filed_in"}
        return {name: getattr(mail, name) for name in set(IncomingLine.model_fields) - others} | {
            "beginning": getattr(mail, "beginning", mail.words[:300]),
            "account": Named.or_none(mail.account),
            "contact": Named.or_none(mail.contact),
            "filed_in": [FiledIn.of(filing) for filing in mail.filings.all()],
        }

    @classmethod
    def of(cls, mail: Incoming) -> IncomingLine:
        return cls(**cls.facts(mail))


class IncomingShown(IncomingLine):
    """The same with what it says."""

    words: str = Field(description="What was newly written")
    text: str = Field(description="All of it, with quotes and signature")
    html: str = Field(description="Made harmless: nothing in it loads or runs")
    left_out: list[str] = Field(description="What was not taken, and why: a sentence each")
    settled_at: dt.datetime | None
    settled_by: Named | None

    @classmethod
    def of(cls, mail: Incoming) -> IncomingShown:
        return cls(
            **cls.facts(mail),
            words=mail.words,
            text=mail.text,
            html=mail.html,
            left_out=mail.left_out,
            settled_at=mail.settled_at,
            settled_by=Named.or_none(mail.settled_by),
        )
