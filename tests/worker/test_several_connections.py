"""One sender with several connections to the mail server: quicker where there is much to send, and as careful."""

import datetime as dt
import itertools
import random
import threading
import time
from collections import Counter

import pytest
from django.db import DatabaseError, connection, transaction

from amends.outbox.models import Delivery
from amends.outbox.smtp import MailServer
from amends.worker.deliver import Sender
from amends.worker.passes import UNRECORDED_AT_MOST
from tests import make
from tests.mailbox import Mailbox, opened, until
from tests.outbox import posted

pytestmark = pytest.mark.django_db(transaction=True)
State = Delivery.State
MANY = 24
_ENDS_THE_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.fixture
def several(mailbox: Mailbox):
    """A sender with three connections, for what is posted on Thursday."""
    make.organisation()
    servers = [MailServer(mailbox.url) for _ in range(3)]
    yield Sender(servers[0], "post room", lambda: make.THURSDAY, chance=random.Random(7), further=servers[1:])
    for server in servers:
        server.close()


def post(count: int = MANY, **changes) -> None:
    for number in range(count):
        posted.notice(f"n{number}", to=f"member.{number}@fernhill.example", **changes)


def post_to_customers() -> None:
    for number in range(MANY):
        posted.mail(f"update:{10_000 + number}|contact:1|mail", to=f"contact.{number}@brightwater.example")


def states() -> Counter[str]:
    return Counter(Delivery.objects.values_list("state", flat=True))


def test_many_go_by_several_connections_and_each_goes_once(several, mailbox):
    """No message is through before each connection has one: else two could have carried all."""
    post()
    mailbox.holds("CONTENT")
    at_work = threading.Thread(target=_deliver, args=[several])
    at_work.start()
    mailbox.waits_for("CONTENT", times=3)
    mailbox.lets_go()
    at_work.join()

    assert mailbox.connections == 3
    assert len({mail.to for mail in mailbox.take(MANY)}) == MANY
    assert states() == {State.SENT: MANY}


def test_a_few_go_by_one(several, mailbox):
    post(4)

    several.deliver()

    assert mailbox.connections == 1
    mailbox.take(4)


def test_a_server_that_lets_only_one_in_gets_all_by_that_one_and_nothing_counts_as_tried(several, mailbox):
    post()
    mailbox.room = 1

    while several.deliver():
        pass

    mailbox.take(MANY)
    assert several.trouble == ""
    assert set(Delivery.objects.values_list("state", "tries")) == {(State.SENT, 0)}


def test_while_nobody_answers_nothing_is_tried_and_all_is_given_back(several, mailbox):
    post()
    mailbox.goes_down()

    several.deliver()

    assert "cannot be reached" in several.trouble
    assert set(Delivery.objects.values_list("state", "tries", "leased_by")) == {(State.WAITING, 0, "")}


def test_customers_mail_is_marked_singly_whichever_connection_it_takes(several, mailbox):
    """Each stands at a door of its own while the server makes up its mind."""
    post_to_customers()
    mailbox.holds("CONTENT")
    at_work = threading.Thread(target=_deliver, args=[several])
    at_work.start()
    mailbox.waits_for("CONTENT", times=3)

    assert states() == {State.HANDING_OVER: 3, State.WAITING: MANY - 3}

    mailbox.lets_go()
    at_work.join()
    mailbox.take(MANY)
    assert states() == {State.SENT: MANY}


def test_while_the_database_takes_nothing_few_leave_that_are_not_written_down(several, mailbox):
    post(100)
    mailbox.holds("CONTENT")
    at_work = threading.Thread(target=_deliver, args=[several])
    at_work.start()
    mailbox.waits_for("CONTENT", times=3)

    with transaction.atomic():
        list(Delivery.objects.select_for_update())
        mailbox.lets_go()
        until(lambda: len(mailbox.mails) >= UNRECORDED_AT_MOST, "the connections did not go on")
        time.sleep(0.3)
        left = len(mailbox.mails)

    at_work.join()
    assert left <= UNRECORDED_AT_MOST + 3
    assert len({mail.to for mail in mailbox.take(100)}) == 100
    assert states() == {State.SENT: 100}


def test_a_connection_that_waits_for_an_answer_keeps_no_other_mail_waiting(mailbox):
    """Each has a server of its own here, so that one of them can be slow. Time passes, and the pass ends."""
    make.organisation()
    seconds = itertools.count()
    mailbox.holds("CONTENT")
    with opened() as quick:
        servers = [MailServer(mailbox.url), MailServer(quick.url)]
        sender = Sender(
            servers[0], "post room", lambda: make.THURSDAY + dt.timedelta(seconds=next(seconds)), further=servers[1:]
        )
        posted.notice("slow", to="slow@fernhill.example")
        sender.deliver()

        post(3)
        sender.deliver()

        quick.take(3)
        quick.holds("CONTENT")
        posted.notice("slow too", to="too.slow@fernhill.example")
        sender.deliver()
        posted.notice("waits", to="waits@fernhill.example")
        assert sender.deliver() == 0 and not Delivery.objects.exclude(held_because="").exists()
        quick.lets_go()
        mailbox.lets_go()
        until(lambda: sender.deliver() == 0 and states() == {State.SENT: 6}, "it was not written down")
        assert len(mailbox.take_all()) + len(quick.take_all()) == 3
        for server in servers:
            server.close()


def test_a_sender_that_is_asked_to_stop_writes_down_what_a_slow_server_takes_at_last(mailbox):
    make.organisation()
    seconds = itertools.count()
    servers = [MailServer(mailbox.url), MailServer(mailbox.url)]
    sender = Sender(
        servers[0], "post room", lambda: make.THURSDAY + dt.timedelta(seconds=next(seconds)), further=servers[1:]
    )
    posted.notice("slow")
    mailbox.holds("CONTENT")
    sender.deliver()
    assert states() == {State.WAITING: 1}

    threading.Timer(0.2, mailbox.lets_go).start()
    sender.finish()

    mailbox.take(1)
    assert states() == {State.SENT: 1}
    for server in servers:
        server.close()


def test_what_the_database_did_not_write_down_is_written_down_before_anything_else(several, mailbox):
    """The database goes away while the server makes up its mind: each connection fails, and knows what it had."""
    if connection.vendor == "sqlite":
        pytest.skip("It cannot go away.")
    post_to_customers()
    mailbox.holds("CONTENT")
    failed: list[Exception] = []
    at_work = threading.Thread(target=_fails, args=[several, failed])
    at_work.start()
    mailbox.waits_for("CONTENT", times=3)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ENDS_THE_OTHERS)
        mailbox.lets_go()
        at_work.join()

    assert failed
    several.deliver()

    assert len({mail.to for mail in mailbox.take(MANY)}) == MANY
    assert states() == {State.SENT: MANY}


def _deliver(sender: Sender) -> None:
    try:
        sender.deliver()
    finally:
        connection.close()


def _fails(sender: Sender, failed: list[Exception]) -> None:
    try:
        sender.deliver()
    except DatabaseError as error:
        failed.append(error)
    finally:
        connection.close()
