"""Claims are leases: work is shared, never lost with its holder, and a bundle stays whole."""

import datetime as dt

import pytest

from amends.outbox import claims, outcomes, repairs
from amends.outbox.models import Delivery
from tests.make import THURSDAY as NOW
from tests.outbox import posted

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)
LATER = NOW + claims.LEASE_FOR + SECOND


def identities(taken: list[Delivery]) -> list[str]:
    return [delivery.identity for delivery in taken]


def test_the_oldest_go_first_and_no_more_than_asked_for():
    for number in (3, 1, 2):
        posted.notice(f"n{number}", now=NOW - number * SECOND)

    assert identities(claims.claim(by="one", now=NOW, limit=2)) == ["n3", "n2"]
    assert identities(claims.claim(by="two", now=NOW, limit=2)) == ["n1"]


def test_nobody_else_gets_what_is_claimed_until_the_lease_ends():
    """F6: work left behind by a crash is taken over when the lease ends, two minutes later at the latest."""
    posted.notice("n")
    claims.claim(by="one", now=NOW, limit=5)

    assert claims.claim(by="two", now=NOW + claims.LEASE_FOR - SECOND, limit=5) == []
    assert identities(claims.claim(by="two", now=NOW + claims.LEASE_FOR, limit=5)) == ["n"]
    assert dt.timedelta(minutes=2) >= claims.LEASE_FOR


def test_what_is_given_back_can_be_claimed_at_once():
    posted.notice("n")
    outcomes.give_back(claims.claim(by="one", now=NOW, limit=5))

    assert identities(claims.claim(by="two", now=NOW, limit=5)) == ["n"]


def test_what_waits_for_its_next_try_is_left_alone():
    posted.notice("n", now=NOW + SECOND)

    assert claims.claim(by="one", now=NOW, limit=5) == []


def test_nothing_is_claimed_while_mail_is_paused_and_nothing_is_lost():
    posted.notice("n")
    repairs.pause(because="The merger is not public yet", by_name="Ruth", now=NOW)

    assert claims.claim(by="one", now=NOW, limit=5) == []
    repairs.resume()
    assert identities(claims.claim(by="one", now=NOW, limit=5)) == ["n"]


def test_an_idle_claim_asks_little_and_writes_nothing(django_assert_num_queries):
    with django_assert_num_queries(2):
        claims.claim(by="one", now=NOW, limit=5)


def test_five_alarms_for_one_person_go_apart():
    posted.alarms(5)

    assert {delivery.bundle for delivery in claims.claim(by="one", now=NOW, limit=50)} == {""}


def test_what_a_dead_sender_had_alone_goes_again_alone():
    """F3: it may have gone, and comes a second time under its own identity only."""
    posted.alarms(1)
    claims.claim(by="dead", now=NOW, limit=5)
    posted.alarms(7, now=LATER)

    taken = claims.claim(by="successor", now=LATER, limit=50)

    assert [delivery.bundle == "" for delivery in taken] == [True, *[False] * 7]


def test_what_a_dead_sender_had_alone_stays_alone_when_its_heir_could_not_send_it_either():
    posted.alarms(3)
    claims.claim(by="dead", now=NOW, limit=50)
    outcomes.give_back(claims.claim(by="heir", now=LATER, limit=50))
    posted.alarms(6)

    again = claims.claim(by="heir", now=LATER, limit=50)

    assert [delivery.bundle for delivery in again] == ["", "", "", *[again[3].bundle] * 6]
    assert again[3].bundle


def test_what_a_sender_had_that_is_known_to_be_dead_goes_at_once_as_what_it_was():
    posted.alarms(6)
    posted.notice("another's", to="tom@fernhill.example")
    [bundle] = {delivery.bundle for delivery in claims.claim(by="host:17", now=NOW, limit=6)}
    claims.claim(by="host:18", now=NOW, limit=1)

    assert claims.end_leases_of("host:17", now=NOW) == 6

    taken = claims.claim(by="heir", now=NOW, limit=50)
    assert [(delivery.bundle, delivery.may_have_gone) for delivery in taken] == [(bundle, True)] * 6


