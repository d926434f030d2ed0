"""What people do in the story with the ledger of facts."""

from __future__ import annotations

from dataclasses import dataclass, field

from amends.demo.scenes import Scene, Stage
from amends.escalations.actions import facts


@dataclass(frozen=True)
class States(Scene):
    """A statement; with evidence it is confirmed at once."""

    words: str
    source: str
    evidence: str = ""
    problem: int | None = field(default=None, kw_only=True)
    team: str = field(default="", kw_only=True)

    def play(self, stage: Stage) -> None:
        facts.state(
            stage.case,
            words=self.words,
            source=self.source,
            evidence=self.evidence,
            is_confirmed=bool(self.evidence),
            problem=stage.problem(self.problem) if self.problem else None,
            team=stage.cast.teams.get(self.team),
            by=stage.actor(self.by),
            now=stage.now,
        )


@dataclass(frozen=True)
class Refutes(Scene):
    words: str
    evidence: str

    def play(self, stage: Stage) -> None:
        facts.refute(stage.fact(self.words), evidence=self.evidence, by=stage.actor(self.by), now=stage.now)


@dataclass(frozen=True)
class Disputes(Scene):
    """For the team to which they belong."""

    fact: str
    words: str

    def play(self, stage: Stage) -> None:
        facts.dispute(stage.fact(self.fact), words=self.words, by=stage.actor(self.by), now=stage.now)


@dataclass(frozen=True)
class SettlesDispute(Scene):
    """The one that stands."""

    fact: str
    answer: str

    def play(self, stage: Stage) -> None:
        (dispute,) = stage.fact(self.fact).standing_disputes
        facts.settle(dispute, answer=self.answer, by=stage.actor(self.by), now=stage.now)
