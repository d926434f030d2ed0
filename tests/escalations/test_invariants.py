"""What must always be true: each breach is found and named, and the database refuses what it can."""

import pytest
from django.db import IntegrityError, transaction

from amends.directory.actor import CLOCK
from amends.escalations import invariants
from amends.escalations.actions import decisions, endings, looks, merges, problems, requests, updates
from amends.escalations.models import Closure, Decision, Escalation, Hold, Mark, Problem, Promise
from amends.outbox.models import Delivery
from tests import make
from tests.escalations.actions.requested import requested
from tests.escalations.reading import DAY, HOUR, MINUTE

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY


def breaches(now=NOW):
    return [(breach.invariant, breach.subject) for breach in invariants.breaches(now)]


def test_what_the_acts_leave_behind_breaches_nothing():
    escalation = make.escalation(problems=("Doubled",))
    problems.solve(escalation.problems.get(), by=CLOCK, now=NOW)
    looks.look_at_due(NOW)
    assert breaches() == []

    updates.log(escalation, channel="call", text="It is solved.", at=NOW, by=CLOCK, now=NOW)
    endings.resolve(escalation, by=CLOCK, now=NOW)
    endings.close(escalation, outcome="lost", confirmed_by="Maria", by=CLOCK, now=NOW)

    assert breaches(NOW + 90 * DAY) == []


def test_a_handler_who_has_left_is_found():
    escalation = make.escalation()
    escalation.handler.is_active = False
    escalation.handler.save()

    assert breaches() == [("1", escalation.key)]


def test_an_open_one_that_promises_nothing_is_found():
    escalation = make.escalation()
    Promise.objects.all().delete()

    assert breaches() == [("1", escalation.key)]


def test_one_that_sleeps_for_more_than_a_day_is_found():
    escalation = make.escalation()
    Escalation.objects.update(next_look_at=NOW + 26 * HOUR)

    assert breaches() == [("1", escalation.key)]


def test_a_promise_left_open_is_found():
    escalation = make.escalation()
    Escalation.objects.update(status="closed", closed_at=NOW, next_look_at=None)
    Hold.objects.update(lifted_at=NOW)

    assert breaches() == [("closing", escalation.key)]


def test_a_problem_left_open_is_found():
    escalation = make.escalation(problems=("Doubled",))
    Escalation.objects.update(status="resolved")

    assert breaches() == [("8", escalation.key)]


def test_a_problem_that_waits_for_what_nobody_was_asked_is_found():
    escalation = make.escalation(problems=("Doubled",))
    requests.make(escalation.problems.get(), what="A count", due_at=NOW + DAY, by=CLOCK, now=NOW)
    assert breaches() == []

    Problem.objects.update(status="in work", waits_on="", waiting_for="")

    assert breaches() == [("plan", escalation.key)]


def test_a_mail_stuck_at_the_door_is_found():
    make.escalation()
    stuck = Delivery.objects.first()
    Delivery.objects.filter(pk=stuck.pk).update(state="handing over", leased_until=NOW)

    assert breaches(NOW + 4 * MINUTE) == []
    assert breaches(NOW + 6 * MINUTE) == [("5", stuck.identity)]


def test_history_that_nobody_adopted_breaches_nothing():
    make.escalation(problems=("Doubled",))
    Promise.objects.all().delete()
    Escalation.objects.update(imported_key="k", handler=None, next_look_at=None)

    assert breaches() == []


def refused_by_the_database(rows, **changes):
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"handler": None},
        {"next_look_at": None},
        {"status": "resolved", "handler": None},
        {"customer_should_know": False},
        {"status": "closed"},
        {"imported_key": "k", "adopted_at": NOW, "handler": None},
    ],
)
def test_the_database_refuses_an_escalation_that_cannot_be(changes):
    make.escalation()

    refused_by_the_database(Escalation.objects.all(), **changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"settled_at": NOW},
        {"status": "kept", "late_by": 0},
        {"status": "kept", "settled_at": NOW, "late_by": 1},
        {"status": "kept late", "settled_at": NOW, "late_by": 0},
        {"status": "moved", "settled_at": NOW + HOUR + MINUTE},
        {"status": "broken", "settled_at": NOW},
        {"status": "released", "settled_at": NOW},
    ],
)
def test_the_database_refuses_a_promise_that_cannot_be(changes):
    make.escalation()

    refused_by_the_database(Promise.objects.all(), **changes)


@pytest.mark.parametrize("status", ["kept", "kept late"])
def test_the_database_refuses_a_kept_promise_that_does_not_say_how_late(status):
    make.escalation()

    refused_by_the_database(Promise.objects.all(), status=status, settled_at=NOW)


@pytest.mark.parametrize(
    "changes", [{"status": "solved"}, {"settled_at": NOW}, {"status": "declined", "settled_at": NOW}]
)
def test_the_database_refuses_a_problem_that_cannot_be(changes):
    make.escalation(problems=("Doubled",))

    refused_by_the_database(Problem.objects.all(), **changes)


def test_the_database_refuses_a_closure_that_nobody_confirmed_for_no_reason():
    with pytest.raises(IntegrityError), transaction.atomic():
        Closure.objects.create(escalation=make.escalation(), outcome="lost", closed_at=NOW)


def test_the_database_refuses_a_second_mark_for_one_thing():
    escalation = make.escalation()
    Mark.objects.create(escalation=escalation, key="promise:1", rung=0, told_at=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        Mark.objects.create(escalation=escalation, key="promise:1", rung=1, told_at=NOW)


def test_the_database_refuses_two_promises_moved_from_one():
    first = make.escalation().promises.get()
    words = {"escalation": first.escalation, "what": "x", "made_at": NOW, "due_at": NOW, "zone": "UTC"}
    Promise.objects.create(**words, moved_from=first)

    with pytest.raises(IntegrityError), transaction.atomic():
        Promise.objects.create(**words, moved_from=first)


def test_a_request_that_nobody_is_asked_about_is_found():
    asked = requested()
    assert breaches() == []

    Decision.objects.all().delete()

    assert breaches() == [("request", asked.case.key)]


def test_one_given_back_waits_for_nobody_and_that_is_as_it_should_be():
    asked = requested()

    decisions.give_back(asked.case, steps="Ring them.", by=CLOCK, now=NOW)

    assert breaches() == []


def test_a_decision_that_is_asked_for_though_it_is_open_is_found():
    escalation = make.escalation()
    Decision.objects.create(escalation=escalation, asked_of=escalation.handler, asked_at=NOW, due_at=NOW)

    assert breaches() == [("request", escalation.key)]


def test_what_still_hangs_on_a_merged_one_is_found():
    first = make.escalation()
    second = make.escalation(of=first.account, problems=("Doubled",))
    merges.merge(second, into=first, reason="One cause.", by=CLOCK, now=NOW)
    assert breaches() == []

    Problem.objects.update(escalation=second)

    assert breaches() == [("merging", second.key)]


def test_outreach_that_is_not_on_hold_or_still_is_is_found():
    escalation = make.escalation()
    Hold.objects.update(lifted_at=NOW)
    assert breaches() == [("hold", escalation.key)]

    endings.withdraw(escalation, reason="x", by=CLOCK, now=NOW)
    Hold.objects.update(lifted_at=None)

    assert breaches() == [("hold", escalation.key)]
