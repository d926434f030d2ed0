"""The page on which one says how one is reached."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from amends.directory import preferences
from amends.directory.actor import Role
from amends.directory.models import Member, Preference
from amends.lib import wall
from amends.outbox.models import Delivery
from tests import make

pytestmark = pytest.mark.django_db
SLACK = "slack://token-a/token-b/token-c"
TYPED = {
    "alarms_by": "both",
    "notices_by": "mail",
    "chat_url": SLACK,
    "quiet_from": "22:00",
    "quiet_until": "07:00",
    "wants_digest": "on",
    "digest_at": "07:30",
}


@pytest.fixture
def nadia(client: Client) -> Member:
    make.organisation()
    member = make.member("Nadia Brandt", Role.MANAGER)
    client.force_login(member)
    return member


def test_what_one_chooses_is_kept_and_the_secret_is_not_shown_again(client: Client, nadia: Member):
    answer = client.post("/you/reach/", TYPED)

    assert answer["Location"] == "/you/#reach"
    chosen = preferences.of(nadia)
    assert (chosen.alarms_by, chosen.chat_url, chosen.quiet_from) == ("both", SLACK, dt.time(22))
    assert (chosen.wants_digest, chosen.digest_at) == (True, dt.time(7, 30))
    page = client.get("/you/").content.decode()
    assert "slack://…" in page
    assert "token-a" not in page
    assert 'value="22:00"' in page


def test_a_chat_address_that_is_not_typed_again_stays(client: Client, nadia: Member):
    client.post("/you/reach/", TYPED)

    client.post("/you/reach/", TYPED | {"chat_url": "", "notices_by": "chat"})

    assert preferences.of(nadia).chat_url == SLACK
    assert preferences.of(nadia).notices_by == "chat"


def test_it_is_forgotten_when_one_says_so(client: Client, nadia: Member):
    client.post("/you/reach/", TYPED)

    client.post("/you/reach/", TYPED | {"chat_url": "", "forgets_chat": "on", "alarms_by": "mail"})

    assert preferences.of(nadia).chat_url == ""


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"chat_url": ""}, "Give a chat address first, or choose mail."),
        ({"chat_url": "json://10.0.0.1/x"}, "This service is not allowed here."),
        ({"quiet_until": ""}, "Quiet hours need both times, or none."),
        ({"quiet_from": "late"}, "Enter a valid time."),
        ({"digest_at": "14:00"}, "Choose a time up to 11:00."),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_typed_is_lost(client: Client, nadia: Member, typed, says):
    answer = client.post("/you/reach/", TYPED | typed)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page
    assert "Nadia Brandt" in page
    for value in (TYPED | typed).values():
        assert value in ("", "on", "both", "mail") or f'value="{value}"' in page
    assert not Preference.objects.exclude(chat_url="").exists()


def test_what_was_typed_about_oneself_is_checked_apart(client: Client, nadia: Member):
    answer = client.post("/you/", {"name": "", "zone": "Europe/Berlin"})

    assert answer.status_code == 422
    assert "How you are reached" in answer.content.decode()


def test_a_test_is_sent_to_ones_own_chat_and_the_page_says_how_it_went(client: Client, nadia: Member):
    nothing = client.post("/you/reach/test/", follow=True).content.decode()
    assert "Give a chat address first, and save it." in nothing
    client.post("/you/reach/", TYPED)

    client.post("/you/reach/test/")

    delivery = Delivery.objects.get(identity__startswith="test|")
    assert (delivery.channel, delivery.address) == ("chat", f"member:{nadia.pk}")
    delivery.state, delivery.settled_at, delivery.trouble = "dead", delivery.posted_at, "The chat service answered 404."
    delivery.save()
    page = client.get("/you/").content.decode()
    assert "Could not be delivered" in page
    assert "The chat service answered 404." in page


def test_who_may_not_see_the_overview_is_not_offered_it(client: Client):
    make.organisation()
    client.force_login(make.member("Sam Field", Role.RESPONDER))

    assert "The overview, each week" not in client.get("/you/").content.decode()


def test_a_case_says_who_hears_when_of_what_their_quiet_hours_hold(client: Client, nadia: Member):
    now = wall.now()
    escalation = make.escalation(by=nadia, now=now - dt.timedelta(hours=1))
    Delivery.objects.filter(subject=escalation.subject).update(
        name="Ruth Adeyemi",
        next_try_at=now + dt.timedelta(hours=9),
        held_because="Quiet hours until Fri 20 Nov, 08:00 in Berlin",
    )

    page = client.get(f"/escalations/{escalation.key}/").content.decode()

    assert page.count("Ruth Adeyemi hears what came in their quiet hours.") == 1


def test_the_outbox_says_only_that_it_goes_by_chat(client: Client, nadia: Member):
    client.post("/you/reach/", TYPED)
    client.post("/you/reach/test/")
    pk = Delivery.objects.get().pk

    for path in ("/outbox/", f"/outbox/{pk}/"):
        page = client.get(path).content.decode()
        assert "by chat" in page
        assert "token-a" not in page


def test_chat_is_paused_apart_from_mail_and_let_go_again(client: Client, nadia: Member):
    client.post("/you/reach/", TYPED)
    client.post("/you/reach/test/")
    client.post("/outbox/pause/", {"channel": "chat", "because": "The service asks us to"})

    page = client.get("/outbox/").content.decode()
    assert "Chat is paused." in page
    assert "Mail is paused." not in page
    assert "The service asks us to" in page
    client.post("/outbox/resume/", {"channel": "chat"})

    assert "Chat is paused." not in client.get("/outbox/").content.decode()
