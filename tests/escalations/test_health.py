"""The health of the two tracks."""

import pytest

from amends.escalations.health import Health, solve, tell
from amends.escalations.models import Escalation, Problem, Promise
from tests import make
from tests.escalations.reading import DAY, HOUR, MINUTE

NOW = make.THURSDAY
GOOD, RISK, BAD = Health.ON_TRACK, Health.AT_RISK, Health.OFF_TRACK


def escalation(**changes):
    return Escalation(**{"status": "open", "opened_at": NOW, "target_at": NOW + 30 * DAY} | changes)


def promise(due_in):
    return Promise(what="An answer", due_at=NOW + due_in)


def problem(**changes):
    return Problem(**{"words": "Doubled", "eta_at": NOW + 3 * DAY} | changes)


@pytest.mark.parametrize(
    ("promises", "health", "because"),
    [
        ([], BAD, "Nothing is promised"),
        ([promise(DAY)], GOOD, "Nothing is overdue."),
        ([promise(2 * HOUR + MINUTE)], GOOD, "Nothing is overdue."),
        ([promise(DAY), promise(2 * HOUR)], RISK, "“An answer” is due within two hours."),
        ([promise(0 * HOUR)], RISK, "within two hours"),
        ([promise(DAY), promise(-MINUTE)], BAD, "“An answer” is overdue."),
        ([promise(-DAY), promise(-MINUTE)], BAD, "2 promises are overdue."),
    ],
)
def test_telling_is_as_well_as_its_nearest_promise(promises, health, because):
    track = tell(escalation(), promises, NOW, silent_until=NOW + DAY)

    assert track.health == health
    assert because in track.because


@pytest.mark.parametrize(
    ("changes", "problems", "health", "because"),
    [
        ({}, [], GOOD, "No problem is on the plan yet."),
        ({}, [problem()], GOOD, "lies ahead"),
        ({}, [problem(eta_at=NOW + DAY)], RISK, "within a day"),
        ({}, [problem(eta_at=NOW - MINUTE)], BAD, "“Doubled” is past its estimate."),
        ({}, [problem(eta_at=NOW - MINUTE, status="solved")], GOOD, "solved or declined"),
        ({}, [problem(eta_at=None)], GOOD, "still to come"),
        ({"opened_at": NOW - 25 * HOUR}, [problem(eta_at=None)], RISK, "“Doubled” has no estimate."),
        ({"target_at": NOW + 4 * DAY}, [problem()], RISK, "target date is near"),
        ({"target_at": NOW + 4 * DAY}, [], GOOD, "No problem"),
        ({"target_at": NOW - MINUTE}, [], BAD, "target date has passed"),
    ],
)
def test_solving_is_as_well_as_its_estimates_and_its_target(changes, problems, health, because):
    track = solve(escalation(**changes), problems, NOW)

    assert track.health == health
    assert because in track.because


@pytest.mark.parametrize(
    ("promises", "silent_until", "because"),
    [
        ([promise(5 * DAY)], NOW - MINUTE, "The customer has heard nothing for longer than this severity allows."),
        ([promise(HOUR)], NOW - MINUTE, "The customer has heard nothing for longer than this severity allows."),
        ([promise(5 * DAY)], NOW, "Nothing is overdue."),
        ([promise(5 * DAY)], None, "Nothing is overdue."),
        ([promise(-DAY), promise(5 * DAY)], NOW - MINUTE, "“An answer” is overdue."),
    ],
)
def test_who_is_silent_for_too_long_is_off_track_whatever_is_promised_for_later(promises, silent_until, because):
    track = tell(escalation(), promises, NOW, silent_until=silent_until)

    assert track.because == because
    assert track.health == (GOOD if because == "Nothing is overdue." else BAD)


def test_solved_but_silent_is_off_track():
    resolved = escalation(status="resolved")

    assert solve(resolved, [problem(status="solved")], NOW).health == GOOD
    assert tell(resolved, [promise(-HOUR)], NOW, silent_until=None).health == BAD


@pytest.mark.parametrize("status", ["closed", "withdrawn"])
def test_what_is_over_is_well(status):
    over = escalation(status=status, target_at=NOW - DAY)

    assert solve(over, [problem(eta_at=NOW - DAY)], NOW).because == "It is over."
    assert tell(over, [], NOW, silent_until=NOW - DAY).health == GOOD


def test_the_worse_of_two_is_the_greater():
    assert max(GOOD, BAD, RISK) == BAD
    assert [health.label for health in Health] == ["On track", "At risk", "Off track"]
    assert [health.slug for health in Health] == ["good", "risk", "bad"]
