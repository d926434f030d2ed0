"""Taking back what has not left, striking and correcting what was written down wrongly."""

import threading

import pytest
from django.db import connection

from amends.directory.actor import CLOCK, Role
from amends.escalations import boards, invariants
from amends.escalations.actions import corrections, endings, promises, updates
from amends.escalations.actions.updates import Next
from amends.escalations.models import Promise, Update
from amends.lib.errors import Refused
from amends.outbox.models import Delivery
from amends.outbox.smtp import MailServer
from amends.reports.promises import promise_rates
from amends.worker.deliver import Sender
from tests import make
from tests.escalations.reading import DAY, HOUR, MINUTE, forbids, kinds_of, letters_to, refuses, subjects_to
from tests.world import told

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY
SECOND = MINUTE / 60


@pytest.fixture(autouse=True)
def _ten_seconds(settings):
    settings.RECALL_SECONDS = 10


def sent(escalation, *, now=NOW + HOUR, **changes):
    words = {"text": "We found it.", "to": [escalation.contact], "by": escalation.handler.as_actor(), "now": now}
    return updates.send(escalation, **words | changes)


def called(escalation, *, at=NOW + HOUR, now=NOW + 2 * HOUR, **changes):
    words = {"channel": "call", "text": "We spoke.", "at": at, "by": escalation.handler.as_actor(), "now": now}
    return updates.log(escalation, **words | changes)


def stands(promise):
    promise.refresh_from_db()
    return promise.status, promise.kept_by_id, promise.settled_at


def corrected(update, **changes):
    said = {"channel": update.channel, "text": update.text, "at": update.at, "reason": "The wrong hour"}
    return corrections.correct(update, **said | {"by": CLOCK, "now": NOW + 3 * HOUR} | changes)


# Taking back


def test_a_mail_rests_ten_seconds_and_then_leaves(world, mailbox):
    escalation = make.escalation()
    world.mail_goes_to(mailbox.url)
    world.works()
    mailbox.take_all()

    sent(escalation, now=world.now)
    world.passes(seconds=9)
    held = letters_to(escalation.contact)[0]
    world.passes(seconds=1)

    assert held.held_because == "It can be taken back until 09:00:10 UTC."
    assert [mail.to for mail in mailbox.take_all()] == ["maria@brightwater.example"]


def test_what_is_taken_back_never_arrives_and_nothing_of_it_counts(world, mailbox):
    escalation = make.escalation()
    owed = escalation.promises.get()
    world.mail_goes_to(mailbox.url)
    update = sent(escalation, now=world.now, then=Next("The cause", NOW + DAY))

    corrections.take_back(update, by=escalation.handler.as_actor(), now=world.now + 5 * SECOND)
    world.passes(minutes=5)

    assert "maria@brightwater.example" not in {mail.to for mail in mailbox.take_all()}
    assert letters_to(escalation.contact)[0].state == Delivery.State.NOT_NEEDED
    escalation.refresh_from_db()
    assert (escalation.acknowledged_at, escalation.last_said_at) == (None, None)
    assert stands(owed) == ("open", None, None)
    assert Promise.objects.get(what="The cause").status == Promise.Status.RELEASED
    assert kinds_of(escalation)[-3:] == ["update.recalled", "promise.open_again", "promise.released"]
    assert invariants.breaches(world.now) == []


def test_once_a_sender_has_it_it_cannot_be_taken_back():
    escalation = make.escalation()
    update = sent(escalation)
    Delivery.objects.filter(audience="customer").update(leased_by="post room", leased_until=NOW + 2 * HOUR)

    with refuses("on its way already"):
        corrections.take_back(update, by=CLOCK, now=NOW + HOUR)

    update.refresh_from_db()
    assert update.struck_at is None
    assert Delivery.objects.get(audience="customer").state == Delivery.State.WAITING


def test_one_copy_that_has_left_keeps_the_others_from_being_taken_back():
    escalation = make.escalation()
    rui = make.contact(escalation.account, "Rui Costa")
    update = sent(escalation, to=[escalation.contact, rui])
    Delivery.objects.filter(address=rui.email).update(state="sent", settled_at=NOW)

    with refuses("on its way already"):
        corrections.take_back(update, by=CLOCK, now=NOW + HOUR)

    assert letters_to(escalation.contact)[0].state == Delivery.State.WAITING


