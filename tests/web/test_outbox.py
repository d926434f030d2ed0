"""The pages of the outbox: what waits and why, a letter as it would arrive, and what people decide."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from amends.directory.actor import CLOCK, Role
from amends.directory.models import Member
from amends.escalations.actions import corrections, updates
from amends.lib import wall
from amends.outbox.letters import Letter
from amends.outbox.models import Delivery, Pause
from amends.outbox.posting import Draft, post
from tests import make
from tests.escalations.saying import sent

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY
State = Delivery.State


@pytest.fixture
def nadia(client: Client) -> Member:
    """A manager, logged in."""
    member = make.member("Nadia Brandt", Role.MANAGER)
    client.force_login(member)
    return member


def deliver(count: int = 1, **changes: Any) -> Delivery:
    """So many deliveries, of which the last is given back."""
    start = Delivery.objects.count()
    letter = Letter(subject="Overdue: say what happened", paragraphs=("The customer <waits>.",), heading="Overdue")
    drafts = [
        Draft(f"test:{number}", "tom@fernhill.example", "Tom Okafor", letter) for number in range(start, start + count)
    ]
    post(drafts, host="fernhill.example", now=NOW)
    made = Delivery.objects.filter(identity__in=[draft.identity for draft in drafts])
    made.update(**changes)
    return made.order_by("pk")[count - 1]


def settled(state: str, **changes: Any) -> Delivery:
    return deliver(state=state, settled_at=NOW, **changes)


def test_the_list_says_what_waits_and_why(client: Client, nadia: Member):
    deliver(held_because="A daily sum of mails was reached", next_try_at=wall.now() + dt.timedelta(hours=1))
    deliver(tries=3, trouble="The mail server did not answer")
    settled(State.DEAD, trouble="No such user")
    settled(State.MAYBE)
    settled(State.SENT)

    page = client.get("/outbox/").content.decode()

    for words in (
        "2 letters wait.",
        "1 could not be delivered.",
        "1 may have been sent: somebody has to find out.",
        "A daily sum of mails was reached",
        "The mail server did not answer",
        "No such user",
    ):
        assert words in page


def of(page: str, name: str) -> str:
    """The row of whom it goes to, as words."""
    row = next(each for each in page.split("<tr data-row>")[1:] if name in each)
    return " ".join(strip_tags(row.partition("</tr>")[0]).split())


def test_until_when_a_mail_can_be_taken_back_is_said_by_the_readers_clock_and_no_longer_than_that(
    client: Client, nadia: Member
):
    Member.objects.filter(pk=nadia.pk).update(zone="Asia/Kathmandu")
    now = wall.now()
    until = now + dt.timedelta(minutes=1)
    told = f"It can be taken back until {until:%H:%M:%S} UTC."
    deliver(name="Maria Duarte", held_because=told, next_try_at=until)
    deliver(name="Rui Costa", held_because=told, next_try_at=now - dt.timedelta(minutes=3))

    page = client.get("/outbox/").content.decode()

    there = until.astimezone(zoneinfo.ZoneInfo("Asia/Kathmandu"))
    assert f"Held It can be taken back until {there:%H:%M}." in of(page, "Maria Duarte")
    assert "Waiting It waits for the sender." in of(page, "Rui Costa")
    assert "UTC" not in page
    for delivery in Delivery.objects.all():
        assert "UTC" not in client.get(f"/outbox/{delivery.pk}/").content.decode()


def test_what_was_for_ours_of_a_mail_that_was_taken_back_is_said_to_be_needed_no_longer(client: Client, nadia: Member):
    now = wall.now()
    case = make.escalation(now=now - dt.timedelta(days=1))
    by = case.handler.as_actor()
    update = updates.send(case, text="We found it.", to=[case.contact], for_team="Keep it calm.", by=by, now=now)
    inside = Delivery.objects.get(wanted_while=f"update:{update.pk}")
    before = of(client.get("/outbox/").content.decode(), f"/outbox/{inside.pk}/")

    corrections.take_back(update, by=by, now=now)
    page = client.get("/outbox/").content.decode()

    assert "Waiting" in before
    assert "No longer needed The sender takes it off when it looks next." in of(page, f"/outbox/{inside.pk}/")
    assert "No longer needed" in client.get(f"/outbox/{inside.pk}/").content.decode()


def test_a_state_is_a_filter_in_the_address(client: Client, nadia: Member):
    deliver(name="Waiting Wanda")
    settled(State.DEAD, name="Dead Dora")

    page = client.get("/outbox/?state=dead").content.decode()

    assert "Dead Dora" in page and "Waiting Wanda" not in page
    assert client.get("/outbox/?state=nonsense").status_code == 200
    assert client.get("/outbox/?state=handing%20over").status_code == 200


def test_mail_is_paused_with_a_reason_that_all_read_and_let_go_again(client: Client, nadia: Member):
    deliver()

    nameless = client.post("/outbox/pause/", {"because": "  "})
    client.post("/outbox/pause/", {"because": "The wrong list of contacts was imported"})
    page = client.get("/outbox/").content.decode()

    assert nameless.status_code == 422
    assert Pause.objects.get().by_name == "Nadia Brandt"
    assert page.count("The wrong list of contacts was imported") == 2

    client.post("/outbox/resume/")
    assert not Pause.objects.exists()


def test_a_letter_is_shown_as_it_would_arrive(client: Client, nadia: Member):
    make.organisation()
    delivery = deliver()

    page = client.get(f"/outbox/{delivery.pk}/").content.decode()
    looks = client.get(f"/outbox/{delivery.pk}/letter/")

    assert f'<iframe class="letter" sandbox src="/outbox/{delivery.pk}/letter/"' in page
    assert "The customer &lt;waits&gt;." in page
    assert delivery.message_id.strip("<>") in page
    assert "The customer &lt;waits&gt;." in looks.content.decode()


def test_a_letter_is_shown_with_the_address_that_it_leaves_from(client: Client, nadia: Member, settings: Any):
    make.organisation()
    settings.MAIL_FROM = "another@fernhill.example"

    page = client.get(f"/outbox/{deliver().pk}/").content.decode()

    assert "desk@fernhill.example" in page
    assert "another@fernhill.example" not in page


def test_what_stands_in_a_letter_can_do_nothing(client: Client, nadia: Member):
    looks = client.get(f"/outbox/{deliver().pk}/letter/")

    policy = looks["Content-Security-Policy"]
    assert {"default-src 'none'", "sandbox", "frame-ancestors 'self'"} <= set(policy.split("; "))
    assert "allow-" not in policy and "script" not in policy
    assert looks["X-Frame-Options"] == "SAMEORIGIN"


def test_a_letter_that_failed_is_tried_again_and_one_that_went_is_not(client: Client, nadia: Member):
    dead, sent = settled(State.DEAD, tries=18), settled(State.SENT)

    assert client.post(f"/outbox/{dead.pk}/again/")["Location"] == f"/outbox/{dead.pk}/"
    refused = client.post(f"/outbox/{sent.pk}/again/")

    dead.refresh_from_db()
    assert (dead.state, dead.tries) == (State.WAITING, 0)
    assert refused.status_code == 422
    assert "Only a delivery that failed" in refused.content.decode()


def test_a_letter_that_reached_nobody_is_to_be_written_anew_and_not_tried_again(client: Client, nadia: Member):
    case = make.escalation()
    update = sent(case)
    lost = Delivery.objects.filter(identity__startswith=f"update:{update.pk}|")
    lost.update(state=State.DEAD, settled_at=NOW)
    address = f"/outbox/{lost.get().pk}/"
    assert "Try again" in client.get(address).content.decode()

    corrections.reached_nobody(update, by=CLOCK, now=NOW)

    page = client.get(address).content.decode()
    assert "Write it again, in its case." in page and "Try again" not in page


def test_somebody_who_asked_says_that_it_arrived(client: Client, nadia: Member):
    maybe = settled(State.MAYBE)

    client.post(f"/outbox/{maybe.pk}/sent/")

    maybe.refresh_from_db()
    assert maybe.state == State.SENT


def test_an_executive_sees_the_outbox_and_no_buttons_to_mend_it(client: Client):
    client.force_login(make.member(role=Role.EXECUTIVE))
    maybe = settled(State.MAYBE)

    page = client.get("/outbox/").content.decode() + client.get(f"/outbox/{maybe.pk}/").content.decode()

    for words in ("Pause mail or chat", "Try again</button>", "It did arrive"):
        assert words not in page


def test_the_list_asks_as_many_questions_for_three_hundred_as_for_ten(client: Client, nadia: Member):
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/outbox/").status_code == 200
        return len(asked)

    deliver(10)
    for_ten = questions()
    deliver(290)

    assert questions() == for_ten


def test_older_letters_stand_on_further_pages(client: Client, nadia: Member):
    deliver(60, posted_at=NOW - dt.timedelta(days=1))
    newest = deliver(name="Newest")

    first = client.get("/outbox/").content.decode()
    after = first.split("after=")[1].split('"')[0]
    second = client.get(f"/outbox/?after={after}").content.decode()

    assert f"/outbox/{newest.pk}/" in first
    assert (first.count("<tr data-row>"), second.count("<tr data-row>")) == (50, 11)


def test_without_a_mail_server_the_outbox_says_why_letters_stay(client):
    client.force_login(make.member(role=Role.MANAGER))

    page = client.get("/outbox/").content.decode()

    assert "No mail server is set." in page and "AMENDS_SMTP_URL" in page
