"""Found by Python at its start where this folder stands on PYTHONPATH: time runs faster in this process.

The product reads the wall in one place, which is replaced here; and the worker's own loops see steady time run as fast,
so that both clocks agree. What waits for a socket, a lock or a notification waits as long as ever.
"""

import datetime as dt
import os
import sys
import time

from amends.lib import wall

_steady = time.monotonic
# When it began to run faster, of time.monotonic(); which moment that was, since the epoch; and how many times faster.
_BEGAN, _AT, _PACE = (float(os.environ[name]) for name in ("SOAK_BEGAN", "SOAK_AT", "SOAK_PACE"))
_FAST = "amends.worker."


def _seconds() -> float:
    return _AT + (_steady() - _BEGAN) * _PACE


def _now() -> dt.datetime:
    return dt.datetime.fromtimestamp(_seconds(), dt.UTC)


def _monotonic() -> float:
    reader = str(sys._getframe(1).f_globals.get("__name__", ""))
    return _seconds() if reader.startswith(_FAST) else _steady()


wall.now = _now
time.monotonic = _monotonic
