"""What comes in: what was heard, what the playbook makes of it, what is decided, added and merged."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import BaseModel, Field

from amends.api.schemas.words import Asked, Id, Line, Moment, Named, OneOf, Reason, Text, Whole
from amends.escalations.hearing import Proposal as ProposalFound
from amends.escalations.models import Decision, Escalation

Key = Annotated[str, Line(40)]
_Words = Annotated[str, Line(300)]
_CALLED = "Instead of a contact, the name of whoever told us; somebody new becomes a contact of the account"
Caller = Annotated[str, Line(120), Field(description=_CALLED)]
_TRIED = "What was tried, of the playbook’s own list, word for word"


class Report(Asked):
    """What was heard. Only the reason is required; leave out what nobody has said yet."""

    reason: Annotated[str, Line(200)]
    problems: list[_Words] = Field([], max_length=50, description="In the customer’s words")
    contact: Id | None = None
    caller_name: Caller = ""
    category: Key = Field("", description="A key of the playbook")
    impact: Key = Field("", description="A key of the playbook")
    mood: Annotated[str, OneOf(Escalation.Mood)] = ""
    patience: Annotated[str, OneOf(Escalation.Patience)] = ""
    sentiment: Annotated[str, OneOf(Escalation.Sentiment)] = Field("", description="How the account’s CSM feels")
    channel: Annotated[str, OneOf(Escalation.Channel)] = Escalation.Channel.PHONE.value
    found_by: Annotated[str, OneOf(Escalation.FoundBy)] = Escalation.FoundBy.CUSTOMER.value
    expectation: Text = ""
    outcome_wanted: Text = ""
    affects_customer: bool = True
    since_at: Moment | None = None
    until_at: Moment | None = Field(None, description="Left out while it lasts")
    customer_should_know: bool = True
    why_not_told: Reason = ""
    reported_at: Moment | None = Field(None, description="When they told us, if that was before now")
    asks_for_level: Annotated[int, Whole(1, 9)] | None = None
    tried_first: list[_Words] = Field([], max_length=50, description=_TRIED)
    tried: Text = Field("", description="What else was tried")
    why_unqualified: Reason = Field("", description="Asked where none of the playbook’s criteria holds")


class Intake(Report):
    """What was heard, and of which account."""

    account: Id


class OpenEscalation(Intake):
    """The intake, and where a person decides otherwise than the playbook."""

    severity: Key = Field("", description="Left out: what the playbook proposes. Another one needs a reason.")
    severity_reason: Reason = ""
    handler: Id | None = Field(None, description="Left out: whom the playbook names")


class CompleteHeard(Asked):
    """What is filled in or put right; what is left out stays as it is."""

    reason: Annotated[str, Line(200)] | None = None
    problems: list[_Words] = Field([], max_length=50, description="Those that come onto the plan")
    contact: Id | None = None
    caller_name: Caller = ""
    category: Key | None = None
    impact: Key | None = None
    mood: Annotated[str, OneOf(Escalation.Mood)] | None = None
    patience: Annotated[str, OneOf(Escalation.Patience)] | None = None
    sentiment: Annotated[str, OneOf(Escalation.Sentiment)] | None = None
    channel: Annotated[str, OneOf(Escalation.Channel)] | None = None
    found_by: Annotated[str, OneOf(Escalation.FoundBy)] | None = None
    expectation: Text | None = None
    outcome_wanted: Text | None = None
    affects_customer: bool | None = None
    since_at: Moment | None = Field(None, description="null: not known")
    until_at: Moment | None = Field(None, description="null: it lasts")
    customer_should_know: bool | None = None
    why_not_told: Reason | None = None
    asks_for_level: Annotated[int, Whole(1, 9)] | None = Field(None, description="null: for nobody in particular")
    tried_first: list[_Words] | None = Field(None, max_length=50, description=_TRIED)
    tried: Text | None = None
    why_unqualified: Reason | None = None

    def given(self) -> dict[str, Any]:
        """What was said, but for who told us. A null empties what may be empty, and else says nothing."""
        empties = {"since_at", "until_at", "asks_for_level"}
        said = {name: getattr(self, name) for name in self.model_fields_set - {"contact", "caller_name"}}
        return {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in said.items()
            if value is not None or name in empties
        }


class Holds(BaseModel):
    """A criterion of the playbook that holds, and why."""

    name: str
    because: str


class Proposal(BaseModel):
    """What the playbook in force makes of an intake, each with its because; whether it qualifies, and who decides."""

    severity: str
    level: int
    handler: str = Field(description="Whom the level names, in the playbook’s words")
    acknowledge_within: str
    update_cadence: str
    target_within: str
    because: list[str]
    qualifies: bool
    holds: list[Holds]
    misses: list[str] = Field(description="The playbook’s criteria that do not hold")
    asks_decision: bool = Field(description="Whether the handler is asked to take it on first")

    @classmethod
    def of(cls, found: ProposalFound, *, asks_decision: bool) -> Proposal:
        assessed, qualified = found.assessment, found.qualification
        return cls(
            severity=assessed.severity,
            level=assessed.level,
            handler=assessed.handler,
            acknowledge_within=str(assessed.acknowledge_within),
            update_cadence=str(assessed.cadence),
            target_within=str(assessed.target),
            because=list(assessed.because),
            qualifies=qualified.qualifies,
            holds=[Holds(name=name, because=why) for name, why in qualified.holds],
            misses=list(qualified.misses),
            asks_decision=asks_decision,
        )


class DecisionShown(BaseModel):
    """One asking for a decision, and what was decided."""

    asked_of: Named
    asked_by: Named | None
    asked_at: dt.datetime
    due_at: dt.datetime
    verdict: str = Field(description="Blank while it waits")
    decided_by: Named | None
    decided_at: dt.datetime | None
    words: str = Field(description="The reason, the next steps or the note")

    @classmethod
    def or_none(cls, found: Decision | None) -> DecisionShown | None:
        """The newest asking, where there was one."""
        if found is None:
            return None
        return cls(
            asked_of=Named.of(found.asked_of),
            asked_by=Named.or_none(found.asked_by),
            asked_at=found.asked_at,
            due_at=found.due_at,
            verdict=found.verdict,
            decided_by=Named.or_none(found.decided_by),
            decided_at=found.decided_at,
            words=found.words,
        )


class Steps(Asked):
    """What is to be done before it is decided on."""

    steps: Text


class Done(Asked):
    """What was done meanwhile, or why it cannot wait."""

    done: Text


class WithNote(Asked):
    """How it was settled at once, and how it ended."""

    note: Text
    outcome: Annotated[str, OneOf(Escalation.Outcome)] = Escalation.Outcome.RECOVERED.value


class Merge(Asked):
    """Into which other open escalation of the account it goes, and what shows that it is the same."""

    into: Annotated[str, Line(20)] = Field(description="Its key: ESC-1042, or 1042")
    reason: Reason


class LookAgain(Asked):
    """Whether the customer needs to know by now; a no says why not."""

    may_know: bool
    why_not_told: Reason = ""
