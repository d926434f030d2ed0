"""The sender by chat: once, what is still wanted, and by mail instead where a chat does not take it."""

import datetime as dt

import pytest

from amends.directory.actor import Role
from amends.directory.models import Preference
from amends.escalations.actions import endings, preferences
from amends.outbox import claims, outcomes, repairs
from amends.outbox.models import Channel, Delivery
from amends.worker.chat import TRIES
from tests import make
from tests.outbox import posted

pytestmark = pytest.mark.django_db
State = Delivery.State


@pytest.fixture
def nadia(chatroom):
    """A manager who reads alarms and notices in her chat."""
    make.organisation()
    member = make.member("Nadia Brandt", Role.MANAGER)
    Preference.objects.create(member=member, alarms_by="chat", notices_by="chat", chat_url=chatroom.url)
    return member


@pytest.fixture
def chat(world):
    return world.chat_goes_out()


def by_chat(member, identity="n", **changes):
    return posted.notice(
        f"{identity}|member:{member.pk}|chat",
        to=f"member:{member.pk}",
        name=member.name,
        channel=Channel.CHAT,
        **changes,
    )


def states(channel):
    return list(Delivery.objects.filter(channel=channel).order_by("id").values_list("state", flat=True))


def test_a_message_is_posted_once(world, chat, nadia, chatroom):
    by_chat(nadia)

    world.passes(days=2)

    assert chatroom.titles == ["Word for you"]
    assert states("chat") == [State.SENT]
    assert not Delivery.objects.filter(channel="mail").exists()


def test_mail_and_chat_are_each_sent_by_their_own(world, chat, nadia, chatroom, mailbox):
    world.mail_goes_to(mailbox.url)
    by_chat(nadia)
    posted.notice("m", to="ruth@fernhill.example")

    world.works()

    assert len(chatroom.posts) == 1
    mailbox.take(1, to="ruth@fernhill.example")


def test_a_service_that_fails_for_a_moment_gets_it_a_moment_later(world, chat, nadia, chatroom):
    by_chat(nadia)
    chatroom.status = 500
    world.works()
    assert Delivery.objects.get().trouble == "The chat service answered 500."
    chatroom.status = 200

    world.passes(minutes=1)

    assert len(chatroom.posts) == 1
    assert states("chat") == [State.SENT]


@pytest.mark.parametrize("trouble", ["500", "timeout", "gone", "404"])
def test_what_chat_does_not_take_goes_by_mail_instead_within_five_minutes(world, nadia, chatroom, trouble):
    world.chat_goes_out(answers_within=0.3)
    match trouble:
        case "timeout":
            chatroom.slowness = 1
        case "gone":
            chatroom.close()
        case status:
            chatroom.status = int(status)
    first = by_chat(nadia, is_alarm=True)

    world.passes(minutes=5)

    first.refresh_from_db()
    assert (first.state, first.tries) == (State.DEAD, 0 if trouble == "404" else TRIES)
    instead = Delivery.objects.get(identity=f"n|member:{nadia.pk}|mail")
    assert (instead.address, instead.is_alarm, instead.letter) == (nadia.email, True, first.letter)
    assert "secret-token" not in first.trouble


def test_they_and_the_administrators_hear_of_it_once_a_day(world, chat, nadia, chatroom):
    dana = make.member("Dana Whitlock", Role.ADMINISTRATOR)
    chatroom.status = 404
    for number in range(3):
        by_chat(nadia, f"n{number}")

    world.works()

    told = Delivery.objects.filter(identity__startswith="undelivered:chat")
    assert sorted(told.values_list("address", "letter__subject")) == sorted(
        [(nadia.email, "Chat does not reach you"), (dana.email, "Chat does not reach Nadia Brandt")]
    )


def test_who_wants_both_does_not_get_the_mail_twice(world, chat, nadia, chatroom):
    chatroom.status = 404
    posted.notice(f"n|member:{nadia.pk}|mail", to=nadia.email)
    by_chat(nadia)

    world.works()

    assert Delivery.objects.filter(address=nadia.email, identity__startswith="n|").count() == 1


def test_what_is_over_is_not_posted(world, chat, nadia, chatroom):
    escalation = make.escalation()
    by_chat(nadia, wanted_while=escalation.subject)
    endings.withdraw(escalation, reason="It was none", by=escalation.handler.as_actor(), now=world.now)

    world.works()

    assert chatroom.asked == 0
    assert states("chat") == [State.NOT_NEEDED]


