"""The plan's order, requests to the customer, tickets and exit criteria over HTTP."""

import pytest

from amends.directory.actor import Role
from tests import make
from tests.api.calling import Caller, says

pytestmark = pytest.mark.django_db


@pytest.fixture
def escalation():
    found = make.escalation(problems=("Orders arrive twice", "Stock is wrong"))
    found.exit_criteria.all().delete()
    return found


@pytest.fixture
def nadia(escalation):
    return Caller(escalation.handler)


@pytest.fixture
def order(escalation):
    return list(escalation.problems.values_list("pk", flat=True))


def test_the_plan_is_put_into_another_order_that_was_seen_as_it_is(escalation, nadia, order):
    plan = f"/escalations/{escalation.key}/plan"

    ordered = nadia.call("put", f"{plan}/order", {"order": order[::-1], "seen": order})
    late = nadia.call("put", f"{plan}/order", {"order": order, "seen": order})
    short = nadia.call("put", f"{plan}/order", {"order": order[:1]})

    assert ordered.json()["order"] == order[::-1] == nadia.get(plan).json()["order"]
    assert late.status_code == short.status_code == 422
    assert set(says(late)) == set(says(short)) == {"order"}


def test_the_customers_word_is_written_down_and_lapses(escalation, nadia, order):
    plan = f"/escalations/{escalation.key}/plan"
    word = {"order": order, "contact": escalation.contact.pk, "how": "call", "at": "2026-11-19T09:30:00Z"}

    wrong = nadia.post(f"{plan}/confirmations", {**word, "order": order[::-1]})
    ahead = nadia.post(f"{plan}/confirmations", {**word, "at": "2026-11-19T11:00:00Z"})
    said = nadia.post(f"{plan}/confirmations", word)
    confirmed = nadia.get(plan).json()
    nadia.call("put", f"{plan}/order", {"order": order[::-1]})
    lapsed = nadia.get(plan).json()

    assert wrong.status_code == 422 and "another by now" in wrong.json()["detail"]
    assert set(says(ahead)) == {"at"}
    assert said.status_code == 201 and said.json()["confirmed_by"] == "Maria Duarte"
    assert confirmed["is_confirmed"] and not lapsed["is_confirmed"]
    assert lapsed["confirmations"][0]["why_lapsed"] == "The order was changed."
    assert nadia.get(f"/escalations/{escalation.key}").json()["plan_confirmed_at"] == "2026-11-19T09:30:00Z"


def test_a_problem_waits_for_the_customer_by_a_request_and_says_so(escalation, nadia, order):
    problem = f"/problems/{order[0]}"

    refused = nadia.patch(problem, {"status": "waiting", "waits_on": "customer", "waiting_for": "Maria"})
    made = nadia.post(f"{problem}/requests", {"what": "The count", "due_at": "2026-11-20T16:00:00Z"})
    waiting = nadia.get(problem).json()
    later = nadia.get(problem, now=make.THURSDAY.replace(day=23)).json()
    answered = nadia.post(f"/requests/{made.json()['id']}/answer", {"answer": "214"})
    again = nadia.post(f"/requests/{made.json()['id']}/withdraw", {"reason": "Late"})

    assert set(says(refused)) == {"waits_on"}
    assert made.status_code == 201 and not made.json()["is_late"]
    assert (waiting["status"], waiting["waits_on"]) == ("waiting", "customer")
    assert waiting["waiting_for"] == escalation.account.name
    assert later["requests"][0]["is_late"]
    assert answered.json()["outcome"] == "answered" and again.status_code == 422
    assert nadia.get(problem).json()["status"] == "in work"
    assert [row["what"] for row in nadia.get(f"/escalations/{escalation.key}/requests").json()["items"]] == [
        "The count"
    ]


