"""Telling the customer, writing down what was said and heard, and what follows from it."""

import pytest

from amends.directory.actor import CLOCK
from amends.escalations.actions import promises, updates
from amends.escalations.actions.updates import Next
from amends.escalations.models import Escalation, Update
from amends.outbox.letters import Letter
from amends.outbox.models import Delivery
from tests import make
from tests.escalations.reading import DAY, HOUR, MINUTE, kinds_of, letters_to, refuses

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY
FRIDAY_AT_FOUR = NOW.replace(day=20, hour=16)


def sent(escalation, *, now=NOW + HOUR, to=None, text="Dear Maria,\n\nwe found it.", **changes):
    by = changes.pop("by", escalation.handler.as_actor())
    return updates.send(escalation, text=text, to=to or [escalation.contact], by=by, now=now, **changes)


# Sending


def test_a_sent_update_is_one_mail_to_each_and_all_are_one_message():
    escalation = make.escalation()
    maria, rui = escalation.contact, make.contact(escalation.account, "Rui Costa")

    update = sent(escalation, to=[maria, rui])

    first, second = letters_to(maria)[0], letters_to(rui)[0]
    assert first.message_id == second.message_id
    assert first.identity != second.identity
    assert first.audience == Delivery.Audience.CUSTOMER
    assert first.letter["paragraphs"] == ["Dear Maria,", "we found it."]
    assert first.letter["to"] == ["Maria Duarte <maria@brightwater.example>", "Rui Costa <rui@brightwater.example>"]
    assert Letter.read(first.letter).sender_name == "Ruth Adeyemi, Fernhill"
    assert {recipient.contact for recipient in update.recipients.all()} == {maria, rui}
    assert kinds_of(escalation)[3:] == ["update.sent", "promise.kept", "promise.made"]


def test_somebody_named_twice_gets_one_mail():
    escalation = make.escalation()

    sent(escalation, to=[escalation.contact, escalation.contact])

    assert len(letters_to(escalation.contact)) == 1


def test_the_first_word_acknowledges():
    escalation = make.escalation()

    update = sent(escalation)

    escalation.refresh_from_db()
    acknowledgement = escalation.promises.get(kind="acknowledgement")
    assert escalation.acknowledged_at == escalation.last_said_at == NOW + HOUR
    assert (acknowledgement.status, acknowledgement.kept_by) == ("kept", update)
    assert escalation.first_contact_at is None


def test_milestones_are_set_once():
    escalation = make.escalation()

    sent(escalation, now=NOW + HOUR)
    sent(escalation, now=NOW + 3 * HOUR)

    escalation.refresh_from_db()
    assert escalation.acknowledged_at == NOW + HOUR
    assert escalation.last_said_at == NOW + 3 * HOUR


def test_nothing_inside_is_in_the_customers_mail():
    escalation = make.escalation()

    sent(escalation)

    letter = letters_to(escalation.contact)[0].letter
    assert letter["facts"] == []
    assert letter["acts"] == []
    assert letter["because"] == ""
    assert letter["words"] == ""


def test_the_subject_is_in_the_customers_words_unless_one_is_written_and_fits_where_they_are_long():
    escalation = make.escalation(problems=("Every order arrives twice", "Labels"))
    unnamed = make.escalation()
    long = make.escalation(problems=("x" * 300,))

    assert sent(escalation).subject == f"Every order arrives twice ({escalation.key})"
    assert sent(unnamed).subject == f"What you told us about ({unnamed.key})"
    assert sent(make.escalation(), subject=" Found it ").subject == "Found it"
    assert len(sent(long).subject) == 200
    assert sent(long).subject.endswith(f"({long.key})")


def test_the_subject_of_a_thread_stays_whatever_becomes_of_the_plan():
    escalation = make.escalation()

    sent(escalation, subject="Your orders")

    assert sent(escalation, now=NOW + 2 * HOUR).subject == "Your orders"


def test_later_mails_answer_the_first_so_that_they_form_one_thread():
    escalation = make.escalation()

    sent(escalation, now=NOW + HOUR)
    sent(escalation, now=NOW + 2 * HOUR)
    sent(escalation, now=NOW + 3 * HOUR)

    first, second, third = letters_to(escalation.contact)
    assert first.letter["in_reply_to"] == ""
    assert second.letter["in_reply_to"] == third.letter["in_reply_to"] == first.message_id


