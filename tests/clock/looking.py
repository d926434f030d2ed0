"""A situation to look at, and clocks that look at it in different ways."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from amends.clock import cadences
from amends.clock.calendars import WorkingCalendar, parse_hours
from amends.clock.engine import look
from amends.clock.ladders import Ladder, Rung, parse_ladder
from amends.clock.situations import Due, Mark, PromiseDue, Situation, Terms
from amends.clock.spans import parse

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
BERLIN = WorkingCalendar("Europe/Berlin", parse_hours({day: ["09:00-17:00"] for day in WEEKDAYS}))
OPENED = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)  # Thursday, 10:00 in Berlin
DUE = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)  # Friday, 16:00 in Berlin
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

STANDARD = parse_ladder(
    {
        "rungs": [
            {"when": "2 hours before", "tells": ["owner"]},
            {"when": "when due", "tells": ["owner", "handler"]},
            {"when": "1 hour after", "tells": ["handler", "handler's manager"]},
        ],
        "then_every": "30 minutes",
        "at_most": 6,
    }
)
WARNINGS_ONLY = parse_ladder(
    {
        "rungs": [{"when": "halfway", "tells": ["owner"]}, {"when": "2 hours before", "tells": ["handler"]}],
        "then_every": "3 hours",
    }
)
FAR_AWAY = Ladder((Rung("when due", ("handler",)),), parse("1 week"), 1, parse("1 week"))


def terms(**changes) -> Terms:
    values = {
        "calendar": BERLIN,
        "cadence": cadences.parse("every two weeks on Tuesday at 10:00"),
        "acknowledgement": STANDARD,
        "promise": STANDARD,
        "silence": FAR_AWAY,
        "target": FAR_AWAY,
        "decision": STANDARD,
        "request": FAR_AWAY,
    }
    return Terms(**values | changes)


def situation(*promises: PromiseDue, **changes) -> Situation:
    values = {
        "id": 1,
        "is_open": True,
        "opened_at": OPENED,
        "silent_since": OPENED,
        "target_at": OPENED + 30 * DAY,
        "zone": "Europe/Lisbon",
        "terms": terms(),
        "promises": promises or (PromiseDue(17, OPENED, DUE),),
    }
    return Situation(**values | changes)


def marked(seen: Situation, dues: tuple[Due, ...], at: datetime) -> Situation:
    """The situation with what was told just now."""
    return replace(seen, marks={**seen.marks, **{due.key: Mark(due.rung, at) for due in dues}})


def told_at(seen: Situation, moments) -> list[tuple[datetime, Due]]:
    """Everything told by looks at these moments, each with the marks that the ones before left."""
    told = []
    for moment in moments:
        found = look(seen, moment)
        seen = marked(seen, found.due, moment)
        told += [(moment, due) for due in found.due]
    return told


def told_when_sleeping(seen: Situation, start: datetime, until: datetime) -> list[tuple[datetime, Due]]:
    """Everything told by a clock that sleeps exactly as long as each look says."""
    told, now = [], start
    while now <= until:
        found = look(seen, now)
        seen = marked(seen, found.due, now)
        told += [(now, due) for due in found.due]
        assert found.again_at is not None
        now = found.again_at
    return told
