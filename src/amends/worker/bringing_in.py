"""Imports, beside the clock."""

from __future__ import annotations

import threading

from amends.directory.imports import working
from amends.lib import wall
from amends.worker.beside import Beside


def bringing_in(place: str, stop: threading.Event) -> Beside:
    """Works on a file when one waits, and lets go of it when the process is asked to stop."""
    worker = working.Worker(f"{place} imports", wall.now, stop.is_set)
    return Beside("imports", working.is_waiting, worker.work, stop)
