"""The benchmarks' own pieces: a figure says what it says, and every benchmark has its place in the report."""

import smtplib
from pathlib import Path

import pytest

from benchmarks.__main__ import NAMES
from benchmarks.figures import Figure, Run, percentile, read, spread
from benchmarks.kills import once_more
from benchmarks.mail_server import serving
from benchmarks.report import README, _table

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(("part", "found"), [(0.01, 1), (0.5, 5), (0.51, 6), (0.9, 9), (0.95, 10), (0.99, 10), (1, 10)])
def test_a_percentile_is_the_smallest_value_that_so_many_reach(part, found):
    assert percentile([10, 1, 9, 2, 8, 3, 7, 4, 6, 5], part) == found


def test_of_one_value_every_percentile_is_that_value():
    assert spread([3.0], times=1000) == {"p50": 3000, "p95": 3000, "p99": 3000, "max": 3000}


@pytest.mark.parametrize(
    ("ours", "aim", "more_is_better", "verdict"),
    [
        (3.0, 3, False, "met"),
        (3.1, 3, False, "missed"),
        (400, 400, True, "met"),
        (399, 400, True, "missed"),
        (0, 0, False, "met"),
        (1, 0, False, "missed"),
        (1, None, False, ""),
    ],
)
def test_a_verdict_is_whether_the_aim_is_reached(ours, aim, more_is_better, verdict):
    assert Figure("mails", ours, "", aim=aim, more_is_better=more_is_better).verdict == verdict


def test_a_ratio_needs_a_floor():
    assert Figure("decided", 6, "s", floor=2).ratio == 3
    assert Figure("decided", 6, "s").ratio is None


def test_a_run_is_read_as_it_was_written_and_makes_a_table(tmp_path):
    figures = (
        Figure("decided", 2.5, "s", 0.5, "raw rows", aim=3, details={"p50": 0.1234, "mails": 10_000}),
        Figure("told", 250, "mails/s", aim=400, more_is_better=True),
    )
    run = Run("burst", "About.", "sqlite", "2 cores", "2026-11-19T09:00", "abc", 12.5, False, figures)
    run.write(tmp_path / "run.json")

    assert read(tmp_path / "run.json") == run
    table = _table(run)
    assert "| decided | 2.5 s (p50 0.123, mails 10,000) | 0.5 s: raw rows | 5.00 | at most 3 s | met |" in table
    assert "| told | 250 mails/s |  |  | at least 400 mails/s | **missed** |" in table


def test_every_benchmark_has_a_name_and_a_place_in_the_report():
    modules = {file.stem: file.read_text(encoding="utf-8") for file in (ROOT / "benchmarks").glob("*.py")}
    text = README.read_text(encoding="utf-8")

    measuring = {name for name, source in modules.items() if "\ndef measure(" in source}

    assert measuring <= set(NAMES)
    assert {name for name in measuring if f"<!-- figures of {name} -->" not in text} == set()


def test_the_mail_server_writes_down_what_it_took(tmp_path):
    with serving(tmp_path) as server:
        with smtplib.SMTP("127.0.0.1", server.port) as line:
            for number, to in enumerate(["tom@fernhill.example", "nadia@fernhill.example"]):
                content = f"Message-ID: <{number}@fernhill.example>\r\n\r\nWord\r\n.\r\nmore\r\n"
                line.sendmail("desk@fernhill.example", [to], content)

        assert server.count() == 2
        assert [(mail.to, mail.identity) for mail in server.arrivals()] == [
            ("tom@fernhill.example", "<0@fernhill.example>"),
            ("nadia@fernhill.example", "<1@fernhill.example>"),
        ]


def test_what_is_missing_makes_up_for_nothing_that_came_twice():
    assert once_more(["a", "b", "a", "a"]) == 2
    assert once_more([]) == 0
