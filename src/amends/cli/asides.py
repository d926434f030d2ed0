"""What a check has to say that is no trouble."""

from __future__ import annotations


class Aside(str):
    """A sentence worth reading, after which all may be well."""

    __slots__ = ()


class Unseen(Aside):
    """Why something that was to be looked at was not. That is no trouble, and nothing to rely upon either."""

    __slots__ = ()
