"""One pass of the sender against a real mail server: each recipient fails alone, and nothing goes twice."""

import datetime as dt

import pytest

from amends.escalations import customer_links
from amends.escalations.actions import customer_links as links
from amends.escalations.actions import endings, promises, updates
from amends.outbox import outcomes, repairs
from amends.outbox.models import Delivery
from amends.outbox.smtp import MailServer
from amends.worker.deliver import Sender
from amends.worker.passes import REST
from tests import make
from tests.outbox import posted

pytestmark = pytest.mark.django_db
State = Delivery.State
MARIA = "maria@brightwater.example"
NADIA = "nadia@fernhill.example"


def states() -> dict[str, str]:
    return dict(Delivery.objects.order_by("id").values_list("identity", "state"))


def settle_everything() -> None:
    """What the test is not about has been sent."""
    Delivery.objects.update(state=State.SENT, settled_at=make.THURSDAY)


def customer_mail(world):
    """A mailed update to Maria, and nothing else that waits."""
    escalation = make.escalation()
    settle_everything()
    update = updates.send(
        escalation,
        text="Dear Maria,",
        to=[escalation.contact],
        by=escalation.handler.as_actor(),
        now=world.now,
    )
    return escalation, Delivery.objects.get(identity__startswith=f"update:{update.pk}|")


# Each fails alone


def test_a_refused_recipient_is_marked_and_the_others_are_served(sender, mailbox):
    """F4."""
    mailbox.refused_addresses = {"gone@fernhill.example"}
    posted.notice("n1", to="gone@fernhill.example")
    posted.notice("n2", to=NADIA)

    sender.deliver()

    assert states() == {"n1": State.DEAD, "n2": State.SENT}
    assert Delivery.objects.get(identity="n1").trouble == "The mail server answered 550 No such user here"
    mailbox.take(1, to=NADIA)


def test_where_a_link_to_their_page_does_not_arrive_the_handler_hears_of_it(sender, mailbox, world):
    case = make.escalation()
    links.give(case, contact=case.contact, mail=True, by=case.handler.as_actor(), now=world.now)
    Delivery.objects.exclude(address=MARIA).update(state=State.SENT, settled_at=make.THURSDAY)
    mailbox.refused_addresses = {MARIA}

    sender.deliver()
    sender.deliver()

    assert Delivery.objects.get(address=MARIA).state == State.DEAD
    assert case.events.first().kind == "update.not_delivered"
    assert "could not deliver the mail to Maria Duarte" in mailbox.take(1, to=case.handler.email)[0].text


def test_a_link_leaves_whole(sender, mailbox, world):
    case = make.escalation()
    link = links.give(case, contact=case.contact, mail=True, by=case.handler.as_actor(), now=world.now)
    Delivery.objects.exclude(address=MARIA).update(state=State.SENT, settled_at=make.THURSDAY)

    sender.deliver()

    [mail] = mailbox.take(1, to=MARIA)
    assert customer_links.url(link) in mail.text


@pytest.mark.parametrize(
    "broken",
    [
        {"letter": {"subject": "No paragraphs"}},
        {"letter": []},
        {"letter": {"nonsense": True}},
        {"wanted_while": "moon:full"},
        {"wanted_while": "promise:one"},
        {"message_id": "two\nlines"},
        {"address": "müller@fernhill.example"},
    ],
    ids=str,
)
def test_a_delivery_that_makes_no_sense_is_marked_and_the_others_are_on_time(sender, mailbox, broken):
    """F5, at the outbox."""
    for number in range(5):
        posted.notice(f"n{number}", to=NADIA)
    Delivery.objects.filter(identity="n0").update(**broken)

    sender.deliver()

    marked = Delivery.objects.get(identity="n0")
    assert marked.trouble
    assert marked.state in (State.WAITING, State.DEAD)
    mailbox.take(4, to=NADIA)


def test_one_alarm_that_cannot_be_read_does_not_keep_the_others_of_its_bundle(sender, mailbox):
    first, *_ = posted.alarms(8)
    Delivery.objects.filter(pk=first.pk).update(letter={"nonsense": True})

    sender.deliver()

    [mail] = mailbox.take(1, to=NADIA)
    assert mail.subject == "7 alarms need you"
    assert Delivery.objects.get(pk=first.pk).trouble.startswith("Its letter cannot be read")


