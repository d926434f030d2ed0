"""Rows and what may be asked of them; nothing here writes."""

from amends.escalations.models.escalation import Closure, Escalation
from amends.escalations.models.event import Event, EventWords, Mark, Parked
from amends.escalations.models.problem import Estimate, Problem
from amends.escalations.models.promise import Promise
from amends.escalations.models.update import Update, UpdateRecipient

__all__ = [
    "Closure",
    "Escalation",
    "Estimate",
    "Event",
    "EventWords",
    "Mark",
    "Parked",
    "Problem",
    "Promise",
    "Update",
    "UpdateRecipient",
]
