"""The sender's pace: what goes together, what is held, what waits, and who takes over from whom."""

import datetime as dt
import itertools
import random

import pytest

from amends.directory.actor import Role
from amends.outbox import claims, repairs
from amends.outbox.models import Delivery
from amends.outbox.smtp import MailServer
from amends.worker.deliver import Sender
from tests import make
from tests.outbox import posted

pytestmark = pytest.mark.django_db
State = Delivery.State
NADIA = "nadia@fernhill.example"


def test_more_than_five_alarms_for_one_person_are_one_message_that_names_each(sender, mailbox):
    posted.alarms(7)
    posted.alarms(5, to="tom@fernhill.example")

    sender.deliver()

    [mail] = mailbox.take(1, to=NADIA)
    assert all(f"Promise {number} is due" in mail.text for number in range(7))
    mailbox.take(5, to="tom@fernhill.example")


def test_however_slow_the_database_is_each_pass_hands_something_over(mailbox):
    make.organisation()
    for number in range(3):
        posted.notice(f"n{number}")
    # Whatever one does takes longer than a pass may.
    seconds = itertools.count(step=11)
    slow = Sender(MailServer(mailbox.url), "slow", lambda: make.THURSDAY + dt.timedelta(seconds=next(seconds)))

    for passes in range(1, 4):
        slow.deliver()
        assert Delivery.objects.filter(state=State.SENT).count() == passes

    mailbox.take(3)


def test_the_rate_limit_holds_what_is_over_it_and_says_so(world, mailbox):
    make.organisation()
    world.mail_goes_to(mailbox.url, per_minute=3)
    for number in range(10):
        posted.notice(f"n{number}")

    world.works()

    mailbox.take(3)
    held = Delivery.objects.filter(state=State.WAITING)
    assert {one.held_because for one in held} == {"Rate limit of 3 a minute"}
    assert {one.next_try_at for one in held} == {world.now + dt.timedelta(minutes=1)}
    world.passes(minutes=1)
    mailbox.take(3)
    world.passes(minutes=2)
    mailbox.take(4)


def test_alarms_of_many_people_keep_to_the_rate_limit_too(world, mailbox):
    make.organisation()
    world.mail_goes_to(mailbox.url, per_minute=4)
    for person in range(4):
        posted.alarms(5, to=f"person.{person}@fernhill.example")

    world.works()

    mailbox.take(4)


def test_a_pause_keeps_everything_and_loses_nothing(world, sender, mailbox):
    posted.notice("n")
    repairs.pause(because="The merger is not public yet", by_name="Ruth", now=world.now)

    world.passes(hours=2)
    assert mailbox.mails == []

    repairs.resume()
    world.works()
    mailbox.take(1)


def test_a_successor_takes_over_when_the_lease_ends(world, sender, mailbox):
    """F6: within two minutes."""
    posted.notice("n")
    claims.claim(by="killed", now=world.now, limit=5)

    world.now += dt.timedelta(seconds=119)
    sender.deliver()
    assert mailbox.mails == []
    world.now += dt.timedelta(seconds=1)
    sender.deliver()

    mailbox.take(1)


def test_a_lease_that_is_about_to_end_is_renewed_at_the_door(world, mailbox):
    make.organisation()
    moments = iter([*[make.THURSDAY] * 5, *[make.THURSDAY + dt.timedelta(seconds=9 + number) for number in range(999)]])
    sender = Sender(MailServer(mailbox.url), "slow", lambda: next(moments), chance=random.Random(1))
    posted.notice("n")

    sender.deliver()

    mailbox.take(1)
    assert Delivery.objects.get().state == State.SENT


def test_an_administrator_hears_of_a_notice_inside_that_nobody_gets(world, sender, mailbox):
    dana = make.member("Dana Whitlock", Role.ADMINISTRATOR)
    mailbox.refused_addresses = {NADIA}
    posted.notice("n1", to=NADIA)

    world.works()

    [mail] = mailbox.take(1, to=dana.email)
    assert mail.subject.strip() == "A notice to Nadia Brandt could not be delivered"
    assert "550 No such user here" in mail.text


def test_word_that_cannot_be_delivered_is_not_told_round_in_circles(world, sender, mailbox):
    dana = make.member("Dana Whitlock", Role.ADMINISTRATOR)
    hugo = make.member("Hugo Marchetti", Role.ADMINISTRATOR)
    mailbox.refused_addresses = {NADIA, dana.email, hugo.email}
    posted.notice("n1", to=NADIA)

    world.passes(days=2)

    assert Delivery.objects.count() == 3
    assert set(Delivery.objects.values_list("state", flat=True)) == {State.DEAD}
