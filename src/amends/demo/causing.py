"""What lies behind a case in the story, and what the others whom it affects are told before they find it."""

from __future__ import annotations

from dataclasses import dataclass, field

from amends.demo.moments import When
from amends.demo.scenes import Scene, Stage
from amends.escalations import causes as reading
from amends.escalations.actions import cause_notices, causes

_HERE = "the story"


@dataclass(frozen=True)
class FindsTheCause(Scene):
    """It is named, and the case comes of it."""

    name: str
    what_we_know: str = ""
    category: str = field(default="", kw_only=True)
    team: str = field(default="", kw_only=True)

    def play(self, stage: Stage) -> None:
        by, now = stage.actor(self.by), stage.now
        cause = causes.name(
            name=self.name,
            what_we_know=self.what_we_know,
            category=self.category,
            team=stage.cast.teams.get(self.team),
            by=by,
            now=now,
        )
        causes.link(cause, stage.case, by=by, now=now)


@dataclass(frozen=True)
class FindsOthers(Scene):
    """Other accounts are affected by what lies behind the case."""

    accounts: tuple[str, ...]
    how_we_know: str

    def play(self, stage: Stage) -> None:
        (cause,) = reading.of(stage.case)
        accounts = [stage.cast.accounts[name] for name in self.accounts]
        causes.mark(cause, accounts, how_we_know=self.how_we_know, by=stage.actor(self.by), now=stage.now)


@dataclass(frozen=True)
class TellsThemFirst(Scene):
    """One text to some of them, each with a promise of its own; as the clock would, one after another."""

    accounts: tuple[str, ...]
    subject: str
    text: str
    next_what: str
    next_at: When

    def play(self, stage: Stage) -> None:
        (cause,) = reading.of(stage.case)
        notice = cause_notices.begin(
            cause,
            [stage.cast.accounts[name] for name in self.accounts],
            subject=self.subject,
            text=self.text,
            next_what=self.next_what,
            next_at=self.next_at(stage.almanac),
            by=stage.actor(self.by),
            now=stage.now,
        )
        cause_notices.claim(_HERE, now=stage.now)
        while cause_notices.tell_next(notice, place=_HERE, now=stage.now):
            pass
