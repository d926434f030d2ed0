"""Past escalations: brought in with their own times, and taken over by somebody.

History posts nothing and is never looked at by the clock until it is adopted.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from amends.clock.calendars import WorkingCalendar
from amends.directory import accounts
from amends.directory.actor import Actor
from amends.directory.models import Member, Organisation
from amends.escalations import history_events, history_format, history_rows
from amends.escalations.actions import holds, promises
from amends.escalations.authority import Act
from amends.escalations.authority import check as check_authority
from amends.escalations.errors import Refused
from amends.escalations.hearing import in_force
from amends.escalations.history_format import BadHistory, ChangedMeanwhile, Checked, Source
from amends.escalations.history_parts import Past
from amends.escalations.history_rows import Story
from amends.escalations.models import Escalation
from amends.escalations.models.escalation import EPOCH
from amends.escalations.terms import calendar
from amends.escalations.timeline import kinds
from amends.escalations.timeline.past import record_past
from amends.escalations.timeline.record import record
from amends.outbox.bulk import insert
from amends.playbook.models import PlaybookVersion

# A transaction holds SQLite's one lock: at most this many escalations, and rows about them, at once.
AT_ONCE = 200
ROWS_AT_ONCE = 400

# Told once all is checked, and after each transaction: how many lines are done, and of how many.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Result:
    """How many escalations were brought in, and how many were here from an earlier run."""

    new: int
    already_there: int


def check(source: Source, *, now: dt.datetime) -> Checked:
    """Read a history (a path, or lines) and say what it holds and every mistake in it. Writes nothing.

    Raises Refused where the path cannot be read or no playbook is in force.
    """
    with history_format.opened(source) as file:
        return history_format.check(file, severities=_severities(in_force()), now=now)


def bring_in(source: Source, *, by: Actor, now: dt.datetime, progress: Progress | None = None) -> Result:
    """Bring in a history (a path, or lines), after all of it has been checked.

    It is written a few hundred escalations a transaction; those that are here are passed over, so a run that was
    interrupted is simply run again. Raises BadHistory with every mistake, ChangedMeanwhile where the file becomes
    another one in between, and Refused as `check` does.
    """
    check_authority(by, Act.BRING_IN_HISTORY)
    playbook = in_force()
    severities = _severities(playbook)
    under = _Terms.now_in_force(playbook)
    name = Path(source).name if isinstance(source, str | os.PathLike) else "history"
    new = done = 0
    with history_format.opened(source) as file:
        checked = history_format.check(file, severities=severities, now=now)
        if checked.mistakes:
            raise BadHistory(checked.mistakes)
        if progress:
            progress(0, checked.escalations)
        file.seek(0)
        for pasts in _portions(history_format.read(file, severities=severities, now=now)):
            new += _write(pasts, under, name, by, now)
            done += len(pasts)
            if progress:
                progress(done, checked.escalations)
    return Result(new, done - new)


@transaction.atomic
def adopt(escalation: Escalation, *, handler: Member, by: Actor, now: dt.datetime) -> None:
    """Somebody takes imported history over: it has a handler, and unless it is over, a clock from now on.

    What is still promised becomes the handler's; where nothing is, the next update is promised.
    """
    escalation.lock()
    check_authority(by, Act.STEER, escalation)
    if not escalation.is_history:
        raise Refused("Only imported history that nobody has adopted yet can be adopted.")
    if not handler.is_active:
        raise Refused(f"{handler} is not here any more. Choose somebody who is.", field="handler")

    escalation.promises.open().filter(owner__isnull=True).update(owner=handler)
    escalation.adopted_at, escalation.handler = now, handler
    if escalation.is_under_way:
        within = escalation.playbook.document.target_for(escalation.severity)
        hours = calendar(escalation.playbook, escalation.severity, Organisation.current())
        escalation.target_at, escalation.next_look_at = within.after(now, hours), EPOCH
    escalation.save(update_fields=["adopted_at", "handler", "target_at", "next_look_at"])
    record(kinds.ESCALATION_ADOPTED, escalation, by=by, now=now, handler=handler.name)
    if escalation.is_under_way:
        holds.place(escalation, by=by, now=now)
    promises.owe_next(escalation, by=by, now=now)


@dataclass(frozen=True, slots=True)
class _Terms:
    """What all of an import is reckoned by. It is read before anything is locked: holidays take their time."""

    playbook: PlaybookVersion
    calendars: Mapping[str, WorkingCalendar]
    # Names of severities by their keys
    severities: Mapping[str, str]

    @classmethod
    def now_in_force(cls, playbook: PlaybookVersion) -> _Terms:
        organisation = Organisation.current()
        names = {severity.key: severity.name for severity in playbook.document.severities}
        return cls(playbook, {key: calendar(playbook, key, organisation) for key in names}, names)


def _write(pasts: Sequence[Past], under: _Terms, source: str, by: Actor, now: dt.datetime) -> int:
    """Some of the history; what is here already is passed over. Says how many are new.

    All that can be is made ready before the database is locked, for others write meanwhile.
    """
    here = _here(past.key for past in pasts)
    new = [past for past in pasts if past.key not in here]
    customers = accounts.found_or_added({past.account for past in new}, by=by, now=now)
    stories = [
        history_rows.story(
            past,
            history_rows.escalation(
                past, account_id=customers[past.account], playbook=under.playbook, calendars=under.calendars
            ),
            now,
        )
        for past in new
    ]
    return _write_stories(stories, under, source, by) if stories else 0


@transaction.atomic
def _write_stories(stories: Sequence[Story], under: _Terms, source: str, by: Actor) -> int:
    """One transaction of history, in a constant number of statements; says how many are new."""
    # Two imports at once take turns, so that neither finds a key missing that the other is writing.
    PlaybookVersion.objects.select_for_update(no_key=True).only("pk").get(pk=under.playbook.pk)
    here = _here(story.past.key for story in stories)
    new = [story for story in stories if story.past.key not in here]
    insert(story.escalation for story in new)
    for story in new:
        story.hang()
    insert(update for story in new for update in story.updates)
    for story in new:
        story.tie()
    insert(promise for story in new for promise in story.promises)
    insert(problem for story in new for problem in story.problems)
    insert(note for story in new for note in story.notes)
    insert(closure for story in new for closure in story.closures)
    record_past(
        [
            event
            for story in new
            for event in history_events.of(story, severities=under.severities, by=by, source=source)
        ]
    )
    return len(new)


def _here(keys: Iterable[str]) -> set[str | None]:
    """Which of these keys were brought in before."""
    return set(Escalation.objects.filter(imported_key__in=[*keys]).values_list("imported_key", flat=True))


def _portions(found: Iterable[Past | Sequence[history_format.Mistake]]) -> Iterator[list[Past]]:
    """What fits into one transaction each. The file was good a moment ago; if it has changed, it stops here."""
    portion: list[Past] = []
    rows = brought_in = 0
    for past in found:
        if not isinstance(past, Past):
            raise ChangedMeanwhile(brought_in)
        if portion and (len(portion) == AT_ONCE or rows + past.rows > ROWS_AT_ONCE):
            yield portion
            brought_in += len(portion)
            portion, rows = [], 0
        portion.append(past)
        rows += past.rows
    if portion:
        yield portion


def _severities(playbook: PlaybookVersion) -> list[str]:
    return [severity.key for severity in playbook.document.severities]
