"""Problems: the lines of the plan."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, Field

from amends.api.schemas.words import Asked, Id, Line, Moment, Named, OneOf
from amends.escalations.models import Estimate, PlanConfirmation, Problem, Ticket, Update
from amends.escalations.models import Request as Asking

Words = Annotated[str, Line(300)]


class EstimateShown(BaseModel):
    """What was once said of when it will be solved."""

    eta_at: dt.datetime
    reason: str
    set_at: dt.datetime

    @classmethod
    def of(cls, estimate: Estimate) -> EstimateShown:
        return cls(eta_at=estimate.eta_at, reason=estimate.reason, set_at=estimate.set_at)


class TicketShown(BaseModel):
    """Where it is worked on elsewhere."""

    id: int
    label: str
    url: str
    at: dt.datetime

    @classmethod
    def of(cls, ticket: Ticket) -> TicketShown:
        return cls(id=ticket.pk, label=ticket.label, url=ticket.url, at=ticket.at)


class RequestShown(BaseModel):
    """What the customer is, or was, asked for; our own updates go on meanwhile."""

    id: int
    problem: int
    what: str
    to: Named | None
    made_at: dt.datetime
    due_at: dt.datetime
    is_late: bool = Field(description="Not answered, and its time has passed")
    outcome: str = Field(description="answered or withdrawn; blank while it is open")
    answer: str = Field(description="What they answered, or why it was withdrawn")
    settled_at: dt.datetime | None

    @classmethod
    def of(cls, asking: Asking, now: dt.datetime) -> RequestShown:
        return cls(
            id=asking.pk,
            problem=asking.problem_id,
            what=asking.what,
            to=Named.or_none(asking.to),
            made_at=asking.made_at,
            due_at=asking.due_at,
            is_late=not asking.outcome and asking.due_at < now,
            outcome=asking.outcome,
            answer=asking.answer,
            settled_at=asking.settled_at,
        )


class ProblemShown(BaseModel):
    """What is wrong, in the customer’s words; who solves it, by when, what is done next."""

    id: int
    escalation: str
    words: str
    rank: int
    status: str
    owner: Named | None
    team: Named | None
    eta_at: dt.datetime | None
    is_late: bool
    next_step: str
    resources: str = Field(description="What the next step needs")
    waits_on: str = Field(description="team, vendor or customer; blank where it does not wait")
    waiting_for: str
    settled_at: dt.datetime | None
    why_declined: str
    estimates: list[EstimateShown] = Field(description="All that were given, the oldest first")
    requests: list[RequestShown] = Field(description="What the customer was asked for, by when it was due")
    tickets: list[TicketShown]

    @classmethod
    def of(cls, problem: Problem, now: dt.datetime) -> ProblemShown:
        return cls(
            id=problem.pk,
            escalation=problem.escalation.key,
            words=problem.words,
            rank=problem.rank,
            status=problem.status,
            owner=Named.or_none(problem.owner),
            team=Named.or_none(problem.team),
            eta_at=problem.eta_at,
            is_late=problem.is_late(now),
            next_step=problem.next_step,
            resources=problem.resources,
            waits_on=problem.waits_on,
            waiting_for=problem.waiting_for,
            settled_at=problem.settled_at,
            why_declined=problem.why_declined,
            estimates=[EstimateShown.of(estimate) for estimate in problem.estimates.all()],
            requests=[RequestShown.of(asking, now) for asking in problem.requests.all()],
            tickets=[TicketShown.of(ticket) for ticket in problem.tickets.all()],
        )


class NameProblem(Asked):
    """A problem in the customer’s words."""

    words: Words
    owner: Id | None = None
    team: Id | None = None


class ChangeProblem(Asked):
    """What is different now; what is left out stays as it is. To solve or decline are acts of their own."""

    status: Annotated[str, OneOf(Problem.Status)] = ""
    owner: Id | None = None
    team: Id | None = None
    next_step: Words = ""
    resources: Words = ""
    waits_on: Annotated[str, OneOf(Problem.WaitsOn)] = Field(
        "", description="With `waiting`: team or vendor. For the customer make a request."
    )
    waiting_for: Annotated[str, Line(120)] = ""


class EstimateProblem(Asked):
    """When it will be solved. Later than was said before needs a reason."""

    eta_at: Moment
    reason: Words = ""


class MakeRequest(Asked):
    """What we need from the customer, by when. It sends nothing."""

    what: Words
    due_at: Moment
    to: Id | None = Field(None, description="A contact of the account")


class AnswerRequest(Asked):
    """What they answered."""

    answer: Words


class LinkTicket(Asked):
    """The http or https address of a ticket elsewhere. Without a label it is called by the end of its address."""

    url: Annotated[str, Line(500)]
    label: Annotated[str, Line(80)] = ""


Order = Annotated[list[Id], Field(max_length=1000, description="The ids of all problems of the plan, each once")]


class ConfirmationShown(BaseModel):
    """The customer’s word that the plan, in this order, is theirs; it lapses when the plan becomes another."""

    order: list[int]
    confirmed_by: str
    contact: Named | None
    how: str
    confirmed_at: dt.datetime
    lapsed_at: dt.datetime | None
    why_lapsed: str

    @classmethod
    def of(cls, found: PlanConfirmation) -> ConfirmationShown:
        plain = set(cls.model_fields) - {"contact"}
        return cls(contact=Named.or_none(found.contact), **{name: getattr(found, name) for name in plain})


class PlanShown(BaseModel):
    """The order of the plan, and what the customer said of it."""

    order: list[int]
    is_confirmed: bool
    confirmations: list[ConfirmationShown] = Field(description="The newest first; at most one has not lapsed")


class OrderPlan(Asked):
    """Another order of the plan."""

    order: Order
    seen: Order | None = Field(None, description="The order that you began with: refused where it is another by now")


class ConfirmPlan(Asked):
    """Who at the customer confirmed the plan in this order (a contact, or a name), how and when. It sends nothing."""

    order: Order
    contact: Id | None = None
    name: Annotated[str, Line(120)] = ""
    how: Annotated[str, OneOf(Update.Channel)]
    at: Moment = Field(description="When they said so; it has passed")
