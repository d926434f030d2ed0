"""The plan: named, estimated, changed, solved or declined, taken up again."""

import pytest

from amends.directory.actor import CLOCK
from amends.escalations.actions import endings, problems
from amends.escalations.models import Problem
from tests import make
from tests.escalations.reading import DAY, HOUR, kinds_of, letters_to, refuses

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY


def named(words="Every order arrives twice", **changes):
    return problems.name(make.escalation(), words=words, by=CLOCK, now=NOW, **changes)


def changed(problem, **changes):
    words = {"status": "in work", "owner": None, "team": None, "next_step": "", "by": CLOCK, "now": NOW}
    problems.change(problem, **words | changes)


def test_a_problem_comes_last_on_the_plan_in_the_customers_words():
    escalation = make.escalation(problems=("Nobody called back",))

    problem = problems.name(escalation, words=" Every order arrives twice ", by=CLOCK, now=NOW)

    assert (problem.words, problem.rank, problem.status) == ("Every order arrives twice", 2, "named")
    assert kinds_of(escalation)[-1] == "problem.named"


def test_a_problem_has_words():
    with refuses("Say what is wrong", "words"):
        named(" ")


def test_a_change_says_what_is_different_and_nothing_else():
    petra, platform = make.member("Petra Lang"), make.team("Platform")
    problem = named()

    changed(problem, owner=petra, team=platform, next_step="Read the queue")
    changed(problem, owner=petra, team=platform, next_step="Read the queue")
    changed(problem, owner=petra, team=None, next_step="")

    problem.refresh_from_db()
    said = [event.personal.words["changes"] for event in problem.escalation.events.filter(kind="problem.changed")]
    assert said[::-1] == [
        "status: In work; owner: Petra Lang; team: Platform; next step: Read the queue.",
        "team: none; next step: none.",
    ]
    assert (problem.status, problem.owner, problem.team) == ("in work", petra, None)


def test_whoever_is_given_a_problem_hears_of_it_once():
    petra = make.member("Petra Lang")
    problem = named()

    changed(problem, owner=petra)
    changed(problem, owner=petra, next_step="Read the queue")
    changed(problem, owner=petra, next_step="Replay it", by=petra.as_actor())

    (told,) = letters_to(petra)
    assert "gave you a problem" in told.letter["subject"]
    assert told.letter["paragraphs"][0].endswith(
        "changed “Every order arrives twice”: status: In work; owner: Petra Lang."
    )


def test_a_problem_without_an_owner_is_told_to_the_team_that_gets_it():
    platform, petra, omar = make.team("Platform"), make.member("Petra Lang"), make.member("Omar Haddad")
    platform.members.add(petra, omar)

    problem = named(team=platform)
    changed(problem, team=platform, next_step="Read the queue")
    changed(problem, team=platform, owner=omar)

    assert len(letters_to(petra)) == 1
    assert len(letters_to(omar)) == 2


def test_waiting_says_on_whom_and_forgets_it_when_it_goes_on():
    problem = named()

    with refuses("whom it waits for", "waiting_for"):
        changed(problem, status="waiting", waits_on="vendor", waiting_for=" ")
    with refuses("a team or for a vendor", "waits_on"):
        changed(problem, status="waiting", waiting_for="ShipLane")
    with refuses("is not what a problem waits on", "waits_on"):
        changed(problem, status="waiting", waits_on="weather", waiting_for="ShipLane")
    changed(problem, status="waiting", waits_on="vendor", waiting_for=" ShipLane ")
    assert (problem.waits_on, problem.waiting_for) == ("vendor", "ShipLane")
    changed(problem, status="in work", waits_on="vendor", waiting_for="ShipLane")

    assert (problem.waits_on, problem.waiting_for) == ("", "")


def test_what_is_solved_or_declined_waits_for_nobody():
    solved, declined = named(), named()
    for problem in (solved, declined):
        changed(problem, status="waiting", waits_on="team", waiting_for="Platform")

    problems.solve(solved, by=CLOCK, now=NOW)
    problems.decline(declined, reason="It is as designed.", by=CLOCK, now=NOW)

    for problem in (solved, declined):
        problem.refresh_from_db()
        assert (problem.waits_on, problem.waiting_for) == ("", "")


def test_what_a_problem_needs_is_kept_and_said_when_it_changes():
    problem = named()

    changed(problem, resources=" Two people of Platform for a day ")

    said = problem.escalation.events.get(kind="problem.changed").personal.words["changes"]
    assert problem.resources == "Two people of Platform for a day"
    assert said == "status: In work; needs: Two people of Platform for a day."


