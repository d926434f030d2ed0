"""A draft read before it is sent: what it offers to promise, what cannot be so, what differs."""

import datetime as dt

import pytest

from amends.escalations import proofreading
from amends.escalations.proofreading import Proof
from tests import make

# A Monday, 09:00 in Lisbon.
NOW = make.THURSDAY - dt.timedelta(days=3)
THURSDAY_AT_FOUR = dt.datetime(2026, 11, 19, 16, 0, tzinfo=dt.UTC)
HEARS = "You will hear from me by Thursday 16:00."


def read(text, zone="Europe/Lisbon", **promised):
    return proofreading.read(text, zone=zone, now=NOW, **promised)


def test_a_time_in_the_text_is_offered_as_the_promise():
    offer = read(HEARS).offer

    assert (offer.words, offer.at, offer.says) == ("Thursday 16:00", THURSDAY_AT_FOUR, "Thu 19 Nov, 16:00 in Lisbon")


def test_it_is_meant_on_the_readers_clock():
    assert read(HEARS, zone="Asia/Tokyo").offer.at == THURSDAY_AT_FOUR - dt.timedelta(hours=9)


def test_what_is_promised_with_it_or_already_is_not_offered_again():
    assert read(HEARS, next_at=THURSDAY_AT_FOUR) == Proof()
    assert read(HEARS, promised=[THURSDAY_AT_FOUR]) == Proof()


def test_a_day_alone_is_kept_by_any_time_on_it():
    text = "You will hear from me by Thursday."

    assert read(text, next_at=THURSDAY_AT_FOUR - dt.timedelta(hours=5)) == Proof()
    assert read(text, next_at=THURSDAY_AT_FOUR + dt.timedelta(days=1)).differs


def test_a_time_that_differs_from_the_promise_is_said():
    later = THURSDAY_AT_FOUR + dt.timedelta(hours=1)

    assert read(HEARS, next_at=later).objections == (
        "The text says “Thursday 16:00”, and below you promise Thu 19 Nov, 17:00 in Lisbon.",
    )
    assert read(HEARS).objections == ("The text says “Thursday 16:00”, and nothing is promised for then.",)


def test_the_placeholder_is_the_promise():
    assert read("You will hear from me by {next_by}. " + HEARS, next_at=NOW + dt.timedelta(days=1)) == Proof()


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        ("You will have it by Thursday, 20 November.", "20 November is a Friday, not a Thursday."),
        ("You will have it by 15 November 16:00.", "Sunday 15 November 16:00 has passed already."),
        ("You will have it on 31 November.", "There is no 31 November."),
        (
            "You will have it by 16:00 BST on Thursday.",
            "“BST” may mean more than one clock. Write their own time, or UTC.",
        ),
    ],
)
def test_what_cannot_be_so_is_said_and_not_offered(text, trouble):
    proof = read(text)

    assert proof.troubles == (trouble,) == proof.objections
    assert proof.offer is None


def test_what_was_is_no_trouble():
    assert read("We spoke on Thursday, and you told us of it on 12 November.") == Proof()