def test_many_alarms_at_once_are_one_message(world, chat, nadia, chatroom):
    for number in range(claims.ALARMS_APART + 1):
        by_chat(nadia, f"alarm{number}", is_alarm=True)

    world.works()

    assert chatroom.titles == ["6 alarms need you"]
    assert set(states("chat")) == {State.SENT}


def test_of_a_bundle_that_chat_refuses_each_goes_by_mail(world, chat, nadia, chatroom):
    chatroom.status = 404
    for number in range(6):
        by_chat(nadia, f"alarm{number}", is_alarm=True)

    world.works()

    assert Delivery.objects.filter(channel="mail", is_alarm=True, address=nadia.email).count() == 6


def test_while_chat_is_paused_it_waits_and_mail_goes(world, chat, nadia, chatroom, mailbox):
    world.mail_goes_to(mailbox.url)
    repairs.pause(because="The service asks us to", by_name="Ruth", now=world.now, channel="chat")
    by_chat(nadia)
    posted.notice("m", to="ruth@fernhill.example")

    world.works()
    assert chatroom.asked == 0
    mailbox.take(1)
    repairs.resume(channel="chat")
    world.works()

    assert len(chatroom.posts) == 1


def test_a_sender_that_died_with_it_in_hand_leaves_it_to_the_next(world, chat, nadia, chatroom):
    """Inside, at least once: its lease runs out and it goes."""
    by_chat(nadia)
    claims.claim(by="dead", now=world.now, limit=5, channel="chat")
    world.works()
    assert chatroom.asked == 0

    world.sleeps(minutes=2)

    assert len(chatroom.posts) == 1


def test_what_a_successor_holds_is_not_posted(world, chat, nadia, chatroom):
    """The service is slow, the lease runs out, somebody else takes it over: at the door it is no longer ours."""
    by_chat(nadia)
    chat.wall = Wall(world.now, [world.now, world.now, world.now + claims.LEASE_FOR])

    def taken_over():
        claims.claim(by="another", now=world.now + claims.LEASE_FOR, limit=5, channel="chat")
        return world.now + claims.LEASE_FOR

    chat.wall.then = taken_over

    chat.deliver()

    assert chatroom.asked == 0
    assert Delivery.objects.get().leased_by == "another"


class Wall:
    """A clock that shows one time after the other, and does something at the last."""

    def __init__(self, now, times):
        self.times, self.then = times, lambda: now

    def __call__(self):
        if len(self.times) > 1:
            return self.times.pop(0)
        return self.then()


def test_the_rate_limit_of_mail_holds_no_chat(world, chat, nadia, chatroom):
    by_chat(nadia)
    outcomes.hold(because="Rate limit", until=world.now + dt.timedelta(minutes=1), now=world.now)

    world.works()

    assert len(chatroom.posts) == 1


def test_whose_address_was_taken_away_meanwhile_gets_it_by_mail(world, chat, nadia, chatroom):
    by_chat(nadia)
    Preference.objects.update(chat_url="", alarms_by="mail", notices_by="mail")

    world.works()

    assert chatroom.asked == 0
    assert Delivery.objects.filter(identity=f"n|member:{nadia.pk}|mail").exists()


def test_a_test_goes_to_the_chat_alone_and_in_quiet_hours_too(world, chat, nadia, chatroom):
    Preference.objects.update(quiet_from=dt.time(9), quiet_until=dt.time(12))

    preferences.test_chat(nadia, by=nadia.as_actor(), now=world.now)
    world.works()

    assert chatroom.titles == ["A word from Amends"]


def test_a_test_that_fails_says_so_and_is_not_mailed(world, chat, nadia, chatroom):
    chatroom.status = 404
    preferences.test_chat(nadia, by=nadia.as_actor(), now=world.now)

    world.works()

    assert preferences.last_by_chat(nadia).trouble == "The chat service answered 404."
    assert not Delivery.objects.filter(channel="mail", identity__startswith="test|").exists()


def test_no_chat_address_stands_anywhere_in_the_outbox(world, chat, nadia, chatroom):
    escalation = make.escalation(of=make.account(csm=nadia), by=make.member())
    chatroom.status = 500
    world.passes(minutes=10)

    assert Delivery.objects.filter(channel="chat").exists()
    for delivery in Delivery.objects.filter(subject=escalation.subject):
        assert "secret-token" not in str(vars(delivery))
