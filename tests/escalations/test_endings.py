"""How an escalation ends: resolved, closed, withdrawn; and how it comes back."""

import pytest

from amends.directory.actor import CLOCK, Role
from amends.escalations import situations
from amends.escalations.actions import endings, escalations, problems, promises, updates
from amends.escalations.models import Escalation, Promise
from amends.escalations.models.escalation import EPOCH
from tests import make
from tests.escalations.reading import DAY, HOUR, kinds_of, refuses, subjects_to

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY  # Thursday 10:00 in Berlin, 09:00 in Lisbon


def resolved(**heard):
    escalation = make.escalation(**heard)
    updates.log(escalation, channel="call", text="We are on it.", at=NOW, by=CLOCK, now=NOW)
    for problem in escalation.problems.all():
        problems.solve(problem, by=CLOCK, now=NOW + HOUR)
    endings.resolve(escalation, by=CLOCK, now=NOW + HOUR)
    return escalation


def closed(now=NOW + 2 * HOUR):
    escalation = resolved()
    endings.close(escalation, outcome="recovered", confirmed_by="Maria Duarte", by=CLOCK, now=now)
    return escalation


# Resolving and closing


def test_it_is_resolved_when_every_problem_is_solved_or_declined():
    escalation = make.escalation(problems=("Orders doubled", "Nobody called back"))
    first, second = escalation.problems.all()
    problems.solve(first, by=CLOCK, now=NOW)

    with refuses("“Nobody called back” is neither solved nor declined"):
        endings.resolve(escalation, by=CLOCK, now=NOW)
    problems.decline(second, reason="It was called back twice.", by=CLOCK, now=NOW)
    endings.resolve(escalation, by=CLOCK, now=NOW + HOUR)

    assert (escalation.status, escalation.resolved_at) == (Escalation.Status.RESOLVED, NOW + HOUR)
    with refuses("Only an open escalation"):
        endings.resolve(escalation, by=CLOCK, now=NOW + HOUR)


def test_the_customer_is_still_owed_a_word_while_it_is_resolved_and_not_closed():
    assert resolved().promises.open().exists()


def test_closing_releases_routine_updates_and_lets_the_clock_rest():
    escalation = resolved()

    closure = endings.close(
        escalation, outcome="recovered", confirmed_by=" Maria Duarte ", confirmed_how="call", by=CLOCK, now=NOW + HOUR
    )

    escalation.refresh_from_db()
    assert (escalation.status, escalation.closed_at, escalation.confirmed_at) == ("closed", NOW + HOUR, NOW + HOUR)
    assert escalation.next_look_at is None
    assert not escalation.promises.open().exists()
    released = escalation.promises.get(status="released")
    assert (released.what, released.reason) == (promises.AN_UPDATE, "The escalation is closed.")
    assert (closure.outcome, closure.confirmed_by, closure.confirmed_how) == ("recovered", "Maria Duarte", "call")
    assert kinds_of(escalation)[-3:] == ["promise.released", "escalation.closed", "hold.lifted"]


def test_closing_does_not_release_what_was_missed():
    escalation = resolved()
    missed = escalation.promises.open().get()

    endings.close(escalation, outcome="lost", why_unconfirmed="They left.", by=CLOCK, now=missed.due_at + HOUR)

    missed.refresh_from_db()
    assert (missed.status, missed.reason) == ("broken", "The escalation is closed.")
    assert kinds_of(escalation)[-3:] == ["promise.broken", "escalation.closed", "hold.lifted"]


def test_nothing_is_closed_before_the_customer_was_told_anything():
    escalation = make.escalation()
    endings.resolve(escalation, by=CLOCK, now=NOW + HOUR)

    with refuses("Nobody has told the customer anything yet. Log what was said, or send it."):
        endings.close(escalation, outcome="recovered", confirmed_by="Maria", by=CLOCK, now=NOW + HOUR)

    escalation.refresh_from_db()
    assert escalation.promises.get().status == "open"


def test_what_the_customer_need_not_know_is_closed_without_a_word():
    escalation = make.escalation(customer_should_know=False, why_not_told="They never noticed.")
    endings.resolve(escalation, by=CLOCK, now=NOW + HOUR)

    endings.close(escalation, outcome="recovered", why_unconfirmed="Not told.", by=CLOCK, now=NOW + HOUR)

    assert escalation.status == Escalation.Status.CLOSED


def test_it_may_be_closed_unconfirmed_with_the_reason_why():
    escalation = resolved()

    endings.close(escalation, outcome="lost", why_unconfirmed="They left.", by=CLOCK, now=NOW + DAY)

    assert escalation.confirmed_at is None
    assert escalation.closures.get().why_unconfirmed == "They left."


