"""What one past escalation may say: its fields, what each of them allows, and what does not go together. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Annotated, Literal, Protocol, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, ValidationInfo

from amends.lib import visible, zones

EARLIEST, LATEST = 1970, 2199
SETTLED = ("solved", "declined")

# Where it is wrong, as people write it (`problems[0].changes[2].reason`), and what is wrong there.
Contradiction = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Here:
    """What a line is checked against: the playbook's severities, and until when something can have happened."""

    severities: tuple[str, ...]
    now: dt.datetime


def _of(info: ValidationInfo) -> Here:
    assert isinstance(info.context, Here)
    return info.context


def _moment(value: object) -> dt.datetime:
    """An ISO 8601 moment with its offset, in UTC."""
    try:
        moment = dt.datetime.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ValueError(
            "Write a moment with its offset from UTC, such as “2026-11-19T16:00:00+01:00” or “2026-11-19T15:00:00Z”."
        )
    if not EARLIEST < moment.year < LATEST:
        raise ValueError(f"The year {moment.year} cannot be meant.")
    return moment.astimezone(dt.UTC)


def _not_ahead(moment: dt.datetime, info: ValidationInfo) -> dt.datetime:
    if moment > _of(info).now:
        raise ValueError("This lies in the future, and history does not.")
    return moment


def _severity(key: str, info: ValidationInfo) -> str:
    severities = _of(info).severities
    if key not in severities:
        raise ValueError(
            f"The playbook in force has no severity “{key}”. "
            f"Choose one of {', '.join(severities)}; or null, which becomes {severities[-1]}."
        )
    return key


def _writable(text: str) -> str:
    if "\0" in text:
        raise ValueError("This holds a NUL character (\\u0000), which no text has.")
    if not (words := visible.words(text)):
        raise ValueError("This holds no letter that can be seen.")
    return words


def _zone(name: str) -> str:
    if name not in zones.names():
        raise ValueError(f"“{name}” is no time zone. Write a name such as “Europe/Berlin” or “UTC”.")
    return name


Moment = Annotated[dt.datetime, PlainValidator(_moment)]
Happened = Annotated[dt.datetime, PlainValidator(_moment), AfterValidator(_not_ahead)]
Severity = Annotated[str, AfterValidator(_severity)]
Zone = Annotated[str, AfterValidator(_zone)]
Text = Annotated[str, Field(min_length=1), AfterValidator(_writable)]
Short = Annotated[str, Field(min_length=1, max_length=120), AfterValidator(_writable)]
Name = Annotated[str, Field(min_length=1, max_length=160), AfterValidator(_writable)]
Headline = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_writable)]
Sentence = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(_writable)]


class Part(BaseModel):
    """What it does not know it refuses, and once read it never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Said(Part):
    """Something that was told to the customer (out) or heard from them (in)."""

    at: Happened
    direction: Literal["out", "in"] = "out"
    channel: Literal["mail", "call", "meeting", "page"] = "mail"
    text: Text


class Promised(Part):
    """Something that the customer was to get, and when they got it, if they did."""

    kind: Literal["acknowledgement", "next_update", "fix_date", "deliverable"] = "next_update"
    what: Sentence
    made_at: Happened
    due_at: Moment
    zone: Zone = "UTC"
    kept_at: Happened | None = None


class Turn(Part):
    """How the escalation itself changed: an end that did not last, how it came back, how grave it was, whose it was."""

    at: Happened
    kind: Literal["resolved", "closed", "reopened", "severity", "handler"]
    to: Short | None = None
    reason: Sentence | None = None


class Step(Part):
    """How a problem went on: how it stands from then on, or who has it."""

    at: Happened
    status: Literal["confirmed", "in work", "waiting", "solved", "declined"] | None = None
    waits_on: Literal["team", "vendor", "customer"] | None = None
    waiting_for: Short | None = None
    team: Short | None = None
    owner: Short | None = None
    reason: Sentence | None = None


class Lacked(Part):
    """A problem: what was wrong, in the customer's words, and what became of it."""

    words: Sentence
    named_at: Happened | None = None
    changes: tuple[Step, ...] = ()


class Noted(Part):
    """Something that was said inside."""

    at: Happened
    text: Text


class Past(Part):
    """One past escalation: one line."""

    key: Short
    account: Name
    reason: Headline
    severity: Severity | None = None
    reported_at: Happened | None = None
    opened_at: Happened
    resolved_at: Happened | None = None
    closed_at: Happened | None = None
    outcome: Literal["recovered", "lost"] | None = None
    updates: tuple[Said, ...] = ()
    promises: tuple[Promised, ...] = ()
    changes: tuple[Turn, ...] = ()
    problems: tuple[Lacked, ...] = ()
    notes: tuple[Noted, ...] = ()

    @property
    def rows(self) -> int:
        """About how many rows it becomes: itself, and all that hangs on it."""
        named = len(self.problems) + sum(len(problem.changes) for problem in self.problems)
        return 1 + len(self.updates) + len(self.promises) + len(self.changes) + named + len(self.notes)


