"""Taking back a mail before it leaves: nothing of it counts, and nobody gets it."""

import threading
from contextlib import suppress

import pytest
from django.db import connection

from amends.directory.actor import CLOCK, Role
from amends.escalations import invariants
from amends.escalations.actions import corrections, moves, promises
from amends.escalations.actions.updates import Next
from amends.escalations.models import Promise
from amends.lib.errors import Refused
from amends.outbox.models import Delivery
from amends.outbox.smtp import MailServer
from amends.worker.deliver import Sender
from tests import make
from tests.escalations.reading import DAY, HOUR, MINUTE, forbids, kinds_of, letters_to, refuses, subjects_to
from tests.escalations.saying import called, sent, stands

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY
SECOND = MINUTE / 60


@pytest.fixture(autouse=True)
def _ten_seconds(settings):
    settings.RECALL_SECONDS = 10


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
    moved = moves.by_mail(cause, due_at=NOW + 4 * DAY, now=NOW + HOUR, **move)

    corrections.take_back(moved.made_with, by=CLOCK, now=NOW + HOUR + SECOND)

    moved.refresh_from_db()
    assert stands(cause) == ("open", None, None)
    assert (moved.status, moved.moved_from) == ("released", None)
    again = moves.by_mail(cause, due_at=NOW + 3 * DAY, now=NOW + HOUR + MINUTE, **move)
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
        with suppress(Refused):
            corrections.take_back(update, by=by, now=leaves)
        thread.join()
        sender.deliver()

        update.refresh_from_db()
        arrived = [mail for mail in mailbox.take_all() if mail.to == escalation.contact.email]
        assert bool(arrived) is (update.struck_at is None), f"turn {turn}"
        outcomes.add(bool(arrived))

    assert outcomes
