"""What only a person may decide about a delivery."""

import pytest

from amends.lib.errors import Refused
from amends.outbox import claims, outcomes, repairs
from amends.outbox.models import Delivery
from tests.make import THURSDAY as NOW
from tests.outbox import posted

pytestmark = pytest.mark.django_db
State = Delivery.State


def one_that(outcome: str) -> Delivery:
    delivery = posted.mail("update:1|contact:1|mail")
    taken = claims.claim(by="one", now=NOW, limit=5)
    if outcome == "maybe":
        outcomes.maybe(taken, "The connection broke", now=NOW)
    if outcome == "dead":
        outcomes.refused(taken, "550 No such user", now=NOW)
    if outcome == "sent":
        outcomes.accepted(taken, now=NOW)
    return delivery


@pytest.mark.parametrize("outcome", ["maybe", "dead"])
def test_a_person_sends_it_again_under_the_same_message_id(outcome):
    delivery = one_that(outcome)
    Delivery.objects.update(returns=3)

    repairs.try_again(delivery, now=NOW)

    [again] = claims.claim(by="two", now=NOW, limit=5)
    assert (again.message_id, again.settled_at) == (delivery.message_id, None)
    assert (again.tries, again.returns) == (0, 0)


@pytest.mark.parametrize("outcome", ["sent", "waiting"])
def test_what_was_sent_or_is_on_its_way_is_not_sent_again(outcome):
    delivery = one_that(outcome)

    with pytest.raises(Refused):
        repairs.try_again(delivery, now=NOW)


def test_a_person_says_that_it_arrived():
    delivery = one_that("maybe")

    repairs.mark_sent(delivery, now=NOW)

    assert Delivery.objects.get().state == State.SENT
    with pytest.raises(Refused):
        repairs.mark_sent(delivery, now=NOW)


def test_a_pause_needs_a_reason():
    with pytest.raises(Refused):
        repairs.pause(because="  ", by_name="Ruth", now=NOW)
