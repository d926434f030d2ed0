"""Keeping a few child processes alive until told to stop. Knows nothing of Amends, and loads nothing of it."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from amends.cli.processes import lifeline

# A part that lives so long was well: when it dies after that, it is restarted at once.
WELL_AFTER = 10.0
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
LOOK_EVERY = 0.2
# Tells a part that is started again the number of the process that it succeeds, which is gone for certain.
SUCCEEDS = "AMENDS_SUCCEEDS"


@dataclass(slots=True)
class Part:
    """A child process, and when to start it again."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    succeeds: int | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    wait: float = FIRST_WAIT

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None


@dataclass(slots=True)
class Supervisor:
    """Starts parts, restarts one that dies (after a wait that doubles while it keeps dying), ends them all.

    Times are of time.monotonic(), in seconds. `say` hears one sentence for each thing that happens.
    """

    parts: Sequence[Part]
    say: Callable[[str], None]
    stop: threading.Event = field(default_factory=threading.Event)
    _lifeline: tuple[int, int] = field(default_factory=os.pipe)

    def run(self) -> None:
        """Keep all parts running until `stop` is set, then end them."""
        try:
            while not self.stop.is_set():
                for part in self.parts:
                    self._look_after(part, time.monotonic())
                self.stop.wait(LOOK_EVERY)
        finally:
            self.end()

    def end(self, within: float = lifeline.GRACE) -> None:
        """Ask every part to finish what it has in hand; cut off what has not ended in time."""
        running = [part for part in self.parts if part.is_running]
        for part in running:
            _signal(part, signal.SIGTERM)
        give_up_at = time.monotonic() + within
        for part in running:
            assert part.process is not None
            try:
                part.process.wait(max(give_up_at - time.monotonic(), 0))
            except subprocess.TimeoutExpired:
                self.say(f"The {part.name} did not stop in time and is cut off.")
        for part in self.parts:
            _sweep(part)

    def _look_after(self, part: Part, now: float) -> None:
        if part.is_running:
            return
        if part.process is not None:
            lived = now - part.started_at
            part.wait = FIRST_WAIT if lived >= WELL_AFTER else min(part.wait * 2, LONGEST_WAIT)
            part.start_at = now + part.wait
            self.say(f"The {part.name} ended ({_how(part.process.returncode)}); it starts again in {part.wait:g} s.")
            _sweep(part)
            part.succeeds, part.process = part.process.pid, None
        if now >= part.start_at:
            self._start(part, now)

    def _start(self, part: Part, now: float) -> None:
        # A session of its own: Ctrl-C in the terminal comes to the supervisor alone, which ends all in order.
        part.process = subprocess.Popen(  # noqa: S603 - our own commands
            part.command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=[self._lifeline[0]],
            env=os.environ
            | {lifeline.VARIABLE: str(self._lifeline[0])}
            | ({SUCCEEDS: str(part.succeeds)} if part.succeeds else {}),
        )
        part.started_at = now


def _signal(part: Part, number: signal.Signals) -> None:
    if part.process is not None and part.process.poll() is None:
        part.process.send_signal(number)


def _sweep(part: Part) -> None:
    """End whatever a part has left behind: its session holds its own children."""
    if part.process is not None:
        try:
            os.killpg(part.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        part.process.wait()


def _how(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
