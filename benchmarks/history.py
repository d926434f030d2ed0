"""A real desk's history, 24,918 incidents with 141,712 events, through `amends import history`; and pages on it.

The floor is the same rows by raw SQL into the same tables and indexes without the search, as many a transaction. While
it comes in, somebody else writes a row again and again. AMENDS_INCIDENT_LOG says where the public log is.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
from django.conf import settings
from django.db import connection
from django.db.models import Count
from django.test import Client

from amends.directory.actor import Role
from amends.escalations.models import Escalation
from amends.lib import wall
from amends.reports import endings
from benchmarks.figures import Figure, spread
from benchmarks.floors import Raw
from benchmarks.load import ROOT, Asked, ask
from benchmarks.place import SERVED, Place, answers
from tests import make
from tests.real.incident_log import FILE

PORT = 9721
BESIDE = ROOT.parent / "shared" / "data" / "uci-incident-log"
# What the log counts itself: how many came back, and how many took longer than thirty days.
CAME_BACK, LONG = 275, 1_172
MOST_SECONDS = {"sqlite": 180.0, "postgresql": 300.0}
# Each after what it points at.
TABLES = ("escalation", "problem", "note", "event", "eventwords")
# About as many escalations as the import writes in one transaction.
AT_ONCE = 50
PAGES = {
    "list of what is closed": "/escalations/?view=closed",
    "search, a common word": "/search/?q=location",
    "how escalations end": "/reports/endings/?since=all",
}


@dataclass(frozen=True)
class Brought:
    """What the import took, and for how long others waited for their own write meanwhile, in milliseconds."""

    seconds: float
    megabytes: float
    waits: dict[str, float | str]


def measure(place: Place) -> Iterator[Figure]:
    """The import with its memory and its rows a second; how long others waited; then pages."""
    folder = Path(os.environ.get("AMENDS_INCIDENT_LOG") or BESIDE)
    if not (folder / FILE).is_file():
        print(f"    There is no {FILE} in {folder}.")
        return
    lines = _converted(folder, place)
    make.organisation()
    make.playbook()
    member = make.member(role=Role.MANAGER)
    brought = _bring_in(lines, place)
    if not place.is_quick:
        _is_all_there()
    rows, floor = _floor(place)
    count = Escalation.objects.count()
    aim = None if place.is_quick else MOST_SECONDS[place.on]
    yield Figure(f"{count:,} escalations, {rows:,} rows", brought.seconds, "s", floor, "the same rows by raw SQL", aim)
    yield Figure("rows a second", rows / brought.seconds, "rows/s", rows / floor, "by raw SQL", more_is_better=True)
    yield Figure("memory of the command at its highest", brought.megabytes, "MB", aim=300)
    yield Figure(
        "somebody else’s write meanwhile, p95", float(brought.waits["p95"]), "ms", aim=250, details=brought.waits
    )
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(member)
    yield from _pages(place, client.cookies[settings.SESSION_COOKIE_NAME].value)


def _converted(folder: Path, place: Place) -> Path:
    """The log as history lines; only the first of them where it must be quick."""
    file = place.home / "history.jsonl"
    converter = [sys.executable, str(ROOT / "tests" / "real" / "incident_log.py"), str(folder)]
    found = subprocess.run(converter, stdout=subprocess.PIPE, check=True).stdout.splitlines(keepends=True)
    file.write_bytes(b"".join(found[: place.size(len(found), 500)]))
    return file


def _bring_in(lines: Path, place: Place) -> Brought:
    """The real command, and beside it a small write every twentieth of a second."""
    raw, waits, most = Raw(place), [], 0.0
    began = time.monotonic()
    with place.running("import", "history", str(lines)) as process:
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            most = max(most, _highest(process.pid))
            asked = time.perf_counter()
            with raw.transaction():
                raw.one("UPDATE directory_organisation SET name = name")
            waits.append(1000 * (time.perf_counter() - asked))
            time.sleep(0.05)
        seconds = time.monotonic() - began
    raw.close()
    said = (place.home / "import.log").read_text(encoding="utf-8")
    if "Brought in" not in said:
        raise RuntimeError(said)
    return Brought(seconds, most, spread(waits))


def _is_all_there() -> None:
    """The report counts what the log does. Raises RuntimeError."""
    found = endings.whole(endings.endings(visible=Escalation.objects.all(), now=wall.now()))
    if (found.reopened, found.long) != (CAME_BACK, LONG):
        raise RuntimeError(f"{CAME_BACK} came back and {LONG} took long; here it is {found.reopened} and {found.long}.")


def _highest(pid: int) -> float:
    """The most megabytes that a process ever held; 0 where the system does not tell, or it has gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0.0)


