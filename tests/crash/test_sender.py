"""The sender is killed at every boundary: sent, or visibly unknown, never silent; a customer never hears twice."""

import datetime as dt
import random
import threading

import pytest
from django.db import OperationalError, connection, transaction

from amends.escalations.actions import promises, updates
from amends.outbox import claims
from amends.outbox.models import Delivery
from amends.outbox.smtp import TIMEOUT_AFTER_CONTENT, MailServer
from amends.worker.deliver import Sender
from tests import crowd, make
from tests.mailbox import until
from tests.outbox import posted

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]
State = Delivery.State
MARIA = "maria@brightwater.example"
NADIA = "nadia@fernhill.example"
# When a successor takes over at the latest, whatever it was doing that died.
TAKEN_OVER = claims.LEASE_FOR + dt.timedelta(seconds=TIMEOUT_AFTER_CONTENT + 60)


@pytest.fixture
def customer_mail(real) -> Delivery:
    """A mailed update to Maria, and nothing else that waits."""
    escalation = make.escalation(now=real.now)
    Delivery.objects.update(state=State.SENT, settled_at=real.now)
    author = escalation.handler.as_actor()
    updates.send(escalation, text="Dear Maria,", to=[escalation.contact], by=author, now=real.now)
    return Delivery.objects.get(state=State.WAITING, audience="customer")


def successor(mailbox, now: dt.datetime) -> Sender:
    """Another sender, which comes when every lease of the dead one has ended."""
    server = MailServer(mailbox.url)
    sender = Sender(server, "successor", lambda: now, chance=random.Random(1))
    while sender.deliver():
        pass
    server.close()
    return sender


def state(delivery: Delivery) -> str:
    return Delivery.objects.get(pk=delivery.pk).state


@pytest.mark.parametrize("boundary", ["MAIL", "RCPT"])
def test_killed_after_the_claim_and_before_the_content_the_customer_hears_once(
    real, host, mailbox, customer_mail, boundary
):
    """F2."""
    mailbox.holds(boundary)
    sender = host.starts("sender")
    mailbox.waits_for(boundary)
    sender.kill()
    mailbox.lets_go()

    successor(mailbox, real.now + TAKEN_OVER)

    assert state(customer_mail) == State.SENT
    mailbox.take(1, to=MARIA)


@pytest.mark.parametrize("boundary", ["DATA", "CONTENT"])
def test_killed_at_the_door_it_may_have_been_sent_and_everybody_can_see_it(
    real, host, mailbox, customer_mail, boundary
):
    """F2 and F3: the content is about to go, or has gone and the answer is on its way."""
    mailbox.holds(boundary)
    sender = host.starts("sender")
    mailbox.waits_for(boundary)
    assert state(customer_mail) == State.HANDING_OVER
    sender.kill()
    mailbox.lets_go()

    successor(mailbox, real.now + TAKEN_OVER)

    assert state(customer_mail) == State.MAYBE
    assert len(mailbox.to(MARIA)) == (1 if boundary == "CONTENT" else 0)
    told = [mail.subject for mail in mailbox.take_all() if mail.to != MARIA]
    assert len(told) == 1
    assert "maybe delivered" in told[0]


def test_killed_after_the_servers_yes_and_before_it_was_written_down(real, host, mailbox, customer_mail):
    """F3: the database is locked, so that the outcome cannot be recorded."""
    mailbox.holds("CONTENT")
    sender = host.starts("sender")
    mailbox.waits_for("CONTENT")
    with transaction.atomic():
        Delivery.objects.select_for_update().filter(pk=customer_mail.pk).update(name="Maria D.")
        mailbox.lets_go()
        until(lambda: mailbox.answered >= 1, "the server did not answer")
        sender.kill()

    successor(mailbox, real.now + TAKEN_OVER)

    mailbox.take(1, to=MARIA)
    # PostgreSQL may still finish the statement that the dead one waited for, and then it is on record after all.
    assert state(customer_mail) in ([State.MAYBE] if connection.vendor == "sqlite" else [State.MAYBE, State.SENT])
    assert all("maybe delivered" in mail.subject for mail in mailbox.take_all())


@pytest.mark.parametrize("boundary", ["MAIL", "RCPT", "DATA", "CONTENT"])
def test_a_notice_inside_is_never_lost_and_repeated_only_under_the_same_identity(real, host, mailbox, boundary):
    """F2 and F3, inside."""
    mailbox.holds(boundary)
    notices = [posted.notice(f"n{number}", to=NADIA, now=real.now) for number in range(3)]
    sender = host.starts("sender")
    mailbox.waits_for(boundary)
    sender.kill()
    mailbox.lets_go()

    successor(mailbox, real.now + TAKEN_OVER)

    assert {state(notice) for notice in notices} == {State.SENT}
    arrived = [mail.message_id for mail in mailbox.take_all()]
    assert set(arrived) == {notice.message_id for notice in notices}
    assert len(arrived) == (4 if boundary == "CONTENT" else 3)


