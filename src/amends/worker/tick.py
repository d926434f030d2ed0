"""One pass of the clock: everything that is due for a look is looked at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from amends.escalations.actions import looks

# Every kind of subject has its pass; a new kind is a line here.
SUBJECTS: tuple[Callable[[dt.datetime], int], ...] = (looks.look_at_due,)


def tick(now: dt.datetime) -> int:
    """Look at all that is due, batch after batch, oldest first; says at how many. Harmless at any time."""
    looked = 0
    for look_at_due in SUBJECTS:
        while count := look_at_due(now):
            looked += count
    return looked
