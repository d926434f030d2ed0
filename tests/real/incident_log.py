"""Turns the public event log of an incident desk into Amends history lines.

    python tests/real/incident_log.py FOLDER > history.jsonl
    amends import history history.jsonl

FOLDER holds `incident_event_log.csv.gz`: the “Incident management process enriched event log” of the UCI Machine
Learning Repository (Amaral, Fantinato, Peres). One incident becomes one past escalation with one problem, and every row
of it at least one entry of its timeline, at the row's own moment. Standard library only. What cannot be read ends with
a sentence on stderr and exit code 2.

The log has its traps:
- It names no zone. Its moments are taken as UTC, so that a day always has 24 hours.
- `resolved_at`, `closed_at` and what else is known only in the end stand in every row of an incident. They are read as
  how it ended, and never as something that was known at the time of the row.
- A row is how the incident stood after it was written. What happened is the difference to the row before in the order
  of the file, not in that of the moments: one incident has a row out of turn, which would look as if it had come back.
- That it came back is what `reopen_count` counts.
- The state “-100” says nothing, and “?” is a missing value.
- Five rows were written before their incident was opened. What they say is noted, at its own moment.
"""

import csv
import gzip
import json
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from itertools import groupby, pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any

FILE = "incident_event_log.csv.gz"
WRITTEN = "%d/%m/%Y %H:%M"
MISSING = "?"
SEVERITIES = {"1": "critical", "2": "high", "3": "medium", "4": "low"}
# How the problem stands in each state: the words of the plan. What is not here says nothing.
STANDINGS: dict[str, dict[str, str]] = {
    "New": {},
    "Active": {"status": "in work"},
    "Awaiting User Info": {"status": "waiting", "waits_on": "customer"},
    "Awaiting Evidence": {"status": "waiting", "waits_on": "customer", "waiting_for": "evidence"},
    "Awaiting Vendor": {"status": "waiting", "waits_on": "vendor"},
    "Awaiting Problem": {"status": "waiting", "waits_on": "team", "waiting_for": "problem management"},
    "Resolved": {"status": "solved"},
    "Closed": {"status": "solved"},
}
# The states that end it.
ENDS = {"Resolved": "resolved", "Closed": "closed"}
# What else a row can change, and how a note calls it.
BESIDES = {
    "category": "category",
    "subcategory": "subcategory",
    "u_symptom": "symptom",
    "cmdb_ci": "affected item",
    "location": "location",
    "contact_type": "channel",
    "problem_id": "problem record",
    "rfc": "change request",
    "vendor": "vendor",
    "u_priority_confirmation": "priority confirmed",
    "knowledge": "knowledge used",
    "made_sla": "within the agreed time",
}

Row = dict[str, str]
Entry = dict[str, str]


class UnreadableError(Exception):
    """The folder or its file cannot be used; the message is a sentence for the person who asked."""


def history(folder: Path) -> Iterator[dict[str, Any]]:
    """One escalation an incident, in the words of `amends import history`. Raises UnreadableError."""
    path = folder / FILE
    try:
        with gzip.open(path, "rt", encoding="latin-1", newline="") as file:
            rows = csv.reader(file)
            names = next(rows, [])
            # Two columns are called category; the second is the finer one.
            names[names.index("category", names.index("category") + 1)] = "subcategory"
            named = (dict(zip(names, row, strict=True)) for row in rows)
            for _, incident in groupby(named, key=itemgetter("number")):
                yield escalation(list(incident))
    except FileNotFoundError as error:
        raise UnreadableError(f"There is no {path}. Name the folder that holds {FILE}.") from error
    except (OSError, EOFError, KeyError, ValueError) as error:
        raise UnreadableError(f"{path} is not as expected: {error!r}.") from error


