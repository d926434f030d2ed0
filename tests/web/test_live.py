"""Open pages renew themselves: 204 while nothing has changed, else the page again."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from amends.directory.actor import Role
from amends.escalations.actions import notes, updates
from amends.lib import wall
from tests import make

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def live(client, escalation, seen: int, since: int | None = None):
    return client.get(
        reverse("case_live", args=[escalation.key]), {"seen": seen, "since": seen if since is None else since}
    )


def seen_on(client, path: str) -> str:
    """What the page says that it shows."""
    return client.get(path).content.decode().partition('data-seen="')[2].partition('"')[0]


def asked_without_the_door(client, path: str) -> int:
    """How many queries a poll takes besides those that say who asks: a session, a member, for whom they stand in."""
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return len([query for query in captured if "escalations_" in query["sql"]])


def test_an_open_case_hears_nothing_while_nothing_changes(client):
    escalation = make.escalation(now=wall.now())
    client.force_login(escalation.handler)
    seen = seen_on(client, f"/escalations/{escalation.key}/")

    answer = live(client, escalation, int(seen))

    assert answer.status_code == 204 and not answer.content
    assert asked_without_the_door(client, f"/escalations/{escalation.key}/live/?seen={seen}") == 1


def test_what_somebody_else_did_is_said_and_the_page_comes_again(client):
    escalation = make.escalation(now=wall.now() - HOUR)
    tom, nadia = escalation.account.csm, escalation.handler
    client.force_login(tom)
    seen = escalation.version
    updates.log(escalation, channel="call", text="We are on it.", at=wall.now(), by=nadia.as_actor(), now=wall.now())

    answer = live(client, escalation, seen)

    page = answer.content.decode()
    news = page.partition("data-live-news>")[2].partition("</div>")[0]
    assert answer.status_code == 200
    assert f"<b>{nadia}</b> told Maria Duarte by call." in news
    assert "data-told" in page and "before you send yours" in page
    assert "We are on it." in page


def test_ones_own_deeds_are_no_news_and_warn_nobody(client):
    escalation = make.escalation(now=wall.now() - HOUR)
    nadia = escalation.handler
    client.force_login(nadia)
    seen = escalation.version
    updates.log(escalation, channel="call", text="We are on it.", at=wall.now(), by=nadia.as_actor(), now=wall.now())

    page = live(client, escalation, seen).content.decode()

    assert "data-told" not in page
    assert not page.partition("data-live-news>")[2].partition("</div>")[0].strip()


def test_a_word_to_the_customer_warns_as_long_as_the_page_was_opened_before_it(client):
    escalation = make.escalation(now=wall.now() - HOUR)
    tom, nadia = escalation.account.csm, escalation.handler
    client.force_login(tom)
    since = escalation.version
    updates.log(escalation, channel="call", text="We are on it.", at=wall.now(), by=nadia.as_actor(), now=wall.now())
    seen = escalation.version
    notes.write(escalation, text="They were calm", by=nadia.as_actor(), now=wall.now())

    page = live(client, escalation, seen, since).content.decode()

    assert "data-told" in page
    assert "noted: They were calm" in page.partition("data-live-news>")[2].partition("</div>")[0]
    assert "data-told" not in live(client, escalation, seen).content.decode()


def test_a_case_that_one_may_not_see_does_not_say_whether_it_changed(client):
    escalation = make.escalation(now=wall.now())
    client.force_login(make.member("Ben Castell", Role.SALES))

    assert live(client, escalation, escalation.version).status_code == 404
    assert live(client, escalation, 0).status_code == 404


@pytest.mark.parametrize(("page", "poll"), [("/", "/live/"), ("/escalations/", "/escalations/live/")])
@pytest.mark.parametrize("role", [Role.MANAGER, Role.SALES])
def test_today_and_the_list_come_again_as_soon_as_something_changed_that_one_sees(client, page, poll, role):
    escalation = make.escalation(now=wall.now() - HOUR)
    member = make.member("Somebody", role)
    make.seat(escalation.account, member)
    if page == "/":
        escalation.promises.update(owner=member)
    client.force_login(member)
    seen = seen_on(client, page)
    calm = client.get(poll, {"seen": seen}).status_code
    queries = asked_without_the_door(client, f"{poll}?seen={seen}")

    notes.write(escalation, text="They were calm", by=escalation.handler.as_actor(), now=wall.now())

    assert calm == 204 and queries <= 3
    assert client.get(poll, {"seen": seen}).status_code == 200


def test_a_change_that_one_may_not_see_is_none(client):
    hidden, ben = make.escalation(now=wall.now() - HOUR), make.member("Ben Castell", Role.SALES)
    client.force_login(ben)
    seen = seen_on(client, "/escalations/")

    notes.write(hidden, text="They were calm", by=hidden.handler.as_actor(), now=wall.now())

    assert client.get("/escalations/live/", {"seen": seen}).status_code == 204


def test_today_comes_again_when_a_promise_falls_due(client):
    escalation = make.escalation(now=wall.now() - HOUR)
    promise = escalation.promises.get()
    promise.owner, promise.due_at = escalation.handler, wall.now() + HOUR
    promise.save()
    client.force_login(escalation.handler)
    seen = seen_on(client, "/")

    escalation.promises.update(due_at=wall.now() - HOUR)

    assert client.get("/live/", {"seen": seen}).status_code == 200


def test_what_an_act_says_is_kept_for_the_page_that_is_opened(client):
    escalation = make.escalation(now=wall.now() - HOUR)
    client.force_login(escalation.handler)
    client.post("/escalations/views/new/?severity=high", {"name": "Grave"})

    polled = client.get("/escalations/live/", {"seen": "x"}).content.decode()

    assert "Grave stands beside the other views now." not in polled
    assert "Grave stands beside the other views now." in client.get("/escalations/").content.decode()
