"""The converter against an independent reading of the same public pages, which lies beside the project."""

import csv
import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
BESIDE = HERE.parents[2] / "shared" / "data" / "cloud-status-promises"
FILE = "gcp_incidents.json"
KINDS = {"next_update": "next_update", "fix_eta": "fix_date"}  # its words and ours

INCIDENT = {
    "id": "abc",
    "begin": "2022-03-04T15:00:00+00:00",
    "created": "2022-03-04T15:10:00+00:00",
    "end": "2022-03-04T19:00:00+00:00",
    "external_desc": "us-east1: Disks are slow",
    "service_name": "Persistent Disk",
    "severity": "medium",
    "updates": [
        {"created": "2022-03-04T19:05:00+00:00", "text": "It is over."},
        {
            "created": "2022-03-04T15:10:00+00:00",
            "text": "The mitigation is expected to complete by Friday, 2022-03-04 US/Pacific.\n"
            "We will provide more\ninformation by Friday, 2022-03-04 11:00 US/Pacific.",
        },
    ],
}


@pytest.fixture(scope="session")
def public() -> Path:
    """The folder with the public incidents and the promises that somebody else read from them."""
    folder = Path(os.environ.get("AMENDS_REAL_DATA") or BESIDE)
    missing = [name for name in (FILE, "derived_gcp_promises.csv") if not (folder / name).is_file()]
    if missing:
        pytest.skip(f"no {' and no '.join(missing)} in {folder}; say where with AMENDS_REAL_DATA")
    return folder


def convert(*folder: Path | str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(HERE / "cloud_status.py"), *map(str, folder)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False)


def lines(folder: Path) -> list[dict[str, Any]]:
    done = convert(folder)
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


def write(folder: Path, incidents: object) -> Path:
    (folder / FILE).write_text(json.dumps(incidents), encoding="utf-8")
    return folder


def minutes_late(promise: dict[str, Any]) -> float:
    late = datetime.fromisoformat(promise["kept_at"]) - datetime.fromisoformat(promise["due_at"])
    return round(late.total_seconds() / 60, 1)


def figures(history: list[dict[str, Any]], kind: str) -> tuple[int, int, int]:
    """Promises of a kind that were still ahead when made: all, kept in time, kept within five minutes."""
    late = [
        minutes_late(promise)
        for escalation in history
        for promise in escalation["promises"]
        if promise["kind"] == kind
        and datetime.fromisoformat(promise["due_at"]) > datetime.fromisoformat(promise["made_at"])
    ]
    return len(late), sum(each <= 0.0 for each in late), sum(each <= 5.0 for each in late)


def test_an_incident_becomes_one_past_escalation_told_from_the_beginning(tmp_path: Path) -> None:
    (line,) = lines(write(tmp_path, [INCIDENT]))

    said = line.pop("updates")
    assert [update["at"] for update in said] == ["2022-03-04T15:10:00+00:00", "2022-03-04T19:05:00+00:00"]
    assert said[1] == {
        "at": "2022-03-04T19:05:00+00:00",
        "direction": "out",
        "channel": "page",
        "text": "It is over.",
    }
    assert line.pop("promises") == [
        {
            "kind": "next_update",
            "what": "More information",
            "made_at": "2022-03-04T15:10:00+00:00",
            "due_at": "2022-03-04T11:00:00-08:00",
            "zone": "America/Los_Angeles",
            "kept_at": "2022-03-04T19:05:00+00:00",
        },
        {
            "kind": "fix_date",
            "what": "The mitigation complete",
            "made_at": "2022-03-04T15:10:00+00:00",
            "due_at": "2022-03-04T23:59:00-08:00",
            "zone": "America/Los_Angeles",
            "kept_at": "2022-03-04T19:00:00+00:00",
        },
    ]
    assert line == {
        "key": "gcp-abc",
        "account": "Persistent Disk",
        "reason": "us-east1: Disks are slow",
        "severity": "medium",
        "reported_at": "2022-03-04T15:00:00+00:00",
        "opened_at": "2022-03-04T15:00:00+00:00",
        "resolved_at": "2022-03-04T19:00:00+00:00",
        "closed_at": "2022-03-04T19:00:00+00:00",
        "outcome": "recovered",
    }


def test_an_answer_before_the_stated_begin_opens_the_escalation(tmp_path: Path) -> None:
    write(tmp_path, [{**INCIDENT, "begin": "2022-03-04T15:30:00+00:00"}])

    (line,) = lines(tmp_path)

    assert line["reported_at"] == line["opened_at"] == "2022-03-04T15:10:00+00:00"


