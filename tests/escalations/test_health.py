"""The health of the two tracks."""

import pytest

from amends.escalations import boards
from amends.escalations.actions import plans
from amends.escalations.actions.problems import estimate
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


@pytest.mark.parametrize(
    ("problems", "confirmed_by", "health"),
    [
        ([problem(), problem()], NOW - MINUTE, RISK),
        ([problem(), problem()], NOW, GOOD),
        ([problem(), problem()], None, GOOD),
        ([problem()], NOW - MINUTE, GOOD),
        ([problem(), problem(status="solved")], NOW - MINUTE, GOOD),
    ],
)
def test_an_order_that_the_customer_should_have_confirmed_is_a_risk(problems, confirmed_by, health):
    track = solve(escalation(), problems, NOW, confirmed_by=confirmed_by)

    assert track.health == health
    assert (track.because == "The customer has not confirmed the order of the plan.") is (health == RISK)


@pytest.mark.django_db
def test_they_have_a_working_day_for_their_word_from_when_it_began_and_from_when_the_plan_changed():
    # Friday, 15:00 in Berlin; a working day later is Monday, 15:00.
    friday = NOW.replace(day=20, hour=14)
    found = make.escalation(problems=("One", "Two"), now=friday)
    nadia, order = found.handler.as_actor(), list(found.problems.values_list("pk", flat=True))
    for each in found.problems.all():
        estimate(each, eta_at=friday + 20 * DAY, by=nadia, now=friday)

    def because(at):
        rows = boards.rows(Escalation.objects.filter(pk=found.pk), at)
        assert rows[0].solve == boards.case(found, at).solve
        return rows[0].solve.because

    unconfirmed = "The customer has not confirmed the order of the plan."
    monday = friday + 3 * DAY
    assert because(friday + 2 * DAY) != unconfirmed and because(monday + HOUR) == unconfirmed

    plans.confirm(found, order=order, contact=found.contact, how="call", at=monday, by=nadia, now=monday + HOUR)
    assert because(monday + 5 * DAY) != unconfirmed

    plans.reorder(found, order=order[::-1], by=nadia, now=monday + 2 * DAY)
    assert because(monday + 2 * DAY + HOUR) != unconfirmed and because(monday + 3 * DAY + HOUR) == unconfirmed
