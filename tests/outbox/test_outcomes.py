"""What came of a try: waits that grow, an end to trying, and nothing that undoes a successor's work."""

import datetime as dt
import random

import pytest

from amends.outbox import claims, outcomes
from amends.outbox.models import Delivery
from tests.make import THURSDAY as NOW
from tests.outbox import posted

State = Delivery.State
CHANCE = random.Random(1)
UNTIL = NOW + claims.LEASE_FOR


def claimed(by: str = "one", now: dt.datetime = NOW) -> list[Delivery]:
    return claims.claim(by=by, now=now, limit=50)


@pytest.mark.parametrize(
    ("tries", "seconds"), [(1, 30), (2, 60), (3, 120), (8, 3840), (9, 7200), (18, 7200), (1000, 7200)]
)
def test_waits_double_up_to_two_hours_with_a_quarter_of_jitter_either_way(tries, seconds):
    waits = [outcomes.wait_before(tries, CHANCE).total_seconds() for _ in range(300)]

    assert all(0.75 * seconds <= wait <= 1.25 * seconds for wait in waits)
    assert max(waits) - min(waits) > 0.3 * seconds


@pytest.mark.django_db
def test_a_failed_try_says_why_and_waits():
    posted.notice("n")

    dead = outcomes.failed(claimed(), "The mail server answered 451 Later", now=NOW, chance=CHANCE)

    found = Delivery.objects.get()
    assert (dead, found.state, found.tries, found.trouble) == (
        [],
        State.WAITING,
        1,
        "The mail server answered 451 Later",
    )
    assert found.next_try_at > NOW
    assert found.leased_until is None


@pytest.mark.django_db
def test_after_eighteen_tries_of_about_a_day_it_is_dead():
    posted.notice("n")
    now, dead, tries = NOW, [], 0
    while not dead:
        taken = claimed(now=now)
        dead = outcomes.failed(taken, "451", now=now, chance=CHANCE)
        now, tries = Delivery.objects.get().next_try_at, tries + 1

    assert tries == outcomes.TRIES == 18
    assert dt.timedelta(hours=16) < now - NOW < dt.timedelta(hours=30)
    assert Delivery.objects.get().state == State.DEAD


@pytest.mark.django_db
def test_the_alarms_of_a_bundle_wait_equally_long():
    posted.alarms(8)

    outcomes.failed(claimed(), "451", now=NOW, chance=CHANCE)

    assert Delivery.objects.values("next_try_at").distinct().count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("outcome", ["failed", "refused", "not_needed", "maybe", "give_back"])
def test_a_sender_whose_lease_ran_out_cannot_undo_what_its_successor_did(outcome):
    posted.notice("n")
    late = claimed()
    outcomes.accepted(claimed("two", UNTIL), now=UNTIL)

    {
        "failed": lambda: outcomes.failed(late, "451", now=UNTIL, chance=CHANCE),
        "refused": lambda: outcomes.refused(late, "550", now=UNTIL),
        "not_needed": lambda: outcomes.not_needed(late, now=UNTIL),
        "maybe": lambda: outcomes.maybe(late, "?", now=UNTIL),
        "give_back": lambda: outcomes.give_back(late),
    }[outcome]()

    assert Delivery.objects.get().state == State.SENT


@pytest.mark.django_db
def test_what_the_server_took_is_sent_whoever_holds_the_lease_by_now():
    posted.mail("update:1|contact:1|mail")
    late = claimed()
    outcomes.at_the_door(late[0], until=UNTIL)
    claims.sort_out_the_dead(UNTIL)

    outcomes.accepted(late, now=UNTIL)

    assert Delivery.objects.get().state == State.SENT


@pytest.mark.django_db
def test_a_customers_mail_that_another_sender_took_over_does_not_pass_the_door():
    posted.mail("update:1|contact:1|mail")
    [late] = claimed()
    claimed("two", UNTIL)

    assert not outcomes.at_the_door(late, until=UNTIL + claims.LEASE_FOR)


@pytest.mark.django_db
def test_a_lease_is_renewed_only_by_its_holder():
    posted.notice("n")
    late = claimed()
    ours = claimed("two", UNTIL)

    assert not outcomes.renew(late, until=UNTIL + claims.LEASE_FOR)
    assert outcomes.renew(ours, until=UNTIL + 2 * claims.LEASE_FOR)
    assert claimed("three", UNTIL + claims.LEASE_FOR) == []


@pytest.mark.django_db
def test_what_a_server_answers_is_kept_in_one_printable_line():
    posted.notice("n")

    outcomes.refused(claimed(), "550 No\x00such\r\nuser \x1b[31m\ud800" + "x" * 500, now=NOW)

    trouble = Delivery.objects.get().trouble
    assert trouble.startswith("550 No such user [31m x")
    assert len(trouble) == 300


@pytest.mark.django_db
def test_what_is_held_says_why_and_until_when_and_what_is_leased_is_not_held():
    posted.notice("n1")
    claimed()
    posted.notice("n2")

    assert outcomes.hold(because="Rate limit of 60 a minute", until=UNTIL, now=NOW) == 1
    held = Delivery.objects.get(identity="n2")
    assert (held.held_because, held.next_try_at) == ("Rate limit of 60 a minute", UNTIL)
    assert claims.claim(by="two", now=UNTIL, limit=5)[1].pk == held.pk
    assert Delivery.objects.get(identity="n2").held_because == ""
