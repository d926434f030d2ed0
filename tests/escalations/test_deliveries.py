"""Mending the outbox: what only a person may decide, and that it is on the timeline."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amends.clock.situations import silence_key
from amends.directory.actor import Role
from amends.escalations.actions import deliveries, promises, updates
from amends.escalations.wanted import still_wanted
from amends.outbox.models import Delivery, Pause
from tests import make
from tests.escalations.reading import DAY, HOUR, forbids, kinds_of, letters_to, refuses

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY


def mailed(state):
    """A customer's mail in some state, and somebody who may mend it."""
    escalation = make.escalation()
    nadia = escalation.account.csm.reports_to.as_actor()
    updates.send(escalation, text="We found it.", to=[escalation.contact], by=nadia, now=NOW)
    mail = letters_to(escalation.contact)[0]
    Delivery.objects.filter(pk=mail.pk).update(state=state, settled_at=NOW)
    return escalation, mail, nadia


@pytest.mark.parametrize("state", ["dead", "maybe"])
def test_what_failed_is_sent_again_as_the_same_message(state):
    escalation, mail, nadia = mailed(state)

    deliveries.try_again(mail, by=nadia, now=NOW + HOUR)

    again = Delivery.objects.get(pk=mail.pk)
    assert (again.state, again.next_try_at, again.settled_at) == ("waiting", NOW + HOUR, None)
    assert (again.identity, again.message_id) == (mail.identity, mail.message_id)
    assert kinds_of(escalation)[-1] == "delivery.repeated"


def test_it_goes_to_the_address_that_its_reader_has_by_now():
    escalation, mail, nadia = mailed("dead")
    escalation.contact.email = "maria.duarte@brightwater.example"
    escalation.contact.save()

    deliveries.try_again(mail, by=nadia, now=NOW + HOUR)

    assert Delivery.objects.get(pk=mail.pk).address == "maria.duarte@brightwater.example"


@pytest.mark.parametrize("state", ["sent", "not needed"])
def test_what_did_not_fail_is_not_sent_again(state):
    escalation, mail, nadia = mailed(state)

    with refuses("Only a delivery that failed"):
        deliveries.try_again(mail, by=nadia, now=NOW)

    assert "delivery.repeated" not in kinds_of(escalation)


def test_what_may_have_been_sent_is_marked_as_sent_by_somebody_who_asked():
    escalation, mail, nadia = mailed("maybe")

    deliveries.mark_sent(mail, by=nadia, now=NOW + HOUR)

    assert Delivery.objects.get(pk=mail.pk).state == "sent"
    assert kinds_of(escalation)[-1] == "delivery.settled"
    with refuses("Only a delivery that may have been sent"):
        deliveries.mark_sent(mail, by=nadia, now=NOW + HOUR)


def test_only_managers_and_administrators_mend_the_outbox():
    escalation, mail, _ = mailed("dead")
    tom = escalation.account.csm.as_actor()

    with forbids("These roles may: manager, administrator"):
        deliveries.try_again(mail, by=tom, now=NOW)
    with forbids():
        deliveries.mark_sent(mail, by=tom, now=NOW)
    with forbids():
        deliveries.pause(because="x", by=tom, now=NOW)
    with forbids():
        deliveries.resume(by=tom, now=NOW)


def test_mail_is_paused_with_a_reason_and_goes_on():
    ada = make.member("Ada", Role.ADMINISTRATOR).as_actor()

    with refuses("Say why mail is paused", "because"):
        deliveries.pause(because=" ", by=ada, now=NOW)
    deliveries.pause(because="A wrong template.", by=ada, now=NOW)
    deliveries.pause(because="Two wrong templates.", by=ada, now=NOW + HOUR)
    assert [(pause.because, pause.by_name) for pause in Pause.objects.all()] == [("Two wrong templates.", "Ada")]
    deliveries.resume(by=ada, now=NOW + 2 * HOUR)

    assert not Pause.objects.exists()


def test_an_alarm_is_wanted_only_while_its_promise_is_open(world):
    escalation = make.escalation()
    world.passes(hours=3)
    alarms = list(Delivery.objects.filter(is_alarm=True))

    before = still_wanted(alarms)
    promises.release(escalation.promises.get(), reason="x", by=escalation.handler.as_actor(), now=world.now)

    assert before == {alarm.pk for alarm in alarms} != set()
    assert still_wanted(alarms) == set()


def test_an_alarm_of_silence_is_wanted_only_until_somebody_speaks():
    escalation = make.escalation()
    nadia = escalation.handler.as_actor()
    alarm = Delivery(pk=1, wanted_while=f"{silence_key(escalation.silent_since)}:{escalation.pk}")

    before = still_wanted([alarm])
    updates.log(escalation, channel="call", text="We are on it.", at=NOW + HOUR, by=nadia, now=NOW + HOUR)

    assert before == {1}
    assert still_wanted([alarm]) == set()


def test_word_of_the_target_is_wanted_only_while_the_escalation_is_under_way():
    escalation = make.escalation()
    alarm = Delivery(pk=1, wanted_while=escalation.subject)

    assert still_wanted([alarm]) == {1}
    escalation.status, escalation.closed_at = "closed", NOW
    escalation.save()

    assert still_wanted([alarm]) == set()


def test_what_has_no_condition_is_always_wanted_and_nothing_asks_more_than_twice(django_assert_max_num_queries):
    alarms = [
        *(Delivery(pk=number, wanted_while=f"promise:{number}") for number in range(1, 50)),
        *(Delivery(pk=100 + number, wanted_while=f"escalation:{number}") for number in range(1, 50)),
        Delivery(pk=900, posted_at=NOW + dt.timedelta(0) + DAY),
    ]

    with django_assert_max_num_queries(2):
        assert still_wanted(alarms) == {900}


@pytest.mark.parametrize("noun", ["promise", "decision", "request"])
def test_of_many_alarms_it_is_asked_by_their_numbers_and_not_by_all_that_is_under_way(noun):
    """SQLite plans by the shape of a query: of two hundred it may find it quicker to begin with every escalation."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL plans by what it knows of the rows.")
    alarms = [Delivery(pk=number, wanted_while=f"{noun}:{number}") for number in range(1, 400)]
    with CaptureQueriesContext(connection) as asked:
        still_wanted(alarms)

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {asked[0]['sql']}")
        plan = [row[-1] for row in cursor.fetchall()]

    assert plan[0] == f"SEARCH escalations_{noun} USING INTEGER PRIMARY KEY (rowid=?)", plan
