"""Parts of the timeline that one may look at alone."""

from __future__ import annotations

from amends.escalations.timeline import kinds
from amends.escalations.timeline.audiences import Audience

# Kinds by how they begin, or by their whole name
_PARTS = {
    "said": ("update.",),
    "inside": ("note.", "file.", "fact.", "dispute.", "help.", "watch", "hold.", "contact.", "team.", "executives."),
    "decisions": (
        "escalation.",
        "handler.changed",
        "severity.changed",
        "playbook.changed",
        "trend.changed",
        "plan.confirmed",
        "plan.reordered",
        "problem.declined",
        "promise.broken",
        "promise.released",
        "criterion.",
    ),
}


def kinds_of(part: str) -> frozenset[str]:
    """The kinds of event of a part: said, inside or decisions. Nothing for anything else: all of them are meant."""
    begins = _PARTS.get(part)
    return frozenset(kind.name for kind in kinds.every() if kind.name.startswith(begins)) if begins else frozenset()


def is_major(name: str) -> bool:
    """Whether everybody around hears of this kind: the opening, major changes, the end."""
    return bool({Audience.WATCHERS, Audience.ACCOUNT_TEAM} & set(kinds.by_name(name).tells))
