"""Escalations: opened, shown, listed; and what their acts ask."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, Field

from amends.api.pages import Paging
from amends.api.schemas.criteria import Waive, WaiverShown
from amends.api.schemas.intake import DecisionShown, Key
from amends.api.schemas.words import Asked, Id, Line, Named, OneOf, Reason, Text
from amends.escalations import boards
from amends.escalations.filtering import VIEWS, WAITING, Filter
from amends.escalations.health import Track as TrackFound
from amends.escalations.models import Closure, Decision, Escalation, Promise

Status = Annotated[str, OneOf(Escalation.Status)]


class EscalationFilters(Paging):
    """Which escalations, newest first: the filters of the list."""

    view: Literal[*VIEWS] = Field("all", description="A built-in view of the list")  # type: ignore[valid-type]
    status: list[Status] = Field([], description="Left out: all", max_length=6)
    account: Id | None = None
    handler: Id | None = None
    severity: Key = ""
    trend: Annotated[str, OneOf(Escalation.Trend)] | None = None
    level: int | None = Field(None, ge=1, le=9)
    category: Key = ""
    overdue: bool = Field(False, description="Only those with an overdue promise")
    waiting: Literal["", *WAITING] = Field(  # type: ignore[valid-type]
        "", description="us: they have heard nothing for two days; them: we have asked them something"
    )
    search: Annotated[str, Line(80)] = Field("", description="Words of its key, account, reason or wishes")

    def as_filter(self) -> Filter:
        """As the list takes it."""
        asked = self.model_dump(exclude={"after", "limit", "search", "status", "trend"})
        return Filter(**asked, status=tuple(self.status), trend=self.trend or "", text=self.search)


class Track(BaseModel):
    """How one of the two tracks stands, and why."""

    health: str = Field(description="on track, at risk or off track")
    because: str

    @classmethod
    def of(cls, track: TrackFound) -> Track:
        return cls(health=track.health.label.lower(), because=track.because)


class NextPromise(BaseModel):
    """What the customer hears next, and by when."""

    id: int
    what: str
    due_at: dt.datetime
    is_overdue: bool

    @classmethod
    def of(cls, promise: Promise | None, now: dt.datetime) -> NextPromise | None:
        if promise is None:
            return None
        return cls(id=promise.pk, what=promise.what, due_at=promise.due_at, is_overdue=promise.is_overdue(now))


class EscalationLine(BaseModel):
    """One escalation at a glance."""

    key: str
    reason: str
    account: Named
    status: str
    merged_into: str | None = Field(description="The key of the escalation in which it goes on")
    severity: str
    level: int
    trend: str
    handler: Named | None
    day: int = Field(description="Which day of its life this is")
    opened_at: dt.datetime
    target_at: dt.datetime
    next_promise: NextPromise | None
    solve: Track
    tell: Track
    problems: int
    solved: int

    @classmethod
    def of(cls, row: boards.Row, now: dt.datetime) -> EscalationLine:
        found = row.escalation
        return cls(
            key=found.key,
            reason=found.reason,
            account=Named.of(found.account),
            status=found.status,
            merged_into=found.merged_key or None,
            severity=found.severity,
            level=found.level,
            trend=found.trend,
            handler=Named.or_none(found.handler),
            day=row.day,
            opened_at=found.opened_at,
            target_at=found.target_at,
            next_promise=NextPromise.of(row.next_promise, now),
            solve=Track.of(row.solve),
            tell=Track.of(row.tell),
            problems=row.problems,
            solved=row.solved,
        )


class ClosureShown(BaseModel):
    """How it ended, once or more often."""

    outcome: str
    confirmed_by: str
    confirmed_how: str
    confirmed_at: dt.datetime | None
    why_unconfirmed: str
    note: str
    closed_at: dt.datetime
    waivers: list[WaiverShown] = Field(description="What of the closing list was let off")

    @classmethod
    def of(cls, closure: Closure) -> ClosureShown:
        plain = set(cls.model_fields) - {"waivers"}
        waivers = [WaiverShown.of(waiver) for waiver in closure.waivers.all()]
        return cls(waivers=waivers, **{name: getattr(closure, name) for name in plain})


class EscalationShown(BaseModel):
    """One escalation: what we heard, how grave it is and why, its milestones, and both tracks."""

    key: str
    reason: str
    account: Named
    contact: Named | None
    handler: Named | None
    status: str
    affects_customer: bool
    since_at: dt.datetime | None
    until_at: dt.datetime | None
    customer_should_know: bool
    why_not_told: str
    channel: str
    found_by: str
    mood: str
    patience: str
    sentiment: str
    expectation: str
    outcome_wanted: str
    asks_for_level: int | None
    category: str
    qualifies_by: list[str] = Field(description="The playbook’s criteria that hold")
    tried_first: list[str]
    tried: str
    why_unqualified: str
    impact: str
    severity: str
    proposed_severity: str
    because: list[str]
    severity_reason: str
    trend: str
    level: int
    reported_at: dt.datetime
    opened_at: dt.datetime
    accepted_at: dt.datetime | None
    acknowledged_at: dt.datetime | None
    first_contact_at: dt.datetime | None
    plan_confirmed_at: dt.datetime | None
    resolved_at: dt.datetime | None
    confirmed_at: dt.datetime | None
    closed_at: dt.datetime | None
    target_at: dt.datetime
    last_said_at: dt.datetime | None
    last_heard_at: dt.datetime | None
    is_history: bool
    playbook: int = Field(description="The number of the playbook version that it is judged by")
    day: int
    next_promise: NextPromise | None
    solve: Track
    tell: Track
    closures: list[ClosureShown]
    decision: DecisionShown | None = Field(description="The newest asking, where somebody was to take it on")
    opened_by: Named | None
    merged_into: str | None = Field(description="The key of the escalation in which it goes on")

    # What is not a column of its own.
    _MADE: ClassVar = {
        "account",
        "contact",
        "handler",
        "playbook",
        "day",
        "next_promise",
        "solve",
        "tell",
        "closures",
        "decision",
        "opened_by",
        "merged_into",
    }

    @classmethod
    def of(cls, escalation: Escalation, now: dt.datetime) -> EscalationShown:
        row = boards.row(escalation, now)
        plain = set(cls.model_fields) - cls._MADE
        return cls(
            account=Named.of(escalation.account),
            contact=Named.or_none(escalation.contact),
            handler=Named.or_none(escalation.handler),
            playbook=escalation.playbook.number,
            day=row.day,
            next_promise=NextPromise.of(row.next_promise, now),
            solve=Track.of(row.solve),
            tell=Track.of(row.tell),
            closures=[ClosureShown.of(closure) for closure in escalation.closures.prefetch_related("waivers")],
            decision=DecisionShown.or_none(_newest_decision(escalation)),
            opened_by=Named.or_none(escalation.opened_by),
            merged_into=escalation.merged_key or None,
            **{name: getattr(escalation, name) for name in plain},
        )


def _newest_decision(escalation: Escalation) -> Decision | None:
    return escalation.decisions.select_related("asked_of", "asked_by", "decided_by").first()


class HandTo(Asked):
    """Who handles it from now on, and why."""

    handler: Id
    reason: Reason


class ChangeSeverity(Asked):
    """A key of the playbook that it is judged by, and why."""

    severity: Key
    reason: Reason


class ChangeTrend(Asked):
    """Where it is going."""

    trend: Annotated[str, OneOf(Escalation.Trend)]


class Close(Asked):
    """How it ended, and who at the customer said so; or why nobody could."""

    outcome: Annotated[str, OneOf(Escalation.Outcome)]
    confirmed_by: Annotated[str, Line(120)] = ""
    confirmed_how: Annotated[str, Line(10)] = ""
    why_unconfirmed: Reason = ""
    note: Text = ""
    waived: list[Waive] = Field([], max_length=50, description="For each exit criterion that is not met, why")