def test_a_server_that_says_later_gets_it_later_under_the_same_message_id(world, sender, mailbox):
    mailbox.answers["CONTENT"] = "451 Later"
    delivery = posted.notice("n")
    sender.deliver()
    mailbox.answers.clear()

    sender.deliver()
    assert mailbox.mails == []
    world.passes(minutes=1)

    assert [mail.message_id for mail in mailbox.take(1)] == [delivery.message_id]


def test_a_customer_hears_once_when_the_server_says_later(world, sender, mailbox):
    _, delivery = customer_mail(world)
    mailbox.answers["CONTENT"] = "451 Later"
    sender.deliver()
    assert Delivery.objects.get(pk=delivery.pk).state == State.WAITING
    mailbox.answers.clear()

    world.passes(minutes=1)

    assert mailbox.take(1, to=MARIA)[0].message_id == delivery.message_id


def test_an_alarm_that_may_have_gone_goes_again_as_what_it_was_whatever_has_come_since(world, sender, mailbox):
    mailbox.drops = {"CONTENT"}
    [first] = posted.alarms(1)
    sender.deliver()
    mailbox.drops.clear()
    posted.alarms(7)
    Delivery.objects.update(next_try_at=world.now + dt.timedelta(minutes=1))

    world.passes(minutes=1)

    assert [mail.message_id for mail in mailbox.take_all()].count(first.message_id) == 2
    assert len(mailbox.mails) == 3


def test_a_bundle_that_goes_again_is_the_same_message(world, sender, mailbox):
    mailbox.drops = {"CONTENT"}
    posted.alarms(8)
    sender.deliver()
    mailbox.drops.clear()

    world.passes(minutes=1)

    one, again = mailbox.take(2, to=NADIA)
    assert one.message_id == again.message_id
    assert one.subject == again.subject == "8 alarms need you"


# The server is away


def test_while_nobody_answers_everything_waits_nothing_counts_as_tried_and_the_banner_says_why(world, sender, mailbox):
    mailbox.goes_down()
    for number in range(3):
        posted.notice(f"n{number}")

    for _ in range(20_000):
        sender.deliver()
        world.now += REST
        if world.now > make.THURSDAY + dt.timedelta(minutes=10):
            break

    assert "cannot be reached" in sender.trouble
    assert set(states().values()) == {State.WAITING}
    assert set(Delivery.objects.values_list("tries", flat=True)) == {0}
    mailbox.comes_up()
    sender.deliver()
    assert sender.trouble == ""
    mailbox.take(3)


def test_a_server_that_does_not_answer_is_left_alone_for_a_moment(world, sender, mailbox):
    mailbox.drops = {"RCPT"}
    posted.notice("n")
    sender.deliver()
    tried = mailbox.connections

    sender.deliver()
    assert mailbox.connections == tried
    world.now += REST
    posted.notice("n2", now=world.now)
    sender.deliver()

    assert mailbox.connections > tried


def test_an_address_at_which_the_server_hangs_up_holds_the_others_up_for_a_moment_only(world, sender, mailbox):
    mailbox.drops = {"RCPT"}
    posted.notice("n1")
    posted.notice("n2", to=NADIA)
    sender.deliver()
    mailbox.drops.clear()

    world.now += REST
    sender.deliver()

    assert states() == {"n1": State.WAITING, "n2": State.SENT}
    mailbox.take(1, to=NADIA)


def test_a_slow_server_does_not_keep_the_sender_from_saying_that_it_lives(world, mailbox):
    make.organisation()
    moments = iter(make.THURSDAY + dt.timedelta(seconds=2 * number) for number in range(10_000))
    sender = Sender(MailServer(mailbox.url), "slow", lambda: next(moments))
    for number in range(20):
        posted.notice(f"n{number}")

    sender.deliver()

    went = len(mailbox.take_all())
    assert 0 < went < 20
    assert Delivery.objects.filter(state=State.WAITING, leased_until=None).count() == 20 - went


# Still wanted?


def test_what_is_over_is_not_told_any_more(world, sender, mailbox):
    """F10: kept before the sender came to it."""
    escalation = make.escalation()
    settle_everything()
    world.sender = None
    world.passes(hours=3)
    assert Delivery.objects.filter(state=State.WAITING, is_alarm=True).exists()
    handler = escalation.handler.as_actor()
    updates.log(escalation, channel="call", text="We know, and work on it.", at=world.now, by=handler, now=world.now)

    sender.deliver()

    assert not Delivery.objects.filter(state=State.WAITING, is_alarm=True).exists()
    assert Delivery.objects.filter(state=State.NOT_NEEDED, is_alarm=True).exists()
    assert not [mail for mail in mailbox.take_all() if "Acknowledge" in mail.subject]


