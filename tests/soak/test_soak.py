"""Some hours of the organisation's life in some minutes, with everything that can go wrong; see `tests/soak/run.py`.

AMENDS_SOAK_SECONDS is how long members work, 120 unless it says otherwise, to which comes what it takes to begin, to
come to rest and to be judged: half a minute. AMENDS_SOAK_SEED repeats a run.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent

pytestmark = pytest.mark.crash


def test_members_work_for_hours_while_everything_breaks_and_nothing_is_lost_doubled_or_silent():
    on = connection.vendor
    seconds, seed = os.environ.get("AMENDS_SOAK_SECONDS", "120"), os.environ.get("AMENDS_SOAK_SEED", "0")

    # A process of its own: it has a database of its own, which it stops and starts.
    done = subprocess.run(
        [sys.executable, "-m", "tests.soak", "--on", on, "--for", seconds, "--seed", seed],
        cwd=ROOT,
        env={key: value for key, value in os.environ.items() if not key.startswith("AMENDS_")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )

    sys.stdout.write(done.stdout)
    assert done.returncode == 0, done.stdout