@pytest.mark.parametrize(
    ("words", "says", "field"),
    [
        ({"outcome": "draw", "confirmed_by": "Maria"}, "recovered or lost", "outcome"),
        ({"outcome": "lost"}, "who at the customer confirmed", "confirmed_by"),
        ({"outcome": "lost", "confirmed_by": "Maria", "why_unconfirmed": "x"}, "who at the customer", "confirmed_by"),
    ],
)
def test_closing_says_how_it_ended_and_who_says_so(words, says, field):
    escalation = resolved()

    with refuses(says, field):
        endings.close(escalation, by=CLOCK, now=NOW + DAY, **words)


def test_what_is_open_cannot_be_closed():
    with refuses("Resolve it first"):
        endings.close(make.escalation(), outcome="lost", confirmed_by="Maria", by=CLOCK, now=NOW)


@pytest.mark.parametrize("how", ["taken up again", "named"])
def test_with_something_left_to_solve_it_is_open_again_and_the_desk_hears(how):
    escalation = resolved(problems=("Orders doubled",))
    petra = make.member("Petra", Role.RESPONDER).as_actor()

    if how == "named":
        problems.name(escalation, words="Two more today.", by=petra, now=NOW + 2 * HOUR)
    else:
        problems.take_up_again(escalation.problems.get(), reason="Two more today.", by=petra, now=NOW + 2 * HOUR)

    escalation.refresh_from_db()
    assert escalation.status == Escalation.Status.OPEN
    assert kinds_of(escalation)[-1] == "escalation.reopened"
    assert "escalation reopened" in subjects_to(escalation.handler)[-1]
    with refuses("Resolve it first"):
        endings.close(escalation, outcome="recovered", confirmed_by="Maria", by=CLOCK, now=NOW + DAY)


@pytest.mark.parametrize("kind", ["fix_date", "deliverable"])
def test_something_still_promised_keeps_it_from_closing(kind):
    escalation = resolved()
    promises.make(escalation, what="The root cause", due_at=NOW + 3 * DAY, kind=kind, by=CLOCK, now=NOW + HOUR)

    with refuses("“The root cause” is still promised"):
        endings.close(escalation, outcome="recovered", confirmed_by="Maria", by=CLOCK, now=NOW + DAY)

    escalation.refresh_from_db()
    assert escalation.status == Escalation.Status.RESOLVED
    assert escalation.promises.open().count() == 2


# Reopening


def test_what_comes_back_is_reopened_with_a_new_target_and_a_next_update():
    escalation = closed()
    back = NOW + 90 * DAY

    endings.reopen(escalation, reason="It is back.", by=CLOCK, now=back)

    escalation.refresh_from_db()
    assert (escalation.status, escalation.closed_at, escalation.next_look_at) == ("open", None, EPOCH)
    assert escalation.target_at == back + 30 * DAY
    promise = escalation.promises.get(status="open")
    assert (promise.kind, promise.what) == (Promise.Kind.NEXT_UPDATE, promises.AN_UPDATE)
    assert promise.due_at > back


def test_a_reopened_one_was_not_silent_while_it_was_closed(world):
    escalation = closed()
    world.now = NOW + 90 * DAY

    endings.reopen(escalation, reason="It is back.", by=CLOCK, now=world.now)
    world.works()

    assert situations.one(escalation).silent_since == world.now
    assert "silence.noticed" not in kinds_of(escalation)


def test_what_was_only_resolved_keeps_its_target_when_it_was_not_over_after_all():
    escalation = resolved()

    endings.reopen(escalation, reason="Two more today.", by=CLOCK, now=NOW + DAY)

    assert (escalation.status, escalation.target_at) == (Escalation.Status.OPEN, NOW + 30 * DAY)


def test_reopening_finds_a_handler_where_the_last_one_has_left():
    escalation = closed()
    ruth = escalation.handler
    other = make.member("Otto Weiss", Role.EXECUTIVE)
    ruth.is_active = False
    ruth.save()

    endings.reopen(escalation, reason="It is back.", by=CLOCK, now=NOW + 9 * DAY)

    assert escalation.handler != ruth
    assert escalation.handler.is_active
    assert other.is_active


def test_only_what_is_resolved_or_closed_is_reopened_and_with_a_reason():
    with refuses("Only a resolved or closed"):
        endings.reopen(make.escalation(), reason="x", by=CLOCK, now=NOW)
    with refuses("Say what came back", "reason"):
        endings.reopen(closed(), reason=" ", by=CLOCK, now=NOW + DAY)


