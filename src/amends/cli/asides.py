"""What a check has to say that is no trouble."""

from __future__ import annotations


class Aside(str):
    """A sentence worth reading, after which all may be well."""

    __slots__ = ()
