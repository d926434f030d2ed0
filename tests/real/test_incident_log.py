"""24,918 public incidents as history: every row on a timeline, and the figures that the log itself gives."""

from __future__ import annotations

import csv
import gzip
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from tests import postgresql
from tests.cli.commands import PASSWORD, SET_UP, Machine
from tests.real.incident_log import FILE, moment

HERE = Path(__file__).resolve().parent
BESIDE = HERE.parents[2] / "shared" / "data" / "uci-incident-log"
INCIDENTS, ROWS = 24_918, 141_712
MOST_MEGABYTES = 300
MOST_SECONDS = {"sqlite": 180, "postgresql": 300}
pytestmark = pytest.mark.real_data


@dataclass
class Imported:
    """A machine on which the whole log was brought in by the real command, and what that took."""

    machine: Machine
    said: str
    seconds: float
    megabytes: float

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the database holds. `{at}` stands for an event's moment as text: 2016-02-29T01:23."""
        if url := self.machine.environment.get("DATABASE_URL"):
            with psycopg.connect(url, options="-c timezone=UTC") as database:
                told = query.format(at="to_char(event.at, 'YYYY-MM-DD\"T\"HH24:MI')").encode()
                return database.execute(told).fetchall()
        with closing(sqlite3.connect(self.machine.home / "amends.sqlite3")) as database:
            return database.execute(query.format(at="strftime('%Y-%m-%dT%H:%M', event.at)")).fetchall()


@pytest.fixture(scope="module")
def folder() -> Path:
    found = Path(os.environ.get("AMENDS_INCIDENT_LOG") or BESIDE)
    if not (found / FILE).is_file():
        pytest.skip(f"no {FILE} in {found}; say where with AMENDS_INCIDENT_LOG")
    return found


@pytest.fixture(scope="module")
def imported(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Imported]:
    """Once for all tests here, in a database of its own."""
    here = tmp_path_factory.mktemp("log")
    file = here / "history.jsonl"
    with file.open("wb") as out:
        converter = [sys.executable, str(HERE / "incident_log.py"), str(folder)]
        subprocess.run(converter, stdout=out, timeout=120, check=True)
    with _database() as environment:
        # From nothing: a fork has its parent’s memory.
        machine = Machine(here / "home", environment, from_nothing=True)
        machine.amends("init", *SET_UP, AMENDS_ADMINISTRATOR_PASSWORD=PASSWORD)
        began, most = time.monotonic(), 0.0
        process = machine.start("import", "history", str(file))
        while process.poll() is None:
            most = max(most, _megabytes(process.pid))
            time.sleep(0.1)
        assert process.stdout
        yield Imported(machine, process.stdout.read(), time.monotonic() - began, most)
        machine.stop_everything()


@contextmanager
def _database() -> Iterator[dict[str, str]]:
    """An empty one of the kind that the tests run on, as the command is told of it."""
    if connection.vendor == "sqlite":
        yield {}
        return
    with postgresql.fresh_database(os.environ["DATABASE_URL"]) as url:
        yield {"DATABASE_URL": url}


def _megabytes(pid: int) -> float:
    """The most memory that a process ever had, as Linux tells it; 0 where nobody does, or it has gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0.0)


def test_it_comes_in_whole_in_time_and_in_little_memory(imported: Imported) -> None:
    assert f"Brought in {INCIDENTS:,} of {INCIDENTS:,} escalations; 0 were here already." in imported.said
    assert imported.rows("SELECT count(*) FROM escalations_escalation WHERE status = 'closed'") == [(INCIDENTS,)]
    assert imported.seconds < MOST_SECONDS[connection.vendor]
    assert imported.megabytes < MOST_MEGABYTES


def test_every_row_of_the_log_stands_on_the_timeline_at_its_moment(imported: Imported, folder: Path) -> None:
    with gzip.open(folder / FILE, "rt", encoding="latin-1", newline="") as file:
        rows = csv.DictReader(file)
        log = Counter((f"incident-{row['number']}", moment(row["sys_updated_at"])[:16]) for row in rows)

    timeline = Counter(
        imported.rows(
            "SELECT imported_key, {at} FROM escalations_event event"
            " JOIN escalations_escalation escalation ON escalation.id = event.escalation_id"
            " WHERE kind NOT IN ('escalation.imported', 'problem.named')"
        )
    )

    assert log.total() == ROWS
    assert not log - timeline


def test_the_report_gives_the_figures_of_the_log(imported: Imported) -> None:
    answer = imported.machine.amends("report", "endings", "--json")

    found = json.loads(answer.out)["whole"]
    assert (found["opened"], found["closed"]) == (INCIDENTS, INCIDENTS)
    assert (found["reopened"], found["long"]) == (275, 1_172)


def test_what_came_back_did_so_as_often_as_the_log_counts(imported: Imported) -> None:
    reopened = imported.rows("SELECT count(*) FROM escalations_event WHERE kind = 'escalation.reopened'")
    after_closing = imported.rows("SELECT count(*) FROM escalations_escalation WHERE reopened_at IS NOT NULL")
    unsettled = imported.rows("SELECT count(*) FROM escalations_problem WHERE status <> 'solved'")

    assert (reopened, after_closing, unsettled) == ([(331,)], [(12,)], [(0,)])