def escalation(rows: list[Row]) -> dict[str, Any]:
    """One incident, from its rows in the order of the file."""
    first = rows[0]
    incident = Incident(opened_at=moment(first["opened_at"]), closed_at=moment(first["closed_at"]))
    for before, row in pairwise([first, *rows]):
        incident.read(row, before)
    return {
        "key": f"incident-{first['number']}",
        "account": f"Location {known(first['location'])}",
        "reason": f"Category {known(first['category'])}, subcategory {known(first['subcategory'])}",
        "severity": SEVERITIES[first["priority"]],
        "opened_at": incident.opened_at,
        "resolved_at": None if first["resolved_at"] == MISSING else moment(first["resolved_at"]),
        "closed_at": incident.closed_at,
        "changes": incident.changes,
        "problems": [{"words": f"Symptom {known(first['u_symptom'])}", "changes": incident.steps}],
        "notes": incident.notes,
    }


class Incident:
    """What the rows of one incident tell, read one after the other. Each leaves at least one entry at its moment."""

    def __init__(self, *, opened_at: str, closed_at: str) -> None:
        self.opened_at, self.closed_at = opened_at, closed_at
        self.changes: list[Entry] = []
        self.steps: list[Entry] = []
        self.notes: list[Entry] = []
        self._stands: Entry = STANDINGS["New"]
        self._team = self._owner = MISSING
        # When it was resolved and closed, since it last came back
        self._ends: list[Entry] = []
        self._state = ""
        self._is_closed = False

    def read(self, row: Row, before: Row) -> None:
        """Another row, and the one before it; the first stands before itself."""
        at = moment(row["sys_updated_at"])
        if at < self.opened_at:
            self._note(
                at, row, [f"before it was opened, {row['ident_state']} at desk {known(row['assignment_group'])}"]
            )
            return
        is_told = [self._turn(at, row, before), self._step(at, row), self._close(at, row)]
        besides = [f"{name} {known(row[each])}" for each, name in BESIDES.items() if row[each] != before[each]]
        if besides or not any(is_told):
            self._note(at, row, besides)

    def _turn(self, at: str, row: Row, before: Row) -> bool:
        """How the escalation changed: it came back, or was found graver or less grave."""
        turns: list[Entry] = []
        if int(row["reopen_count"]) > int(before["reopen_count"]):
            turns = [*self._ends, {"kind": "reopened", "at": at}]
            self._ends = []
        if row["priority"] != before["priority"]:
            turns.append({"kind": "severity", "at": at, "to": SEVERITIES[row["priority"]]})
        if row["ident_state"] != self._state and row["ident_state"] in ENDS:
            self._ends.append({"kind": ENDS[row["ident_state"]], "at": at})
        self._state = row["ident_state"]
        self.changes += turns
        return bool(turns)

    def _step(self, at: str, row: Row) -> bool:
        """How the problem went on: how it stands, which desk has it, who."""
        step: Entry = {}
        stands = STANDINGS.get(row["ident_state"])
        if stands and stands != self._stands:
            self._stands = stands
            step |= stands
        if row["assignment_group"] not in (self._team, MISSING):
            self._team = row["assignment_group"]
            step["team"] = f"Desk {self._team}"
        if row["assigned_to"] not in (self._owner, MISSING):
            self._owner = row["assigned_to"]
            step["owner"] = f"Person {self._owner}"
        if step:
            self.steps.append({"at": at} | step)
        return bool(step)

    def _close(self, at: str, row: Row) -> bool:
        """Whether it is this row that `closed_at` tells of."""
        is_it = row["ident_state"] == "Closed" and at == self.closed_at and not self._is_closed
        self._is_closed |= is_it
        return is_it

    def _note(self, at: str, row: Row, what: list[str]) -> None:
        says = ", ".join(what) or "the log does not say what changed"
        self.notes.append({"at": at, "text": f"Written by {known(row['sys_updated_by'])}: {says}."})


@lru_cache(maxsize=4096)
def moment(text: str) -> str:
    """A moment of the log, in UTC, as ISO 8601: two of them compare as they lie in time."""
    return datetime.strptime(text, WRITTEN).replace(tzinfo=UTC).isoformat()


def known(value: str) -> str:
    return "unknown" if value == MISSING else value


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        sys.stderr.write("Name one folder: python tests/real/incident_log.py FOLDER\n")
        return 2
    try:
        for line in history(Path(arguments[0])):
            sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
    except UnreadableError as no:
        sys.stderr.write(f"{no}\n")
        return 2
    except BrokenPipeError:  # whoever reads has had enough, as `head` has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