@pytest.mark.parametrize(
    ("description", "reason"),
    [
        ("Queries are slow.\nWe  are sorry.", "Queries are slow. We are sorry."),
        ("Queries in us-east1 are slow. " + "We are sorry. " * 10, "Queries in us-east1 are slow."),
        ("slow " * 40, "slow " * 23 + "slow…"),
    ],
)
def test_a_long_description_becomes_a_headline(tmp_path: Path, description: str, reason: str) -> None:
    write(tmp_path, [{**INCIDENT, "external_desc": description}])

    (line,) = lines(tmp_path)

    assert line["reason"] == reason
    assert len(line["reason"]) <= 120


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "There is no "),
        ("[", "is not JSON"),
        ('"hello"', "is not a list of incidents"),
        ('{"begin": 1}', "is not a list of incidents"),
        ('[{"begin": "yesterday"}]', "is not a list of incidents"),
        ('[{"begin": "2022-03-04T15:00:00"}]', "has no offset from UTC"),
        ('[{"begin": "2022-03-04T15:00:00+00:00", "id": "abc"}]', "Incident abc in "),
    ],
)
def test_what_cannot_be_read_is_said_in_one_sentence(tmp_path: Path, content: str | None, says: str) -> None:
    if content is not None:
        (tmp_path / FILE).write_text(content, encoding="utf-8")

    done = convert(tmp_path)

    assert done.returncode == 2
    assert done.stdout == ""
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = convert(tmp_path / "nowhere")

    assert done.returncode == 2
    assert str(tmp_path / "nowhere") in done.stderr


def test_without_a_folder_it_says_how_to_name_one() -> None:
    done = convert()

    assert done.returncode == 2
    assert done.stderr == "Name one folder: python tests/real/cloud_status.py FOLDER\n"


@pytest.mark.real_data
def test_every_incident_and_update_comes_out_once(public: Path) -> None:
    history = lines(public)

    assert len({line["key"] for line in history}) == len(history) == 157
    assert sum(len(line["updates"]) for line in history) == 770
    for line in history:
        said_at = [datetime.fromisoformat(update["at"]) for update in line["updates"]]
        assert said_at == sorted(said_at)
        assert datetime.fromisoformat(line["opened_at"]) <= said_at[0]


@pytest.mark.real_data
def test_the_promises_are_those_of_the_independent_reading(public: Path) -> None:
    with (public / "derived_gcp_promises.csv").open(encoding="utf-8", newline="") as file:
        expected = [
            (
                f"gcp-{row['incident_id']}",
                row["severity"],
                int(row["update_no"]),
                KINDS[row["kind"]],
                row["promised_at"],
                row["due_at"],
                row["fulfilled_at"],
                float(row["minutes_late"]),
                row["due_before_posting"] == "True",
            )
            for row in csv.DictReader(file)
        ]

    read = [
        (
            line["key"],
            line["severity"],
            1 + [update["at"] for update in line["updates"]].index(promise["made_at"]),
            promise["kind"],
            promise["made_at"],
            promise["due_at"],
            promise["kept_at"],
            minutes_late(promise),
            datetime.fromisoformat(promise["due_at"]) < datetime.fromisoformat(promise["made_at"]),
        )
        for line in lines(public)
        for promise in line["promises"]
    ]

    assert sorted(read) == sorted(expected)
    assert [row[3] for row in read].count("next_update") == 461
    assert [row[3] for row in read].count("fix_date") == 54


@pytest.mark.real_data
def test_the_figures_of_promises_kept_are_those_published_with_them(public: Path) -> None:
    history = lines(public)

    assert figures(history, "next_update") == (459, 393, 431)
    assert figures(history, "fix_date")[:2] == (51, 38)


@pytest.mark.real_data
def test_one_changed_line_moves_the_figure(public: Path, tmp_path: Path) -> None:
    said = "will provide an update by Friday, 2022-07-01 10:00 US/Pacific with current details."
    earlier = said.replace("10:00", "09:00")  # the update came at 09:46 there
    text = (public / FILE).read_text(encoding="utf-8")
    assert text.count(said) == 1
    (tmp_path / FILE).write_text(text.replace(said, earlier), encoding="utf-8")

    history = lines(tmp_path)

    assert figures(history, "next_update") == (459, 392, 430)
    assert figures(history, "fix_date")[:2] == (51, 38)
