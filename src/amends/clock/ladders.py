"""Ladders: who is told when, on the way to a promise's due time and past it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from amends.clock import spans
from amends.clock.calendars import WorkingCalendar
from amends.clock.spans import BadSpan, Span

TELLS = ("owner", "handler", "handler's manager", "executives", "administrators")
"""Whom a rung can tell, the nearest first."""

ONE_WORKING_DAY = Span(1, "working days")

# Counting open time through many years takes seconds, at every look.
_COUNTED_FOR = timedelta(days=400)
_LADDER_KEYS = {"rungs", "then_every", "at_most", "afterwards"}
_RUNG_KEYS = {"when", "tells"}


class BadLadder(ValueError):
    """A ladder that cannot be read or is out of order; the message says what is accepted."""


class _When(NamedTuple):
    kind: str  # halfway, before, when due or after
    span: Span | None = None

    def __str__(self) -> str:
        return self.kind if self.span is None else f"{self.span} {self.kind}"


_HALFWAY = _When("halfway")
_WHEN_DUE = _When("when due")


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder: `when` it is reached, and the roles it `tells`."""

    when: str
    tells: tuple[str, ...]

    def __post_init__(self) -> None:
        _parse_when(self.when)
        if not self.tells:
            raise BadLadder(f"The rung “{self.when}” tells nobody. Name one or more of: {', '.join(TELLS)}.")
        for role in self.tells:
            if role not in TELLS:
                raise BadLadder(f"“{role}” is nobody a rung can tell. Name one or more of: {', '.join(TELLS)}.")

    @property
    def span(self) -> Span | None:
        """How long before or after the moment it is reached; None at the moment itself, and halfway to it."""
        return _parse_when(self.when).span

    def moment(self, made_at: datetime, due_at: datetime, calendar: WorkingCalendar) -> datetime | None:
        """When this rung of a promise is reached, in UTC.

        None where it does not fit: "2 hours before" for a promise that was made an hour before it was due.
        """
        kind, span = _parse_when(self.when)
        if kind == "after" and span:
            return span.after(due_at, calendar)
        if kind == "before" and span:
            moment = span.before(due_at, calendar)
        elif kind == "halfway":
            moment = _halfway(made_at, due_at, calendar)
        else:
            return due_at.astimezone(UTC)
        return moment if made_at < moment < due_at else None


@dataclass(frozen=True, slots=True)
class Ladder:
    """Rungs from the earliest to the latest, and how it goes on past the last one until somebody acts.

    It rings again every `then_every`, but `at_most` so many times; from there on every `afterwards`.
    """

    rungs: tuple[Rung, ...]
    then_every: Span
    at_most: int = 6
    afterwards: Span = ONE_WORKING_DAY

    def __post_init__(self) -> None:
        if not self.rungs:
            raise BadLadder("A ladder needs at least one rung.")
        if self.at_most < 1:
            raise BadLadder("at_most counts the reminders after the last rung: 1 or more.")
        for one, following in pairwise(self.rungs):
            if not _may_follow(_parse_when(one.when), _parse_when(following.when)):
                raise BadLadder(
                    f"The rung “{following.when}” does not come after “{one.when}”. "
                    "Write the rungs from the earliest to the latest, each once."
                )

    def up_to_the_moment(self) -> "Ladder":
        """This ladder; one of warnings alone gets a last rung at the moment itself, for the same people.

        What is due is never passed over in silence, and the last rung of such a ladder always fits.
        """
        top = self.rungs[-1]
        if _parse_when(top.when).kind in ("when due", "after"):
            return self
        return replace(self, rungs=(*self.rungs, Rung(str(_WHEN_DUE), top.tells)))


def parse_ladder(document: Mapping[str, Any]) -> Ladder:
    """Read a ladder from its part of a playbook; raises `BadLadder`.

    `{"rungs": [{"when": "2 hours before", "tells": ["owner"]}], "then_every": "30 minutes"}`, and if wished
    `at_most` (6) and `afterwards` ("1 working day").
    """
    _check_keys("A ladder", document, needs=_LADDER_KEYS - {"at_most", "afterwards"}, knows=_LADDER_KEYS)
    at_most = document.get("at_most", 6)
    if not isinstance(at_most, int) or isinstance(at_most, bool):
        raise BadLadder(f"at_most is a whole number, and “{at_most}” is none.")
    return Ladder(
        rungs=tuple(_parse_rung(rung) for rung in _listed("rungs", document["rungs"])),
        then_every=_parse_span(document["then_every"]),
        at_most=at_most,
        afterwards=_parse_span(document.get("afterwards", ONE_WORKING_DAY)),
    )


def _parse_rung(document: Any) -> Rung:
    if not isinstance(document, Mapping):
        raise BadLadder(f"A rung has a “when” and a “tells”; “{document}” has neither.")
    _check_keys("A rung", document, needs=_RUNG_KEYS, knows=_RUNG_KEYS)
    tells = tuple(str(role).replace("’", "'") for role in _listed("tells", document["tells"]))
    return Rung(str(_parse_when(str(document["when"]))), tells)


def _check_keys(what: str, document: Mapping[str, Any], *, needs: set[str], knows: set[str]) -> None:
    if missing := sorted(needs - document.keys()):
        raise BadLadder(f"{what} needs “{missing[0]}”.")
    if unknown := sorted(str(key) for key in document if key not in knows):
        raise BadLadder(f"{what} has no “{unknown[0]}”. It has: {', '.join(sorted(knows))}.")


def _listed(name: str, value: Any) -> Sequence[Any]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise BadLadder(f"“{name}” is a list.")
    return value


def _parse_span(text: Any) -> Span:
    try:
        return spans.parse(str(text))
    except BadSpan as error:
        raise BadLadder(str(error)) from error


@lru_cache(maxsize=1024)
def _parse_when(text: str) -> _When:
    words = " ".join(text.lower().split())
    for when in (_HALFWAY, _WHEN_DUE):
        if words == str(when):
            return when
    length, _, kind = words.rpartition(" ")
    if kind not in ("before", "after"):
        raise BadLadder(f"“{text}” is no time on a ladder. Write halfway, 2 hours before, when due or 1 hour after.")
    return _When(kind, _parse_span(length))


def _may_follow(one: _When, following: _When) -> bool:
    """Whether `following` can come after `one`; where that hangs on the promise and the calendar, it can."""
    order = {"halfway": 0, "before": 0, "when due": 1, "after": 2}
    if order[one.kind] != order[following.kind]:
        return order[one.kind] < order[following.kind]
    if one.span is None or following.span is None:
        return one != following
    earlier, later = (one.span, following.span) if one.kind == "after" else (following.span, one.span)
    return not _is_at_least(earlier, later)


def _is_at_least(one: Span, other: Span) -> bool:
    """Whether `one` is surely as long as `other`, which only spans that are counted alike can say."""
    if one.length is None or other.length is None:
        return one.length == other.length and one.amount >= other.amount
    return one.is_working_time == other.is_working_time and one.length >= other.length


def _halfway(made_at: datetime, due_at: datetime, calendar: WorkingCalendar) -> datetime:
    """Half of the open time; where none is open, half of the elapsed time: they work outside their hours.

    Of what is due in years it is the first open moment after half of the elapsed time.
    """
    half = made_at.astimezone(UTC) + (due_at - made_at) / 2
    if due_at - made_at > _COUNTED_FOR:
        return calendar.next_open(half)
    # What was due before it was made has no half-way.
    open_for = calendar.between(made_at, due_at) if due_at > made_at else None
    return calendar.add(made_at, open_for / 2) if open_for else half
