"""The soak's own reckoning finds what it looks for: each fault is put there once."""

import datetime as dt

import pytest

from amends.directory.actor import SENDER
from amends.escalations.actions import corrections, notes, promises
from amends.outbox.models import Delivery
from amends.outbox.posting import message_id
from tests import make
from tests.escalations import saying
from tests.mailbox import Mail
from tests.outbox import posted
from tests.soak import reckoning
from tests.soak.calling import Answer
from tests.soak.ledger import Deed, Ledger

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY
HOUR = dt.timedelta(hours=1)
State = Delivery.State


@pytest.fixture
def case():
    """One in whose outbox nothing waits."""
    found = make.escalation()
    Delivery.objects.all().delete()
    return found


def deed(status: int, *, mark: str = "soak-000001", where: str = "notes") -> Ledger:
    said = Answer(status, {"detail": "No."} if status > 400 else None)
    return Ledger([Deed("note", mark, where, 1, "ESC-1001", NOW, NOW, said)])


def mail(delivery: Delivery, *, identity: str = "", at: float = 0.0) -> Mail:
    content = f"Message-ID: {identity or delivery.message_id}\r\nSubject: Word\r\n\r\nWord.\r\n".encode()
    return Mail(delivery.address, at, content)


def sent(delivery: Delivery) -> Delivery:
    delivery.state, delivery.settled_at = State.SENT, NOW
    delivery.save()
    return delivery


def faults(
    ledger: Ledger | None = None,
    mails: list[Mail] | None = None,
    now: dt.datetime = NOW,
    lost: tuple[reckoning.Span, ...] = (),
) -> str:
    return "\n".join(reckoning.faults(ledger or Ledger(), mails or [], now, lost=lost))


@pytest.mark.parametrize(("status", "says"), [(201, "it is there 0 times"), (422, ""), (0, "")])
def test_an_act_that_was_said_yes_to_must_be_there(case, status, says):
    found = faults(deed(status))

    assert (says in found) if says else not found


@pytest.mark.parametrize(("times", "status", "says"), [(1, 422, "is there."), (2, 201, "2 times"), (2, 0, "2 times")])
def test_one_that_was_refused_must_not_and_none_may_be_there_twice(case, times, status, says):
    for _ in range(times):
        notes.write(case, text="A word soak-000001", by=case.handler.as_actor(), now=NOW)
    Delivery.objects.all().delete()

    assert says in faults(deed(status))


def test_an_answer_that_is_none_is_a_fault_unless_a_part_was_away(case):
    ledger = Ledger()
    for status in (500, 503, 0):
        ledger.note("note", Answer(status), at=NOW, may_be_away=status != 500)
    ledger.note("note", Answer(0), at=NOW, may_be_away=False)

    assert len(ledger.faults) == 2


def test_what_is_sent_has_arrived_once_and_what_has_arrived_is_known(case):
    delivery = sent(posted.mail("update:1|contact:1|mail"))

    assert not faults(mails=[mail(delivery)])
    assert "has not arrived" in faults()
    assert "came to a customer 2 times" in faults(mails=[mail(delivery)] * 2)
    assert "Nobody knows of a message" in faults(mails=[mail(delivery), mail(delivery, identity="<x@y>")])


def test_word_inside_may_come_again_as_what_it_was_and_not_otherwise(case):
    delivery = sent(posted.alarms(1)[0])
    assert not faults(mails=[mail(delivery)] * 2)

    Delivery.objects.update(bundle="bundle-1")
    bundled = mail(delivery, identity=message_id("bundle-1", posted.HOST))

    assert not faults(mails=[bundled])
    assert "two identities" in faults(mails=[bundled, mail(delivery)])


def test_word_inside_that_comes_again_without_a_sender_that_lost_it_is_a_fault(case):
    twice = [mail(sent(delivery), at=at) for delivery in posted.alarms(20) for at in (60.0, 63.0)]

    assert not faults(mails=twice, lost=((59.5, 61.0),))
    assert "20 messages inside came once more; of 0 a sender" in faults(mails=twice)
    assert "of 0 a sender" in faults(mails=twice, lost=((61.0, 62.5),))


def test_one_that_comes_again_and_again_is_a_fault_whatever_happened(case):
    delivery = sent(posted.notice("n"))

    assert not faults(mails=[mail(delivery)] * 4, lost=((-1.0, 1.0),))
    assert "5 times" in faults(mails=[mail(delivery)] * 5, lost=((-1.0, 1.0),))


@pytest.mark.parametrize("state", [State.WAITING, State.MAYBE, State.DEAD, State.HANDING_OVER])
def test_nothing_that_is_due_is_left(case, state):
    delivery = posted.notice("n")
    Delivery.objects.update(state=state, settled_at=NOW)

    assert delivery.identity in faults(now=NOW + HOUR)


def test_what_reached_nobody_and_was_struck_is_settled(case):
    """Nobody can send it once more: it is written again."""
    update = saying.sent(case)
    Delivery.objects.exclude(audience="customer").delete()
    Delivery.objects.update(state=State.DEAD, settled_at=NOW)
    assert [each.identity for each in reckoning.unsettled()] == [f"update:{update.pk}|contact:{case.contact_id}|mail"]

    corrections.reached_nobody(update, by=SENDER, now=NOW + HOUR)

    assert reckoning.unsettled() == []


def test_a_promise_past_its_time_was_told_of(case):
    promises.make(case, what="The cause", due_at=NOW + HOUR, by=case.handler.as_actor(), now=NOW)
    Delivery.objects.all().delete()

    assert not faults(now=NOW + HOUR)
    assert "was never told to be overdue" in faults(now=NOW + 2 * HOUR)


def test_a_process_that_lives_in_another_time_is_a_fault(case):
    assert "and it is only" not in faults()
    assert "Something happened at Thu 19 Nov 09:00, and it is only Thu 19 Nov 08:00." in faults(now=NOW - HOUR)
