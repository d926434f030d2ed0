"""Public incidents as history: through the converter, the import and the report, to the published figures."""

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from amends.directory.actor import IMPORTER
from amends.escalations import invariants
from amends.escalations.actions import history, looks
from amends.escalations.models import Escalation, Event, Promise, Update
from amends.outbox.models import Delivery
from amends.reports.promises import promise_rates
from tests import make

HERE = Path(__file__).resolve().parent
BESIDE = HERE.parents[2] / "shared" / "data" / "cloud-status-promises"
NOW = make.THURSDAY
pytestmark = [pytest.mark.django_db, pytest.mark.real_data]


@pytest.fixture(scope="module")
def lines() -> list[str]:
    """What the converter makes of the public incidents."""
    folder = Path(os.environ.get("AMENDS_REAL_DATA") or BESIDE)
    if not (folder / "gcp_incidents.json").is_file():
        pytest.skip(f"no gcp_incidents.json in {folder}; say where with AMENDS_REAL_DATA")
    done = subprocess.run(
        [sys.executable, str(HERE / "cloud_status.py"), str(folder)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    return done.stdout.splitlines()


@pytest.fixture
def bring_in(tmp_path: Path) -> Callable[[list[str]], history.Result]:
    make.organisation()
    make.playbook()

    def bring_in(lines: list[str]) -> history.Result:
        file = tmp_path / "history.jsonl"
        file.write_text("\n".join(lines), encoding="utf-8")
        return history.bring_in(file, by=IMPORTER, now=NOW)

    return bring_in


BringIn = Callable[[list[str]], history.Result]


def figures() -> dict[str, tuple[int, int, int]]:
    found = promise_rates(visible=Promise.objects.all(), now=NOW)
    return {each.kind: (each.due, each.kept, each.within_five_minutes) for each in found}


def test_the_report_gives_the_published_figures(lines: list[str], bring_in: BringIn) -> None:
    result = bring_in(lines)

    assert (result.new, result.already_there) == (157, 0)
    assert Update.objects.count() == 770
    assert Promise.objects.count() == 515
    assert figures()["next_update"] == (459, 393, 431)
    assert figures()["fix_date"][:2] == (51, 38)
    assert figures().keys() == {"next_update", "fix_date"}
    assert not invariants.breaches(NOW)


def test_one_changed_line_moves_the_figure(lines: list[str], bring_in: BringIn) -> None:
    early = "2022-07-01T10:00:00-07:00"  # the update came at 09:46 there
    (index,) = [number for number, line in enumerate(lines) if f'"due_at": "{early}"' in line]
    changed = [*lines]
    changed[index] = lines[index].replace(f'"due_at": "{early}"', '"due_at": "2022-07-01T09:00:00-07:00"')

    bring_in(changed)

    assert figures()["next_update"] == (459, 392, 430)
    assert figures()["fix_date"][:2] == (51, 38)


def test_twice_is_once(lines: list[str], bring_in: BringIn) -> None:
    bring_in(lines)
    before = figures(), Escalation.objects.count(), Event.objects.count()

    result = bring_in(lines)

    assert (result.new, result.already_there) == (0, 157)
    assert (figures(), Escalation.objects.count(), Event.objects.count()) == before


def test_history_rings_nobody_until_somebody_adopts_it(lines: list[str], bring_in: BringIn) -> None:
    unfinished = json.loads(lines[0]) | {
        "key": "unfinished",
        "resolved_at": None,
        "closed_at": None,
        "outcome": None,
    }
    for promised in unfinished["promises"]:
        promised["kept_at"] = None
    bring_in([*lines, json.dumps(unfinished)])
    _, nadia, _ = make.chain()

    looked_at = [looks.look_at_due(NOW + dt.timedelta(hours=6 * sixth)) for sixth in range(60 * 4)]
    posted = Delivery.objects.count()
    found = Escalation.objects.get(imported_key="unfinished")
    later = NOW + dt.timedelta(days=60)
    history.adopt(found, handler=nadia, by=IMPORTER, now=later)

    assert (sum(looked_at), posted) == (0, 0)
    assert looks.due(later)
    assert looks.look_at_due(later) == 1
    assert Delivery.objects.exists()
