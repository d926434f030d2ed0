"""Causes, whom they affect, and what those are told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, Field

from amends.api.pages import Paging
from amends.api.schemas.words import Asked, Id, Line, Moment, Named, Reason, Text
from amends.escalations.causes import Row
from amends.escalations.models import Cause, CauseNotice, CauseNoticePart

Name = Annotated[str, Line(160)]
Known = Annotated[Text, Field(max_length=5_000)]
Category = Annotated[str, Line(40)]


class NameCause(Asked):
    """What is wrong. Customers read the name; what we know stays inside."""

    name: Name
    what_we_know: Known = ""
    category: Category = Field("", description="One of the playbook’s")
    team: Id | None = Field(None, description="Who solves it")


class ChangeCause(Asked):
    """What to say otherwise; what is not named stays as it is."""

    name: Name | None = None
    what_we_know: Known | None = None
    category: Category | None = None
    team: Id | None = Field(None, description="Who solves it; null for nobody yet")


class SolveCause(Asked):
    """What was done."""

    done: Annotated[str, Line(500)]


class LinkCase(Asked):
    """Which escalation comes of it."""

    escalation: Annotated[str, Line(20)] = Field(description="Its key")


class MarkAccounts(Asked):
    """Which accounts are affected, and how we know."""

    accounts: Annotated[list[Id], Field(min_length=1, max_length=2_000)]
    how_we_know: Reason


class SendNotice(Asked):
    """One text to many accounts. `{contact}`, `{account}` and `{next_by}` become each one’s own."""

    subject: Annotated[str, Line(200)]
    text: Annotated[Text, Field(max_length=10_000)]
    next_what: Reason = Field(description="What each of them hears next")
    next_at: Moment
    accounts: Annotated[list[Id], Field(max_length=2_000)] | None = Field(
        None,
        description="Affected ones, 2,000 at most; without it all that have not escalated, were not told, and can be, "
        "which is refused where they are more",
    )


class CauseFilters(Paging):
    """Which causes."""

    open: bool | None = Field(None, description="Those that are open, or those that are solved; else both")


class CauseShown(BaseModel):
    """One cause."""

    key: str
    name: str
    what_we_know: str
    category: str
    team: Named | None
    state: str
    named_at: dt.datetime
    by: Named | None
    solved_at: dt.datetime | None
    what_was_done: str

    @classmethod
    def of(cls, cause: Cause) -> CauseShown:
        return cls(
            key=cause.key,
            name=cause.name,
            what_we_know=cause.what_we_know,
            category=cause.category,
            team=Named.or_none(cause.team),
            state=cause.state,
            named_at=cause.at,
            by=Named.or_none(cause.by),
            solved_at=cause.solved_at,
            what_was_done=cause.what_was_done,
        )


class AffectedShown(BaseModel):
    """One account that a cause affects."""

    account: Named
    how_we_know: str
    contacts: list[Named] = Field(description="Who gets a notice; none where nobody has a mail address")
    to_tell: bool = Field(description="It has not escalated, and was not told yet")
    escalation: str | None = Field(description="Its case under way that comes of it; null for one that you may not see")
    told_at: dt.datetime | None
    next_at: dt.datetime | None = Field(description="When it hears from us next")

    @classmethod
    def of(cls, row: Row) -> AffectedShown:
        return cls(
            account=Named.of(row.account),
            how_we_know=row.affected.how_we_know,
            contacts=[Named.of(contact) for contact in row.contacts],
            to_tell=row.is_to_tell,
            escalation=row.case.key if row.case and row.may_see else None,
            told_at=row.told_at,
            next_at=row.next_at,
        )


class Marked(BaseModel):
    """How many accounts are affected newly, or again."""

    marked: int


class CausesOf(BaseModel):
    """The escalations that come of a cause, by key: as far as one may see them."""

    escalations: list[str]

    @classmethod
    def of(cls, keys: Sequence[str]) -> CausesOf:
        return cls(escalations=list(keys))


class CauseNoticeShown(BaseModel):
    """One notice, and how far it is."""

    id: int
    cause: str
    subject: str
    text: str
    next_what: str
    next_at: dt.datetime
    by: Named | None
    begun_at: dt.datetime
    state: str
    trouble: str = Field(description="Why it was stopped")
    accounts: int
    told: int
    not_told: int

    @classmethod
    def of(cls, notice: CauseNotice, cause: Cause) -> CauseNoticeShown:
        """A notice as `causes.notices` counts it."""
        return cls(
            id=notice.pk,
            cause=cause.key,
            subject=notice.subject,
            text=notice.text,
            next_what=notice.next_what,
            next_at=notice.next_at,
            by=Named.or_none(notice.by),
            begun_at=notice.at,
            state=notice.state,
            trouble=notice.trouble,
            accounts=notice.of,  # type: ignore[attr-defined]
            told=notice.told,  # type: ignore[attr-defined]
            not_told=notice.not_told,  # type: ignore[attr-defined]
        )


class PartShown(BaseModel):
    """One account of a notice."""

    account: Named
    outcome: str = Field(description="`told`, `not told`; blank while it waits")
    why: str
    at: dt.datetime | None

    @classmethod
    def of(cls, part: CauseNoticePart) -> PartShown:
        return cls(account=Named.of(part.account), outcome=part.outcome, why=part.why, at=part.at)
