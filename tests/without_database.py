"""A moment in which the database does not answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

NOWHERE = "/nowhere/at all"


@contextmanager
def away() -> Iterator[None]:
    """No connection can be opened meanwhile. For tests that are in no transaction."""
    settings = connection.settings_dict
    found = {name: settings[name] for name in ("NAME", "HOST")}
    connection.close()
    settings.update({"NAME": NOWHERE} if connection.vendor == "sqlite" else {"HOST": NOWHERE})
    try:
        yield
    finally:
        connection.close()
        settings.update(found)