def test_a_customers_mail_at_the_door_of_a_dead_sender_is_named_at_once():
    posted.mail("update:1|contact:1|mail")
    [delivery] = claims.claim(by="host:17", now=NOW, limit=1)
    outcomes.at_the_door(delivery, until=LATER)

    claims.end_leases_of("host:17", now=NOW)

    assert [found.state for found in claims.sort_out_the_dead(NOW)] == [Delivery.State.MAYBE]


def test_more_than_five_go_together_however_few_were_asked_for():
    first = posted.alarms(8)[0]
    posted.alarms(2, to="tom@fernhill.example")

    taken = claims.claim(by="one", now=NOW, limit=1)

    assert len(taken) == 8
    assert {delivery.bundle for delivery in taken} == {f"bundle-{first.pk}"}


def test_a_claim_brings_no_more_messages_than_were_asked_for():
    for person in range(5):
        posted.alarms(5, to=f"person.{person}@fernhill.example")

    assert len(claims.claim(by="one", now=NOW, limit=2)) == 2


def test_a_customers_mail_and_other_notices_never_go_in_a_bundle():
    posted.alarms(8)
    posted.notice("opened")
    posted.mail("update:1|contact:1|mail")

    loose = [delivery.identity for delivery in claims.claim(by="one", now=NOW, limit=50) if not delivery.bundle]

    assert loose == ["opened", "update:1|contact:1|mail"]


def test_a_bundle_whose_sender_died_is_the_same_bundle_again():
    posted.alarms(60)
    names = {delivery.bundle for delivery in claims.claim(by="one", now=NOW, limit=50)}

    again = claims.claim(by="two", now=LATER, limit=1)

    assert len(again) == 60
    assert {delivery.bundle for delivery in again} == names


def test_an_alarm_that_comes_later_does_not_slip_into_an_old_bundle():
    posted.alarms(6)
    claims.claim(by="one", now=NOW, limit=50)
    posted.alarms(1, now=LATER)

    again = claims.claim(by="two", now=LATER, limit=50)

    assert sorted(len([one for one in again if one.bundle == name]) for name in {one.bundle for one in again}) == [1, 6]


def test_a_bundle_of_which_another_sender_holds_a_part_is_left_alone():
    posted.alarms(8)
    taken = claims.claim(by="one", now=NOW, limit=50)
    Delivery.objects.filter(pk__in=[one.pk for one in taken[:4]]).update(leased_until=NOW)

    assert claims.claim(by="two", now=NOW + SECOND, limit=50) == []


def test_a_customers_mail_whose_sender_died_at_the_door_may_have_been_sent():
    posted.mail("update:1|contact:1|mail")
    [ours] = claims.claim(by="one", now=NOW, limit=5)
    outcomes.at_the_door(ours, until=NOW + claims.LEASE_FOR)

    assert claims.sort_out_the_dead(NOW + claims.LEASE_FOR - SECOND) == []
    assert identities(claims.sort_out_the_dead(LATER)) == ["update:1|contact:1|mail"]
    assert claims.claim(by="two", now=LATER, limit=5) == []
    assert Delivery.objects.get().state == Delivery.State.MAYBE


def test_what_was_held_together_leaves_as_one_bundle_and_what_comes_too_late_as_another():
    """A part under the identity of the whole would be taken for it, and lost."""
    for alarm in posted.alarms(2):
        Delivery.objects.filter(pk=alarm.pk).update(bundle=f"{claims.TOGETHER}5-20261120T0700")

    [first, second] = claims.claim(by="one", now=NOW, limit=5)
    [late] = posted.alarms(1)
    Delivery.objects.filter(pk=late.pk).update(bundle=f"{claims.TOGETHER}5-20261120T0700")
    [straggler] = claims.claim(by="one", now=NOW, limit=5)

    assert first.bundle == second.bundle == f"bundle-{first.pk}"
    assert straggler.bundle == Delivery.objects.get(pk=late.pk).bundle == ""


def test_a_claim_takes_of_one_channel_only():
    posted.notice("m")
    posted.notice("c", to="member:5", channel="chat")

    assert identities(claims.claim(by="one", now=NOW, limit=5)) == ["m"]
    assert identities(claims.claim(by="one", now=NOW, limit=5, channel="chat")) == ["c"]