def test_alarms_that_are_over_are_not_named_in_their_bundle(world, sender, mailbox):
    escalation = make.escalation()
    settle_everything()
    one, two = (
        promises.make(
            escalation,
            what=what,
            due_at=world.now + dt.timedelta(days=1),
            by=escalation.handler.as_actor(),
            now=world.now,
        )
        for what in ("One", "Two")
    )
    settle_everything()
    for number, alarm in enumerate(posted.alarms(8)):
        Delivery.objects.filter(pk=alarm.pk).update(wanted_while=one.subject if number < 2 else two.subject)
    promises.release(one, reason="Waived", by=escalation.handler.as_actor(), now=world.now)

    sender.deliver()

    [mail] = mailbox.take(1, to=NADIA)
    assert mail.subject == "6 alarms need you"


def test_an_escalation_that_is_withdrawn_leaves_nothing_to_alarm_of(world, sender, mailbox):
    escalation = make.escalation()
    world.sender = None
    world.passes(hours=30)
    settled = Delivery.objects.filter(state=State.WAITING, is_alarm=False).update(
        state=State.SENT, settled_at=world.now
    )
    assert settled
    endings.withdraw(escalation, reason="Mistaken", by=escalation.handler.as_actor(), now=world.now)
    Delivery.objects.filter(is_alarm=False, state=State.WAITING).update(state=State.SENT, settled_at=world.now)

    sender.deliver()

    assert mailbox.mails == []
    assert not Delivery.objects.filter(state=State.WAITING).exists()


# Nobody knows


def test_a_customers_mail_whose_fate_is_unknown_waits_for_a_person_and_is_told(world, sender, mailbox):
    escalation, delivery = customer_mail(world)
    mailbox.drops = {"CONTENT"}
    sender.deliver()
    mailbox.drops.clear()

    world.passes(hours=48)

    mailbox.take(1, to=MARIA)
    told = [mail.to for mail in mailbox.take_all() if "maybe delivered" in mail.subject]
    assert told == [escalation.handler.email]
    assert Delivery.objects.get(pk=delivery.pk).state == State.MAYBE
    assert escalation.events.filter(kind="update.maybe_delivered").count() == 1


def test_a_person_repeats_it_under_the_same_message_id(world, sender, mailbox):
    _, delivery = customer_mail(world)
    mailbox.drops = {"CONTENT"}
    sender.deliver()
    mailbox.drops.clear()

    delivery.refresh_from_db()
    repairs.try_again(delivery, now=world.now)
    sender.deliver()

    assert {mail.message_id for mail in mailbox.to(MARIA)} == {delivery.message_id}
    assert len(mailbox.to(MARIA)) == 2
    mailbox.take_all()


def test_a_notice_inside_whose_fate_is_unknown_goes_once_more_and_then_waits_for_a_person(world, sender, mailbox):
    """F3: repeated at most once, under the same identity."""
    mailbox.drops = {"CONTENT"}
    delivery = posted.notice("n")

    world.passes(hours=48)

    assert {mail.message_id for mail in mailbox.take(2, to=NADIA)} == {delivery.message_id}
    assert states() == {"n": State.MAYBE}


def test_a_customers_mail_that_is_refused_is_told_to_its_author_and_the_handler(world, sender, mailbox):
    escalation = make.escalation()
    settle_everything()
    author = escalation.opened_by
    mailbox.refused_addresses = {MARIA}
    updates.send(escalation, text="Dear Maria,", to=[escalation.contact], by=author.as_actor(), now=world.now)

    world.works()

    told = [mail.to for mail in mailbox.take_all() if "not delivered" in mail.subject]
    assert sorted(told) == sorted({author.email, escalation.handler.email})
    assert escalation.events.filter(kind="update.not_delivered").count() == 1


def test_a_customers_mail_that_dies_after_many_tries_is_told_too(world, sender, mailbox):
    escalation, delivery = customer_mail(world)
    Delivery.objects.filter(pk=delivery.pk).update(tries=outcomes.TRIES - 1)
    mailbox.answers["RCPT"] = "451 Later"
    sender.deliver()
    mailbox.answers.clear()

    assert Delivery.objects.get(pk=delivery.pk).state == State.DEAD
    assert escalation.events.filter(kind="update.not_delivered").count() == 1