def test_an_update_keeps_the_promises_that_it_names_and_promises_what_comes_then():
    escalation = make.escalation()
    sent(escalation)
    routine = escalation.promises.get(status="open")
    cause = promises.make(escalation, what="The cause", due_at=NOW + DAY, kind="deliverable", by=CLOCK, now=NOW + HOUR)

    sent(escalation, now=NOW + 2 * HOUR, keeps=[cause], then=Next("A fix", NOW + 2 * DAY))

    for promise in (cause, routine):
        promise.refresh_from_db()
    assert (cause.status, routine.status) == ("kept", "open")
    assert escalation.promises.open().get(what="A fix").due_at == NOW + 2 * DAY


@pytest.mark.parametrize("then", [NOW, NOW + HOUR])
def test_what_comes_then_lies_ahead_or_nothing_is_sent(then):
    escalation = make.escalation()

    with refuses("still ahead", "due_at"):
        sent(escalation, then=Next("A fix", then))

    assert not Update.objects.exists()
    assert letters_to(escalation.contact) == []


def test_a_mail_needs_text_and_somebody_here_with_an_address():
    escalation = make.escalation()
    stranger = make.contact(make.account(), "Igor Petrov")
    gone = make.contact(escalation.account, "Ana Gone", has_left=True)
    by_phone = make.contact(escalation.account, "Rui Costa", email="")

    with refuses("no text yet", "text"):
        sent(escalation, text=" \n ")
    with refuses("Choose who", "to"):
        updates.send(escalation, text="x", to=[], by=CLOCK, now=NOW)
    with refuses("Igor Petrov is not at", "to"):
        sent(escalation, to=[stranger])
    with refuses("Ana Gone has left", "to"):
        sent(escalation, to=[gone])
    with refuses("Rui Costa has no mail address", "to"):
        sent(escalation, to=[escalation.contact, by_phone])


def test_the_promise_of_another_escalation_is_not_kept():
    escalation, other = make.escalation(), make.escalation()

    with refuses("belongs to another escalation", "keeps"):
        sent(escalation, keeps=[other.promises.get()])

    assert not Delivery.objects.filter(audience="customer").exists()


# No news


def test_no_news_says_where_it_stands_and_when_they_hear_next_in_one_step():
    escalation = make.escalation(problems=("Every order arrives twice",))
    sent(escalation)

    update = updates.send_no_news(escalation, by=escalation.handler.as_actor(), now=NOW + 2 * HOUR)

    assert not update.has_news
    assert "Dear Maria Duarte" in update.text
    assert "“Every order arrives twice”" in update.text
    assert "Fri 20 Nov, 16:00 in Lisbon" in update.text
    assert update.text.endswith("Ruth Adeyemi")
    assert escalation.promises.open().get().due_at == FRIDAY_AT_FOUR


def test_no_news_keeps_the_next_update_and_not_the_fix_that_was_promised():
    escalation = make.escalation()
    sent(escalation)
    fix = promises.make(escalation, what="The fix", due_at=NOW + 2 * HOUR, kind="fix_date", by=CLOCK, now=NOW + HOUR)

    updates.send_no_news(escalation, by=CLOCK, now=NOW + 2 * HOUR)

    fix.refresh_from_db()
    assert fix.status == "open"
    assert escalation.promises.open().filter(kind="next_update").count() == 1


def test_two_who_say_at_once_that_there_is_no_news_say_it_once():
    """A promise that is seconds old is not kept by the second of them."""
    escalation = make.escalation()
    sent(escalation)
    updates.send_no_news(escalation, by=CLOCK, now=NOW + 2 * HOUR)

    with refuses("They were mailed a moment ago"):
        updates.send_no_news(escalation, by=escalation.handler.as_actor(), now=NOW + 2 * HOUR + 9 * MINUTE)

    assert escalation.promises.filter(status="kept", kind="next_update").count() == 1
    updates.send_no_news(escalation, by=CLOCK, now=NOW + 2 * HOUR + 10 * MINUTE)


def test_no_news_needs_somebody_to_tell():
    escalation = make.escalation()
    Escalation.objects.update(contact=None)
    escalation.promises.update(to=None)

    with refuses("Nobody at the customer is named", "to"):
        updates.send_no_news(escalation, by=CLOCK, now=NOW)


def test_the_time_that_was_shown_is_promised_while_it_is_about_the_same():
    escalation = make.escalation(impact="stopped")
    shown = NOW + 4 * HOUR

    with refuses("Read it again", "next_at"):
        updates.send_no_news(escalation, next_at=shown, by=CLOCK, now=NOW + 11 * MINUTE)
    updates.send_no_news(escalation, next_at=shown, by=CLOCK, now=NOW + 10 * MINUTE)

    assert escalation.promises.open().get().due_at == shown


# Writing down


