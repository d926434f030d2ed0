"""Real processes of the product on the test's own database, to be killed from outside."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from django.db import connection

from tests import nursery


class Running:
    """One running command, in a session of its own. What it says is in `said()`."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str], folder: Path) -> None:
        self._log = folder / f"{command[0]}.log"
        with self._log.open("ab") as log:
            self._process = nursery.Born(
                [*nursery.COMMAND, *command],
                env=env,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        """kill -9, and its children with it: they get no chance to say or write anything."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(20)

    def stop(self) -> int:
        """SIGTERM, as a service manager would; the exit code."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(20)

    def said(self) -> str:
        return self._log.read_text()


class Machine:
    """Where commands run: the test's database, a folder, a mail server."""

    def __init__(self, folder: Path, smtp_url: str) -> None:
        self.folder = folder
        self._env = {
            **os.environ,
            "AMENDS_HOME": str(folder),
            "AMENDS_SMTP_URL": smtp_url,
            "AMENDS_URL": "http://desk.fernhill.example",
            "AMENDS_CHAT_SCHEMES": "json",
            "DJANGO_SETTINGS_MODULE": "amends.settings",
            **_database(folder),
        }
        self._started: list[Running] = []

    def starts(self, *command: str) -> Running:
        running = Running(command, self._env, self.folder)
        self._started.append(running)
        return running

    def close(self) -> None:
        for running in self._started:
            if running.is_alive:
                running.kill()


@contextmanager
def machine(folder: Path, smtp_url: str) -> Iterator[Machine]:
    """A machine on which nothing runs any more at the end."""
    made = Machine(folder, smtp_url)
    try:
        yield made
    finally:
        made.close()


def _database(folder: Path) -> dict[str, str]:
    """How a process finds the database that this test stands on."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        (folder / "amends.sqlite3").symlink_to(settings["NAME"])
        return {"DATABASE_URL": ""}
    host = settings.get("HOST") or settings.get("OPTIONS", {}).get("host", "")
    who = quote(settings["USER"], safe="") + (
        f":{quote(settings['PASSWORD'], safe='')}" if settings["PASSWORD"] else ""
    )
    port = f"&port={settings['PORT']}" if settings["PORT"] else ""
    return {"DATABASE_URL": f"postgresql://{who}@/{settings['NAME']}?host={quote(str(host), safe='')}{port}"}
