"""What must be true for the customer to call it over."""

import pytest

from amends.directory.actor import CLOCK
from amends.escalations.actions import criteria, endings, problems, updates
from amends.escalations.models import Waiver
from tests import make
from tests.escalations.reading import HOUR, forbids, kinds_of, refuses

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY


@pytest.fixture
def escalation():
    """Without those that the playbook begins with."""
    found = make.escalation(problems=("Orders arrive twice",))
    found.exit_criteria.all().delete()
    return found


def added(escalation, words="No order doubled for five working days"):
    return criteria.add(escalation, words=words, by=CLOCK, now=NOW)


def test_they_are_agreed_one_after_the_other(escalation):
    added(escalation)
    added(escalation, " Stock in Porto is right ")

    assert [(found.rank, found.words) for found in escalation.exit_criteria.all()] == [
        (1, "No order doubled for five working days"),
        (2, "Stock in Porto is right"),
    ]
    with refuses("what must be true", "words"):
        added(escalation, " ")


def test_there_are_not_more_than_anybody_can_agree_on(escalation):
    for number in range(criteria.MOST):
        added(escalation, f"Point {number}")

    with refuses("Take one off first", "words"):
        added(escalation)


def test_one_is_met_by_somebody_at_a_moment_or_not_after_all(escalation):
    nadia, criterion = escalation.handler.as_actor(), added(escalation)

    criteria.meet(criterion, by=nadia, now=NOW + HOUR)
    criteria.meet(criterion, by=CLOCK, now=NOW + 2 * HOUR)
    met = (criterion.met_at, criterion.met_by_id)
    criteria.unmeet(criterion, by=nadia, now=NOW + 3 * HOUR)
    criteria.unmeet(criterion, by=nadia, now=NOW + 4 * HOUR)

    assert met == (NOW + HOUR, nadia.member_id)
    assert (criterion.met_at, criterion.met_by_id) == (None, None)
    assert kinds_of(escalation)[-3:] == ["criterion.added", "criterion.met", "criterion.unmet"]


def test_one_is_taken_off_with_a_reason_that_the_timeline_keeps(escalation):
    criterion = added(escalation)

    with refuses("Say why", "reason"):
        criteria.remove(criterion, reason=" ", by=CLOCK, now=NOW)
    criteria.remove(criterion, reason="They no longer ask for it", by=CLOCK, now=NOW)

    assert not escalation.exit_criteria.exists()
    said = escalation.events.get(kind="criterion.removed").personal.words
    assert said == {"words": "No order doubled for five working days", "reason": "They no longer ask for it"}


@pytest.mark.parametrize(
    "act", [criteria.meet, criteria.unmeet, lambda found, **by: criteria.remove(found, reason="x", **by)]
)
def test_what_somebody_took_off_meanwhile_is_not_there(escalation, act):
    criterion = added(escalation)
    escalation.exit_criteria.all().delete()

    with refuses("was taken off meanwhile"):
        act(criterion, by=CLOCK, now=NOW)


def test_closing_asks_for_each_or_for_the_reason_why_it_is_waived(escalation):
    met, waived = added(escalation), added(escalation, "Stock in Porto is right")
    criteria.meet(met, by=CLOCK, now=NOW)
    updates.log(escalation, channel="call", text="We are on it.", at=NOW, by=CLOCK, now=NOW)
    problems.solve(escalation.problems.get(), by=CLOCK, now=NOW)
    endings.resolve(escalation, by=CLOCK, now=NOW)
    word = {"outcome": "recovered", "confirmed_by": "Maria Duarte", "by": CLOCK, "now": NOW + HOUR}

    with refuses("“Stock in Porto is right” is not met yet", f"waive_{waived.pk}"):
        endings.close(escalation, waived={met.pk: "Never mind"}, **word)
    with refuses("not met yet", f"waive_{waived.pk}"):
        endings.close(escalation, waived={waived.pk: " "}, **word)
    endings.close(escalation, waived={waived.pk: " They count in December ", met.pk: "Never mind"}, **word)

    assert [(each.what, each.reason) for each in Waiver.objects.all()] == [
        ("Stock in Porto is right", "They count in December")
    ]


def test_who_may_not_plan_changes_none_and_what_is_over_keeps_them(escalation):
    reader, criterion = make.member("Ben Castell", "sales").as_actor(), added(escalation)

    with forbids():
        criteria.add(escalation, words="x", by=reader, now=NOW)
    with forbids():
        criteria.meet(criterion, by=reader, now=NOW)
    with forbids():
        criteria.unmeet(criterion, by=reader, now=NOW)
    with forbids():
        criteria.remove(criterion, reason="x", by=reader, now=NOW)
    endings.withdraw(escalation, reason="A test", by=CLOCK, now=NOW)
    with refuses("before you change what ends it"):
        added(escalation)
