"""What we wait for from the customer, while our own clock goes on."""

import pytest

from amends.directory.actor import CLOCK
from amends.escalations.actions import endings, problems, requests, updates
from amends.escalations.actions.updates import Next
from amends.escalations.models import Problem
from tests import make
from tests.escalations.reading import DAY, HOUR, forbids, kinds_of, refuses, subjects_to
from tests.world import World, rings, told

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY
# Friday, 17:00 in Berlin.
FRIDAY = NOW.replace(day=20, hour=16)


@pytest.fixture
def problem():
    return make.escalation(problems=("Stock is wrong",)).problems.get()


def asked(problem, **changes):
    words = {"what": "The count of last night", "due_at": FRIDAY, "to": problem.escalation.contact}
    return requests.make(problem, **words | changes, by=CLOCK, now=NOW)


def test_a_problem_waits_for_the_customer_until_they_have_answered(problem):
    request = asked(problem)
    waiting = (problem.status, problem.waits_on, problem.waiting_for)

    requests.answer(request, answer=" 214 pallets ", by=CLOCK, now=NOW + HOUR)

    problem.refresh_from_db()
    assert waiting == (Problem.Status.WAITING, Problem.WaitsOn.CUSTOMER, "Maria Duarte")
    assert (problem.status, problem.waits_on, problem.waiting_for) == (Problem.Status.IN_WORK, "", "")
    assert (request.outcome, request.answer, request.settled_at) == ("answered", "214 pallets", NOW + HOUR)
    assert kinds_of(problem.escalation)[-2:] == ["request.made", "request.answered"]


def test_handler_and_owner_hear_the_answer(problem):
    priya = make.member("Priya Raman", "responder")
    problem.owner = priya
    problem.save()
    request = asked(problem)

    requests.answer(request, answer="214 pallets", by=problem.escalation.account.csm.as_actor(), now=NOW + HOUR)

    assert "request answered" in subjects_to(priya)[-1]
    assert "request answered" in subjects_to(problem.escalation.handler)[-1]


def test_a_request_that_is_withdrawn_puts_the_problem_in_work_again_and_says_why(problem):
    request = asked(problem, to=None)
    assert problem.waiting_for == problem.escalation.account.name

    with refuses("Say why", "reason"):
        requests.withdraw(request, reason=" ", by=CLOCK, now=NOW)
    requests.withdraw(request, reason="We found it ourselves", by=CLOCK, now=NOW + HOUR)

    problem.refresh_from_db()
    assert (request.outcome, request.answer) == ("withdrawn", "We found it ourselves")
    assert problem.status == Problem.Status.IN_WORK
    asked(problem)


def test_what_cannot_be_asked_is_refused(problem):
    elsewhere = make.contact(make.account(), "Jan Vos")

    with refuses("Say what you need", "what"):
        asked(problem, what=" ")
    with refuses("still ahead", "due_at"):
        asked(problem, due_at=NOW)
    with refuses("more than two years ahead", "due_at"):
        asked(problem, due_at=NOW + 732 * DAY)
    with refuses("is not at", "to"):
        asked(problem, to=elsewhere)
    asked(problem)
    with refuses("asked for something already"):
        asked(problem)
    problems.solve(problem, by=CLOCK, now=NOW)
    with refuses("is solved already"):
        asked(problem)


def test_an_answer_comes_once_and_says_something(problem):
    request = asked(problem)

    with refuses("Say what they answered", "answer"):
        requests.answer(request, answer=" ", by=CLOCK, now=NOW)
    requests.answer(request, answer="214", by=CLOCK, now=NOW)
    with refuses("is answered already"):
        requests.answer(request, answer="215", by=CLOCK, now=NOW)
    with refuses("is answered already"):
        requests.withdraw(request, reason="Late", by=CLOCK, now=NOW)


def test_waiting_for_the_customer_begins_and_ends_with_a_request(problem):
    team = make.team("Stock")
    words = {"owner": None, "team": team, "next_step": "Count", "by": CLOCK, "now": NOW}

    with refuses("Ask the customer for it, with a date", "waits_on"):
        problems.change(problem, status="waiting", waits_on="customer", waiting_for="Maria", **words)
    asked(problem)
    with refuses("Write down their answer", "status"):
        problems.change(problem, status="in work", **words)
    with refuses("Write down their answer", "status"):
        problems.change(problem, status="waiting", waits_on="team", waiting_for="Platform", **words)
    problems.change(problem, status="waiting", **words)

    problem.refresh_from_db()
    assert (problem.waits_on, problem.waiting_for, problem.team) == ("customer", "Maria Duarte", team)


@pytest.mark.parametrize("settle", ["solve", "decline"])
def test_settling_a_problem_withdraws_what_is_asked_for_it(problem, settle):
    request = asked(problem)
    reason = {"reason": "By design"} if settle == "decline" else {}

    getattr(problems, settle)(problem, **reason, by=CLOCK, now=NOW + HOUR)

    request.refresh_from_db()
    problem.refresh_from_db()
    assert request.outcome == "withdrawn" and problem.is_settled and not problem.waiting_for
    kinds = kinds_of(problem.escalation)
    assert kinds.index("request.withdrawn") < kinds.index(f"problem.{settle}d")


def test_who_may_not_plan_may_not_ask_and_nothing_is_asked_once_it_is_over(problem):
    reader = make.member("Ben Castell", "sales").as_actor()
    request = asked(problem)

    with forbids():
        requests.make(problem, what="A count", due_at=FRIDAY, by=reader, now=NOW)
    with forbids():
        requests.answer(request, answer="x", by=reader, now=NOW)
    with forbids():
        requests.withdraw(request, reason="x", by=reader, now=NOW)
    endings.withdraw(problem.escalation, reason="A test", by=CLOCK, now=NOW)
    with refuses("before you write down what they answered"):
        requests.answer(request, answer="x", by=CLOCK, now=NOW)


@pytest.mark.parametrize(
    ("promised", "ring"), [(NOW + 6 * HOUR, "promise.overdue"), (NOW + 20 * DAY, "silence.noticed")]
)
def test_our_own_clock_goes_on_while_we_wait(problem, promised, ring):
    escalation, world = problem.escalation, World()
    nadia, then = escalation.handler.as_actor(), Next("Where the count stands", promised)
    updates.log(escalation, channel="call", text="We are on it.", at=NOW, then=then, by=nadia, now=NOW)
    requests.make(problem, what="The count", due_at=NOW + 19 * DAY, by=nadia, now=NOW)

    world.passes(days=4)

    assert ring in told(escalation) and "request.overdue" not in told(escalation)


def test_ours_are_told_each_working_day_that_they_do_not_answer_and_no_longer_once_they_have(problem):
    escalation, world = problem.escalation, World()
    nadia = escalation.handler.as_actor()
    request = requests.make(problem, what="The count", due_at=FRIDAY, to=escalation.contact, by=nadia, now=NOW)

    world.passes(hours=30)
    early = told(escalation)
    world.passes(days=4, hours=2)
    requests.answer(request, answer="214", by=nadia, now=world.now)
    world.passes(days=5)

    late = [each for each in rings(escalation) if each.kind == "request.overdue"]
    assert "request.overdue" not in early
    assert [f"{each.at:%A}" for each in late] == ["Friday", "Monday", "Tuesday"]
    assert late[0].at == FRIDAY and late[0].personal.words["what"] == "The count"
    assert escalation.handler.pk in late[0].words["members"]
    letters = [subject for subject in subjects_to(escalation.handler) if "The count" in subject]
    assert letters[0].startswith("They were to answer by Fri 20 Nov, 17:00: The count")
