"""How a command fails: one sentence."""

from __future__ import annotations

import sys

from amends.lib.errors import Refused


class Failed(Exception):
    """A command cannot go on; the sentence says why and what to do."""


def sentence(error: Exception) -> str | None:
    """What to say of an error that has a cause outside the program; None where it is a fault of ours."""
    if isinstance(error, (Failed, Refused)):
        return str(error)
    if isinstance(error, _database_errors()):
        return unreachable(error)
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror}."
    return None


def unreachable(error: Exception) -> str:
    """The database's own words, without its trace."""
    words = " ".join(str(error).split())[:300].rstrip(".?! ") or type(error).__name__
    return f"The database does not answer ({words}). Is DATABASE_URL right, and does the server run?"


def _database_errors() -> tuple[type[Exception], ...]:
    # Only a command that has loaded Django can meet them.
    loaded = sys.modules.get("django.db.utils")
    return (loaded.OperationalError, loaded.InterfaceError) if loaded else ()
