"""The machine that a soak runs on: the organisation's people, and its processes, which are killed and started again."""

from __future__ import annotations

import datetime as dt
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from amends.demo import crowd
from amends.directory import members, tokens
from amends.directory.actor import COMMAND_LINE, Role
from amends.directory.models import Member
from tests.crash.processes import Running
from tests.soak.invented import InventedTime

HOST = "fernhill.example"
BEGINS_WITH = 60
# After a part has come back, what was asked while it was away may still be answered so.
AFTERWARDS = 3.0
# How Django says that we answered 503.
NO_FAULT = "Service Unavailable"


@dataclass(frozen=True)
class Person:
    """A member who works in the soak, and the key to the API."""

    number: int
    name: str
    role: str
    key: str


def people(now: dt.datetime, seed: int) -> list[Person]:
    """An organisation with some escalations, three desks and those above; everybody who works, with a key."""
    crowd.tell(BEGINS_WITH, now=now, seed=seed, under_way=0.7)
    ruth = _added("Ruth Adeyemi", Role.EXECUTIVE, now)
    ada = _added("Ada Min", Role.ADMINISTRATOR, now)
    leads = list(Member.objects.filter(role=Role.MANAGER).order_by("pk"))
    Member.objects.filter(role=Role.MANAGER).update(reports_to=ruth)
    csms = list(Member.objects.filter(role=Role.CSM).order_by("pk"))
    return [_with_a_key(member, now) for member in (ada, ruth, *leads, *csms)]


def _added(name: str, role: Role, now: dt.datetime) -> Member:
    email = f"{name.split()[0].lower()}@{HOST}"
    return members.add(name=name, email=email, role=role, zone="Europe/Berlin", by=COMMAND_LINE, now=now)


def _with_a_key(member: Member, now: dt.datetime) -> Person:
    _, key = tokens.make(member, name="Soak", scope="write", by=COMMAND_LINE, now=now)
    return Person(member.pk, member.name, member.role, key)


@dataclass
class House:
    """The processes, by name: "web 1", "clock 1", "sender 2"… `ports` are those of the web servers."""

    folder: Path
    environment: Mapping[str, str]
    time: InventedTime
    ports: list[int]
    parts: list[str]
    kills: int = 0
    restarts: int = 0
    # From when until when a part was away without which nobody answers.
    away: list[list[dt.datetime | None]] = field(default_factory=list)
    _running: dict[str, Running] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def starts(self) -> None:
        """Everything runs, and the web servers answer."""
        for part in self.parts:
            self.start(part)
        for port in self.ports:
            until_it_answers(port)

    def start(self, part: str) -> None:
        name, _, number = part.partition(" ")
        command = [name]
        if name == "web":
            command += ["--port", str(self.ports[int(number) - 1]), "--threads", "6"]
        environment = {**self.environment, **self.time.environment()}
        self._running[part] = Running(command, environment, self.folder)

    def kill(self, part: str) -> None:
        """kill -9."""
        self.kills += 1
        self._running.pop(part).kill()

    def looks_after(self) -> None:
        """As a service manager does: what has ended by itself is started again."""
        for part in [part for part, running in self._running.items() if not running.is_alive]:
            self.restarts += 1
            self.start(part)

    def complaints(self) -> list[str]:
        """What the processes logged as a fault; that the database was away is none."""
        logs = [(file.stem, line) for file in self.folder.glob("*.log") for line in file.read_text().splitlines()]
        return [f"The {part} says: {line}" for part, line in logs if " ERROR " in line and NO_FAULT not in line]

    def stops(self) -> dict[str, int]:
        """Everything is asked to stop, and does; the exit codes."""
        running, self._running = self._running, {}
        try:
            return {part: one.stop() for part, one in running.items()}
        finally:
            for one in running.values():
                if one.is_alive:
                    one.kill()

    def close(self) -> None:
        """Nothing runs any more, however it went."""
        for part in list(self._running):
            self._running.pop(part).kill()

    @contextmanager
    def nobody_answers(self) -> Iterator[None]:
        """What is asked meanwhile need not be answered."""
        window: list[dt.datetime | None] = [self.time.now(), None]
        with self._lock:
            self.away.append(window)
        try:
            yield
        finally:
            window[1] = self.time.now() + dt.timedelta(seconds=AFTERWARDS * self.time.pace)

    def was_away_since(self, moment: dt.datetime) -> bool:
        """Whether there was a time since then in which nobody need have answered."""
        with self._lock:
            return any(until is None or until >= moment for _, until in self.away)


def until_it_answers(port: int, within: float = 60.0) -> None:
    """Come back when a web server answers at this port."""
    deadline = time.monotonic() + within
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/login/", timeout=5):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
