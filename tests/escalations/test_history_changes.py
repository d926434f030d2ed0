"""Past escalations that came back, with what was wrong and what was said inside: their rows and their timeline."""

import datetime as dt
import json
from typing import Any

import pytest

from amends.directory.actor import IMPORTER
from amends.escalations import boards, invariants
from amends.escalations.actions import history, problems
from amends.escalations.models import Escalation, Note, Problem
from tests import make

NOW = make.THURSDAY
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_playbook_in_force() -> None:
    make.organisation()
    make.playbook()


def at(day: int, hour: int = 9) -> str:
    return dt.datetime(2024, 3, day, hour, tzinfo=dt.UTC).isoformat()


def brought_in(**says: Any) -> Escalation:
    past = {"key": "old-1", "account": "Brightwater", "reason": "Twice", "severity": "medium", "opened_at": at(4)}
    history.bring_in([json.dumps(past | says)], by=IMPORTER, now=NOW)
    return Escalation.objects.get()


def told(escalation: Escalation) -> list[str]:
    """The timeline from its beginning: day, hour and what happened."""
    lines, _ = boards.timeline(escalation, zone="UTC", now=NOW)
    return [f"{line.entry.at:%d %H} {line.entry.sentence}" for line in reversed(lines)]


def test_what_came_back_tells_of_each_end_and_each_return() -> None:
    found = brought_in(
        resolved_at=at(12),
        closed_at=at(13),
        outcome="lost",
        changes=[
            {"at": at(5), "kind": "resolved"},
            {"at": at(6), "kind": "closed"},
            {"at": at(8), "kind": "reopened", "reason": "It happens again."},
            {"at": at(9), "kind": "severity", "to": "critical", "reason": "Their shop stands still."},
            {"at": at(10), "kind": "handler", "to": "Dana"},
        ],
    )

    assert (found.status, found.resolved_at, found.closed_at) == (
        "closed",
        *map(dt.datetime.fromisoformat, (at(12), at(13))),
    )
    assert found.reopened_at == dt.datetime.fromisoformat(at(8))
    assert found.target_at == dt.datetime.fromisoformat(at(22))
    assert (found.proposed_severity, found.severity) == ("medium", "critical")
    assert told(found) == [
        "04 09 brought this in from history.",
        "05 09 marked every problem as solved or declined.",
        "06 09 closed this as over. The history does not say whether the customer confirmed it.",
        "08 09 reopened this: It happens again.",
        "09 09 changed the severity from Medium to Critical: Their shop stands still.",
        "10 09 gave this to Dana: The history does not say why.",
        "12 09 marked every problem as solved or declined.",
        "13 09 closed this as lost. The history does not say whether the customer confirmed it.",
    ]


def test_what_was_resolved_too_soon_was_never_closed() -> None:
    found = brought_in(changes=[{"at": at(5), "kind": "resolved"}, {"at": at(6), "kind": "reopened"}])

    assert (found.status, found.reopened_at, found.resolved_at) == ("open", None, None)


def test_a_problem_has_its_steps_on_the_timeline_and_stands_as_it_stood_at_last() -> None:
    steps = [
        {"at": at(5), "status": "waiting", "waits_on": "vendor", "waiting_for": "Nordic Freight", "team": "Desk 4"},
        {"at": at(6), "status": "solved"},
        {"at": at(7), "status": "in work", "owner": "Dana", "reason": "Only half of it was."},
        {"at": at(8), "team": "Desk 5"},
        {"at": at(9), "status": "declined", "reason": "It is meant so."},
    ]

    found = brought_in(problems=[{"words": "Every order comes twice", "changes": steps}], resolved_at=at(9))

    problem = found.problems.get()
    assert (problem.status, problem.why_declined, problem.rank) == ("declined", "It is meant so.", 1)
    assert problem.settled_at == dt.datetime.fromisoformat(at(9))
    assert told(found) == [
        "04 09 brought this in from history.",
        "04 09 named a problem: “Every order comes twice”",
        "05 09 changed “Every order comes twice”: status: Waiting; waiting for: Nordic Freight; team: Desk 4.",
        "06 09 solved “Every order comes twice”.",
        "07 09 took “Every order comes twice” up again: Only half of it was.",
        "07 09 changed “Every order comes twice”: owner: Dana.",
        "08 09 changed “Every order comes twice”: team: Desk 5.",
        "09 09 declined “Every order comes twice”: It is meant so.",
        "09 09 marked every problem as solved or declined.",
    ]


@pytest.mark.parametrize(
    ("waits_on", "stands"),
    [
        ("vendor", ("waiting", "vendor", "the vendor", "")),
        # Waiting for the customer is a request with a date, and history has none.
        ("customer", ("in work", "", "", "Before, status: Waiting; waiting for: the customer.")),
    ],
)
def test_what_waits_still_can_be_gone_on_with_once_it_is_adopted(waits_on: str, stands: tuple[str, ...]) -> None:
    _, nadia, _ = make.chain()
    step = {"at": at(5), "status": "waiting", "waits_on": waits_on}
    found = brought_in(problems=[{"words": "Every order comes twice", "changes": [step]}])

    problem = found.problems.get()
    stood = (problem.status, problem.waits_on, problem.waiting_for, problem.next_step)
    history.adopt(found, handler=nadia, by=nadia.as_actor(), now=NOW)
    problems.change(problem, status=Problem.Status.CONFIRMED, by=nadia.as_actor(), now=NOW)

    assert stood == stands
    assert not invariants.breaches(NOW)


def test_a_note_is_found_on_the_timeline_with_its_words() -> None:
    found = brought_in(notes=[{"at": at(6), "text": "They rang twice."}, {"at": at(5), "text": "Quiet."}])

    assert [note.text for note in Note.objects.order_by("id")] == ["Quiet.", "They rang twice."]
    assert told(found)[1:] == ["05 09 noted: Quiet.", "06 09 noted: They rang twice."]
