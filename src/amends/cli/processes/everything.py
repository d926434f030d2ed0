"""Web server, clock and sender together, and the word of welcome: what `amends run` becomes once all is prepared."""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
import time
from dataclasses import dataclass

from amends.cli.processes import part
from amends.cli.processes.supervisor import Part, Supervisor

UNTIL_THE_FIRST_PAGE = 60.0


@dataclass(frozen=True, slots=True)
class Everything:
    """Where it runs, and what to say once the first page answers. `began_at` is of time.monotonic()."""

    host: str
    port: int
    password: str
    logins: list[tuple[str, str]]
    notes: list[str]
    lock: str
    began_at: float

    @property
    def address(self) -> str:
        """Where this machine finds it."""
        near = nearest(self.host)
        return f"http://[{near}]:{self.port}" if ":" in near else f"http://{near}:{self.port}"


def nearest(host: str) -> str:
    """The address by which this machine reaches what listens on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104


def command(module: str, words: str) -> list[str]:
    """The command line of one of these processes."""
    return [sys.executable, "-m", f"amends.cli.processes.{module}", words]


def run(here: Everything) -> None:
    """Run it all until told to stop."""
    serve = {"host": here.host, "port": here.port, "workers": 1, "threads": 4, "lock": here.lock}
    parts = [
        Part("web server", command("serve", json.dumps(serve))),
        Part("clock", command("part", "clock")),
        Part("sender", command("part", "sender")),
    ]
    supervisor = Supervisor(parts, say, part.until_told())
    threading.Thread(target=_welcome, args=[here, supervisor.stop], daemon=True).start()
    supervisor.run()


def say(sentence: str) -> None:
    """One line on stderr, among those of the parts."""
    sys.stderr.write(f"amends: {sentence}\n")
    sys.stderr.flush()


def _welcome(here: Everything, stop: threading.Event) -> None:
    """Once the first page answers, say where to look and as whom to log in."""
    while not stop.is_set():
        status = _status(nearest(here.host), here.port)
        if status == 200:
            sys.stdout.write("\n" + "\n".join(f"  {line}" for line in _lines(here)) + "\n\n")
            sys.stdout.flush()
            return
        if time.monotonic() - here.began_at > UNTIL_THE_FIRST_PAGE:
            say(f"No page answers at {here.address} yet. The lines above may say why.")
            return
        stop.wait(1 if status else 0.05)


def _lines(here: Everything) -> list[str]:
    lines = [f"Amends is at {here.address}"]
    if (seen := os.environ.get("AMENDS_URL", here.address).rstrip("/")) != here.address:
        lines.append(f"People reach it at {seen}")
    if here.password:
        lines += [f"Log in, with the password {here.password}, as one of"]
        lines += [f"  {email:<34} {role}" for email, role in here.logins]
    return [*lines, *here.notes, f"Ready in {time.monotonic() - here.began_at:.1f} s. Ctrl-C stops everything."]


def _status(host: str, port: int) -> int:
    """What the login page answers: its HTTP status, or 0 while nothing does."""
    try:
        with socket.create_connection((host, port), timeout=5) as line:
            line.sendall(b"GET /login/ HTTP/1.0\r\nHost: localhost\r\n\r\n")
            return int(line.recv(64).split(maxsplit=2)[1])
    except (OSError, IndexError, ValueError):
        return 0


if __name__ == "__main__":
    run(Everything(**json.loads(sys.argv[1])))
