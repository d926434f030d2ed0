"""Posting: with the change that causes it, once, and under an identity that never changes."""

import pytest
from django.db import transaction

from amends.outbox.letters import Act, Letter, bundle
from amends.outbox.models import Delivery
from amends.outbox.posting import message_id
from tests.outbox import posted

pytestmark = pytest.mark.django_db


def test_what_is_posted_twice_is_there_once_and_as_it_was_first():
    posted.notice("n", to="first@fernhill.example")
    posted.notice("n", to="second@fernhill.example")

    assert Delivery.objects.get().address == "first@fernhill.example"


def test_a_change_that_fails_posts_nothing():
    with pytest.raises(RuntimeError), transaction.atomic():
        posted.notice("n")
        raise RuntimeError("The change fails after all.")

    assert not Delivery.objects.exists()


def test_the_message_id_is_the_same_whenever_and_wherever():
    assert posted.notice("n").message_id == message_id("n", posted.HOST)
    assert message_id("n", "a.example") != message_id("m", "a.example")


def test_a_letter_is_read_as_it_was_written():
    letter = Letter(
        "Subject",
        ("One", "Two"),
        acts=(Act("Open", "http://x.example"),),
        facts=(("Account", "Brightwater"),),
        to=("a@x.example",),
        words="Theirs",
    )
    stored = posted.notice("n", letter=letter)
    stored.refresh_from_db()

    assert Letter.read(stored.letter) == letter


def test_a_bundle_names_each_of_its_alarms():
    letters = [
        Letter(f"Promise {number}", ("p",), acts=(Act("Send", f"http://x.example/{number}"),)) for number in range(7)
    ]

    together = bundle(letters)

    assert together.subject == "7 promises need you"
    assert [act.label for act in together.acts] == [letter.subject for letter in letters]
