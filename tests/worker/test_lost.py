"""A customer’s mail that the mail server does not take: whom it reached, and what it counts for then."""

import pytest

from amends.directory.actor import CLOCK
from amends.escalations.actions import deliveries, updates
from amends.outbox import outcomes
from amends.outbox.models import Delivery
from tests import make
from tests.escalations.reading import kinds_of, refuses

pytestmark = pytest.mark.django_db
State = Delivery.State


def told(world, *also):
    """A case whose contact, and others, are told something, and nothing else that waits."""
    escalation = make.escalation()
    contacts = [escalation.contact, *(make.contact(escalation.account, name) for name in also)]
    Delivery.objects.update(state=State.SENT, settled_at=world.now)
    by = escalation.handler.as_actor()
    return escalation, updates.send(escalation, text="We found it.", to=contacts, by=by, now=world.now)


@pytest.mark.parametrize("answer", ["550 No such user here", "451 Later"])
def test_what_reached_nobody_has_kept_nothing_and_is_written_anew(world, sender, mailbox, answer):
    """Refused for good, or put off until the last try."""
    escalation, update = told(world)
    owed = escalation.promises.get(kind="acknowledgement")
    assert owed.status == "kept"
    Delivery.objects.filter(state=State.WAITING).update(tries=outcomes.TRIES - 1)
    mailbox.answers["RCPT"] = answer

    sender.deliver()

    owed.refresh_from_db()
    update.refresh_from_db()
    assert (owed.status, update.struck_at) == ("open", world.now)
    assert kinds_of(escalation).count("update.not_delivered") == 1
    with refuses("It did not reach anybody, so it was struck. Write it again, in its case."):
        deliveries.try_again(Delivery.objects.get(state=State.DEAD), by=CLOCK, now=world.now)


def test_what_reached_one_of_two_still_counts(world, sender, mailbox):
    escalation, update = told(world, "Joana Reis")
    mailbox.refused_addresses = {"joana@brightwater.example"}

    sender.deliver()

    update.refresh_from_db()
    assert len(mailbox.take_all()) == 1
    assert update.struck_at is None
    assert "update.not_delivered" in kinds_of(escalation)


def test_what_may_have_arrived_counts(world, sender, mailbox):
    escalation, update = told(world)
    mailbox.drops = {"CONTENT"}

    sender.deliver()

    mailbox.take(1)
    update.refresh_from_db()
    assert update.struck_at is None
    assert "update.maybe_delivered" in kinds_of(escalation)
