"""What people do in the story inside the house: notes, help, watching, what they know of customers and themselves."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from amends.demo.moments import When
from amends.demo.scenes import Scene, Stage
from amends.directory import contacts
from amends.directory.preferences import Changes
from amends.escalations.actions import (
    absences,
    helps,
    insights,
    leave_outs,
    notes,
    notices,
    preferences,
    saved_views,
    watchers,
)
from amends.escalations.actions.files import File


@dataclass(frozen=True)
class Notes(Scene):
    """Something said inside; who stands in it behind an @ is told. `files` are pairs of a name and a text."""

    text: str
    problem: int | None = field(default=None, kw_only=True)
    files: tuple[tuple[str, str], ...] = field(default=(), kw_only=True)

    def play(self, stage: Stage) -> None:
        notes.write(
            stage.case,
            text=self.text,
            problem=stage.problem(self.problem) if self.problem else None,
            files=[File(name, text.encode()) for name, text in self.files],
            by=stage.actor(self.by),
            now=stage.now,
        )


@dataclass(frozen=True)
class HasWatch(Scene):
    """Has somebody watch it; oneself, where `by` is that member."""

    who: str

    def play(self, stage: Stage) -> None:
        watchers.add(stage.case, member=stage.cast.members[self.who], by=stage.actor(self.by), now=stage.now)


@dataclass(frozen=True)
class AsksForHelp(Scene):
    """Of a member, by first name, or of a team."""

    of: str
    what: str

    def play(self, stage: Stage) -> None:
        helps.ask(
            stage.case,
            what=self.what,
            asked_of=stage.cast.members.get(self.of),
            team=stage.cast.teams.get(self.of),
            by=stage.actor(self.by),
            now=stage.now,
        )


@dataclass(frozen=True)
class Helps(Scene):
    """With what they were asked for."""

    answer: str

    def play(self, stage: Stage) -> None:
        by = stage.actor(self.by)
        asked = stage.case.helps.get(asked_of=by.member_id, settled_at__isnull=True)
        helps.give(asked, answer=self.answer, by=by, now=stage.now)


@dataclass(frozen=True)
class ReadsAll(Scene):
    """All that they were told so far."""

    def play(self, stage: Stage) -> None:
        notices.see_all(by=stage.actor(self.by), now=stage.now)


@dataclass(frozen=True)
class Learns(Scene):
    """Something that whoever speaks with the customer next should know."""

    account: str
    kind: str
    text: str
    tells_the_team: bool = field(default=False, kw_only=True)

    def play(self, stage: Stage) -> None:
        insights.add(
            stage.cast.accounts[self.account],
            kind=self.kind,
            text=self.text,
            tells_the_team=self.tells_the_team,
            by=stage.actor(self.by),
            now=stage.now,
        )


@dataclass(frozen=True)
class GoesAway(Scene):
    begins: When
    ends: When
    stand_in: str
    why: str

    def play(self, stage: Stage) -> None:
        absences.plan(
            stage.cast.members[self.by],
            from_at=self.begins(stage.almanac),
            until_at=self.ends(stage.almanac),
            stand_in=stage.cast.members[self.stand_in],
            why=self.why,
            by=stage.actor(self.by),
            now=stage.now,
        )


@dataclass(frozen=True)
class WantsToBeReached(Scene):
    how: Changes

    def play(self, stage: Stage) -> None:
        preferences.change(stage.cast.members[self.by], by=stage.actor(self.by), now=stage.now, **self.how)


@dataclass(frozen=True)
class KeepsView(Scene):
    """A filter of the list, as it stands in the address."""

    name: str
    query: str
    is_shared: bool = field(default=False, kw_only=True)

    def play(self, stage: Stage) -> None:
        saved_views.keep(
            name=self.name, query=self.query, is_shared=self.is_shared, by=stage.actor(self.by), now=stage.now
        )


@dataclass(frozen=True)
class MustHear(Scene):
    """A contact is told of everything from now on, whoever reported it."""

    contact: str

    def play(self, stage: Stage) -> None:
        contacts.change(stage.contact(self.contact), must_hear=True, by=stage.actor(self.by), now=stage.now)


@dataclass(frozen=True)
class LeavesOut(Scene):
    """Somebody who should be told is not, for so many days."""

    contact: str
    reason: str
    days: int = field(default=7, kw_only=True)

    def play(self, stage: Stage) -> None:
        leave_outs.leave_out(
            stage.case,
            contact=stage.contact(self.contact),
            reason=self.reason,
            until=stage.now.date() + dt.timedelta(days=self.days),
            by=stage.actor(self.by),
            now=stage.now,
        )
