"""Striking and correcting what was written down wrongly."""

import pytest

from amends.directory.actor import CLOCK
from amends.escalations import boards, invariants
from amends.escalations.actions import corrections, endings, hearings, moves, promises
from amends.escalations.actions.updates import Next
from amends.escalations.models import Promise, Update
from amends.reports.promises import promise_rates
from tests import make
from tests.escalations.reading import DAY, HOUR, MINUTE, kinds_of, refuses, subjects_to
from tests.escalations.saying import called, sent, stands
from tests.world import told

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY


def corrected(update, **changes):
    said = {"channel": update.channel, "text": update.text, "at": update.at, "reason": "The wrong hour"}
    return corrections.correct(update, **said | {"by": CLOCK, "now": NOW + 3 * HOUR} | changes)


# Striking


def test_a_call_that_never_was_is_struck_and_its_promise_rings_by_itself(world):
    escalation = make.escalation()
    owed = escalation.promises.get()
    update = called(escalation, now=NOW + HOUR, then=Next("The cause", NOW + DAY))
    world.passes(days=2)
    told_before = told(escalation)

    corrections.strike(update, reason="That was Moss & Co.", by=escalation.handler.as_actor(), now=world.now)
    world.works()

    escalation.refresh_from_db()
    assert (escalation.acknowledged_at, escalation.first_contact_at, escalation.last_said_at) == (None, None, None)
    assert stands(owed) == ("open", None, None)
    assert told(escalation)[len(told_before) :] == ["promise.overdue"]
    assert (update.struck_at, update.why_struck) == (world.now, "That was Moss & Co.")
    assert "update.struck" in kinds_of(escalation)


def test_what_was_heard_and_is_struck_is_no_longer_the_last_word_heard():
    escalation = make.escalation()
    first = called(escalation, direction="in", at=NOW + HOUR)
    update = called(escalation, direction="in", at=NOW + 2 * HOUR)

    corrections.strike(update, reason="Never", by=CLOCK, now=NOW + 3 * HOUR)

    escalation.refresh_from_db()
    assert escalation.last_heard_at == escalation.first_contact_at == first.at


def test_another_word_that_stands_has_acknowledged_instead():
    escalation = make.escalation()
    owed = escalation.promises.get()
    wrong = called(escalation, at=NOW + HOUR)
    mail = sent(escalation, now=NOW + 3 * HOUR)

    corrections.strike(wrong, reason="Never", by=CLOCK, now=NOW + 4 * HOUR)

    escalation.refresh_from_db()
    assert stands(owed) == ("kept late" if owed.due_at < mail.at else "kept", mail.pk, mail.at)
    assert escalation.acknowledged_at == mail.at


def test_a_mail_that_has_left_cannot_be_unsaid():
    update = sent(make.escalation())

    with refuses("Write to them again"):
        corrections.strike(update, reason="Never", by=CLOCK, now=NOW + DAY)
    with refuses("Write to them again"):
        corrected(update)


def test_striking_says_why_happens_once_and_only_while_it_is_under_way():
    escalation = make.escalation()
    update, other = called(escalation), called(escalation)

    with refuses("what was wrong", "reason"):
        corrections.strike(update, reason=" ", by=CLOCK, now=NOW + 3 * HOUR)
    corrections.strike(update, reason="Never", by=CLOCK, now=NOW + 3 * HOUR)
    with refuses("struck already"):
        corrections.strike(update, reason="Never", by=CLOCK, now=NOW + 3 * HOUR)
    with refuses("struck: it counts for nothing", "keeps"):
        promises.keep(escalation.promises.open().first(), update=update, by=CLOCK, now=NOW + 3 * HOUR)
    endings.withdraw(escalation, reason="None", by=CLOCK, now=NOW + 4 * HOUR)
    with refuses("Reopen it before you correct"):
        corrections.strike(other, reason="Never", by=CLOCK, now=NOW + 5 * HOUR)


def test_something_is_always_promised_after_a_correction():
    escalation = make.escalation()
    update = called(escalation)
    owed = escalation.promises.open().get()
    released = called(escalation, keeps=[owed], now=NOW + 3 * HOUR, at=NOW + 2 * HOUR)

    corrections.strike(released, reason="Never", by=CLOCK, now=NOW + 4 * HOUR)
    corrections.strike(update, reason="Never", by=CLOCK, now=NOW + 5 * HOUR)

    assert escalation.promises.open().exists()
    assert invariants.breaches(NOW + 5 * HOUR) == []


