"""The clock or the sender: `python -m amends.cli.processes.part clock`."""

from __future__ import annotations

import os
import signal
import sys
import threading
from types import FrameType

from amends.cli.failing import sentence
from amends.cli.presence import announce, present, running_lock
from amends.cli.processes import lifeline
from amends.cli.processes.supervisor import SUCCEEDS
from amends.cli.ready import ready


def work(part: str) -> None:
    """Do the work of a part until told to stop."""
    lifeline.hold()
    announce(part)
    ready(by_somebody=False)
    from amends.worker import run

    succeeds = int(os.environ.get(SUCCEEDS, 0)) or None
    with present(running_lock()):
        if part == "clock":
            run.run_clock(until_told())
        else:
            run.run_sender(until_told(), succeeds=succeeds)


def until_told() -> threading.Event:
    """An event that SIGTERM and SIGINT set: the loop finishes what it has in hand and ends."""
    stop = threading.Event()

    def tell(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, tell)
    signal.signal(signal.SIGINT, tell)
    return stop


def main(part: str) -> int:
    """What goes wrong for a reason is one sentence on stderr, as in every command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amends.settings")
    try:
        work(part)
    except Exception as error:
        says = sentence(error)
        if says is None:
            raise
        sys.stderr.write(f"amends: {says}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
