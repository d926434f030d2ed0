"""One look at one situation. Pure: missed, late or repeated, it does no harm."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from amends.clock.calendars import WorkingCalendar
from amends.clock.rules import RULES
from amends.clock.situations import Ahead, Alarm, Due, Look, Mark, Situation

# An open subject never sleeps longer, so that a forgotten dependency heals by itself.
LONGEST_SLEEP = dt.timedelta(hours=24)
# Moments, each with the number of the rung that is reached then.
Rungs = list[tuple[dt.datetime, int]]


def look(situation: Situation, now: dt.datetime) -> Look:
    """Everything that is due now, and when to look again.

    A closed situation has nothing due and is not looked at again until something changes.
    """
    if not situation.is_open:
        return Look((), None)
    dues: list[Due] = []
    again_at = now + LONGEST_SLEEP
    for alarm in alarms(situation):
        rungs = _rungs(alarm, situation.terms.calendar)
        due = _due(alarm, rungs, situation, now)
        if due:
            dues.append(due)
        mark = Mark(due.rung, now) if due else situation.marks.get(alarm.key)
        following = _next(alarm, rungs, mark, situation.terms.calendar)
        # Never in the past: what was due before `now` has just been told.
        again_at = min(again_at, max(following[0], now + dt.timedelta(seconds=1)))
    return Look(tuple(dues), again_at)


def foresee(situation: Situation, now: dt.datetime) -> list[Ahead]:
    """The next telling of each alarm, soonest first, as things stand."""
    if not situation.is_open:
        return []
    ahead = []
    for alarm in alarms(situation):
        rungs = _rungs(alarm, situation.terms.calendar)
        moment, rung = _next(alarm, rungs, situation.marks.get(alarm.key), situation.terms.calendar)
        tell = alarm.after if moment >= alarm.due_at else alarm.before
        ahead.append(Ahead(max(moment, now), alarm.key, tell, _tells(alarm, rung)))
    return sorted(ahead, key=lambda item: item.at)


def alarms(situation: Situation) -> Iterator[Alarm]:
    """Every alarm that runs for a situation, rule by rule; each ladder reaches the moment itself at least."""
    for rule in RULES:
        for alarm in rule(situation):
            ladder = alarm.ladder.up_to_the_moment()
            yield alarm if ladder is alarm.ladder else replace(alarm, ladder=ladder)


def _due(alarm: Alarm, rungs: Rungs, situation: Situation, now: dt.datetime) -> Due | None:
    """The highest rung that is due and not yet told; lower ones are passed over."""
    told = situation.marks.get(alarm.key)
    calendar = situation.terms.calendar
    untold = _untold(rungs, told)
    due_rungs = [rung for moment, rung in untold if moment <= now]
    if due_rungs:
        rung = due_rungs[-1]
    elif told and not untold and _nag_at(alarm, told, calendar) <= now:
        rung = len(alarm.ladder.rungs)
    else:
        return None
    # The number only ever grows, also where another severity has brought another ladder.
    number = max(rung, told.rung + 1) if told else rung
    tell = alarm.after if now >= alarm.due_at else alarm.before
    return Due(alarm.key, number, tell, alarm.due_at, _tells(alarm, rung))


def _next(alarm: Alarm, rungs: Rungs, told: Mark | None, calendar: WorkingCalendar) -> tuple[dt.datetime, int]:
    """When the next rung comes, and which it is: one of the ladder's, else the next nag."""
    ahead = _untold(rungs, told)
    if ahead or told is None:
        return min(ahead)
    return _nag_at(alarm, told, calendar), len(alarm.ladder.rungs)


def _untold(rungs: Rungs, told: Mark | None) -> Rungs:
    """The rungs that come after the last telling: by moment, for the ladder may be another by now."""
    return [(moment, rung) for moment, rung in rungs if told is None or moment > told.told_at]


def _rungs(alarm: Alarm, calendar: WorkingCalendar) -> Rungs:
    """The moments of the ladder's rungs that fit between making and due, and beyond, each with its number.

    The last rung always does: see `Ladder.up_to_the_moment`.
    """
    moments = [rung.moment(alarm.made_at, alarm.due_at, calendar) for rung in alarm.ladder.rungs]
    return [(moment, number) for number, moment in enumerate(moments) if moment is not None]


def _nag_at(alarm: Alarm, told: Mark, calendar: WorkingCalendar) -> dt.datetime:
    """When to say it again: at the ladder's pace up to its cap, then once each working day. From the last telling."""
    nags = told.rung - (len(alarm.ladder.rungs) - 1)
    pace = alarm.ladder.then_every if nags < alarm.ladder.at_most else alarm.ladder.afterwards
    return pace.after(told.told_at, calendar)


def _tells(alarm: Alarm, rung: int) -> tuple[str, ...]:
    """Whom a rung tells; nags go to the top rung's people."""
    return alarm.ladder.rungs[min(rung, len(alarm.ladder.rungs) - 1)].tells
