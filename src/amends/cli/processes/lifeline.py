"""No orphans: a part that `amends run` started ends when whoever started it is gone, however that went.

The starter keeps one end of a pipe. When it is killed, the system closes that end, and the part at the other
end asks itself to stop.
"""

from __future__ import annotations

import os
import signal
import threading
import time

VARIABLE = "AMENDS_LIFELINE"
# What a part may take to finish what it has in hand before it is cut off.
GRACE = 8


def hold() -> None:
    """Watch the lifeline, if there is one."""
    number = os.environ.pop(VARIABLE, "")
    if number:
        threading.Thread(target=_watch, args=[int(number)], daemon=True, name="lifeline").start()


def _watch(end: int) -> None:
    while os.read(end, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE)
    os._exit(1)