def _floor(place: Place) -> tuple[int, float]:
    """Write all rows once more, into tables with the same indexes: how many they are, and the seconds that took."""
    raw, count, seconds = Raw(place), 0, 0.0
    _twins()
    ids = list(Escalation.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), AT_ONCE):
        some = [_read(table, ids[start], ids[min(start + AT_ONCE, len(ids)) - 1]) for table in TABLES]
        began = time.monotonic()
        with raw.transaction():
            for statement, rows in some:
                raw.many(statement, rows)
        seconds += time.monotonic() - began
        count += sum(len(rows) for _, rows in some)
    raw.close()
    return count, seconds


def _twins() -> None:
    """An empty table beside each, with the same columns and indexes, and without the search's triggers."""
    with connection.cursor() as cursor:
        for name in TABLES:
            table = f"escalations_{name}"
            if connection.vendor == "postgresql":
                cursor.execute(f"CREATE TABLE floor_{table} (LIKE {table} INCLUDING INDEXES INCLUDING CONSTRAINTS)")
                continue
            cursor.execute("SELECT sql FROM sqlite_master WHERE tbl_name = %s AND type <> 'trigger'", [table])
            for (sql,) in cursor.fetchall():
                if sql:
                    twin = sql.replace(f'"{table}"', f'"floor_{table}"').replace('INDEX "', 'INDEX "floor_')
                    cursor.execute(twin)


def _read(name: str, first: int, last: int) -> tuple[str, list[tuple[object, ...]]]:
    """How to write the rows of some escalations once more, and those rows."""
    of = {"escalation": "id", "eventwords": "event_id"}.get(name, "escalation_id")
    chosen = f"{of} BETWEEN %s AND %s"
    if name == "eventwords":
        chosen = "event_id IN (SELECT id FROM escalations_event WHERE escalation_id BETWEEN %s AND %s)"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM escalations_{name} WHERE {chosen}", [first, last])
        columns = [f'"{column[0]}"' for column in cursor.description]
        rows = cursor.fetchall()
    marks = ", ".join("?" * len(columns))
    return f"INSERT INTO floor_escalations_{name} ({', '.join(columns)}) VALUES ({marks})", rows


def _pages(place: Place, session: str) -> Iterator[Figure]:
    busiest = Escalation.objects.annotate(count=Count("events")).order_by("-count")[0]
    pages = PAGES | {"the case with most events": f"/escalations/{busiest.key}/"}
    cookie = ("Cookie", f"{settings.SESSION_COOKIE_NAME}={session}")
    with place.running("run", "--port", str(PORT), **SERVED):
        answers(f"http://127.0.0.1:{PORT}/login/")
        floor = ask(Asked(PORT, "/floor/rows/", seconds=place.size(4, 1)))
        for name, path in pages.items():
            asked = Asked(PORT, path, headers=(cookie,), seconds=place.size(4, 1))
            ask(asked)
            found = ask(asked)
            yield Figure(
                name,
                found.p50,
                "ms",
                floor=floor.p50,
                floor_says="a page of 50 rows",
                aim=None if name == "how escalations end" else 30.0,
                details={"p95": found.p95},
            )
