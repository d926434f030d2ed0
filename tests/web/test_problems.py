"""The plan, from the page."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from amends.directory.actor import Role
from amends.escalations.actions import problems
from amends.escalations.models import Problem
from amends.lib import wall
from tests import make

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def now():
    return wall.now().replace(second=0, microsecond=0)


@pytest.fixture
def problem(now, client):
    """One problem of an escalation whose handler is logged in."""
    escalation = make.escalation(now=now - HOUR, problems=("Every order arrives twice",))
    client.force_login(escalation.handler)
    return escalation.problems.get()


def typed(moment):
    return moment.astimezone(ZoneInfo("Europe/Berlin")).strftime("%Y-%m-%dT%H:%M")


def at(problem, act=""):
    return f"/escalations/{problem.escalation.key}/problems/{problem.pk}/{act}"


def test_a_problem_is_named_in_the_customers_words(client, problem):
    where = f"/escalations/{problem.escalation.key}/problems/new/"

    empty = client.post(where, {"words": " "})
    answer = client.post(where, {"words": "Labels are wrong", "owner": "", "team": ""})

    assert empty.status_code == 422 and answer.status_code == 302
    assert "<q>Labels are wrong</q>" in client.get(answer["Location"]).content.decode()


def test_it_changes_who_has_it_and_what_is_next(client, problem):
    priya, team = make.member("Priya Raman", Role.RESPONDER), make.team("Development")
    data = {"status": "in work", "owner": priya.pk, "team": team.pk, "next_step": "Compare the orders"}

    answer = client.post(at(problem, "change/"), data)

    page = client.get(answer["Location"]).content.decode()
    assert "Priya Raman" in page and "Development" in page and "Next: Compare the orders" in page


def test_waiting_needs_to_know_for_whom(client, problem):
    answer = client.post(at(problem, "change/"), {"status": "waiting", "next_step": "Ask again"})

    page = answer.content.decode()
    assert answer.status_code == 422 and "Say whom it waits for." in page and "Ask again" in page


def test_a_later_estimate_needs_a_reason_and_the_earlier_one_stays_to_be_seen(client, problem, now):
    first, later = now + 24 * HOUR, now + 72 * HOUR
    client.post(at(problem, "estimate/"), {"eta_at": typed(first)})

    without = client.post(at(problem, "estimate/"), {"eta_at": typed(later)})
    answer = client.post(at(problem, "estimate/"), {"eta_at": typed(later), "reason": "Two nights are needed"})

    assert without.status_code == 422 and "It will take longer than we said. Say why." in without.content.decode()
    problem.refresh_from_db()
    assert problem.eta_at == later
    page = client.get(answer["Location"]).content.decode()
    assert "<del><time" in page
    one = client.get(at(problem)).content.decode()
    assert "Two nights are needed" in one and one.count("<del>") == 1


def test_it_is_solved_and_taken_up_again(client, problem):
    client.post(at(problem, "solve/"))
    solved = client.get(at(problem)).content.decode()
    without = client.post(at(problem, "again/"), {"reason": ""})
    client.post(at(problem, "again/"), {"reason": "It came back at night"})

    problem.refresh_from_db()
    assert "Take it up again" in solved and "It is solved" not in solved
    assert without.status_code == 422
    assert problem.status == Problem.Status.IN_WORK


def test_it_is_declined_with_a_reason(client, problem):
    without = client.post(at(problem, "decline/"), {"reason": ""})
    answer = client.post(at(problem, "decline/"), {"reason": "It belongs to their printer"})

    assert without.status_code == 422 and "<details" in without.content.decode()
    assert "Declined: It belongs to their printer" in client.get(answer["Location"]).content.decode()


def test_what_somebody_else_has_solved_meanwhile_says_so(client, problem, now):
    problems.solve(problem, by=problem.escalation.handler.as_actor(), now=now)

    answer = client.post(at(problem, "decline/"), {"reason": "Not ours"})

    assert answer.status_code == 422


def test_only_who_plans_may_change_it(client, problem):
    reader = make.member("Ben Castell", Role.SALES)
    make.seat(problem.escalation.account, reader)
    client.force_login(reader)

    page = client.get(at(problem)).content.decode()
    answers = [client.post(at(problem, act)) for act in ("change/", "estimate/", "solve/", "decline/", "again/")]

    assert "Every order arrives twice" in page and '<form class="form"' not in page
    assert {answer.status_code for answer in answers} == {403}


def test_an_act_that_is_only_visited_leads_to_the_problem(client, problem):
    assert client.get(at(problem, "solve/")).status_code == 302
    problem.refresh_from_db()
    assert not problem.is_settled
