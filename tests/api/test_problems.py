"""The plan over HTTP."""

import pytest

from amends.directory.actor import Role
from amends.escalations.models import Problem
from tests import make
from tests.api.calling import Caller, says

pytestmark = pytest.mark.django_db


@pytest.fixture
def escalation():
    return make.escalation()


@pytest.fixture
def nadia(escalation):
    return Caller(escalation.handler)


def test_a_problem_is_named_given_to_somebody_estimated_solved_and_taken_up_again(escalation, nadia):
    team, rex = make.team("Orders"), make.member("Rex Pond", Role.RESPONDER)

    named = nadia.post(f"/escalations/{escalation.key}/problems", {"words": "Orders arrive twice", "team": team.pk})
    problem = f"/problems/{named.json()['id']}"
    changed = nadia.patch(problem, {"status": "in work", "owner": rex.pk, "next_step": "Read the queue"})
    nadia.post(f"{problem}/estimate", {"eta_at": "2026-11-20T12:00:00Z"})
    without_reason = nadia.post(f"{problem}/estimate", {"eta_at": "2026-11-21T12:00:00Z"})
    estimated = nadia.post(f"{problem}/estimate", {"eta_at": "2026-11-21T12:00:00Z", "reason": "Two queues"})

    assert named.status_code == 201
    assert named.json()["status"] == "named"
    # What was left out stays as it was.
    assert changed.json()["team"] == {"id": team.pk, "name": "Orders"}
    assert changed.json()["owner"]["name"] == "Rex Pond"
    assert set(says(without_reason)) == {"reason"}
    assert [each["reason"] for each in estimated.json()["estimates"]] == ["", "Two queues"]

    assert nadia.post(f"{problem}/solve").json()["status"] == "solved"
    assert nadia.post(f"{problem}/take-up-again", {"reason": "Twice again"}).json()["status"] == "in work"
    assert nadia.post(f"{problem}/decline", {"reason": "By design"}).json()["why_declined"] == "By design"
    assert nadia.get(problem).json()["settled_at"] == "2026-11-19T10:00:00Z"


def test_an_owner_is_taken_away_by_saying_so(escalation, nadia):
    rex = make.member("Rex Pond", Role.RESPONDER)
    named = nadia.post(f"/escalations/{escalation.key}/problems", {"words": "Slow", "owner": rex.pk}).json()

    nadia.patch(f"/problems/{named['id']}", {"owner": None})

    assert Problem.objects.get().owner is None


def test_waiting_needs_a_name_and_solving_is_an_act_of_its_own(escalation, nadia):
    problem = nadia.post(f"/escalations/{escalation.key}/problems", {"words": "Slow"}).json()["id"]

    assert set(says(nadia.patch(f"/problems/{problem}", {"status": "waiting"}))) == {"waiting_for"}
    assert set(says(nadia.patch(f"/problems/{problem}", {"status": "solved"}))) == {"status"}
    assert set(says(nadia.patch(f"/problems/{problem}", {"status": "gone"}))) == {"status"}


def test_the_plan_comes_in_its_order_a_page_at_a_time(escalation, nadia):
    for number in range(3):
        nadia.post(f"/escalations/{escalation.key}/problems", {"words": f"Problem {number}"})

    first = nadia.get(f"/escalations/{escalation.key}/problems", limit=2).json()
    second = nadia.get(f"/escalations/{escalation.key}/problems", limit=2, after=first["next"]).json()

    assert [row["words"] for row in first["items"] + second["items"]] == ["Problem 0", "Problem 1", "Problem 2"]
