"""What people do in the story with the plan, and with the escalation as a whole."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from amends.demo.moments import When
from amends.demo.scenes import Scene, Stage
from amends.escalations.actions import criteria, endings, escalations, merges, plans, problems, requests, tickets
from amends.escalations.models import Escalation, Problem, Update


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
    needs: str = field(default="", kw_only=True)

    def play(self, stage: Stage) -> None:
        by = stage.actor(self.by)
        problems.change(
            stage.problem(self.number),
            status=self.status,
            owner=stage.cast.members[self.owner],
            team=stage.cast.teams[self.team],
            next_step=self.next_step,
            resources=self.needs,
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
class Links(Scene):
    """Where a problem is worked on elsewhere."""

    number: int
    url: str

    def play(self, stage: Stage) -> None:
        tickets.link(stage.problem(self.number), url=self.url, by=stage.actor(self.by), now=stage.now)


@dataclass(frozen=True)
class Asks(Scene):
    """A problem waits for something of the customer's, until then."""

    number: int
    what: str
    due: When
    to: str = field(default="", kw_only=True)

    def play(self, stage: Stage) -> None:
        requests.make(
            stage.problem(self.number),
            what=self.what,
            due_at=self.due(stage.almanac),
            to=stage.contact(self.to),
            by=stage.actor(self.by),
            now=stage.now,
        )


@dataclass(frozen=True)
class Gets(Scene):
    """What the customer was asked for."""

    number: int
    answer: str

    def play(self, stage: Stage) -> None:
        asked = stage.problem(self.number).requests.get(outcome="")
        requests.answer(asked, answer=self.answer, by=stage.actor(self.by), now=stage.now)


@dataclass(frozen=True)
class Confirms(Scene):
    """The customer has confirmed the plan in the order that it has, some minutes ago."""

    how: str = Update.Channel.CALL
    minutes: int = 5

    def play(self, stage: Stage) -> None:
        plans.confirm(
            stage.case,
            order=list(stage.case.problems.values_list("pk", flat=True)),
            how=self.how,
            at=stage.now - dt.timedelta(minutes=self.minutes),
            contact=stage.contact(""),
            by=stage.actor(self.by),
            now=stage.now,
        )


@dataclass(frozen=True)
class Reorders(Scene):
    """Another order of the plan, in the numbers that it has until then."""

    numbers: tuple[int, ...]

    def play(self, stage: Stage) -> None:
        by, order = stage.actor(self.by), [stage.problem(number).pk for number in self.numbers]
        plans.reorder(stage.case, order=order, by=by, now=stage.now)


@dataclass(frozen=True)
class Agrees(Scene):
    """With the customer, what must be true for it to be over."""

    words: str

    def play(self, stage: Stage) -> None:
        criteria.add(stage.case, words=self.words, by=stage.actor(self.by), now=stage.now)


@dataclass(frozen=True)
class Meets(Scene):
    """What was agreed is so now; or not any more."""

    words: str
    is_so: bool = field(default=True, kw_only=True)

    def play(self, stage: Stage) -> None:
        finds = criteria.meet if self.is_so else criteria.unmeet
        finds(stage.case.exit_criteria.get(words=self.words), by=stage.actor(self.by), now=stage.now)


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
class IsTheSame(Scene):
    """As the other one of its account that is open, which goes on."""

    because: str

    def play(self, stage: Stage) -> None:
        others = Escalation.objects.open().filter(account=stage.case.account).exclude(pk=stage.case.pk)
        merges.merge(stage.case, into=others.get(), reason=self.because, by=stage.actor(self.by), now=stage.now)


@dataclass(frozen=True)
class Resolves(Scene):
    def play(self, stage: Stage) -> None:
        endings.resolve(stage.case, by=stage.actor(self.by), now=stage.now)


@dataclass(frozen=True)
class Closes(Scene):
    """Ends it; without a `confirmed_by`, the reason why nobody confirmed. `waives` what is not met, for one reason."""

    outcome: str
    confirmed_by: str = ""
    confirmed_how: str = ""
    why_unconfirmed: str = field(default="", kw_only=True)
    note: str = field(default="", kw_only=True)
    waives: str = field(default="", kw_only=True)

    def play(self, stage: Stage) -> None:
        unmet = stage.case.exit_criteria.filter(met_at__isnull=True) if self.waives else ()
        endings.close(
            stage.case,
            outcome=self.outcome,
            confirmed_by=self.confirmed_by,
            confirmed_how=self.confirmed_how,
            why_unconfirmed=self.why_unconfirmed,
            note=self.note,
            waived={criterion.pk: self.waives for criterion in unmet},
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