def test_the_author_of_what_is_struck_hears_of_it():
    escalation = make.escalation()
    tom = escalation.account.csm
    update = called(escalation, by=tom.as_actor())

    corrections.strike(update, reason="Moss", by=escalation.handler.as_actor(), now=NOW + 3 * HOUR)

    assert "struck" in subjects_to(tom)[-1]


def moved_twice():
    """A list by tomorrow; in a first call it is moved, and in a second one again."""
    escalation = make.escalation()
    called(escalation, at=NOW, now=NOW)
    first = promises.make(escalation, what="A list", due_at=NOW + DAY, kind="deliverable", by=CLOCK, now=NOW)
    move = {"reason": "Vendor", "channel": "call", "text": "Later.", "by": CLOCK}
    second = moves.by_word(first, due_at=NOW + 2 * DAY, at=NOW + HOUR, now=NOW + HOUR, **move)
    third = moves.by_word(second, due_at=NOW + 3 * DAY, at=NOW + 2 * HOUR, now=NOW + 2 * HOUR, **move)
    return escalation, first, second, third


def test_what_a_struck_word_had_moved_is_broken_where_what_followed_is_settled():
    escalation, first, second, third = moved_twice()

    corrections.strike(second.made_with, reason="Never", by=CLOCK, now=NOW + 3 * HOUR)

    assert [stands(promise)[0] for promise in (first, second, third)] == ["broken", "moved", "open"]
    assert (first.settled_at, first.reason) == (NOW + 3 * HOUR, "The word in which it was moved does not stand.")
    assert "promise.broken" in kinds_of(escalation)
    assert invariants.breaches(NOW + 3 * HOUR) == []


def test_what_turns_out_to_have_been_heard_has_moved_nothing_either():
    _, first, second, _ = moved_twice()

    corrected(second.made_with, direction="in")

    assert stands(first)[0] == "broken"
    assert invariants.breaches(NOW + 3 * HOUR) == []


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_in_whichever_order_two_words_are_struck_what_they_moved_stands_as_if_they_had_never_been(order):
    _, first, second, third = moved_twice()
    words = [second.made_with, third.made_with]

    for number in order:
        corrections.strike(words[number], reason="Never", by=CLOCK, now=NOW + 3 * HOUR)

    assert [stands(promise)[0] for promise in (first, second, third)] == ["open", "released", "released"]
    assert invariants.breaches(NOW + 3 * HOUR) == []


# Correcting


def test_a_correction_stands_for_what_it_corrects_and_keeps_what_it_kept():
    escalation = make.escalation()
    owed = escalation.promises.get()
    update = called(escalation, then=Next("The cause", NOW + DAY))

    new = corrected(update, at=NOW + 2 * HOUR, text="We spoke of it.", minutes=9)

    escalation.refresh_from_db()
    assert (new.corrects, new.text, new.minutes) == (update, "We spoke of it.", 9)
    assert escalation.acknowledged_at == escalation.last_said_at == escalation.first_contact_at == NOW + 2 * HOUR
    assert stands(owed)[1:] == (new.pk, NOW + 2 * HOUR)
    assert Promise.objects.get(what="The cause").made_with == new
    assert "promise.open_again" not in kinds_of(escalation)


@pytest.mark.parametrize(("at", "status"), [(NOW + HOUR, "kept"), (NOW + 6 * HOUR, "kept late")])
def test_whether_it_was_late_is_judged_anew(at, status):
    escalation = make.escalation()
    called(escalation, at=NOW, now=NOW)
    cause = promises.make(escalation, what="The cause", due_at=NOW + 3 * HOUR, kind="deliverable", by=CLOCK, now=NOW)
    update = called(escalation, at=NOW + 2 * HOUR, now=NOW + 7 * HOUR, keeps=[cause])

    corrected(update, at=at, now=NOW + 8 * HOUR)

    assert stands(cause)[0] == status


def test_a_call_from_before_the_promise_cannot_have_kept_it():
    escalation = make.escalation()
    called(escalation, at=NOW, now=NOW)
    cause = promises.make(escalation, what="The cause", due_at=NOW + DAY, kind="deliverable", by=CLOCK, now=NOW + HOUR)
    update = called(escalation, at=NOW + 2 * HOUR, keeps=[cause])

    corrected(update, at=NOW + MINUTE)

    assert stands(cause) == ("open", None, None)
    assert "promise.open_again" in kinds_of(escalation)


def test_what_turns_out_to_have_been_heard_keeps_and_promises_nothing():
    escalation = make.escalation()
    owed = escalation.promises.get()
    update = called(escalation, then=Next("The cause", NOW + DAY))

    new = corrected(update, direction="in")

    escalation.refresh_from_db()
    assert (escalation.last_said_at, escalation.last_heard_at) == (None, new.at)
    assert stands(owed)[0] == "open"
    assert Promise.objects.get(what="The cause").status == "released"