def test_a_call_is_written_down_at_its_own_time_and_is_the_first_contact():
    escalation = make.escalation()

    update = updates.log(
        escalation, channel="call", text=" We spoke. ", at=NOW + HOUR, minutes=20, by=CLOCK, now=NOW + 3 * HOUR
    )

    escalation.refresh_from_db()
    assert (update.at, update.logged_at, update.text, update.minutes) == (NOW + HOUR, NOW + 3 * HOUR, "We spoke.", 20)
    assert escalation.first_contact_at == escalation.acknowledged_at == NOW + HOUR
    assert kinds_of(escalation)[3] == "update.logged"
    assert not Delivery.objects.filter(audience="customer").exists()


def test_an_older_call_written_down_later_does_not_turn_back_what_was_said_last():
    escalation = make.escalation()
    sent(escalation, now=NOW + 2 * HOUR)

    updates.log(escalation, channel="call", text="x", at=NOW + HOUR, by=CLOCK, now=NOW + 3 * HOUR)

    escalation.refresh_from_db()
    assert escalation.last_said_at == NOW + 2 * HOUR


def test_a_call_from_before_the_report_acknowledges_nothing():
    escalation = make.escalation(reported_at=NOW - 3 * HOUR)
    owed = escalation.promises.get()
    call = {"channel": "call", "text": "x", "by": CLOCK, "now": NOW}

    updates.log(escalation, at=NOW - 4 * HOUR, **call)
    updates.log(escalation, at=NOW - 4 * HOUR, direction="in", **call)
    with refuses("before they told us of this", "keeps"):
        updates.log(escalation, at=NOW - 4 * HOUR, keeps=[owed], **call)

    escalation.refresh_from_db()
    assert (escalation.acknowledged_at, escalation.first_contact_at) == (None, None)
    assert escalation.promises.get().status == "open"
    updates.log(escalation, at=NOW - 2 * HOUR, **call)
    assert escalation.acknowledged_at == escalation.first_contact_at == NOW - 2 * HOUR


def test_what_was_heard_keeps_nothing_and_does_not_acknowledge():
    escalation = make.escalation()

    updates.log(escalation, channel="call", direction="in", text="Still twice.", at=NOW, by=CLOCK, now=NOW + MINUTE)

    escalation.refresh_from_db()
    assert escalation.last_heard_at == NOW
    assert (escalation.acknowledged_at, escalation.last_said_at) == (None, None)
    assert escalation.promises.get().status == "open"
    assert kinds_of(escalation)[-1] == "update.heard"


def test_what_cannot_have_happened_is_refused():
    escalation = make.escalation()
    promise = escalation.promises.get()
    stranger = make.contact(make.account(), "Igor Petrov")

    def logged(**changes):
        words = {"channel": "call", "text": "x", "at": NOW, "by": CLOCK, "now": NOW}
        updates.log(escalation, **words | changes)

    with refuses("still to come", "at"):
        logged(at=NOW + MINUTE)
    with refuses("more than two years ago", "at"):
        logged(at=NOW - 732 * DAY)
    with refuses("no text yet", "text"):
        logged(text=" ")
    with refuses("keeps no promise", "keeps"):
        logged(direction="in", keeps=[promise])
    with refuses("keeps no promise", "keeps"):
        logged(direction="in", then=Next("x", NOW + DAY))
    with refuses("Igor Petrov is not at", "contact"):
        logged(contact=stranger)
    with refuses("is not a channel", "channel"):
        logged(channel="fax")
    with refuses("is not a direction", "direction"):
        logged(direction="sideways")


def test_whatever_the_clock_tells_no_mail_goes_to_the_customer(world):
    escalation = make.escalation()

    world.passes(days=3)

    assert Delivery.objects.filter(is_alarm=True).exists()
    assert letters_to(escalation.contact) == []
    assert not Delivery.objects.filter(audience="customer").exists()


def test_a_name_with_a_comma_and_quotes_stands_in_the_to_line_as_it_is_written(world, mailbox):
    escalation = make.escalation()
    odd = make.contact(escalation.account, 'O’Neill, "Big" Jim', email="jim@brightwater.example")
    world.mail_goes_to(mailbox.url)

    updates.send(
        escalation,
        text="We are on it.",
        to=[escalation.contact, odd],
        by=escalation.handler.as_actor(),
        now=world.now,
    )
    world.works()

    mail = mailbox.take(1, to=odd.email)[0]
    mailbox.take_all()
    names = [address.display_name for address in mail.message["To"].addresses]
    assert names == ["Maria Duarte", 'O’Neill, "Big" Jim']
