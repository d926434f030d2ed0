"""The time zones that there are, by their IANA names."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

# No places: nothing, and whatever this machine is set to.
_NOT_PLACES = frozenset({"Factory", "localtime", "posixrules"})


@cache
def names() -> frozenset[str]:
    """Every zone that a person may mean; read once, for it walks through a thousand files."""
    return frozenset(available_timezones() - _NOT_PLACES)
