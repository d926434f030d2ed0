"""Passwords that anybody would try here first."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from amends.directory.models import Organisation

_OURS = ("amends", "escalation", "escalations", "password", "passwort")


class NotOurOwnName:
    """Refuses a password that is hardly more than the name of the organisation, of its mail domain, or of Amends."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError where little is left beside such a name."""
        left = password.lower()
        for name in sorted(self._names(user), key=len, reverse=True):
            left = left.replace(name, "")
        if len(left) < min(len(password), 10) // 2 and len(left) < len(password):
            raise ValidationError("This is hardly more than our own name. Add words that nobody would guess.")

    def get_help_text(self) -> str:
        return "Not the name of the organisation."

    def _names(self, user: Any) -> set[str]:
        organisation = Organisation.current()
        domains = {organisation.mail_from.rpartition("@")[2], getattr(user, "email", "").rpartition("@")[2]}
        words = {*organisation.name.split(), *(label for domain in domains for label in domain.split(".")), *_OURS}
        return {word.lower() for word in words if len(word) > 3}
