"""Commands that run until stopped: web, clock, sender, and all three in one."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from typing import NoReturn

import typer

from amends.cli.failing import Failed
from amends.cli.main import app
from amends.cli.presence import announce, running_lock
from amends.cli.processes import everything, part
from amends.cli.ready import ready
from amends.cli.surroundings import mistakes

HOST = typer.Option("127.0.0.1", help="Address to listen on; 0.0.0.0 is every one of this machine.")
PORT = typer.Option(8000, min=1, max=65535, help="Port to listen on.")


@app.command()
def run(
    demo: bool = typer.Option(False, "--demo", help="Load the demo organisation, once, into an empty database."),
    host: str = HOST,
    port: int = PORT,
) -> None:
    """Run everything on this machine: web, clock and sender, until Ctrl-C."""
    began_at = time.monotonic()
    require_right_surroundings()
    require_free(host, port)
    # Links lead where it runs, unless the operator says what people see.
    os.environ.setdefault("AMENDS_URL", f"http://{everything.nearest(host)}:{port}")
    prepared = json.loads(_in_a_process_of_its_own("prepare", *(["--demo"] if demo else [])))
    _become("everything", json.dumps({"host": host, "port": port, "began_at": began_at, **prepared}))


@app.command()
def web(
    host: str = HOST,
    port: int = PORT,
    workers: int = typer.Option(1, min=1, help="Processes that make pages. The embedded database wants one."),
    threads: int = typer.Option(4, min=1, help="Pages that one process makes at a time."),
) -> None:
    """Run the web server."""
    require_right_surroundings()
    require_free(host, port)
    announce("web")
    lock = _in_a_process_of_its_own("check-schema").decode()
    words = {"host": host, "port": port, "workers": workers, "threads": threads, "lock": lock}
    _become("serve", json.dumps(words))


@app.command()
def clock() -> None:
    """Run the clock: reminders and alarms, as many of these as you like on PostgreSQL."""
    part.work("clock")


@app.command()
def sender() -> None:
    """Run the sender: hands over what waits in the outbox."""
    part.work("sender")


@app.command("check-schema", hidden=True)
def check_schema() -> None:
    """Check the schema for a process that does not load Django itself; answers with the lock that it must hold."""
    ready(by_somebody=False)
    sys.stdout.write(running_lock())


@app.command(hidden=True)
def prepare(demo: bool = typer.Option(False, "--demo")) -> None:
    """Bring the schema up to date and load the demo; answers in JSON, for `amends run`."""
    ready(migrate=True)
    from amends.cli import demonstrations

    sys.stdout.write(json.dumps({"lock": running_lock(), **demonstrations.prepare(demo=demo)}))


def require_right_surroundings() -> None:
    """Refuse environment variables that cannot be meant."""
    if wrong := mistakes(os.environ):
        raise Failed(wrong[0])


def require_free(host: str, port: int) -> None:
    """Refuse where something listens already, or where one may not."""
    kind = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = error.strerror or str(error)
            raise Failed(f"Cannot listen on {host}:{port}: {reason}. Choose another --host or --port.") from error


def _in_a_process_of_its_own(*words: str) -> bytes:
    """Run one of our commands and give back what it prints; it says itself what is wrong.

    What it loads is gone with it: what stays running stays small.
    """
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "amends.cli", *words], stdout=subprocess.PIPE, check=False
    )
    if done.returncode:
        raise typer.Exit(1)
    return done.stdout


def _become(module: str, words: str) -> NoReturn:
    """Replace this process by a small one."""
    sys.stdout.flush()
    os.execv(sys.executable, everything.command(module, words))  # noqa: S606 - our own command
