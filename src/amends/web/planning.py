"""The plan as pages show it: its lines in their order, and the customer's word on that order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from amends.escalations import boards, health
from amends.escalations.actions.plans import HOW
from amends.escalations.models import Escalation, PlanConfirmation, Problem, Request
from amends.escalations.on_their_page import Missing
from amends.lib import when
from amends.web.case_page import Rights
from amends.web.requests import MemberRequest

MOST_PROBLEMS = 20
# Of what they say is missing; all of it stands on the timeline.
_OF_THEIR_WORDS = 160


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the plan. `stands` against its estimate; `asked`: what the customer owes us for it."""

    problem: Problem
    stands: str
    asked: Request | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class Word:
    """The customer's word on the order: how it reads, its tone, and what one writes down about it (blank: nothing)."""

    says: str
    tone: str
    sign: str
    act: str = ""
    # They say that something is missing: it may be put on the plan
    is_missing: bool = False


def context(request: MemberRequest, case: boards.Case, rights: Rights, *, whole: bool = False) -> dict[str, Any]:
    """The plan, cut where it is long unless the `whole` is wanted."""
    problems = case.problems
    etas = [problem.eta_at for problem in problems if problem.eta_at and not problem.is_settled]
    shown = problems if whole else problems[:MOST_PROBLEMS]
    return {
        "escalation": case.escalation,
        "rights": rights,
        "plan": lines(case.escalation, shown, request.now),
        "problems_left_out": len(problems) - len(shown),
        "is_whole": whole,
        "can_order": rights.plan and len(problems) > 1,
        "order": written([problem.pk for problem in problems]),
        "word": _word(case, rights, request),
        "solved": sum(problem.status == Problem.Status.SOLVED for problem in problems),
        "next_eta": min(etas, default=None),
    }


def lines(escalation: Escalation, found: Iterable[Problem], now: dt.datetime) -> list[Line]:
    """Lines of the plan, of problems as `boards.case` reads them."""
    return [_line(escalation, problem, now) for problem in found]


def written(order: Sequence[int]) -> str:
    """An order as forms carry it: "3,1,2"."""
    return ",".join(map(str, order))


def is_late(escalation: Escalation, asked: Request, now: dt.datetime) -> bool:
    """Whether the customer should have answered by now."""
    return escalation.is_under_way and asked.due_at < now


def _line(escalation: Escalation, problem: Problem, now: dt.datetime) -> Line:
    asked: Request | None = next(iter(problem.asked), None)  # type: ignore[attr-defined]
    return Line(problem, _stands(problem, now), asked, asked is not None and is_late(escalation, asked, now))


def _stands(problem: Problem, now: dt.datetime) -> str:
    """Against its estimate; nothing is said where there is none."""
    if problem.is_settled or problem.eta_at is None:
        return ""
    if problem.is_late(now):
        return "off track"
    return "at risk" if problem.eta_at - now <= health.NEAR else "on track"


def _word(case: boards.Case, rights: Rights, request: MemberRequest) -> Word | None:
    found = case.confirmation
    if case.on_their_page.missing and case.escalation.is_under_way:
        act = "Write down that it is right" if rights.plan else ""
        return Word(_is_missing(case.on_their_page.missing, request), "risk", "risk", act, is_missing=True)
    if found is not None and found.lapsed_at is None:
        return Word(f"Order confirmed by {found.confirmed_by}, {_how(found, request)}", "good", "good")
    if not case.escalation.is_under_way or not case.problems:
        return None
    act = "Write down their word" if rights.plan else ""
    if found is None:
        return Word("The customer has not confirmed this order yet", "", "ear", act)
    return Word(f"Not confirmed since it was changed: ask {found.confirmed_by} again", "risk", "risk", act)


def _is_missing(said: Missing, request: MemberRequest) -> str:
    words = " ".join(said.words.split())
    words = words if len(words) <= _OF_THEIR_WORDS else f"{words[:_OF_THEIR_WORDS].rsplit(' ', 1)[0]} …"
    quoted = f": “{words}”" if words else ""
    return f"{said.who} says that something is missing ({when.local(said.at, request.zone, request.now)}){quoted}"


def _how(found: PlanConfirmation, request: MemberRequest) -> str:
    return f"{HOW[found.how]}, {when.day(found.confirmed_at, request.zone, request.now)}"
