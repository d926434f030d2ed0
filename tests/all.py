"""Every test, on SQLite and on a real PostgreSQL: `make test`, or `python tests/all.py [pytest's options]`.

On PostgreSQL everything runs again that asks a database in a way of its own: not the pure rooms, not the browser
and most pages, which see no difference, and not the command, whose tests start databases of their own. It runs
beside SQLite, and so do the soaks, for AMENDS_SOAK_SECONDS each, or 150: many tests wait for a process, a browser
or a moment, and another goes on meanwhile. What runs beside is printed when it is over. With --nothing-skipped (as
the CI says) a test that ran on neither fails the run: no Chromium or no data is then no excuse.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "build" / "tests"
NOTHING_SKIPPED = "--nothing-skipped"
# The first meet no database; the command's own tests bring one of either kind along; the demo is told in acts that are
# all tested on both.
ONCE = ("clock", "lib", "wording", "invitations", "inbox", "playbook/test_document.py", "playbook/test_assess.py")
ONCE += ("playbook/test_any_playbook.py", "outbox/test_any_letter.py", "directory/imports/test_any_file.py")
ONCE += ("playbook/test_published_processes.py", "test_house.py", "test_docs.py", "benchmarks", "cli", "demo", "real")
ONCE += ("outbox/test_mime.py", "outbox/test_smtp.py", "outbox/test_chat.py")
# Of these rooms, the files that ask a database in ways of their own: statements written out, locks, bulk, search,
# lists. The others act through its model alone; every act runs on both in the state machine and in the soak.
ASKING = {
    "escalations": (
        "access",
        "boards",
        "deliveries",
        "filtering",
        "history",
        "history_changes",
        "invariants",
        "kept_inside",
        "machine",
        "query_plans",
        "record",
        "situations",
    ),
    "escalations/actions": ("absences", "causes", "corrections", "merged_on", "merges", "taking_back"),
    "escalations/mail": ("at_once", "coming_back", "one_of_several", "senders", "threads", "together"),
    "worker": ("bringing_in", "deliver", "lost", "mailbox", "several_connections", "tick", "tidying"),
    "web": ("any_form", "escalations_list", "imports", "list_filters", "live", "odd_addresses", "search", "today"),
    "api": ("any_request", "escalations", "pages", "search"),
}
# Long ones of files whose others run on both: the length is the clock's, or a page's, and not the database's.
LONG = (
    "api/test_escalations.py::test_lists_take_as_many_queries_for_two_hundred_rows_as_for_ten",
    "worker/test_tick.py::test_a_clock_that_is_restarted_each_minute_of_a_day_misses_nothing",
    "worker/test_tick.py::test_a_promise_in_the_night_of_the_changing_clocks_rings_once_and_at_its_instant",
    "worker/test_tick.py::test_a_thousand_passes_over_one_missed_promise_tell_what_the_ladder_tells",
)
# What is done and asked at random meets the database that refuses more: a NUL, a number beyond its columns.
ON_POSTGRESQL_ALONE = ("escalations/test_machine.py", "web/test_any_form.py", "web/test_odd_addresses.py")
ON_POSTGRESQL_ALONE += ("api/test_any_request.py",)
OF_SQLITE = [f"--ignore=tests/{name}" for name in ON_POSTGRESQL_ALONE]
OF_BOTH = [f"--ignore=tests/{name}" for name in ONCE] + [f"--deselect=tests/{name}" for name in LONG]
for _room, _names in ASKING.items():
    _all = {path.name for path in (ROOT / "tests" / _room).glob("test_*.py")}
    OF_BOTH += [f"--ignore=tests/{_room}/{name}" for name in sorted(_all - {f"test_{name}.py" for name in _names})]
# Some hundred processes are started: each would compile all of ours anew where Python may not keep what it compiled.
SURROUNDINGS = {
    key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "PYTHONDONTWRITEBYTECODE")
}
# In the order in which they stand, so that no long file is left for the end.
IN_ORDER = ["--dist", "loadfile", "--no-loadscope-reorder"]


@dataclass(frozen=True)
class Run:
    """What came of the tests on one database."""

    on: str
    code: int
    seconds: float
    ran: frozenset[str] = frozenset()
    skipped: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()

    def __str__(self) -> str:
        verdict = "passed" if self.code == 0 else "FAILED"
        if not self.ran:
            return f"{self.on:<20} {verdict}, in {self.seconds:,.0f} s"
        counts = (
            f"{len(self.ran) - len(self.failed):,} passed, {len(self.failed):,} failed, {len(self.skipped):,} skipped"
        )
        return f"{self.on:<20} {verdict}: {counts}, in {self.seconds:,.0f} s"


def main(arguments: Sequence[str]) -> int:
    """Run it all; the exit code is 0 only when all of it passed."""
    options = [argument for argument in arguments if argument != NOTHING_SKIPPED]
    RESULTS.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(2) as beside:
        soaks = beside.submit(_soaks)
        postgresql = beside.submit(_on_postgresql, [*options, "-m", "not browser"])
        runs = [_run("SQLite", [*options, *OF_SQLITE], {}, workers=3), postgresql.result(), *soaks.result()]
    nowhere = frozenset.union(*(run.skipped for run in runs)) - frozenset.union(*(run.ran for run in runs))
    _heading("Summary")
    for run in runs:
        print(run)
    if nowhere:
        print(f"{len(nowhere):,} tests ran on neither:", *sorted(nowhere), sep="\n  ")
    has_failed = any(run.code for run in runs) or (bool(nowhere) and NOTHING_SKIPPED in arguments)
    return 1 if has_failed else 0


def _soaks() -> list[Run]:
    """One after the other, so that the rest gets on. What a soak has to say is printed when it is over."""
    return [_soak("sqlite"), _soak("postgresql")]


def _soak(on: str) -> Run:
    began, seconds = time.monotonic(), os.environ.get("AMENDS_SOAK_SECONDS", "150")
    command = [sys.executable, "-m", "tests.soak", "--on", on, "--for", seconds]
    ours = {key: value for key, value in SURROUNDINGS.items() if not key.startswith("AMENDS_")}
    done = subprocess.run(
        command, cwd=ROOT, env=ours, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    _heading("Beside it")
    print(done.stdout, flush=True)
    return Run(f"Soak on {on}", done.returncode, time.monotonic() - began)


def _on_postgresql(options: Sequence[str]) -> Run:
    sys.path.insert(0, str(ROOT))
    from tests import postgresql

    try:
        with postgresql.running() as url:
            return _run("PostgreSQL", [*options, *OF_BOTH], {"DATABASE_URL": url}, workers=1, is_beside=True)
    except Exception as error:  # noqa: BLE001 - whatever it was, it is said, and the run fails
        print(f"PostgreSQL could not be started, so nothing ran on it: {error!r}", file=sys.stderr)
        return Run("PostgreSQL", 1, 0.0)


def _run(
    on: str, options: Sequence[str], environment: Mapping[str, str], *, workers: int, is_beside: bool = False
) -> Run:
    """Those tests on one database. What is said beside another run is said at its end."""
    report = RESULTS / f"{on.lower()}.xml"
    report.unlink(missing_ok=True)
    began = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-n", str(workers), *IN_ORDER, "-q", f"--junitxml={report}", *options]
    if not is_beside:
        _heading(f"Tests on {on}")
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=SURROUNDINGS | environment,
        stdout=subprocess.PIPE if is_beside else None,
        stderr=subprocess.STDOUT if is_beside else None,
        text=True,
        check=False,
    )
    if is_beside:
        _heading(f"Beside it, on {on}")
        print(done.stdout, flush=True)
    return _read(on, done.returncode, time.monotonic() - began, report)


def _read(on: str, code: int, seconds: float, report: Path) -> Run:
    if not report.exists():
        return Run(on, code or 1, seconds)
    ran, skipped, failed = set(), set(), set()
    for case in ElementTree.parse(report).iter("testcase"):
        name = f"{case.get('classname')}::{case.get('name')}"
        (skipped if case.find("skipped") is not None else ran).add(name)
        if case.find("failure") is not None or case.find("error") is not None:
            failed.add(name)
    return Run(on, code, seconds, frozenset(ran), frozenset(skipped), frozenset(failed))


def _heading(text: str) -> None:
    print(f"\n━━ {text} {'━' * max(70 - len(text), 3)}\n", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