def test_the_copies_of_another_update_whose_number_begins_alike_stay():
    escalation = make.escalation()
    update = sent(escalation)
    Delivery.objects.filter(audience="customer").update(identity=f"update:{update.pk}7|contact:1|mail")

    with refuses("on its way already"):
        corrections.take_back(update, by=CLOCK, now=NOW + HOUR)


def test_while_mail_is_paused_it_can_be_taken_back_for_longer():
    escalation = make.escalation()
    update = sent(escalation)

    corrections.take_back(update, by=CLOCK, now=NOW + DAY)

    assert Delivery.objects.get(audience="customer").state == Delivery.State.NOT_NEEDED


def test_a_move_that_is_taken_back_leaves_the_promise_as_it_was_and_it_can_be_moved_again():
    escalation = make.escalation()
    sent(escalation, now=NOW)
    cause = promises.make(escalation, what="The cause", due_at=NOW + DAY, kind="deliverable", by=CLOCK, now=NOW)
    move = {"reason": "Vendor", "text": "On Monday.", "to": [escalation.contact], "by": CLOCK}
    moved = updates.mail_and_move(cause, due_at=NOW + 4 * DAY, now=NOW + HOUR, **move)

    corrections.take_back(moved.made_with, by=CLOCK, now=NOW + HOUR + SECOND)

    moved.refresh_from_db()
    assert stands(cause) == ("open", None, None)
    assert (moved.status, moved.moved_from) == ("released", None)
    again = updates.mail_and_move(cause, due_at=NOW + 3 * DAY, now=NOW + HOUR + MINUTE, **move)
    assert again.moved_from == cause


def test_what_was_taken_back_begins_no_thread():
    escalation = make.escalation()
    corrections.take_back(sent(escalation, subject="Oops"), by=CLOCK, now=NOW + HOUR)

    second = sent(escalation, now=NOW + 2 * HOUR)
    third = sent(escalation, now=NOW + 3 * HOUR)

    _, two, three = letters_to(escalation.contact)
    assert (two.letter["in_reply_to"], three.letter["in_reply_to"]) == ("", two.message_id)
    assert second.subject == third.subject == f"What you told us about ({escalation.key})"


def test_whoever_may_tell_may_take_back_and_its_author_hears():
    escalation = make.escalation()
    tom = escalation.account.csm
    update = sent(escalation, by=tom.as_actor())

    with forbids():
        corrections.take_back(update, by=make.member("Ben Castell", Role.SALES).as_actor(), now=NOW + HOUR)
    corrections.take_back(update, by=escalation.handler.as_actor(), now=NOW + HOUR)

    assert "recalled" in subjects_to(tom)[-1]


def test_what_was_only_written_down_is_corrected_not_taken_back():
    with refuses("Correct what was written down"):
        corrections.take_back(called(make.escalation()), by=CLOCK, now=NOW + 3 * HOUR)


@pytest.mark.django_db(transaction=True)
def test_a_sender_and_whoever_takes_it_back_never_both_win(mailbox):
    """The one real race: either the customer has the mail, or it is struck."""
    escalation = make.escalation()
    Delivery.objects.all().delete()
    by = escalation.handler.as_actor()
    outcomes = set()

    for turn in range(12):
        now = NOW + HOUR + turn * MINUTE
        update = sent(escalation, now=now, text=f"Turn {turn}")
        leaves = now + 10 * SECOND
        sender = Sender(MailServer(mailbox.url), "post room", lambda leaves=leaves: leaves)
        ready = threading.Barrier(2)

        def works(sender=sender, ready=ready):
            ready.wait()
            sender.deliver()
            connection.close()

        thread = threading.Thread(target=works)
        thread.start()
        ready.wait()
        try:
            corrections.take_back(update, by=by, now=leaves)
        except Refused:
            pass
        thread.join()
        sender.deliver()

        update.refresh_from_db()
        arrived = [mail for mail in mailbox.take_all() if mail.to == escalation.contact.email]
        assert bool(arrived) is (update.struck_at is None), f"turn {turn}"
        outcomes.add(bool(arrived))

    assert outcomes


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
    moved = updates.log_and_move(cause, due_at=NOW + 4 * DAY, at=told_at, **move)

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


def test_what_a_struck_update_keeps_breaks_an_invariant():
    escalation = make.escalation()
    update = called(escalation)

    Update.objects.filter(pk=update.pk).update(struck_at=NOW, why_struck="x")

    assert "kept" in {breach.invariant for breach in invariants.breaches(NOW + HOUR)}
