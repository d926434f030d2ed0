"""A share in percent, rounded so that it never flatters."""

from __future__ import annotations

import math


def in_percent(share: float, *, less_is_better: bool = False) -> str:
    """With one digit after the point: down, so that 100 % is never said of less; where less is better, up."""
    tenths = round(share * 1000, 6)  # what is 0.07 comes out of a product as 70.00000000000001
    return f"{(math.ceil(tenths) if less_is_better else math.floor(tenths)) / 10:g}"
