"""Posting: with the change that causes it, once, and under an identity that never changes."""

import pytest
from django.db import transaction

from amends.outbox.chat import body
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

    assert together.subject == "7 alarms need you"
    assert [act.label for act in together.acts] == [letter.subject for letter in letters]


def test_a_bundle_gives_nobody_else_a_link_that_is_for_its_reader_only():
    """In a chat others read along."""
    decide = Act("Accept", "http://x.example/decide/signed/accept/", is_secret=True)
    opens = Act("Open ESC-1", "http://x.example/escalations/ESC-1/")
    letters = [
        Letter("Undecided", ("p",), acts=(decide, opens)),
        Letter("Nothing but the link", ("p",), acts=(decide,)),
        Letter("Overdue", ("p",), acts=(Act("Send", "http://x.example/2"),)),
    ]

    together = bundle(letters)

    assert [(act.label, act.url, act.is_secret) for act in together.acts] == [
        ("Undecided", opens.url, False),
        ("Nothing but the link", decide.url, True),
        ("Overdue", "http://x.example/2", False),
    ]
    assert "/decide/" not in body(together)
