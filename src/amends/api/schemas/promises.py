"""Promises."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from amends.api.pages import Paging
from amends.api.schemas.words import Asked, Id, Line, Moment, Named, OneOf, Reason, Text, Whole
from amends.escalations.models import Escalation, Promise

Status = Annotated[str, OneOf(Promise.Status)]
Channel = Annotated[str, OneOf(Promise.Channel)]


class EscalationNamed(BaseModel):
    """Which escalation it belongs to."""

    key: str
    reason: str
    account: Named

    @classmethod
    def of(cls, escalation: Escalation) -> EscalationNamed:
        return cls(key=escalation.key, reason=escalation.reason, account=Named.of(escalation.account))


class PromiseFilters(Paging):
    """Which promises, the nearest first."""

    whose: Literal["mine", "all"] = "mine"
    status: list[Status] = Field([Promise.Status.OPEN.value], max_length=6)
    overdue: bool = Field(False, description="True: only those open past their time")


class PromisesOfOne(Paging):
    """Which promises of one escalation, by when they are due."""

    status: list[Status] = Field([], description="Left out: all", max_length=6)


class PromiseShown(BaseModel):
    """What the customer will get from us, by which channel, by when; and what became of it."""

    id: int
    escalation: EscalationNamed
    kind: str
    what: str
    channel: str
    to: Named | None
    owner: Named | None
    made_at: dt.datetime
    due_at: dt.datetime
    zone: str = Field(description="The time zone that the time was meant in")
    status: str
    is_overdue: bool
    settled_at: dt.datetime | None
    late_by_minutes: float | None = Field(
        description="Of a kept one: how late, to a tenth of a minute; negative: early"
    )
    reason: str
    kept_by: int | None = Field(description="The update that kept it")
    moved_from: int | None = Field(description="The promise that this one gave a new time")

    @classmethod
    def of(cls, promise: Promise, now: dt.datetime) -> PromiseShown:
        return cls(
            id=promise.pk,
            escalation=EscalationNamed.of(promise.escalation),
            kind=promise.kind,
            what=promise.what,
            channel=promise.channel,
            to=Named.or_none(promise.to),
            owner=Named.or_none(promise.owner),
            made_at=promise.made_at,
            due_at=promise.due_at,
            zone=promise.zone,
            status=promise.status,
            is_overdue=promise.is_overdue(now),
            settled_at=promise.settled_at,
            late_by_minutes=None if promise.late_by is None else promise.late_by / 10,
            reason=promise.reason,
            kept_by=promise.kept_by_id,
            moved_from=promise.moved_from_id,
        )


class MakePromise(Asked):
    """What, and by when. Left out: the escalation’s contact, and its handler as owner."""

    what: Reason
    due_at: Moment
    kind: Annotated[str, OneOf(Promise.Kind)] = Promise.Kind.NEXT_UPDATE.value
    channel: Channel = Promise.Channel.MAIL.value
    to: Id | None = None
    owner: Id | None = None


class Told(Asked):
    """How the customer was told of the new time: by a mail that this sends, or by a call that took place."""

    by: Literal["mail", "call"]
    text: Text
    subject: Annotated[str, Line(200)] = Field("", description="Of a mail")
    to: list[Id] = Field([], max_length=50, description="Of a mail; left out: whom it was promised to")
    at: Moment | None = Field(None, description="Of a call; left out: now")
    contact: Id | None = Field(None, description="Of a call; left out: whom it was promised to")
    minutes: Annotated[int, Whole(0, 1440)] | None = Field(None, description="Of a call")


class MovePromise(Asked):
    """The new time, why, and how the customer was told of it."""

    due_at: Moment
    reason: Reason
    told: Told
