"""Problems: the lines of the plan."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, Field

from amends.api.schemas.words import Asked, Id, Line, Moment, Named, OneOf
from amends.escalations.models import Estimate, Problem

Words = Annotated[str, Line(300)]


class EstimateShown(BaseModel):
    """What was once said of when it will be solved."""

    eta_at: dt.datetime
    reason: str
    set_at: dt.datetime

    @classmethod
    def of(cls, estimate: Estimate) -> EstimateShown:
        return cls(eta_at=estimate.eta_at, reason=estimate.reason, set_at=estimate.set_at)


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
    waiting_for: str
    settled_at: dt.datetime | None
    why_declined: str
    estimates: list[EstimateShown] = Field(description="All that were given, the oldest first")

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
            waiting_for=problem.waiting_for,
            settled_at=problem.settled_at,
            why_declined=problem.why_declined,
            estimates=[EstimateShown.of(estimate) for estimate in problem.estimates.all()],
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
    waiting_for: Annotated[str, Line(120)] = ""


class EstimateProblem(Asked):
    """When it will be solved. Later than was said before needs a reason."""

    eta_at: Moment
    reason: Words = ""
