"""The database goes away under the worker: it recovers by itself, and nothing is lost or told twice."""

import datetime as dt

import pytest
from django.db import connection

from amends.escalations.models import Event, Parked
from amends.outbox.models import Delivery
from amends.pulse.models import Pulse
from tests import crowd
from tests.mailbox import until
from tests.outbox import posted

pytestmark = [
    pytest.mark.crash,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no server that could go away"),
]
HOUR = dt.timedelta(hours=1)


def others() -> list[int]:
    """The server's processes that serve somebody else in this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return [pid for (pid,) in cursor.fetchall()]


def cut_off() -> None:
    """End every connection but ours, as a restart of the server does."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.mark.parametrize("times", [1, 5])
def test_an_idle_clock_and_sender_whose_connections_end_go_on(real, host, mailbox, times):
    """F31."""
    clock, sender = host.starts("clock"), host.starts("sender")
    until(lambda: Pulse.objects.count() == 2, "they never beat")
    for _ in range(times):
        before = set(others())
        cut_off()
        until(lambda before=before: len(set(others()) - before) >= 2, "they did not come back")

    crowd.promises(3, due_at=real.now - HOUR, made_at=real.now - 2 * HOUR, owners=crowd.members(1))

    mailbox.take(3)
    assert clock.is_alive
    assert sender.is_alive


def test_a_clock_whose_connection_ends_in_the_middle_of_its_work_tells_each_once(real, host, mailbox):
    """F31."""
    crowd.promises(1000, due_at=real.now - HOUR, made_at=real.now - 2 * HOUR, owners=crowd.members(10))
    clock = host.starts("clock")
    for told in (1, 400):
        until(lambda told=told: Event.objects.count() >= told, "nothing was told")
        cut_off()

    until(lambda: Event.objects.count() >= 1000, "some were never told")

    assert clock.is_alive
    assert Event.objects.values("escalation", "once").distinct().count() == Event.objects.count() == 1000
    assert not Parked.objects.exists()
    assert Delivery.objects.count() == 1000


def test_a_sender_whose_connection_ends_while_the_server_answers_records_what_it_took(real, host, mailbox):
    """F31 and F1."""
    delivery = posted.mail("update:10000|contact:1|mail", now=real.now)
    mailbox.holds("CONTENT")
    host.starts("sender")
    mailbox.waits_for("CONTENT")
    cut_off()
    mailbox.lets_go()

    until(lambda: Delivery.objects.get().state == Delivery.State.SENT, "it was never recorded")

    assert mailbox.take(1)[0].message_id == delivery.message_id
