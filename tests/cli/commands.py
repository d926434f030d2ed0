"""The `amends` command as an operator runs it: real processes, in a data folder of their own.

They are born loaded (tests/nursery.py), except on a machine that starts them from nothing.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests import nursery

PASSWORD = "correct horse battery"
# No command here takes so long unless something is wrong.
PATIENCE = 90.0
SET_UP = (
    "--organisation=Oakfield",
    "--zone=Europe/Berlin",
    "--hours=mon-fri 09:00-17:00",
    "--holidays=DE-BE",
    "--mail-from=desk@oakfield.example",
    "--name=Dana Whitlock",
    "--email=dana@oakfield.example",
)


@dataclass(frozen=True)
class Answer:
    """What a command printed, and its exit code."""

    code: int
    out: str
    says: str

    @property
    def sentence(self) -> str:
        """What it said when it failed: one line on stderr, never a trace."""
        assert self.code == 1, (self.code, self.out, self.says)
        assert "Traceback" not in self.says, self.says
        assert len(self.says.splitlines()) == 1, self.says
        return self.says.strip()


@dataclass
class Machine:
    """A data folder, a database and an environment; and the processes that were started there."""

    home: Path
    environment: dict[str, str] = field(default_factory=dict)
    from_nothing: bool = False
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def surroundings(self, **more: str) -> dict[str, str]:
        ours = ("AMENDS_", "DATABASE_URL", "DJANGO_", "PG")
        plain = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
        return plain | {"AMENDS_HOME": str(self.home)} | self.environment | more

    def amends(self, *words: str, **more: str) -> Answer:
        """Run a command to its end. `more` are environment variables."""
        process = self._process(*words, stderr=subprocess.PIPE, **more)
        try:
            out, says = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
            process.wait()
        return Answer(process.returncode, out, says)

    def start(self, *words: str, **more: str) -> subprocess.Popen[str]:
        """Start a command that runs until it is stopped."""
        process = self._process(*words, stderr=subprocess.STDOUT, **more)
        self.started.append(process)
        return process

    def _process(self, *words: str, stderr: int, **more: str) -> subprocess.Popen[str]:
        start = subprocess.Popen if self.from_nothing else nursery.Born
        return start(
            [*nursery.COMMAND, *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            env=self.surroundings(**more),
            cwd=self.home.parent,
        )

    def stop_everything(self) -> None:
        for process in self.started:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(15)
                except subprocess.TimeoutExpired:
                    process.kill()
            if process.stdout:
                process.stdout.close()
            process.wait()


@contextmanager
def moved_in(from_home: Path, folder: Path) -> Iterator[Machine]:
    """A machine with what lies in another's data folder, as long as the block lasts."""
    machine = Machine(shutil.copytree(from_home, folder / "home"))
    yield machine
    machine.stop_everything()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def page(port: int, path: str) -> tuple[int, str]:
    """The status and the text of a page; status 0 where nothing answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def until(holds: Callable[[], object], *, within: float = PATIENCE) -> None:
    """Wait until something holds; fail where it does not in time."""
    give_up_at = time.monotonic() + within
    while not holds():
        assert time.monotonic() < give_up_at, f"Not within {within:g} s."
        time.sleep(0.05)


def descendants(pid: int) -> list[int]:
    """The processes below this one."""
    below: list[int] = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and _parent(int(folder.name)) == pid:
            below += [int(folder.name), *descendants(int(folder.name))]
    return below


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and is not yet reaped does not."""
    state = _state(pid)
    return bool(state) and state[0] != "Z"


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def _state(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _parent(pid: int) -> int:
    state = _state(pid)
    return int(state[1]) if state else -1
