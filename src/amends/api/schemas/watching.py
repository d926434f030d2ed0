"""What one looks at to know how it goes: the timeline, deliveries, reports, health; and one’s own tokens."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from amends.api.pages import Paging
from amends.api.schemas.words import Asked, Id, Line, MomentAsked, OneOf
from amends.directory.models import Token
from amends.escalations.boards import Line as Entry
from amends.escalations.models import Escalation
from amends.outbox.letters import for_others
from amends.outbox.models import Delivery, Pause
from amends.pulse.beats import Vital


class Earlier(BaseModel):
    """Which part of a timeline."""

    before: Id | None = Field(None, description="`next` of the page before")
    limit: int = Field(50, ge=1, le=200)


class EventShown(BaseModel):
    """One change of an escalation: who, when, what."""

    id: int
    kind: str = Field(description="Such as promise.made. Kinds are never renamed.")
    at: dt.datetime
    by: str
    sentence: str = Field(description="Follows the name in `by`; times are in your own time zone")
    words: dict[str, Any] = Field(description="What the sentence is made of")

    @classmethod
    def of(cls, line: Entry) -> EventShown:
        found = line.entry
        return cls(
            id=found.id,
            kind=found.kind,
            at=found.at,
            by=found.by,
            sentence=found.sentence,
            words=dict(found.words),
        )


class Timeline(BaseModel):
    """Events, the newest first. `next` is the `before` of earlier ones; null: that was all."""

    items: list[EventShown]
    next: int | None


class DeliveryFilters(Paging):
    """Which deliveries, the newest first."""

    state: list[Annotated[str, OneOf(Delivery.State)]] = Field([], max_length=6, description="Left out: all")
    audience: Annotated[str, OneOf(Delivery.Audience)] | None = None
    escalation: Annotated[str, Line(20)] = Field("", description="A key, such as ESC-1042")


class DeliveryLine(BaseModel):
    """One message to one recipient, and how far it has come."""

    id: int
    escalation: str | None
    audience: str
    channel: str
    name: str
    address: str
    title: str
    is_alarm: bool
    state: str
    posted_at: dt.datetime
    next_try_at: dt.datetime
    tries: int
    trouble: str
    held_because: str
    settled_at: dt.datetime | None

    @classmethod
    def facts(cls, delivery: Delivery) -> dict[str, Any]:
        """The values of the fields that line and whole share."""
        plain = set(DeliveryLine.model_fields) - {"escalation", "title"}
        noun, _, number = delivery.subject.partition(":")
        return {name: getattr(delivery, name) for name in plain} | {
            "escalation": Escalation(pk=int(number)).key if noun == "escalation" else None,
            "title": str(delivery.letter.get("subject", "")),
        }

    @classmethod
    def of(cls, delivery: Delivery) -> DeliveryLine:
        return cls(**cls.facts(delivery))


class DeliveryShown(DeliveryLine):
    """The same with what it says."""

    message_id: str
    letter: dict[str, Any]

    @classmethod
    def of(cls, delivery: Delivery) -> DeliveryShown:
        return cls(**cls.facts(delivery), message_id=delivery.message_id, letter=for_others(delivery.letter))


Way = Literal["mail", "chat"]


class PauseMail(Asked):
    """What should wait, and why."""

    channel: Way = "mail"
    because: Annotated[str, Line(200)]


class MailShown(BaseModel):
    """Whether it leaves; if not: why, by whom, since when."""

    is_paused: bool
    because: str = ""
    by: str = ""
    since: dt.datetime | None = None

    @classmethod
    def of(cls, pause: Pause | None) -> MailShown:
        if pause is None:
            return cls(is_paused=False)
        return cls(is_paused=True, because=pause.because, by=pause.by_name, since=pause.since)


class Span(BaseModel):
    """Of which promises: by the time that was promised."""

    since: MomentAsked | None = None
    until: MomentAsked | None = Field(None, description="Not included")


class RatesShown(BaseModel):
    """What became of the promises of one kind. Shares are of `due`, from 0 to 1; null while none was due."""

    kind: str
    due: int
    kept: int
    within_five_minutes: int
    kept_late: int
    broken: int
    open_overdue: int
    moved: int
    released: int
    ahead: int
    not_ahead: int
    missed: int
    kept_share: float | None
    within_five_minutes_share: float | None


class Openings(BaseModel):
    """Of which escalations: by when they were opened."""

    since: MomentAsked | None = None
    until: MomentAsked | None = Field(None, description="Not included")


class EndingsShown(BaseModel):
    """How the escalations of one severity ended. Shares are of `opened`, from 0 to 1; null where there are none."""

    severity: str = Field(description="Its key in the playbook; blank for all of them")
    opened: int
    under_way: int
    closed: int
    withdrawn: int
    long: int = Field(description="Took more than 30 x 24 hours until it was resolved, else closed, else until now")
    reopened: int = Field(description="Came back at least once")
    long_share: float | None
    reopened_share: float | None


class EndingsReport(BaseModel):
    """How escalations ended: all of them, and by severity, the gravest first."""

    whole: EndingsShown
    by_severity: list[EndingsShown]


class VitalShown(BaseModel):
    """How one part, clock or sender, is."""

    part: str
    is_well: bool
    is_running: bool
    beat_at: dt.datetime | None
    trouble: str

    @classmethod
    def of(cls, vital: Vital) -> VitalShown:
        return cls(
            part=vital.part,
            is_well=vital.is_well,
            is_running=vital.is_running,
            beat_at=vital.beat_at,
            trouble=vital.trouble,
        )


class HealthShown(BaseModel):
    """How the system runs."""

    is_well: bool = Field(description="Clock and sender run, and nothing is parked")
    parts: list[VitalShown]
    mail: MailShown
    deliveries: dict[str, int] = Field(description="How many are in each state that is not settled well")
    parked: int = Field(description="Escalations whose look failed; they are looked at again")


class TokenShown(BaseModel):
    """One of your keys to this API; the key itself is not kept."""

    id: int
    name: str
    scope: str
    made_at: dt.datetime
    ends_at: dt.datetime | None = Field(description="It opens nothing from then on; null: until it is revoked")
    used_at: dt.datetime | None = Field(
        description="When a use was last noted, once in 24 hours: it may have been used up to a day later"
    )
    revoked_at: dt.datetime | None

    @classmethod
    def of(cls, token: Token) -> TokenShown:
        told = ("name", "scope", "made_at", "ends_at", "used_at", "revoked_at")
        return cls(id=token.pk, **{name: getattr(token, name) for name in told})