def test_what_a_problem_needs_and_its_tickets_stand_at_it(nadia, order):
    problem = f"/problems/{order[0]}"

    nadia.patch(problem, {"resources": "Two of Platform"})
    bad = nadia.post(f"{problem}/tickets", {"url": "javascript:alert(1)"})
    linked = nadia.post(f"{problem}/tickets", {"url": "https://tracker.example/browse/DEV-8812"})
    ticket = linked.json()["tickets"][0]
    elsewhere = nadia.delete(f"/problems/{order[1]}/tickets/{ticket['id']}")
    off = nadia.delete(f"{problem}/tickets/{ticket['id']}")

    assert set(says(bad)) == {"url"}
    assert linked.json()["resources"] == "Two of Platform" and ticket["label"] == "DEV-8812"
    assert elsewhere.status_code == 404 and off.json()["tickets"] == []


def test_exit_criteria_are_agreed_met_and_waived_at_the_close(escalation, nadia, order):
    criteria = f"/escalations/{escalation.key}/exit-criteria"
    met = nadia.post(criteria, {"words": "No order doubled"}).json()
    open_one = nadia.post(criteria, {"words": "Stock is right"}).json()
    off = nadia.post(criteria, {"words": "A cake"}).json()

    nadia.post(f"/exit-criteria/{met['id']}/meet")
    nadia.post(f"/exit-criteria/{open_one['id']}/meet")
    unmet = nadia.post(f"/exit-criteria/{open_one['id']}/unmeet")
    removed = nadia.post(f"/exit-criteria/{off['id']}/remove", {"reason": "They have one"})
    nadia.post(
        f"/escalations/{escalation.key}/updates/log",
        {"channel": "call", "text": "We are on it.", "at": "2026-11-19T09:30:00Z"},
    )
    for problem in order:
        nadia.post(f"/problems/{problem}/solve")
    nadia.post(f"/escalations/{escalation.key}/resolve")
    word = {"outcome": "recovered", "confirmed_by": "Maria Duarte"}
    early = nadia.post(f"/escalations/{escalation.key}/close", word)
    waived = [{"criterion": open_one["id"], "reason": "They count in December"}]
    closed = nadia.post(f"/escalations/{escalation.key}/close", {**word, "waived": waived})

    assert unmet.json()["met_at"] is None and removed.status_code == 204
    assert [row["words"] for row in nadia.get(criteria).json()] == ["No order doubled", "Stock is right"]
    assert set(says(early)) == {"waived"} and "“Stock is right” is not met yet" in early.json()["detail"]
    assert closed.json()["closures"][0]["waivers"] == [{"what": "Stock is right", "reason": "They count in December"}]


def test_nothing_of_a_hidden_escalation_is_found(escalation, nadia, order):
    made = nadia.post(f"/problems/{order[0]}/requests", {"what": "x", "due_at": "2026-11-20T16:00:00Z"}).json()["id"]
    criterion = nadia.post(f"/escalations/{escalation.key}/exit-criteria", {"words": "x"}).json()["id"]
    stranger = Caller(make.member("Ben Castell", Role.RESPONDER))

    assert stranger.post(f"/requests/{made}/answer", {"answer": "x"}).status_code == 404
    assert stranger.post(f"/exit-criteria/{criterion}/meet").status_code == 404
    assert stranger.get(f"/escalations/{escalation.key}/plan").status_code == 404


def test_the_plan_takes_as_many_queries_for_many_problems_as_for_few(escalation, nadia, django_assert_num_queries):
    plan = f"/escalations/{escalation.key}/problems"

    def fill(count):
        for number in range(count):
            problem = nadia.post(plan, {"words": f"Problem {number}"}).json()["id"]
            nadia.post(f"/problems/{problem}/requests", {"what": "x", "due_at": "2026-11-20T16:00:00Z"})
            nadia.post(f"/problems/{problem}/tickets", {"url": f"https://tracker.example/{number}"})

    for count in (3, 20):
        fill(count)
        with django_assert_num_queries(7):
            nadia.get(plan)
