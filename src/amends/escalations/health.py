"""The health of the two tracks, from rows already read: no queries here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from amends.escalations.models import Escalation, Problem, Promise

# An estimate or a target that is nearer than this puts its track at risk.
NEAR = dt.timedelta(hours=24)
TARGET_NEAR = dt.timedelta(days=4)
DUE_SOON = dt.timedelta(hours=2)


class Health(IntEnum):
    """How a track stands; the greater, the worse."""

    ON_TRACK = 0
    AT_RISK = 1
    OFF_TRACK = 2

    @property
    def label(self) -> str:
        return ("On track", "At risk", "Off track")[self]

    @property
    def slug(self) -> str:
        return ("good", "risk", "bad")[self]


@dataclass(frozen=True, slots=True)
class Track:
    """A track's health, and why it is so."""

    health: Health
    because: str


def tell(
    escalation: Escalation,
    open_promises: Iterable[Promise],
    now: dt.datetime,
    *,
    silent_until: dt.datetime | None,
) -> Track:
    """Track two, from promises, silence and acknowledgement. Solved but silent is off track.

    `silent_until`: how long the customer may hear nothing, by `terms.silent_until`; None where nobody can say.
    """
    if not escalation.is_under_way:
        return Track(Health.ON_TRACK, "It is over.")
    promises = sorted(open_promises, key=lambda promise: promise.due_at)
    if not promises:
        return Track(Health.OFF_TRACK, "Nothing is promised: the customer does not know when they hear next.")
    overdue = [promise for promise in promises if promise.is_overdue(now)]
    if overdue:
        count = f"{len(overdue)} promises are" if len(overdue) > 1 else f"“{overdue[0].what}” is"
        return Track(Health.OFF_TRACK, f"{count} overdue.")
    # A promise due before then would be overdue now, and said above: the clock, too, rings for one of the two.
    if silent_until is not None and now > silent_until:
        return Track(Health.OFF_TRACK, "The customer has heard nothing for longer than this severity allows.")
    if promises[0].due_at - now <= DUE_SOON:
        return Track(Health.AT_RISK, f"“{promises[0].what}” is due within two hours.")
    return Track(Health.ON_TRACK, "Nothing is overdue.")


def solve(
    escalation: Escalation,
    problems: Sequence[Problem],
    now: dt.datetime,
    *,
    confirmed_by: dt.datetime | None = None,
) -> Track:
    """Track one, from the plan, its estimates and the target date.

    `confirmed_by`: when the customer should have confirmed its order, by `terms.plan_confirmed_by`; None where they
    have. One problem alone has no order.
    """
    if not escalation.is_under_way:
        return Track(Health.ON_TRACK, "It is over.")
    open_problems = [problem for problem in problems if not problem.is_settled]
    late = [problem for problem in open_problems if problem.is_late(now)]
    if late:
        return Track(Health.OFF_TRACK, f"“{late[0].words}” is past its estimate.")
    if now > escalation.target_at:
        return Track(Health.OFF_TRACK, "The target date has passed.")
    if escalation.target_at - now <= TARGET_NEAR and open_problems:
        return Track(Health.AT_RISK, "The target date is near and problems are open.")
    near = [problem for problem in open_problems if problem.eta_at and problem.eta_at - now <= NEAR]
    if near:
        return Track(Health.AT_RISK, f"“{near[0].words}” is due within a day.")
    unplanned = [problem for problem in open_problems if problem.eta_at is None]
    if unplanned and now - escalation.opened_at > NEAR:
        return Track(Health.AT_RISK, f"“{unplanned[0].words}” has no estimate.")
    if len(open_problems) > 1 and confirmed_by is not None and now > confirmed_by:
        return Track(Health.AT_RISK, "The customer has not confirmed the order of the plan.")
    return Track(Health.ON_TRACK, _well(problems, open_problems, unplanned))


def _well(problems: Sequence[Problem], open_problems: Sequence[Problem], unplanned: Sequence[Problem]) -> str:
    if not problems:
        return "No problem is on the plan yet."
    if not open_problems:
        return "Every problem is solved or declined."
    return "Estimates are still to come." if unplanned else "Every estimate lies ahead."