@pytest.mark.parametrize(("at", "status"), [(NOW + HOUR, "moved"), (NOW + 5 * HOUR, "broken")])
def test_a_move_is_judged_by_when_they_were_told_in_truth(at, status):
    escalation = make.escalation()
    called(escalation, at=NOW, now=NOW)
    cause = promises.make(escalation, what="The cause", due_at=NOW + 3 * HOUR, kind="deliverable", by=CLOCK, now=NOW)
    told_at = NOW + 2 * HOUR if status == "broken" else NOW + 4 * HOUR
    move = {"reason": "Vendor", "channel": "call", "text": "Monday.", "by": CLOCK, "now": NOW + 6 * HOUR}
    moved = moves.by_word(cause, due_at=NOW + 4 * DAY, at=told_at, **move)

    corrected(moved.made_with, at=at, now=NOW + 7 * HOUR)

    moved.refresh_from_db()
    assert stands(cause)[0] == status
    assert (moved.status, moved.moved_from) == ("open", cause)


def test_a_correction_can_be_corrected_but_what_it_corrected_cannot_be_corrected_twice():
    update = called(make.escalation())
    new = corrected(update)

    again = corrected(new, text="Better")

    assert again.corrects == new
    with refuses("struck already"):
        corrected(update)


def test_what_cannot_have_been_is_refused_and_nothing_is_struck():
    escalation = make.escalation()
    update = called(escalation)

    with refuses("still to come", "at"):
        corrected(update, at=NOW + 4 * HOUR)

    update.refresh_from_db()
    assert update.struck_at is None


def test_who_has_left_since_can_still_be_whom_we_spoke_with():
    escalation = make.escalation()
    maria = escalation.contact
    update = called(escalation, contact=maria)
    maria.has_left = True
    maria.save()

    assert corrected(update, contact=maria).contact == maria


def test_a_struck_word_counts_in_no_rate():
    escalation = make.escalation()
    owed = escalation.promises.get()
    update = called(escalation, keeps=[owed], then=Next("The cause", NOW + DAY))
    corrections.strike(update, reason="Never", by=CLOCK, now=NOW + 3 * HOUR)

    rates = {rate.kind: rate for rate in promise_rates(visible=Promise.objects.all(), now=NOW + 2 * DAY)}

    assert (rates["acknowledgement"].kept, rates["acknowledgement"].open_overdue) == (0, 1)
    assert (rates["next_update"].due, rates["next_update"].released) == (0, 1)


def test_events_stay_and_the_timeline_shows_both():
    escalation = make.escalation()
    update = called(escalation)

    new = corrected(update, text="Otherwise")

    lines, _ = boards.timeline(escalation, zone="UTC", now=NOW + 4 * HOUR)
    shown = [line.update for line in lines if line.update]
    assert shown == [new, update]
    assert [each.struck_at is None for each in shown] == [True, False]
    assert Update.objects.standing().get() == new


def untold():
    return make.escalation(customer_should_know=False, why_not_told="We found it first.")


def test_what_was_heard_cannot_turn_into_said_where_the_customer_need_not_know():
    escalation = untold()
    update = called(escalation, direction="in")

    with refuses("The customer is not to be told of this.", "may_know"):
        corrected(update, direction="out")

    escalation.refresh_from_db()
    assert (escalation.last_said_at, Update.objects.standing().get()) == (None, update)
    assert corrected(update, direction="in", text="They asked.").text == "They asked."


def test_what_they_were_told_already_can_be_corrected_though_they_need_not_know_more():
    escalation = make.escalation()
    update = called(escalation)
    said = {"customer_should_know": False, "why_not_told": "It is over for them."}
    hearings.complete(escalation, said=said, by=CLOCK, now=NOW + 2 * HOUR)

    assert corrected(update, text="Otherwise").text == "Otherwise"


def test_what_a_struck_update_keeps_breaks_an_invariant():
    escalation = make.escalation()
    update = called(escalation)

    Update.objects.filter(pk=update.pk).update(struck_at=NOW, why_struck="x")

    assert "kept" in {breach.invariant for breach in invariants.breaches(NOW + HOUR)}


def test_what_a_struck_update_moved_breaks_an_invariant():
    escalation, _, second, _ = moved_twice()

    Update.objects.filter(pk=second.made_with_id).update(struck_at=NOW, why_struck="x")

    assert [(breach.invariant, breach.subject) for breach in invariants.breaches(NOW + 2 * HOUR)] == [
        ("moved", escalation.key)
    ]
