"""The web server's own process: small, because it only passes connections to workers, which load the pages.

`python -m amends.cli.processes.serve '{"host": …}'`
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
from contextlib import suppress

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from amends.cli.presence import announce, present
from amends.cli.processes import lifeline

DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG


def serve(*, host: str, port: int, workers: int, threads: int, lock: str) -> None:
    """Serve the pages until told to stop. `lock` is held meanwhile, so that nobody replaces the database."""
    lifeline.hold()
    announce("web")
    os.register_at_fork(after_in_child=_die_with_parent)
    server = Granian(
        "amends.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        # What waits for a thread waits in the kernel, not in memory.
        backpressure=max(2 * threads, 16),
        respawn_failed_workers=True,
        workers_kill_timeout=6,
        websockets=False,
        log_level=LogLevels.warning,
    )
    with present(lock):
        server.serve()


def _die_with_parent() -> None:
    """A worker whose server was killed must not hold the port."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(DIES_WITH_PARENT, signal.SIGTERM)


if __name__ == "__main__":
    serve(**json.loads(sys.argv[1]))
