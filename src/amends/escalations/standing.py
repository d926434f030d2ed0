"""What an escalation must be before anything can be done to it: somebody's, and not over."""

from __future__ import annotations

from amends.escalations.errors import Refused
from amends.escalations.models import Escalation


def is_somebodys(escalation: Escalation) -> None:
    """Refuse imported history that nobody has adopted: it posts nothing and has no clock, so nothing may hang on it."""
    if escalation.is_history:
        raise Refused("This is imported history. Adopt it first, so that somebody handles it.")


def is_under_way(escalation: Escalation, *, otherwise: str) -> None:
    """Refuse what is over, or nobody's. `otherwise` ends the sentence "Reopen it …"."""
    is_somebodys(escalation)
    if not escalation.is_under_way:
        raise Refused(f"This escalation is over. Reopen it {otherwise}.")
