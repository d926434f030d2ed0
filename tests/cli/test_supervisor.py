"""Parts are kept alive, ended in order, and never left behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from amends.cli.processes.supervisor import FIRST_WAIT, SUCCEEDS, Part, Supervisor
from tests.cli.commands import is_alive, until

SLEEPS = "import time; time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
WITH_A_CHILD = (
    "import subprocess, sys, pathlib, time;"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
    "pathlib.Path({file!r}).write_text(str(child.pid)); time.sleep(60)"
)
# A starter of one part that holds its lifeline, to be killed from outside.
STARTER = """
import sys, threading
from amends.cli.processes.supervisor import Part, Supervisor
PART = "from amends.cli.processes import lifeline; import time; lifeline.hold(); print(1, flush=True); time.sleep(60)"
supervisor = Supervisor([Part("part", [sys.executable, "-c", PART])], print)
threading.Timer(0.3, lambda: print(supervisor.parts[0].process.pid, flush=True)).start()
supervisor.run()
"""


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


@pytest.fixture
def supervise():
    """Run a supervisor in a thread; ends what it started."""
    running: list[tuple[Supervisor, threading.Thread]] = []

    def start(*parts: Part) -> tuple[Supervisor, list[str]]:
        said: list[str] = []
        supervisor = Supervisor(parts, said.append)
        thread = threading.Thread(target=supervisor.run)
        thread.start()
        running.append((supervisor, thread))
        return supervisor, said

    yield start
    for supervisor, thread in running:
        supervisor.stop.set()
        thread.join(15)
        assert not thread.is_alive()


def test_who_is_started_again_knows_whom_they_succeed(supervise, tmp_path):
    told = tmp_path / "told"
    says = f"import os, time; open({str(told)!r}, 'a').write(os.environ.get({SUCCEEDS!r}, 'nobody') + ' ');"
    part = Part("sender", python(f"{says} time.sleep(60)"))
    supervise(part)
    until(lambda: told.exists() and told.read_text() == "nobody ")
    first = part.process.pid

    os.kill(first, signal.SIGKILL)

    until(lambda: told.read_text() == f"nobody {first} ")


def test_a_part_that_is_killed_is_started_again(supervise):
    part = Part("clock", python(SLEEPS))
    _, said = supervise(part)
    until(lambda: part.is_running, within=10)
    first = part.process.pid

    os.kill(first, signal.SIGKILL)
    until(lambda: part.is_running and part.process.pid != first, within=10)

    assert said == ["The clock ended (signal SIGKILL); it starts again in 1 s."]


def test_a_part_that_keeps_dying_is_left_alone_for_longer_each_time(supervise):
    _, said = supervise(Part("sender", python("raise SystemExit(3)")))

    until(lambda: len(said) >= 2, within=15)

    waits = [float(sentence.split()[-2]) for sentence in said[:2]]
    assert waits == [2 * FIRST_WAIT, 4 * FIRST_WAIT]
    assert "exit code 3" in said[0]


def test_a_part_that_does_not_stop_is_cut_off(tmp_path):
    said: list[str] = []
    part = Part("web server", python(STUBBORN))
    supervisor = Supervisor([part], said.append)
    thread = threading.Thread(target=supervisor.run)
    thread.start()
    until(lambda: part.is_running, within=10)
    time.sleep(0.5)

    supervisor.end(within=0.5)
    supervisor.stop.set()
    thread.join(10)

    assert said[0] == "The web server did not stop in time and is cut off."
    assert not part.is_running


def test_what_a_dead_part_had_started_ends_with_it(supervise, tmp_path: Path):
    file = tmp_path / "child"
    part = Part("web server", python(WITH_A_CHILD.format(file=str(file))))
    supervise(part)
    until(lambda: file.exists() and file.read_text(), within=10)
    child = int(file.read_text())

    os.kill(part.process.pid, signal.SIGKILL)

    until(lambda: not is_alive(child), within=10)


def test_no_part_outlives_a_starter_that_is_killed():
    starter = subprocess.Popen(python(STARTER), stdout=subprocess.PIPE, text=True)
    assert starter.stdout is not None
    lines = {starter.stdout.readline().strip(), starter.stdout.readline().strip()}
    part = int(max(lines, key=len))
    assert "1" in lines
    assert is_alive(part)

    starter.kill()
    starter.wait()
    starter.stdout.close()

    until(lambda: not is_alive(part), within=10)
