"""Commands that run until stopped: web, clock, sender, and all three in one."""

from __future__ import annotations

import signal
import threading
from types import FrameType

from amends.cli.main import app
from amends.cli.ready import ready


@app.command()
def clock() -> None:
    """Run the clock: reminders and alarms, as many of these as you like on PostgreSQL."""
    ready()
    from amends.worker.run import run_clock

    run_clock(_until_told())


@app.command()
def sender() -> None:
    """Run the sender: hands over what waits in the outbox."""
    ready()
    from amends.worker.run import run_sender

    run_sender(_until_told())


def _until_told() -> threading.Event:
    """An event that SIGTERM and SIGINT set: the loop finishes what it has in hand and ends."""
    stop = threading.Event()

    def tell(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, tell)
    signal.signal(signal.SIGINT, tell)
    return stop
