"""What is sent twice is done once."""

import datetime as dt

import pytest

from amends.directory.actor import CLOCK
from amends.escalations.actions import arrivals
from amends.escalations.models import Arrival
from amends.lib.errors import Refused
from tests import make
from tests.racing import meanwhile

NOW = make.THURSDAY
DAY = dt.timedelta(days=1)


class Making:
    """Makes things, and counts them."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self) -> int:
        self.made += 1
        return self.made


def once(key, act, now=NOW):
    return arrivals.once(key, act, by=CLOCK, now=now)


@pytest.mark.django_db
def test_the_second_time_the_answer_is_what_was_made_the_first_time():
    act = Making()

    assert [once("a", act), once("a", act), once("b", act)] == [1, 1, 2]


@pytest.mark.django_db
def test_what_was_refused_may_come_again():
    def refuses() -> int:
        raise Refused("Say why.")

    with pytest.raises(Refused):
        once("a", refuses)

    assert once("a", Making()) == 1


@pytest.mark.django_db
def test_arrivals_are_kept_as_long_as_drafts_are():
    once("a", Making())
    once("b", Making(), NOW + 6 * DAY)
    once("c", Making(), NOW + 8 * DAY)

    assert set(Arrival.objects.values_list("key", flat=True)) == {"b", "c"}


@pytest.mark.django_db(transaction=True)
def test_of_two_that_come_at_once_the_second_waits_for_what_the_first_makes():
    act, answers = Making(), []

    with meanwhile(lambda: answers.append(once("a", act))) as begins:

        def first() -> int:
            begins()
            return act()

        answers.append(once("a", first))

    assert answers == [1, 1] and act.made == 1
