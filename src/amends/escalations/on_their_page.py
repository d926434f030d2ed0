"""What the customer said on their page and somebody of ours has still to do something about, read from the timeline.

Nothing of it is a state of its own: it stands until something that comes after it on the timeline answers it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from amends.escalations.models import Escalation, Event
from amends.escalations.timeline import kinds

_MISSING, _TIMES, _STRUCK = (
    kinds.UPDATE_SOMETHING_MISSING.name,
    kinds.UPDATE_TIMES_PROPOSED.name,
    kinds.UPDATE_STRUCK.name,
)
# After any of these the plan is another than the one of which they said it, or they have said anew that it is right.
_ANSWERS_IT = (
    *(kinds.PROBLEM_NAMED.name, kinds.PROBLEM_DECLINED.name, kinds.PROBLEM_REOPENED.name),
    *(kinds.PLAN_REORDERED.name, kinds.PLAN_CONFIRMED.name, kinds.PLAN_CONFIRMED_BY_THEM.name),
)
# So far back is read; who says that something is missing is heard by mail as well.
_MOST = 40


@dataclass(frozen=True, slots=True)
class Missing:
    """Who said that something is missing from the plan, when, and in which words."""

    who: str
    at: dt.datetime
    words: str


@dataclass(frozen=True, slots=True)
class Suits:
    """A time at which a call would suit somebody of theirs, and when they said so."""

    who: str
    at: dt.datetime
    said_at: dt.datetime


@dataclass(frozen=True, slots=True)
class OnTheirPage:
    """What is missing from the plan, if they say so; when a call would suit them, the times that they proposed last."""

    missing: Missing | None = None
    times: Sequence[Suits] = ()


def of(escalation: Escalation) -> OnTheirPage:
    """What stands of it. One query."""
    wanted = escalation.events.filter(kind__in=(_MISSING, _TIMES, _STRUCK, *_ANSWERS_IT)).select_related("personal")
    found = list(wanted.order_by("-at", "-id")[:_MOST])
    struck = {event.words.get("update") for event in found if event.kind == _STRUCK}
    standing = [event for event in found if event.kind != _STRUCK and event.words.get("update") not in struck]
    newest = next((event for event in standing if event.kind != _TIMES), None)
    return OnTheirPage(
        _missing(newest) if newest and newest.kind == _MISSING else None,
        [
            Suits(event.by_name, dt.datetime.fromisoformat(moment), event.at)
            for event in standing
            if event.kind == _TIMES
            for moment in event.words.get("moments", ())
        ],
    )


def _missing(event: Event) -> Missing:
    personal = getattr(event, "personal", None)
    return Missing(event.by_name, event.at, str(personal.words.get("text", "")) if personal else "")