@pytest.mark.parametrize(
    ("status", "says"), [("solved", "Use solve or decline"), ("declined", "Use solve"), ("gone", "is not how")]
)
def test_a_change_does_not_settle_a_problem(status, says):
    with refuses(says, "status"):
        changed(named(), status=status)


def test_an_estimate_lies_ahead_and_a_later_one_has_a_reason():
    problem = named()

    with refuses("lies ahead", "eta_at"):
        problems.estimate(problem, eta_at=NOW, by=CLOCK, now=NOW)
    with refuses("more than two years ahead", "eta_at"):
        problems.estimate(problem, eta_at=NOW + 732 * DAY, by=CLOCK, now=NOW)
    problems.estimate(problem, eta_at=NOW + 2 * DAY, by=CLOCK, now=NOW)
    with refuses("longer than we said", "reason"):
        problems.estimate(problem, eta_at=NOW + 3 * DAY, reason=" ", by=CLOCK, now=NOW)
    problems.estimate(problem, eta_at=NOW + DAY, by=CLOCK, now=NOW + HOUR)
    problems.estimate(problem, eta_at=NOW + 3 * DAY, reason="Another queue.", by=CLOCK, now=NOW + 2 * HOUR)

    assert [estimate.eta_at for estimate in problem.estimates.all()] == [NOW + 2 * DAY, NOW + DAY, NOW + 3 * DAY]
    assert problem.eta_at == NOW + 3 * DAY
    assert problem.is_late(NOW + 4 * DAY)
    assert not problem.is_late(NOW + 3 * DAY)


def test_solved_and_declined_are_settled_at_a_moment_and_no_longer_late():
    solved, declined = named(), named()
    problems.estimate(solved, eta_at=NOW + HOUR, by=CLOCK, now=NOW)

    problems.solve(solved, by=CLOCK, now=NOW + HOUR)
    with refuses("the customer will ask", "reason"):
        problems.decline(declined, reason="", by=CLOCK, now=NOW)
    problems.decline(declined, reason="It is as designed.", by=CLOCK, now=NOW + HOUR)

    assert (solved.status, solved.settled_at) == (Problem.Status.SOLVED, NOW + HOUR)
    assert (declined.status, declined.why_declined) == (Problem.Status.DECLINED, "It is as designed.")
    assert not solved.is_late(NOW + DAY)


def test_what_is_settled_is_taken_up_again_before_anything_else():
    problem = named()
    problems.solve(problem, by=CLOCK, now=NOW)
    already = "is solved already. Take it up again first"

    with refuses(already):
        changed(problem)
    with refuses(already):
        problems.estimate(problem, eta_at=NOW + DAY, by=CLOCK, now=NOW)
    with refuses(already):
        problems.solve(problem, by=CLOCK, now=NOW)
    with refuses(already):
        problems.decline(problem, reason="x", by=CLOCK, now=NOW)
    with refuses("what showed", "reason"):
        problems.take_up_again(problem, reason="", by=CLOCK, now=NOW)
    problems.take_up_again(problem, reason="Two more today.", by=CLOCK, now=NOW + HOUR)

    assert (problem.status, problem.settled_at) == (Problem.Status.IN_WORK, None)
    with refuses("being worked on already"):
        problems.take_up_again(problem, reason="x", by=CLOCK, now=NOW)


def test_a_declined_problem_taken_up_again_is_no_longer_declined_for_a_reason():
    problem = named()
    problems.decline(problem, reason="It is as designed.", by=CLOCK, now=NOW)

    problems.take_up_again(problem, reason="It is not.", by=CLOCK, now=NOW)

    assert problem.why_declined == ""


def test_the_plan_of_what_is_over_does_not_change():
    problem = named()
    endings.withdraw(problem.escalation, reason="x", by=CLOCK, now=NOW)
    over = "before you change its plan"

    with refuses(over):
        changed(problem)
    with refuses(over):
        problems.estimate(problem, eta_at=NOW + DAY, by=CLOCK, now=NOW)
    with refuses(over):
        problems.solve(problem, by=CLOCK, now=NOW)
    with refuses(over):
        problems.decline(problem, reason="x", by=CLOCK, now=NOW)
    with refuses(over):
        problems.take_up_again(problem, reason="x", by=CLOCK, now=NOW)
