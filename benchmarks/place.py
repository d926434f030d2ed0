"""Where a benchmark runs: a folder and a database of its own, durable as in real life, and the product's processes."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import psutil

from benchmarks.load import ROOT
from tests import postgresql

Database = Literal["sqlite", "postgresql"]
COMMAND = [sys.executable, "-c", "import sys; from amends.cli.main import main; sys.exit(main())"]
# With these a web server answers the addresses of plain_pages.py besides the product's own.
SERVED = {"DJANGO_SETTINGS_MODULE": "benchmarks.served", "PYTHONPATH": str(ROOT)}
PATIENCE = 60.0


@dataclass
class Place:
    """One benchmark's surroundings. `on` names the database; `is_quick` asks for a small size, only to see it work."""

    on: Database
    home: Path
    environment: dict[str, str]
    is_quick: bool = False
    _running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def is_postgresql(self) -> bool:
        return self.on == "postgresql"

    def size(self, full: int, quick: int) -> int:
        """So many; fewer where it must be quick."""
        return quick if self.is_quick else full

    @contextmanager
    def running(self, *command: str, **environment: str) -> Iterator[psutil.Process]:
        """A real `amends` command beside this process, killed at the end of the block. It writes to home/<name>.log."""
        with (self.home / f"{command[0]}.log").open("ab") as log:
            started = subprocess.Popen(
                [*COMMAND, *command],
                env=os.environ | self.environment | environment,
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        try:
            yield psutil.Process(started.pid)
        finally:
            with_children = _family(started.pid)
            started.terminate()
            try:
                started.wait(15)
            except subprocess.TimeoutExpired:
                started.kill()
                started.wait(15)
            for process in with_children:
                if process.is_running():
                    process.kill()


def _family(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def memory(*pids: int) -> int:
    """Resident bytes of these processes and all their children; what they share is counted in each."""
    found = {process.pid: process for pid in pids for process in _family(pid)}
    return sum(process.memory_info().rss for process in found.values())


def answers(url: str) -> float:
    """Wait until a server answers there; says how many seconds it took."""
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return time.monotonic() - began
        except urllib.error.HTTPError:
            return time.monotonic() - began
        except OSError:
            time.sleep(0.02)
    raise TimeoutError(f"Nobody answers at {url}.")


@contextmanager
def surroundings(on: Database, *, is_quick: bool) -> Iterator[Place]:
    """A place with an empty database. PostgreSQL writes to disk before it says so, as SQLite does."""
    with tempfile.TemporaryDirectory(prefix="amends-bench-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        environment = {
            "AMENDS_HOME": folder,
            "AMENDS_URL": "http://desk.fernhill.example",
            "AMENDS_RECALL_SECONDS": "0",
            "AMENDS_LOG": "WARNING",
            "DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "amends.settings",
        }
        if on == "sqlite":
            yield Place(on, home, environment, is_quick)
            return
        with postgresql.running(is_durable=True) as server, postgresql.fresh_database(server) as url:
            yield Place(on, home, environment | {"DATABASE_URL": url}, is_quick)