def test_killed_again_and_again_in_mid_burst_it_loses_nothing(real, host, mailbox):
    """F2, by chance instead of by plan: wherever it is, after some tens of messages it dies."""
    notices = [posted.notice(f"n{number}", to=NADIA, now=real.now) for number in range(60)]
    mails = [posted.mail(f"update:{10_000 + number}|contact:1|mail", now=real.now) for number in range(60)]
    now = real.now
    for kill in range(4):
        # The dead one's leases are over for its successor, as if it had come two minutes later.
        Delivery.objects.filter(state=State.WAITING).update(leased_until=None, leased_by="")
        sender = host.starts("sender")
        until(lambda kill=kill: len(mailbox.mails) >= 20 * (kill + 1), "nothing was sent")
        sender.kill()

    successor(mailbox, now + TAKEN_OVER)

    arrived = [mail.message_id for mail in mailbox.take_all()]
    assert {notice.message_id for notice in notices} <= set(arrived)
    for mail in mails:
        assert arrived.count(mail.message_id) <= 1
        assert state(mail) in (State.SENT, State.MAYBE)
        assert state(mail) == State.MAYBE or arrived.count(mail.message_id) == 1
    assert Delivery.objects.filter(state=State.MAYBE).count() <= 4


def test_what_is_over_by_the_time_that_the_server_answers_is_not_sent(real, host, mailbox):
    """F10: the sender holds the alarm already, and a slow server holds the sender; the promise is given up."""
    [promise] = crowd.promises(1, due_at=real.now + dt.timedelta(hours=1), made_at=real.now, owners=crowd.members(1))
    alarm = posted.notice("alarm", to=NADIA, now=real.now, is_alarm=True, wanted_while=promise.subject)
    mailbox.holds("RCPT")
    host.starts("sender")
    mailbox.waits_for("RCPT")
    promises.give_up(promise, reason="It cannot be known.", by=promise.owner.as_actor(), now=real.now)
    mailbox.lets_go()

    until(lambda: state(alarm) == State.NOT_NEEDED, "it was not seen to be over")

    assert mailbox.to(NADIA) == []
    mailbox.take_all()


def test_asked_to_stop_it_finishes_what_it_has_in_hand(real, host, mailbox, customer_mail):
    mailbox.holds("CONTENT")
    sender = host.starts("sender")
    mailbox.waits_for("CONTENT")
    stopped = threading.Thread(target=sender.stop)
    stopped.start()
    mailbox.lets_go()
    stopped.join()

    assert not sender.is_alive
    assert state(customer_mail) == State.SENT
    mailbox.take(1, to=MARIA)


# The database refuses to write down what the server took


@pytest.fixture
def refuses_quickly(real):
    """This connection does not wait long for a lock."""
    statement = "PRAGMA busy_timeout = 200" if connection.vendor == "sqlite" else "SET lock_timeout = '200ms'"
    with connection.cursor() as cursor:
        cursor.execute(statement)
    yield
    connection.close()


def delivers_into_a_locked_database(sender: Sender, mailbox, delivery: Delivery) -> None:
    """The server takes the mail; while it answers, somebody else takes the database's lock and keeps it."""
    free = threading.Event()

    def lock() -> None:
        mailbox.waits_for("CONTENT")
        with transaction.atomic():
            Delivery.objects.select_for_update().filter(pk=delivery.pk).update(name="Maria D.")
            mailbox.lets_go()
            free.wait(20)
        connection.close()

    mailbox.holds("CONTENT")
    locker = threading.Thread(target=lock)
    locker.start()
    try:
        with pytest.raises(OperationalError):
            sender.deliver()
    finally:
        free.set()
        locker.join()


@pytest.mark.usefixtures("refuses_quickly")
def test_what_could_not_be_written_down_at_once_is_written_down_as_soon_as_it_can(real, mailbox, customer_mail):
    """F1: one mail at the server, whatever fails after its yes."""
    sender = Sender(MailServer(mailbox.url), "here", lambda: real.now)
    delivers_into_a_locked_database(sender, mailbox, customer_mail)
    assert state(customer_mail) == State.HANDING_OVER

    assert sender.deliver() == 0

    assert state(customer_mail) == State.SENT
    mailbox.take(1, to=MARIA)


@pytest.mark.usefixtures("refuses_quickly")
def test_what_was_never_written_down_may_have_been_sent_and_is_not_sent_again(real, mailbox, customer_mail):
    """F1 and F3: and its sender is gone before it can."""
    delivers_into_a_locked_database(Sender(MailServer(mailbox.url), "here", lambda: real.now), mailbox, customer_mail)

    for hours in (1, 2, 48):
        successor(mailbox, real.now + dt.timedelta(hours=hours))

    mailbox.take(1, to=MARIA)
    assert state(customer_mail) == State.MAYBE
    assert all("maybe delivered" in mail.subject for mail in mailbox.take_all())
