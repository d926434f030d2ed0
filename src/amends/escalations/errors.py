"""The domain's no, by its name in this room."""

from amends.lib.errors import Forbidden, Refused

__all__ = ["Forbidden", "KeptInside", "Refused"]


class KeptInside(Refused):
    """Refused because it tells the customer what was written for ours alone, which the sentence names.

    So it is said to nobody but those who may see the case.
    """
