"""The sender is killed while it posts to a chat: the member hears at least once, and it is recorded once."""

import datetime as dt

import pytest

from amends.directory.models import Preference
from amends.outbox import claims
from amends.outbox.models import Channel, Delivery
from tests import make
from tests.mailbox import until
from tests.outbox import posted

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]


def test_killed_in_the_middle_it_goes_again_and_neither_mail_nor_chat_is_lost(real, host, chatroom, mailbox):
    nadia = make.member("Nadia Brandt")
    Preference.objects.create(member=nadia, alarms_by="chat", chat_url=chatroom.url)
    delivery = posted.notice(
        f"n|member:{nadia.pk}|chat",
        to=f"member:{nadia.pk}",
        name=nadia.name,
        channel=Channel.CHAT,
        is_alarm=True,
        now=real.now,
    )
    posted.notice("m", to=nadia.email, now=real.now)
    chatroom.slowness = 60
    sender = host.starts("sender")
    until(lambda: chatroom.asked, "nobody came to the chat")
    mailbox.take(1, to=nadia.email)
    sender.kill()
    chatroom.slowness = 0

    real.chat_goes_out()
    real.now += claims.LEASE_FOR + dt.timedelta(minutes=1)
    real.works()

    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.SENT
    assert chatroom.titles == ["Word for you"]
    assert not Delivery.objects.filter(identity=f"n|member:{nadia.pk}|mail").exists()


def test_a_sender_that_is_asked_to_stop_ends_though_a_chat_does_not_answer(real, host, chatroom):
    nadia = make.member("Nadia Brandt")
    Preference.objects.create(member=nadia, alarms_by="chat", chat_url=chatroom.url)
    posted.notice(f"n|member:{nadia.pk}|chat", to=f"member:{nadia.pk}", channel=Channel.CHAT, now=real.now)
    chatroom.slowness = 60
    sender = host.starts("sender")
    until(lambda: chatroom.asked, "nobody came to the chat")

    assert sender.stop() == 0
