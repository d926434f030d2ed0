"""The frozen picture that a decision needs, and the decision."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from amends.clock.cadences import Cadence
from amends.clock.calendars import WorkingCalendar
from amends.clock.ladders import Ladder
from amends.clock.spans import Span


class Tell(StrEnum):
    """What the clock tells. The names are those of event kinds and are never renamed."""

    PROMISE_REMINDED = "promise.reminded"
    PROMISE_OVERDUE = "promise.overdue"
    SILENCE_NOTICED = "silence.noticed"
    TARGET_NEAR = "target.near"
    TARGET_PASSED = "target.passed"
    DECISION_DUE = "decision.due"
    REQUEST_OVERDUE = "request.overdue"
    MEETING_BRIEF = "meeting.brief"
    MEETING_UNSETTLED = "meeting.unsettled"
    MEETING_NOTES_DUE = "meeting.notes_due"
    MEETING_MISSING = "meeting.missing"


@dataclass(frozen=True, slots=True)
class Mark:
    """The last rung that was told of one thing, and when."""

    rung: int
    told_at: dt.datetime


@dataclass(frozen=True, slots=True)
class MeetingTerms:
    """What the playbook says of meetings. `asks` climbs where nobody has said how one was, or where none is planned."""

    at_least_every: Span | None
    brief: Span
    asks: Ladder
    notes: Ladder


@dataclass(frozen=True, slots=True)
class Terms:
    """What the playbook says for one severity: the clocks that an escalation is judged by."""

    calendar: WorkingCalendar
    cadence: Cadence
    acknowledgement: Ladder
    promise: Ladder
    silence: Ladder
    target: Ladder
    decision: Ladder
    request: Ladder
    meetings: MeetingTerms | None = None


@dataclass(frozen=True, slots=True)
class PromiseDue:
    """An open promise as the clock sees it. That of a meeting is rung for by the meeting."""

    id: int
    made_at: dt.datetime
    due_at: dt.datetime
    is_acknowledgement: bool = False
    is_meeting: bool = False


@dataclass(frozen=True, slots=True)
class DecisionDue:
    """A decision that somebody is asked for."""

    id: int
    asked_at: dt.datetime
    due_at: dt.datetime


@dataclass(frozen=True, slots=True)
class RequestDue:
    """What the customer was asked for, and has not answered."""

    id: int
    made_at: dt.datetime
    due_at: dt.datetime


@dataclass(frozen=True, slots=True)
class MeetingSeen:
    """A meeting that is planned, or held while its notes are still to be sent (then both `held_at` and `notes_due_at`).

    `is_briefed`: somebody is in it who gets the page to read before.
    """

    id: int
    made_at: dt.datetime
    starts_at: dt.datetime
    ends_at: dt.datetime
    is_internal: bool = False
    is_briefed: bool = False
    held_at: dt.datetime | None = None
    notes_due_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """An escalation as the clock sees it. Built from rows by `escalations/situations.py`."""

    id: int
    is_open: bool
    opened_at: dt.datetime
    # The last word to the customer, or when we began to owe them one.
    silent_since: dt.datetime
    target_at: dt.datetime
    # The customer's zone, in which cadences are meant.
    zone: str
    terms: Terms
    # The customer need not know of it, so that no silence is too long.
    may_be_silent: bool = False
    promises: tuple[PromiseDue, ...] = ()
    decision: DecisionDue | None = None
    requests: tuple[RequestDue, ...] = ()
    meetings: tuple[MeetingSeen, ...] = ()
    # Since when nobody has met the customer; None where nobody is to.
    met_since: dt.datetime | None = None
    marks: dict[str, Mark] = field(default_factory=dict)


def promise_key(promise_id: int) -> str:
    """Under which key a promise's rungs are marked."""
    return f"promise:{promise_id}"


def decision_key(decision_id: int) -> str:
    """Under which key the rungs of a decision that is asked for are marked."""
    return f"decision:{decision_id}"


def decision_of(key: str) -> int:
    """Which decision a key of `decision_key` is about."""
    return int(key.partition(":")[2])


def request_key(request_id: int) -> str:
    """Under which key the rungs of what the customer was asked for are marked."""
    return f"request:{request_id}"


def meeting_key(meeting_id: int) -> str:
    """Under which key it is marked that somebody was asked how a meeting was."""
    return f"meeting:{meeting_id}"


def brief_key(meeting_id: int) -> str:
    """Under which key the brief of a meeting is marked."""
    return f"brief:{meeting_id}"


def notes_key(meeting_id: int, settled_at: dt.datetime) -> str:
    """Under which key the rungs of a meeting's notes are marked. Of one that was held after all they begin anew."""
    return f"notes:{int(settled_at.timestamp())}:{meeting_id}"


def unmet_key(since: dt.datetime) -> str:
    """A time without meetings is told apart by when it began."""
    return f"unmet:{int(since.timestamp())}"


def met_by(since: dt.datetime, terms: Terms) -> dt.datetime | None:
    """By when the customer is to be met who was met last at `since`; None where the playbook does not say."""
    if terms.meetings is None or terms.meetings.at_least_every is None:
        return None
    return terms.meetings.at_least_every.after(since, terms.calendar)


def brief_at(made_at: dt.datetime, starts_at: dt.datetime, terms: Terms) -> dt.datetime | None:
    """When the page to read before a meeting is sent; None where the playbook does not say."""
    if terms.meetings is None:
        return None
    return max(terms.meetings.brief.before(starts_at, terms.calendar), made_at)


def silence_key(since: dt.datetime) -> str:
    """A silence is told apart by when it began."""
    return f"silence:{int(since.timestamp())}"


def target_key(target_at: dt.datetime) -> str:
    """A new target date is a new thing to warn of."""
    return f"target:{target_at.astimezone(dt.UTC):%Y-%m-%d}"


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something with a moment and a ladder up to it and beyond."""

    key: str
    made_at: dt.datetime
    due_at: dt.datetime
    ladder: Ladder
    before: Tell
    after: Tell


@dataclass(frozen=True, slots=True)
class Due:
    """One telling that is due: of what, which rung, to whom.

    `once` is its mark, unique for each subject in the database: telling it twice is impossible.
    """

    key: str
    rung: int
    tell: Tell
    due_at: dt.datetime
    tells: tuple[str, ...]

    @property
    def once(self) -> str:
        return f"{self.key}:{self.rung}"


@dataclass(frozen=True, slots=True)
class Look:
    """What a look found: what is due now, and when to look again (None: never, until something changes)."""

    due: tuple[Due, ...]
    again_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Ahead:
    """One telling that will come, if nothing changes: what the page shows as *what comes next*."""

    at: dt.datetime
    key: str
    tell: Tell
    tells: tuple[str, ...]
