"""Commands that run until stopped: web, clock, sender, and all three in one."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from types import FrameType
from typing import Any

import typer

from amends.cli import lifeline
from amends.cli.failing import Failed
from amends.cli.main import app
from amends.cli.presence import announce, present
from amends.cli.ready import ready
from amends.cli.supervisor import Part, Supervisor, amends
from amends.cli.surroundings import mistakes

HOST = typer.Option("127.0.0.1", help="Address to listen on; 0.0.0.0 is every one of this machine.")
PORT = typer.Option(8000, min=1, max=65535, help="Port to listen on.")
UNTIL_THE_FIRST_PAGE = 60


@app.command()
def run(
    demo: bool = typer.Option(False, "--demo", help="Load the demo organisation, once, into an empty database."),
    host: str = HOST,
    port: int = PORT,
) -> None:
    """Run everything on this machine: web, clock and sender, until Ctrl-C."""
    began = time.monotonic()
    if wrong := mistakes(os.environ):
        raise Failed(wrong[0])
    require_free(host, port)
    # Links lead where it runs, unless the operator says what people see.
    os.environ.setdefault("AMENDS_URL", f"http://{_near(host)}:{port}")
    # Three processes of few threads each: one arena of memory is enough for each of them.
    os.environ.setdefault("MALLOC_ARENA_MAX", "1")
    prepared = _prepare(demo=demo)
    web = amends("web", "--host", host, "--port", str(port), "--prepared")
    supervisor = Supervisor(
        [Part("web server", web), Part("clock", amends("clock")), Part("sender", amends("sender"))], say
    )
    tell_on_signals(supervisor.stop)
    threading.Thread(target=_welcome, args=[supervisor, host, port, prepared, began], daemon=True).start()
    supervisor.run()


@app.command()
def web(
    host: str = HOST,
    port: int = PORT,
    workers: int = typer.Option(1, min=1, help="Processes that make pages. The embedded database wants one."),
    threads: int = typer.Option(4, min=1, help="Pages that one process makes at a time."),
    prepared: bool = typer.Option(False, "--prepared", hidden=True),
) -> None:
    """Run the web server."""
    require_free(host, port)
    announce("web")
    if not prepared:
        _in_a_process_of_its_own("check-schema")
    words = json.dumps({"host": host, "port": port, "workers": workers, "threads": threads})
    # This process becomes the web server, without what the command line has loaded.
    os.execv(sys.executable, [sys.executable, "-m", "amends.cli.serve", words])  # noqa: S606


@app.command()
def clock() -> None:
    """Run the clock: reminders and alarms, as many of these as you like on PostgreSQL."""
    lifeline.hold()
    announce("clock")
    ready()
    from amends.worker.run import run_clock

    with present():
        run_clock(_until_told())


@app.command()
def sender() -> None:
    """Run the sender: hands over what waits in the outbox."""
    lifeline.hold()
    announce("sender")
    ready()
    from amends.worker.run import run_sender

    with present():
        run_sender(_until_told())


@app.command("check-schema", hidden=True)
def check_schema() -> None:
    """Make sure that the schema is up to date, for a process that does not load Django itself."""
    ready()


@app.command(hidden=True)
def prepare(demo: bool = typer.Option(False, "--demo")) -> None:
    """Bring the schema up to date and load the demo; answers in JSON, for `amends run`."""
    ready(migrate=True)
    from amends.cli import demonstrations

    sys.stdout.write(json.dumps(demonstrations.prepare(demo=demo)))


def say(sentence: str) -> None:
    """One line on stderr, among those of the parts."""
    sys.stderr.write(f"amends: {sentence}\n")
    sys.stderr.flush()


def require_free(host: str, port: int) -> None:
    """Refuse where something listens already, or where one may not."""
    kind = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise Failed(f"Cannot listen on {host}:{port}: {reason}. Choose another --port.") from error


def tell_on_signals(stop: threading.Event) -> None:
    """Have SIGTERM and SIGINT set an event."""

    def tell(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, tell)
    signal.signal(signal.SIGINT, tell)


def _until_told() -> threading.Event:
    """An event that SIGTERM and SIGINT set: the loop finishes what it has in hand and ends."""
    stop = threading.Event()
    tell_on_signals(stop)
    return stop


def _in_a_process_of_its_own(*words: str) -> bytes:
    """Run one of our commands and give back what it prints; it says itself what is wrong."""
    done = subprocess.run(amends(*words), stdout=subprocess.PIPE, check=False)  # noqa: S603
    if done.returncode:
        raise typer.Exit(1)
    return done.stdout


def _prepare(*, demo: bool) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(_in_a_process_of_its_own("prepare", *(["--demo"] if demo else [])))
    return answer


def _near(host: str) -> str:
    """The address by which this machine reaches itself."""
    near = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104
    return f"[{near}]" if ":" in near and not near.startswith("[") else near


def _welcome(supervisor: Supervisor, host: str, port: int, prepared: dict[str, Any], began: float) -> None:
    """Once the first page answers, say where to look and as whom to log in."""
    address = f"http://{_near(host)}:{port}"
    while not _answers(f"{address}/login/"):
        if time.monotonic() - began > UNTIL_THE_FIRST_PAGE:
            say(f"No page answers at {address} yet; the lines above may say why.")
            return
        if supervisor.stop.wait(0.05):
            return
    lines = [f"Amends is at {address}"]
    if (seen := os.environ["AMENDS_URL"].rstrip("/")) != address:
        lines.append(f"People reach it at {seen}")
    if prepared["password"]:
        lines.append(f"Log in, with the password {prepared['password']}, as one of")
        lines += [f"  {email:<34} {role}" for email, role in prepared["logins"]]
    lines += prepared["notes"]
    lines.append(f"Ready in {time.monotonic() - began:.1f} s. Ctrl-C stops everything.")
    sys.stdout.write("\n" + "\n".join(f"  {line}" for line in lines) + "\n\n")
    sys.stdout.flush()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own address
            return bool(answer.status < 500)
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False

