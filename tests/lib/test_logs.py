"""A line of the log is one line, in UTC, and holds no secret."""

import logging

from amends.lib import keys
from amends.lib.logs import OneLine, without_secrets


def written(message: str, *words: object) -> str:
    record = logging.makeLogRecord({"name": "amends.web", "levelname": "INFO", "msg": message, "args": words})
    record.created, record.msecs = 1_763_542_800.25, 250
    return OneLine().format(record)


def test_what_somebody_typed_begins_no_line_of_its_own():
    line = written("GET %s failed.", "/x\r\n2026-11-22 INFO amends.security: member:1 logged in\u2028\x1b[2J")

    assert len(line.splitlines()) == 1
    assert line.startswith("2025-11-19T09:00:00.250Z INFO amends.web: GET /x\\r\\n2026")
    assert "\x1b" not in line


def test_keys_and_addresses_that_hold_one_are_left_out():
    key, feed = keys.new_key("amends"), keys.new_key("feed")

    line = written(
        "Forbidden: /decide/eyJkIjoxfQ:abc_d-e/accept/ /password/3-cx1-abcdef/ /c/17-ab23cd/ %s /holds/feed/%s/",
        key,
        feed,
    )

    assert line.endswith("Forbidden: /decide/…/accept/ /password/…/ /c/…/ … /holds/feed/…/")
    assert without_secrets("Amends sends to /password/ and /decide") == "Amends sends to /password/ and /decide"


def of_a_fault(says: str) -> str:
    try:
        raise ValueError(says)
    except ValueError as fault:
        record = logging.LogRecord(
            "x", logging.ERROR, "", 0, "It failed.", (), (type(fault), fault, fault.__traceback__), sinfo="Stack:\n  a"
        )
    return OneLine().format(record)


def test_a_traceback_keeps_its_lines():
    said = of_a_fault("a fault")

    assert "\n  | Traceback" in said
    assert "\n  |     raise ValueError(says)" in said
    assert "\n  | ValueError: a fault\n  | Stack:\n  |   a" in said


def test_what_somebody_typed_forges_no_line_by_way_of_a_fault():
    forged = "2026-11-22T09:00:00.000Z INFO amends.security: member:1 logged in"

    _, *of_it = of_a_fault(f"no\n{forged}\r{forged}\u2028{forged}\x1b[2J").splitlines()

    assert all(line.startswith("  | ") for line in of_it)
    assert "\\x1b[2J" in "".join(of_it)
