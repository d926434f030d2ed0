"""What is read in public status pages, against an independent reading of them that lies beside the project."""

import csv
import json
import os
from datetime import datetime, time
from pathlib import Path
from typing import NamedTuple

import pytest

from amends.wording.moments import Said, read

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data" / "cloud-status-promises"
ZONE = "America/Los_Angeles"
END_OF_THEIR_DAY = time(23, 59)  # how that reading takes a date without a time

pytestmark = pytest.mark.real_data


class Row(NamedTuple):
    due_at: datetime
    is_past: bool
    is_wrong_day: bool
    said: tuple[Said, ...]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    """The promises that somebody else read, each with what we read in the same update when it was posted."""
    folder = Path(os.environ.get("AMENDS_REAL_DATA") or BESIDE)
    if not (folder / "derived_gcp_promises.csv").is_file():
        pytest.skip(f"no derived_gcp_promises.csv in {folder}; say where with AMENDS_REAL_DATA")
    updates = {
        (incident["id"], update["created"]): update["text"]
        for incident in json.loads((folder / "gcp_incidents.json").read_text(encoding="utf-8"))
        for update in incident["updates"]
    }
    with (folder / "derived_gcp_promises.csv").open(encoding="utf-8", newline="") as file:
        return [
            Row(
                due_at=datetime.fromisoformat(row["due_at"]),
                is_past=row["due_before_posting"] == "True",
                is_wrong_day=row["weekday_mismatch"] == "True",
                said=read(
                    updates[row["incident_id"], row["promised_at"]],
                    now=datetime.fromisoformat(row["promised_at"]),
                    zone=ZONE,
                ),
            )
            for row in csv.DictReader(file)
        ]


def test_every_promise_with_a_time_is_read_as_its_moment(rows):
    with_a_time = [row for row in rows if row.due_at.time() != END_OF_THEIR_DAY]

    missed = [row for row in with_a_time if not any(said.is_promise and said.at == row.due_at for said in row.said)]

    assert len(with_a_time) > 500
    assert not missed


def test_due_times_gone_by_and_wrong_weekdays_are_caught_and_nothing_else_is(rows):
    for row in rows:
        expected = {"past"} if row.is_past else {"weekday"} if row.is_wrong_day else set()
        assert {said.trouble for said in row.said if said.is_promise and said.at == row.due_at} <= expected | {""}
        if expected:
            assert expected <= {said.trouble for said in row.said if said.at == row.due_at}
    assert sum(row.is_past or row.is_wrong_day for row in rows) == 6
