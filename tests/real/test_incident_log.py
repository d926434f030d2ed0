"""Public incidents as history: every row on a timeline, and the figures that the log itself gives.

Of the 24,918 come in all that came back or took longer than thirty days, which the figures count, and each eighth of
the others; all of them with AMENDS_WHOLE_LOG=1, and in `benchmarks/history.py`, in the time and memory that are meant.
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import json
import os
import sqlite3
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
from tests.real.incident_log import FILE, history, moment

HERE = Path(__file__).resolve().parent
BESIDE = HERE.parents[2] / "shared" / "data" / "uci-incident-log"
INCIDENTS, ROWS = 24_918, 141_712
IS_WHOLE = "AMENDS_WHOLE_LOG" in os.environ
LONG = dt.timedelta(days=30)
MOST_MEGABYTES = 300
pytestmark = pytest.mark.real_data


@dataclass
class Imported:
    """A machine on which the log was brought in by the real command, and what that took."""

    machine: Machine
    keys: set[str]
    said: str
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
    keys = set()
    with file.open("w", encoding="utf-8") as out:
        for number, line in enumerate(history(folder)):
            if IS_WHOLE or _is_counted(line) or number % 8 == 0:
                keys.add(line["key"])
                out.write(json.dumps(line) + "\n")
    with _database() as environment:
        # From nothing: a fork has its parent’s memory.
        machine = Machine(here / "home", environment, from_nothing=True)
        machine.amends("init", *SET_UP, AMENDS_ADMINISTRATOR_PASSWORD=PASSWORD)
        most = 0.0
        process = machine.start("import", "history", str(file))
        while process.poll() is None:
            most = max(most, _megabytes(process.pid))
            time.sleep(0.1)
        assert process.stdout
        yield Imported(machine, keys, process.stdout.read(), most)
        machine.stop_everything()


def _is_counted(line: dict[str, Any]) -> bool:
    """Whether the figures of the log tell of it: it came back, or took long from opening to resolution."""
    ended = dt.datetime.fromisoformat(line["resolved_at"] or line["closed_at"])
    is_long = ended - dt.datetime.fromisoformat(line["opened_at"]) > LONG
    return is_long or any(change["kind"] == "reopened" for change in line["changes"])


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


def test_it_comes_in_and_in_little_memory(imported: Imported) -> None:
    count = len(imported.keys)

    assert count == INCIDENTS if IS_WHOLE else 4_000 < count < 5_000
    assert f"Brought in {count:,} of {count:,} escalations; 0 were here already." in imported.said
    assert imported.rows("SELECT count(*) FROM escalations_escalation WHERE status = 'closed'") == [(count,)]
    assert imported.megabytes < MOST_MEGABYTES


def test_every_row_of_the_log_stands_on_the_timeline_at_its_moment(imported: Imported, folder: Path) -> None:
    with gzip.open(folder / FILE, "rt", encoding="latin-1", newline="") as file:
        rows = list(csv.DictReader(file))
    log = Counter((f"incident-{row['number']}", moment(row["sys_updated_at"])[:16]) for row in rows)
    of_those = Counter({entry: times for entry, times in log.items() if entry[0] in imported.keys})

    timeline = Counter(
        imported.rows(
            "SELECT imported_key, {at} FROM escalations_event event"
            " JOIN escalations_escalation escalation ON escalation.id = event.escalation_id"
            " WHERE kind NOT IN ('escalation.imported', 'problem.named')"
        )
    )

    assert log.total() == ROWS
    assert of_those and not of_those - timeline


def test_the_report_gives_the_figures_of_the_log(imported: Imported) -> None:
    answer = imported.machine.amends("report", "endings", "--json")

    found = json.loads(answer.out)["whole"]
    assert found["opened"] == found["closed"] == len(imported.keys)
    assert (found["reopened"], found["long"]) == (275, 1_172)


def test_what_came_back_did_so_as_often_as_the_log_counts(imported: Imported) -> None:
    reopened = imported.rows("SELECT count(*) FROM escalations_event WHERE kind = 'escalation.reopened'")
    after_closing = imported.rows("SELECT count(*) FROM escalations_escalation WHERE reopened_at IS NOT NULL")
    unsettled = imported.rows("SELECT count(*) FROM escalations_problem WHERE status <> 'solved'")

    assert (reopened, after_closing, unsettled) == ([(331,)], [(12,)], [(0,)])
