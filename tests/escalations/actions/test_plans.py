"""The plan's order, and the customer's word on it."""

import pytest

from amends.escalations.actions import corrections, endings, plans, problems, updates
from amends.escalations.models import PlanConfirmation
from tests import make
from tests.escalations.reading import DAY, HOUR, MINUTE, forbids, kinds_of, letters_to, refuses

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY
MEANWHILE = "Somebody changed the plan meanwhile"


@pytest.fixture
def escalation():
    return make.escalation(problems=("Orders arrive twice", "Stock is wrong", "Labels mislead"))


@pytest.fixture
def tom(escalation):
    """The CSM; the handler, Nadia, is somebody else, and hears of what he does."""
    return escalation.account.csm.as_actor()


def order_of(escalation):
    return list(escalation.problems.values_list("pk", flat=True))


def confirmed(escalation, by, **changes):
    words = {"contact": escalation.contact, "order": order_of(escalation), "how": "call", "at": NOW}
    return plans.confirm(escalation, **words | changes, by=by, now=NOW + HOUR)


def standing(escalation):
    return escalation.plan_confirmations.filter(lapsed_at__isnull=True).first()


def test_the_plan_takes_the_order_that_it_is_given_and_says_so_in_words(escalation, tom):
    first, second, third = order_of(escalation)

    plans.reorder(escalation, order=[third, first, second], by=tom, now=NOW)

    assert order_of(escalation) == [third, first, second]
    assert list(escalation.problems.values_list("rank", flat=True)) == [1, 2, 3]
    said = escalation.events.get(kind="plan.reordered").personal.words["order"]
    assert said == "1. Labels mislead; 2. Orders arrive twice; 3. Stock is wrong"


def test_who_confirms_it_by_voice_has_been_spoken_with_and_who_writes_has_not(escalation, tom):
    confirmed(escalation, tom, how="mail")
    assert escalation.first_contact_at is None

    plans.reorder(escalation, order=order_of(escalation)[::-1], by=tom, now=NOW)
    confirmed(escalation, tom, at=NOW + MINUTE)
    assert (escalation.plan_confirmed_at, escalation.first_contact_at) == (NOW, NOW + MINUTE)

    call = updates.log(escalation, channel="call", text="Hello", at=NOW + HOUR, by=tom, now=NOW + HOUR)
    corrections.strike(call, reason="Another customer", by=tom, now=NOW + 2 * HOUR)
    escalation.refresh_from_db()
    assert escalation.first_contact_at == NOW + MINUTE


def test_the_same_order_is_no_change(escalation, tom):
    confirmed(escalation, tom)

    plans.reorder(escalation, order=order_of(escalation), by=tom, now=NOW)

    assert "plan.reordered" not in kinds_of(escalation) and standing(escalation)


@pytest.mark.parametrize("change", [lambda ids: ids[:2], lambda ids: [*ids[:2], ids[1]], lambda ids: [*ids, 10**6]])
def test_an_order_names_every_problem_once_and_no_other(escalation, tom, change):
    with refuses(MEANWHILE, "order"):
        plans.reorder(escalation, order=change(order_of(escalation)), by=tom, now=NOW)


def test_an_order_made_on_a_page_that_is_old_is_refused(escalation, tom):
    seen = order_of(escalation)
    plans.reorder(escalation, order=seen[::-1], by=tom, now=NOW)

    with refuses(MEANWHILE, "order"):
        plans.reorder(escalation, order=[seen[1], seen[0], seen[2]], seen=seen, by=tom, now=NOW)

    assert order_of(escalation) == seen[::-1]


def test_the_customers_word_is_kept_with_who_how_and_when_and_is_a_milestone_once(escalation, tom):
    found = confirmed(escalation, tom, at=NOW - DAY)
    plans.reorder(escalation, order=order_of(escalation)[::-1], by=tom, now=NOW)
    confirmed(escalation, tom, contact=None, name=" Rui Teixeira ", how="meeting", at=NOW + MINUTE)

    escalation.refresh_from_db()
    assert (found.confirmed_by, found.how, found.confirmed_at) == ("Maria Duarte", "call", NOW - DAY)
    assert found.recorded_by_id == tom.member_id and found.recorded_at == NOW + HOUR
    assert standing(escalation).confirmed_by == "Rui Teixeira" and standing(escalation).contact is None
    assert escalation.plan_confirmed_at == NOW - DAY
    said = [event.personal.words["contact"] for event in escalation.events.filter(kind="plan.confirmed")]
    assert said == ["Rui Teixeira", "Maria Duarte"]


