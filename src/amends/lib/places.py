"""Where an installation lies, before anything of it is read or made."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

DATABASE = "amends.sqlite3"


def home(environment: Mapping[str, str]) -> Path:
    """The data folder: the signing key and, unless DATABASE_URL names another, the database."""
    return Path(environment.get("AMENDS_HOME") or Path.home() / ".amends").expanduser().resolve()
