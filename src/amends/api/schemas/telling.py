"""Who is told, who is left out, and what an update begins with."""

from __future__ import annotations

import datetime as dt

from pydantic import BaseModel, Field

from amends.api.schemas.updates import NextUpdate, Reply
from amends.api.schemas.words import Asked, Day, Id, Named, Reason
from amends.escalations.models import LeaveOut


class LeaveOutAsked(Asked):
    """Who is not told, why, and until when: thirty days ahead at most."""

    contact: Id
    reason: Reason
    until: Day = Field(description="Until the end of this day at the account")


class TellAgain(Asked):
    """Who is told from now on."""

    contact: Id


class LeaveOutShown(BaseModel):
    """Somebody who should be told of a case, and was left out of it for a while."""

    contact: Named
    reason: str
    until_at: dt.datetime = Field(description="From then on they are told again by themselves")
    by: Named | None
    at: dt.datetime
    ended_at: dt.datetime | None = Field(description="When somebody had them told again before that")
    ended_by: Named | None
    is_standing: bool

    @classmethod
    def of(cls, row: LeaveOut, now: dt.datetime) -> LeaveOutShown:
        plain = ("reason", "until_at", "at", "ended_at")
        return cls(
            contact=Named.of(row.contact),
            by=Named.or_none(row.by),
            ended_by=Named.or_none(row.ended_by),
            is_standing=row.ended_at is None and now < row.until_at,
            **{name: getattr(row, name) for name in plain},
        )


class Citable(BaseModel):
    """A fact that an update may tell, and whether as certain or only as still being looked into."""

    id: int
    words: str
    is_certain: bool


class Composing(BaseModel):
    """What an update begins with."""

    to: list[Named] = Field(description="Who should be told, and is not left out; an update without them is refused")
    left_out: list[LeaveOutShown] = Field(description="Who should be told, and is left out just now")
    subject: str
    texts: list[Reply] = Field(description="The playbook’s prepared texts, filled for the first who is told")
    facts: list[Citable]
    keeps: list[int] = Field(description="The open promises of an update that one to these keeps")
    next: NextUpdate | None = Field(description="What they would hear next, by the severity’s cadence")
    etiquette: str = Field(
        description="By which way one answers them, as they came, unless insights say otherwise; blank: nothing to say"
    )