def test_what_is_not_a_word_of_theirs_on_this_plan_is_refused(escalation, tom):
    elsewhere = make.contact(make.account(), "Jan Vos")
    read = order_of(escalation)

    with refuses("Say who of them", "contact"):
        confirmed(escalation, tom, contact=None, name=" ")
    with refuses("is not at", "contact"):
        confirmed(escalation, tom, contact=elsewhere)
    with refuses("is not a way to say so", "how"):
        confirmed(escalation, tom, how="pigeon")
    with refuses("That lies ahead", "at"):
        confirmed(escalation, tom, at=NOW + HOUR + MINUTE)
    with refuses("more than two years ago", "at"):
        confirmed(escalation, tom, at=NOW - 732 * DAY)
    with refuses("The plan is another by now"):
        confirmed(escalation, tom, order=read[::-1])
    confirmed(escalation, tom)
    with refuses("Maria Duarte has confirmed this order already."):
        confirmed(escalation, tom)


def test_a_plan_with_nothing_on_it_cannot_be_confirmed():
    bare = make.escalation()

    with refuses("Put a problem on the plan first."):
        confirmed(bare, bare.handler.as_actor())


def reordered(escalation, by):
    plans.reorder(escalation, order=order_of(escalation)[::-1], by=by, now=NOW + 2 * HOUR)


def named(escalation, by):
    problems.name(escalation, words="Nobody called back", by=by, now=NOW + 2 * HOUR)


def begun(escalation, by):
    problems.add(escalation, ["Nobody called back", "Nor wrote"], by=by, now=NOW + 2 * HOUR)


def declined(escalation, by):
    problems.decline(escalation.problems.first(), reason="By design", by=by, now=NOW + 2 * HOUR)


def taken_up_again(escalation, by):
    problems.take_up_again(escalation.problems.last(), reason="Once more", by=by, now=NOW + 2 * HOUR)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (reordered, "The order was changed."),
        (named, "“Nobody called back” came onto the plan."),
        (begun, "“Nobody called back” came onto the plan."),
        (declined, "“Orders arrive twice” was declined."),
        (taken_up_again, "“Labels mislead” was taken up again."),
    ],
)
def test_their_word_lapses_when_the_plan_becomes_another_and_the_handler_is_told(escalation, tom, change, why):
    problems.solve(escalation.problems.last(), by=tom, now=NOW)
    confirmed(escalation, tom)

    change(escalation, tom)

    lapsed = PlanConfirmation.objects.get()
    assert (lapsed.lapsed_at, lapsed.why_lapsed) == (NOW + 2 * HOUR, why)
    assert why in letters_to(escalation.handler)[-1].letter["paragraphs"][0]


def test_their_word_stands_while_problems_are_solved_as_planned(escalation, tom):
    confirmed(escalation, tom)

    problems.estimate(escalation.problems.first(), eta_at=NOW + DAY, by=tom, now=NOW)
    problems.solve(escalation.problems.first(), by=tom, now=NOW)

    assert standing(escalation)


def test_a_plan_that_nobody_has_confirmed_has_nothing_to_lapse(escalation, tom):
    reordered(escalation, tom)

    assert "plan.lapsed" not in kinds_of(escalation)


def test_who_may_not_plan_may_neither_order_nor_confirm_and_what_is_over_keeps_its_plan(escalation, tom):
    reader = make.member("Ben Castell", "sales").as_actor()

    with forbids():
        reordered(escalation, reader)
    with forbids():
        confirmed(escalation, reader)
    endings.withdraw(escalation, reason="A test", by=escalation.handler.as_actor(), now=NOW)
    with refuses("before you change its plan"):
        reordered(escalation, tom)
    with refuses("before you change its plan"):
        confirmed(escalation, tom)
