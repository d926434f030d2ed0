"""One pass of the clock: everything that is due for a look is looked at."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable

from amends.escalations.actions import digests, looks

# Every kind of subject has its pass; a new kind is a line here.
SUBJECTS: tuple[Callable[[dt.datetime], int], ...] = (looks.look_at_due, digests.post_due)


def tick(now: dt.datetime, *, at_most: dt.timedelta = dt.timedelta.max) -> int:
    """Look at all that is due, round after round, oldest first; says at how many. Harmless at any time.

    A round is one batch of each kind of subject, so that none waits until another has nothing left: at eight, when
    hundreds of digests are due, an alarm comes between two batches of them. A pass ends after `at_most`, however much
    is left: the loop then says that it lives and comes back at once, with what has fallen due meanwhile.
    """
    began, looked = time.monotonic(), 0
    while time.monotonic() - began < at_most.total_seconds() and (found := sum(look(now) for look in SUBJECTS)):
        looked += found
    return looked
