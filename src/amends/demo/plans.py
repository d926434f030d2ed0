"""What people do in the story with the plan, and with the escalation as a whole."""

from __future__ import annotations

from dataclasses import dataclass, field

from amends.demo.moments import When
from amends.demo.scenes import Scene, Stage
from amends.escalations.actions import endings, escalations, problems
from amends.escalations.models import Problem


@dataclass(frozen=True)
class Names(Scene):
    """One problem more."""

    words: str

    def play(self, stage: Stage) -> None:
        problems.name(stage.case, words=self.words, by=stage.actor(self.by), now=stage.now)


@dataclass(frozen=True)
class Takes(Scene):
    """Somebody has a problem now, and says what comes next and by when."""

    number: int
    owner: str
    team: str
    next_step: str
    eta: When | None = None
    status: str = field(default=Problem.Status.IN_WORK, kw_only=True)
    waits_on: str = field(default="", kw_only=True)
    waiting_for: str = field(default="", kw_only=True)

    def play(self, stage: Stage) -> None:
        by = stage.actor(self.by)
        problems.change(
            stage.problem(self.number),
            status=self.status,
            owner=stage.cast.members[self.owner],
            team=stage.cast.teams[self.team],
            next_step=self.next_step,
            waits_on=self.waits_on,
            waiting_for=self.waiting_for,
            by=by,
            now=stage.now,
        )
        if self.eta:
            problems.estimate(stage.problem(self.number), eta_at=self.eta(stage.almanac), by=by, now=stage.now)


@dataclass(frozen=True)
class Estimates(Scene):
    number: int
    eta: When
    because: str = ""

    def play(self, stage: Stage) -> None:
        eta_at, by = self.eta(stage.almanac), stage.actor(self.by)
        problems.estimate(stage.problem(self.number), eta_at=eta_at, reason=self.because, by=by, now=stage.now)


@dataclass(frozen=True)
class Solves(Scene):
    number: int

    def play(self, stage: Stage) -> None:
        problems.solve(stage.problem(self.number), by=stage.actor(self.by), now=stage.now)


@dataclass(frozen=True)
class Declines(Scene):
    number: int
    because: str

    def play(self, stage: Stage) -> None:
        problems.decline(stage.problem(self.number), reason=self.because, by=stage.actor(self.by), now=stage.now)


@dataclass(frozen=True)
class TakesUpAgain(Scene):
    number: int
    because: str

    def play(self, stage: Stage) -> None:
        by = stage.actor(self.by)
        problems.take_up_again(stage.problem(self.number), reason=self.because, by=by, now=stage.now)


@dataclass(frozen=True)
class SeesTrend(Scene):
    trend: str

    def play(self, stage: Stage) -> None:
        escalations.set_trend(stage.case, trend=self.trend, by=stage.actor(self.by), now=stage.now)


@dataclass(frozen=True)
class Regrades(Scene):
    severity: str
    because: str

    def play(self, stage: Stage) -> None:
        by = stage.actor(self.by)
        escalations.change_severity(stage.case, severity=self.severity, reason=self.because, by=by, now=stage.now)


@dataclass(frozen=True)
class HandsTo(Scene):
    handler: str
    because: str

    def play(self, stage: Stage) -> None:
        handler, by = stage.cast.members[self.handler], stage.actor(self.by)
        escalations.hand_to(stage.case, handler=handler, reason=self.because, by=by, now=stage.now)


@dataclass(frozen=True)
class Resolves(Scene):
    def play(self, stage: Stage) -> None:
        endings.resolve(stage.case, by=stage.actor(self.by), now=stage.now)


@dataclass(frozen=True)
class Closes(Scene):
    """Ends it; without a `confirmed_by`, the reason why nobody confirmed."""

    outcome: str
    confirmed_by: str = ""
    confirmed_how: str = ""
    why_unconfirmed: str = field(default="", kw_only=True)
    note: str = field(default="", kw_only=True)

    def play(self, stage: Stage) -> None:
        endings.close(
            stage.case,
            outcome=self.outcome,
            confirmed_by=self.confirmed_by,
            confirmed_how=self.confirmed_how,
            why_unconfirmed=self.why_unconfirmed,
            note=self.note,
            by=stage.actor(self.by),
            now=stage.now,
        )


@dataclass(frozen=True)
class Reopens(Scene):
    because: str

    def play(self, stage: Stage) -> None:
        endings.reopen(stage.case, reason=self.because, by=stage.actor(self.by), now=stage.now)


@dataclass(frozen=True)
class Withdraws(Scene):
    because: str

    def play(self, stage: Stage) -> None:
        endings.withdraw(stage.case, reason=self.because, by=stage.actor(self.by), now=stage.now)
