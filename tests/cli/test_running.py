"""`amends run` and its parts: they come up, stay up, and go."""

import json
import os
import re
import signal
import socket
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.commands import Machine, command_line, descendants, free_port, is_alive, page, until

pytestmark = pytest.mark.crash
README = Path(__file__).parents[2] / "README.md"
PARTS = ("serve", "part clock", "part sender")


@pytest.fixture
def running(machine):
    """Everything, on a machine that is set up: the process and its port."""
    machine.from_nothing = True
    port = free_port()
    process = machine.start("run", "--port", str(port))
    until(lambda: page(port, "/login/")[0] == 200)
    return process, port


def part_of(process, name: str) -> int:
    """The number of the process of a part."""
    found = [pid for pid in descendants(process.pid) if name in command_line(pid)]
    return min(found, default=0)


def health(port: int) -> dict:
    return json.loads(page(port, "/healthz")[1] or "{}")


def beats(machine: Machine) -> int:
    with closing(sqlite3.connect(machine.home / "amends.sqlite3")) as connection:
        return connection.execute("SELECT count(*) FROM pulse_pulse").fetchone()[0]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_one_command_runs_everything_says_where_and_ends_it_all_within_ten_seconds(running, machine, how):
    process, port = running
    until(lambda: page(port, "/healthz")[0] == 200)
    assert beats(machine) == 2
    parts = descendants(process.pid)
    assert len(parts) == 4  # the server and its worker, the clock, the sender

    began = time.monotonic()
    process.send_signal(how)
    printed = process.communicate(timeout=15)[0]

    assert time.monotonic() - began < 10
    assert process.returncode == 0
    assert [pid for pid in parts if is_alive(pid)] == []
    # They said goodbye.
    assert beats(machine) == 0
    assert f"Amends is at http://127.0.0.1:{port}" in printed
    assert "Ready in" in printed
    assert "Traceback" not in printed


def test_a_part_that_dies_comes_back_and_nothing_outlives_a_kill(running):
    process, port = running
    until(lambda: all(part_of(process, name) for name in PARTS))
    firsts = {name: part_of(process, name) for name in PARTS}

    for first in firsts.values():
        os.kill(first, signal.SIGKILL)

    for name, first in firsts.items():
        until(lambda name=name, first=first: part_of(process, name) not in (0, first))
    until(lambda: page(port, "/login/")[0] == 200)
    assert process.poll() is None
    parts = descendants(process.pid)

    process.kill()
    process.wait()

    until(lambda: not any(is_alive(pid) for pid in parts), within=15)
    assert page(port, "/login/")[0] == 0


@pytest.mark.parametrize("command", ["run", "web"])
def test_a_port_that_is_taken_is_one_sentence(machine, command):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        sentence = machine.amends(command, "--port", str(port)).sentence

    assert f"Cannot listen on 127.0.0.1:{port}: Address already in use." in sentence


def test_pages_alone_say_when_a_part_has_not_beaten_for_ninety_seconds_and_hold_no_port_once_killed(machine):
    port = free_port()
    web = machine.start("web", "--port", str(port))
    sender = machine.start("sender")
    clock = machine.start("clock")
    until(lambda: page(port, "/healthz")[0] == 200)

    clock.kill()
    clock.wait()
    with closing(sqlite3.connect(machine.home / "amends.sqlite3", timeout=20)) as connection:
        # As if it had been killed so long ago.
        connection.execute("UPDATE pulse_pulse SET beat_at = datetime('now', '-91 seconds') WHERE part = 'clock'")
        connection.commit()

    status, _ = page(port, "/healthz")
    assert status == 503
    assert health(port)["clock"]["is_running"] is False
    assert health(port)["sender"]["is_running"] is True
    assert sender.poll() is None

    workers = descendants(web.pid)
    web.kill()
    web.wait()

    assert workers
    until(lambda: not any(is_alive(pid) for pid in workers), within=15)


def test_the_demo_is_loaded_once_into_an_empty_database(bare):
    first = json.loads(bare.amends("prepare", "--demo").out)
    accounts = _accounts(bare)
    second = json.loads(bare.amends("prepare", "--demo").out)

    assert first["password"] == second["password"] == "make-amends"
    assert [login for login, _ in first["logins"]] == re.findall(r"^\| `(.+?)`", README.read_text(), re.MULTILINE)
    assert second["logins"] == first["logins"]
    assert _accounts(bare) == accounts > 3


def test_the_demo_stays_out_of_a_database_that_is_somebodys(machine):
    answer = json.loads(machine.amends("prepare", "--demo").out)

    assert answer["notes"] == ["The demo was not loaded: Oakfield lives here already."]
    assert _accounts(machine) == 0


def _accounts(machine: Machine) -> int:
    with closing(sqlite3.connect(machine.home / "amends.sqlite3")) as connection:
        return connection.execute("SELECT count(*) FROM directory_account").fetchone()[0]
