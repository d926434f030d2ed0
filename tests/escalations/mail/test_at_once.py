"""What comes back while somebody else has the mail in hand: it is told once, and neither waits for ever."""

from __future__ import annotations

import pytest
from django.db import transaction

from amends.directory.actor import MAILBOX, SENDER
from amends.escalations.actions import deliveries, incoming, losses, merges
from amends.escalations.timeline import kinds
from amends.outbox import outcomes
from amends.outbox.models import Delivery
from amends.outbox.smtp import MailServer
from amends.worker.deliver import Sender
from tests import make
from tests.escalations.mail.test_coming_back import FOREVER, at_the_door, told
from tests.escalations.mail.writing import NOW, bounce, brightwater
from tests.escalations.reading import DAY, kinds_of
from tests.escalations.saying import sent
from tests.mailbox import Mailbox
from tests.racing import meanwhile

pytestmark = pytest.mark.django_db(transaction=True)


def comes_back(raw: bytes) -> None:
    assert incoming.take_in(raw, came_by="posted", by=MAILBOX, now=NOW).state == "bounce"


def test_two_bounces_of_one_mail_are_told_once():
    case = brightwater()[0]
    _, delivery = told(case)
    first, second = (bounce(FOREVER, of=delivery.message_id, top=f"Received: {number}\n") for number in range(2))

    with meanwhile(lambda: comes_back(second)) as begins, transaction.atomic():
        comes_back(first)
        begins()

    assert kinds_of(case).count("update.came_back") == 1
    assert kinds_of(case).count("promise.open_again") == 1


def test_of_two_copies_that_are_refused_at_once_the_last_says_that_nobody_was_reached():
    case = brightwater()[0]
    update = sent(case, to=[case.contact, make.contact(case.account, "Joana Reis")])
    first, second = Delivery.objects.filter(identity__startswith=f"update:{update.pk}|")

    def is_refused(delivery: Delivery) -> None:
        with transaction.atomic():
            outcomes.refused([delivery], "550 No such user", now=NOW)
            losses.tell(delivery, kinds.UPDATE_NOT_DELIVERED, "550 No such user", by=SENDER, now=NOW)

    with meanwhile(lambda: is_refused(second)) as begins, transaction.atomic():
        is_refused(first)
        begins()

    update.refresh_from_db()
    assert (update.struck_at, kinds_of(case).count("promise.open_again")) == (NOW, 1)


def test_a_mail_that_is_refused_while_its_case_is_merged_is_told_where_that_goes_on():
    case = brightwater()[0]
    into = make.escalation(of=case.account, contact=case.contact, problems=("Labels are missing",))
    delivery = Delivery.objects.get(identity__startswith=f"update:{sent(case).pk}|")

    def is_refused() -> None:
        with transaction.atomic():
            outcomes.refused([delivery], "550 No such user", now=NOW)
            losses.tell(delivery, kinds.UPDATE_NOT_DELIVERED, "550 No such user", by=SENDER, now=NOW)

    with meanwhile(is_refused) as begins, transaction.atomic():
        merges.merge(case, into=into, reason="One cause.", by=MAILBOX, now=NOW)
        begins()

    assert "update.not_delivered" in kinds_of(into) and "promise.open_again" in kinds_of(into)
    assert "update.not_delivered" not in kinds_of(case)


def test_a_bounce_waits_for_who_says_that_the_mail_arrived_and_not_the_other_way_round():
    case = brightwater()[0]
    _, delivery = told(case)
    Delivery.objects.filter(pk=delivery.pk).update(state=Delivery.State.MAYBE)
    raw = bounce(FOREVER, of=delivery.message_id)

    with meanwhile(lambda: comes_back(raw)) as begins, transaction.atomic():
        case.lock()
        begins()
        deliveries.mark_sent(delivery, by=MAILBOX, now=NOW)

    delivery.refresh_from_db()
    assert delivery.state == "dead"


def test_a_sender_that_finds_what_a_dead_one_had_in_hand_waits_for_its_bounce(mailbox: Mailbox):
    case = brightwater()[0]
    _, delivery = at_the_door(case)
    raw = bounce(FOREVER, of=delivery.message_id)
    sender = Sender(MailServer(mailbox.url), "post room", lambda: NOW + DAY)

    with meanwhile(sender.deliver) as begins, transaction.atomic():
        case.lock()
        begins()
        comes_back(raw)

    mailbox.take_all()
    delivery.refresh_from_db()
    assert delivery.state == "dead"
    assert kinds_of(case).count("update.came_back") == 1
    assert "update.maybe_delivered" not in kinds_of(case)


@pytest.mark.parametrize("answer", ["550 No such user here", "451 Later"])
def test_a_sender_whose_mail_fails_waits_for_its_bounce_and_not_the_other_way_round(mailbox: Mailbox, answer: str):
    """Refused for good, or put off at the last try."""
    case = brightwater()[0]
    update = sent(case)
    Delivery.objects.exclude(identity__startswith=f"update:{update.pk}|").update(state="sent", settled_at=NOW)
    delivery = Delivery.objects.get(identity__startswith=f"update:{update.pk}|")
    Delivery.objects.filter(pk=delivery.pk).update(tries=outcomes.TRIES - 1)
    raw = bounce(FOREVER, of=delivery.message_id)
    mailbox.answers["CONTENT"] = answer
    sender = Sender(MailServer(mailbox.url), "post room", lambda: NOW + DAY)

    with meanwhile(sender.deliver) as begins, transaction.atomic():
        case.lock()
        begins()
        comes_back(raw)

    delivery.refresh_from_db()
    assert delivery.state == "dead"
    assert kinds_of(case).count("promise.open_again") == 1