class _WithAMoment(Protocol):
    @property
    def at(self) -> dt.datetime: ...


_Happening = TypeVar("_Happening", bound=_WithAMoment)


def by_moment(happened: Iterable[_Happening]) -> list[_Happening]:
    """In the order of their moments; what happened at the same one stays as it was written."""
    return sorted(happened, key=attrgetter("at"))


def contradictions(past: Past, here: Here) -> Iterator[Contradiction]:
    """What each field allows and the whole does not. What was late, early or after the end is history, and stays."""
    if past.reported_at and past.reported_at > past.opened_at:
        yield "reported_at", "It was reported after it was opened. Without a report, leave this out."
    for field, moment in (("resolved_at", past.resolved_at), ("closed_at", past.closed_at)):
        if moment and moment < past.opened_at:
            yield field, "This lies before opened_at."
    if past.outcome and not past.closed_at:
        yield "outcome", "How it ended is said, but not when. Add closed_at, or make this null."
    if past.changes:
        yield from _of_turns(past, here)
    for number, problem in enumerate(past.problems):
        yield from _of_problem(problem, past, f"problems[{number}]")


def _of_turns(past: Past, here: Here) -> Iterator[Contradiction]:
    """Each change for itself; then whether it could be resolved, closed and reopened in that order."""
    place = {id(turn): f"changes[{number}]" for number, turn in enumerate(past.changes)}
    stands, came_back = "open", past.opened_at
    for turn in by_moment(past.changes):
        at = place[id(turn)]
        yield from _of_turn(turn, at, here)
        if turn.at < past.opened_at:
            yield f"{at}.at", "This lies before opened_at."
        elif turn.kind == "reopened":
            if stands == "open":
                yield at, "It was open at that time: say before when it had been resolved or closed."
            stands, came_back = "open", turn.at
        elif turn.kind in ("resolved", "closed"):
            if stands in (turn.kind, "closed"):
                yield at, f"It was {stands} already at that time: say before when it was reopened."
            stands = turn.kind
    if stands != "open":
        yield "changes", f"It was {stands} at last: write that as {stands}_at, and here only what did not last."
    for field, moment in (("resolved_at", past.resolved_at), ("closed_at", past.closed_at)):
        if moment and past.opened_at <= moment < came_back:
            yield field, "It was reopened after that: write here when it ended at last."


def _of_turn(turn: Turn, at: str, here: Here) -> Iterator[Contradiction]:
    if turn.kind in ("severity", "handler"):
        if turn.to is None:
            yield f"{at}.to", f"Say to which {turn.kind}."
        elif turn.kind == "severity" and turn.to not in here.severities:
            yield (
                f"{at}.to",
                f"The playbook in force has no severity “{turn.to}”. Choose one of {', '.join(here.severities)}.",
            )
    elif turn.to is not None:
        yield f"{at}.to", "This stands with a severity or a handler only."
    if turn.reason and turn.kind in ("resolved", "closed"):
        yield f"{at}.reason", "An end has no reason here. Put it into a note."


def _of_problem(problem: Lacked, past: Past, place: str) -> Iterator[Contradiction]:
    """Each step for itself; then whether one could follow the other."""
    named_at = problem.named_at or past.opened_at
    of = {id(step): f"{place}.changes[{number}]" for number, step in enumerate(problem.changes)}
    stands = "named"
    for step in by_moment(problem.changes):
        at = of[id(step)]
        yield from _of_step(step, at, stands)
        if step.at < named_at:
            yield f"{at}.at", "This lies before the problem was named."
        if step.status in SETTLED and stands in SETTLED:
            yield at, f"It was {stands} already at that time."
        stands = step.status or stands
    if (past.resolved_at or past.closed_at) and stands not in SETTLED:
        yield place, "It is over, and this was neither solved nor declined. Say which, and when."


def _of_step(step: Step, at: str, stood: str) -> Iterator[Contradiction]:
    if not (step.status or step.team or step.owner):
        yield at, "This changes nothing. Say a status, a team or an owner."
    if step.status == "waiting" and not step.waits_on:
        yield f"{at}.waits_on", "Say on whom it waits: team, vendor or customer."
    if step.status != "waiting" and (step.waits_on or step.waiting_for):
        yield at, "Only what is waiting waits for somebody: add the status “waiting”."
    if step.status == "declined" and not step.reason:
        yield f"{at}.reason", "Say why it was declined."
    is_taken_up = stood in SETTLED and step.status and step.status not in SETTLED
    if step.reason and step.status != "declined" and not is_taken_up:
        yield f"{at}.reason", "A reason is for what was declined or taken up again. Put it into a note."
