"""The domain's no, by its name in this room."""

from amends.lib.errors import Forbidden, Refused

__all__ = ["Forbidden", "Refused"]
