"""Whether everything that a playbook counts comes to an end within a lifetime that somebody can mean.

Works on the document once it has its shape: how long “40 working hours” take, only the hours of a calendar can say.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from amends.clock.cadences import EverySpan
from amends.clock.calendars import BadCalendar, Hours, WorkingCalendar
from amends.clock.ladders import Ladder
from amends.clock.spans import Span

from .mistakes import Lines, Mistake, Path, at

if TYPE_CHECKING:
    from .document import Document

_LONGEST = timedelta(days=3660)
_WEEK = timedelta(days=7)
_A_DAY = date(2026, 1, 1)


def check_lengths(document: Document, lines: Lines) -> list[Mistake]:
    """Every length of time that takes more than ten years, and every calendar that is closed for as long."""
    calendars = {name: document.calendar(name, organisation_zone="UTC") for name in (*document.calendars, "always")}
    found = [at(("calendars", name), says, lines) for name in document.calendars for says in _never(calendars[name])]
    found += [
        at(path, f"“{span}” would take more than ten years in these hours. Write a shorter time.", lines)
        for path, span, hours in _spans(document, {name: each.hours for name, each in calendars.items()})
        if _takes(span, hours) > _LONGEST
    ]
    # What several severities share is said once.
    return list(dict.fromkeys(found))


def _never(calendar: WorkingCalendar) -> Iterator[str]:
    """Whether it opens again after each day on which it is closed."""
    opens = _A_DAY
    try:
        for day in (_A_DAY, *sorted(calendar.closed_on)):
            if day >= opens:
                opens = calendar.working_days_after(day, 1)
    except BadCalendar:
        yield "This calendar is closed for ten years on end. Give it days on which it is open."


def _spans(document: Document, calendars: dict[str, Hours]) -> Iterator[tuple[Path, Span, Hours]]:
    """Each length with the hours that it is counted in; a ladder’s with those of every severity that climbs it."""
    for place, severity in enumerate(document.severities):
        hours, path = calendars[severity.calendar], ("severities", place)
        yield (*path, "acknowledge_within"), severity.acknowledge_within, hours
        if isinstance(severity.cadence, EverySpan):
            yield (*path, "cadence"), severity.cadence.span, hours
        if severity.target:
            yield (*path, "target"), severity.target, hours
        yield ("target", "within"), document.target.within, hours
        for name in dict.fromkeys((severity.acknowledgement_ladder, severity.promise_ladder)):
            yield from _of_ladder(("ladders", name), document.ladder(name), hours)
        if document.meetings.at_least_every:
            yield ("meetings", "at_least_every"), document.meetings.at_least_every, hours
        yield ("meetings", "brief"), document.meetings.brief_ahead, hours
        if notes := document.meetings.notes_ladder:
            yield from _of_ladder(("ladders", notes), document.ladder(notes), hours)
        if decision := document.decision:
            yield ("decision", "within"), decision.within, hours
            yield from _of_ladder(("ladders", decision.ladder), document.ladder(decision.ladder), hours)


def _of_ladder(path: Path, ladder: Ladder, hours: Hours) -> Iterator[tuple[Path, Span, Hours]]:
    yield (*path, "then_every"), ladder.then_every, hours
    yield (*path, "afterwards"), ladder.afterwards, hours
    for place, rung in enumerate(ladder.rungs):
        if rung.span:
            yield (*path, "rungs", place, "when"), rung.span, hours


def _takes(span: Span, hours: Hours) -> timedelta:
    """About how long it takes from its beginning to its end, without holidays."""
    if span.length is None:
        return span.amount / sum(bool(opens) for opens in hours) * _WEEK
    if not span.is_working_time:
        return span.length
    minutes = sum(one.end - one.start for opens in hours for one in opens)
    return span.length / timedelta(minutes=minutes) * _WEEK