def test_it_may_be_closed_a_second_time_and_both_closures_stay():
    escalation = closed()
    endings.reopen(escalation, reason="It is back.", by=CLOCK, now=NOW + DAY)
    endings.resolve(escalation, by=CLOCK, now=NOW + 2 * DAY)

    endings.close(escalation, outcome="lost", why_unconfirmed="They left.", by=CLOCK, now=NOW + 3 * DAY)

    assert [closure.outcome for closure in escalation.closures.all()] == ["lost", "recovered"]
    assert escalation.resolved_at == NOW + HOUR


# Withdrawing


def test_what_was_none_is_withdrawn_and_its_promises_are_released():
    escalation = make.escalation()

    endings.withdraw(escalation, reason="The wrong account." * 16, by=CLOCK, now=NOW + HOUR)

    escalation.refresh_from_db()
    assert (escalation.status, escalation.next_look_at) == ("withdrawn", None)
    assert [promise.status for promise in escalation.promises.all()] == ["released"]
    assert kinds_of(escalation)[-2:] == ["escalation.withdrawn", "hold.lifted"]


def test_what_was_missed_in_what_was_none_is_released_too():
    escalation = make.escalation()

    endings.withdraw(escalation, reason="The wrong account.", by=CLOCK, now=NOW + 9 * DAY)

    assert [promise.status for promise in escalation.promises.all()] == ["released"]


def test_only_what_is_open_is_withdrawn_and_with_a_reason():
    with refuses("Only an open escalation"):
        endings.withdraw(resolved(), reason="x", by=CLOCK, now=NOW + DAY)
    with refuses("Say why", "reason"):
        endings.withdraw(make.escalation(), reason="", by=CLOCK, now=NOW)


# Over


def test_nothing_more_is_done_to_what_is_over():
    escalation = closed()
    petra = make.member("Petra")
    maria = escalation.contact
    over = "This escalation is over. Reopen it"

    with refuses(over):
        escalations.hand_to(escalation, handler=petra, reason="x", by=CLOCK, now=NOW + DAY)
    with refuses(over):
        escalations.change_severity(escalation, severity="low", reason="x", by=CLOCK, now=NOW + DAY)
    with refuses(over):
        escalations.set_trend(escalation, trend="improving", by=CLOCK, now=NOW + DAY)
    with refuses(over):
        promises.make(escalation, what="x", due_at=NOW + 2 * DAY, by=CLOCK, now=NOW + DAY)
    with refuses(over):
        updates.send(escalation, text="x", to=[maria], by=CLOCK, now=NOW + DAY)
    with refuses(over):
        updates.log(escalation, channel="call", text="x", at=NOW, by=CLOCK, now=NOW + DAY)
    with refuses(over):
        problems.name(escalation, words="x", by=CLOCK, now=NOW + DAY)


def test_nothing_is_done_to_history_that_nobody_has_adopted():
    escalation = make.escalation()
    Escalation.objects.filter(pk=escalation.pk).update(imported_key="status-1", next_look_at=None)
    maria, adopt = escalation.contact, "imported history. Adopt it first"

    with refuses(adopt):
        updates.send(escalation, text="x", to=[maria], by=CLOCK, now=NOW)
    with refuses(adopt):
        promises.make(escalation, what="x", due_at=NOW + DAY, by=CLOCK, now=NOW)
    with refuses(adopt):
        problems.name(escalation, words="x", by=CLOCK, now=NOW)
    with refuses(adopt):
        endings.resolve(escalation, by=CLOCK, now=NOW)
    with refuses(adopt):
        endings.close(escalation, outcome="lost", confirmed_by="x", by=CLOCK, now=NOW)
    with refuses(adopt):
        endings.withdraw(escalation, reason="x", by=CLOCK, now=NOW)
    with refuses(adopt):
        escalations.change_severity(escalation, severity="low", reason="x", by=CLOCK, now=NOW)
    Escalation.objects.filter(pk=escalation.pk).update(status="resolved")
    with refuses(adopt):
        endings.reopen(escalation, reason="x", by=CLOCK, now=NOW)

    escalation.refresh_from_db()
    assert escalation.next_look_at is None


def test_its_days_are_counted_from_one_and_stop_when_it_ends():
    escalation = closed(now=NOW + 2 * DAY + HOUR)

    assert escalation.day(NOW + 40 * DAY) == 3
    assert make.escalation().day(NOW + HOUR) == 1
