"""What one was told: seen by opening the case, listed, counted; and watching."""

import pytest
from django.test import Client

from amends.directory.actor import Role
from amends.escalations.actions import escalations, watchers
from amends.escalations.models import Notice, Watcher
from tests import make
from tests.escalations.reading import HOUR

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY + HOUR


@pytest.fixture
def escalation():
    return make.escalation()


def client_of(member):
    client = Client()
    client.force_login(member)
    return client


def unseen(member):
    return Notice.objects.filter(member=member, seen_at__isnull=True).count()


def test_opening_the_case_is_the_receipt(escalation):
    ruth = escalation.handler
    page = client_of(ruth).get("/")
    assert '1<span class="only-spoken"> not seen yet</span>' in page.content.decode()

    opened = client_of(ruth).get(f"/escalations/{escalation.key}/").content.decode()

    assert unseen(ruth) == 0
    assert "not seen yet" not in opened
    assert "Told: 1" in opened
    assert "Seen by Ruth Adeyemi." in opened


@pytest.mark.parametrize("header", ["Sec-Purpose", "Purpose", "X-Moz"])
def test_a_browser_that_looks_ahead_has_seen_nothing(escalation, header):
    client = client_of(escalation.handler)

    assert client.get(f"/escalations/{escalation.key}/", headers={header: "prefetch"}).status_code == 200
    assert client.head(f"/escalations/{escalation.key}/").status_code == 405

    assert unseen(escalation.handler) == 1


def test_the_case_says_who_has_not_seen_it_yet(escalation):
    tom = escalation.account.csm
    escalations.change_severity(
        escalation, severity="low", reason="They said so", by=escalation.handler.as_actor(), now=NOW
    )

    html = client_of(escalation.handler).get(f"/escalations/{escalation.key}/").content.decode()

    assert f"Not yet by {tom}." in html


def test_the_list_marks_what_is_new_and_all_can_be_marked_as_seen(escalation):
    ruth = escalation.handler
    client = client_of(ruth)

    listed = client.get("/notices/").content.decode()
    assert "told__one--new" in listed
    assert "opened this escalation" in listed
    assert f"/escalations/{escalation.key}/" in listed

    done = client.post("/notices/seen/", follow=True).content.decode()
    assert "All of it is marked as seen." in done
    assert "told__one--new" not in done
    assert "Nothing waits for you" in client.get("/notices/?only=unseen").content.decode()


def test_a_long_list_has_pages_and_takes_as_many_queries_as_a_short_one(escalation, django_assert_max_num_queries):
    ruth = escalation.handler
    client = client_of(ruth)

    def queries(path):
        with django_assert_max_num_queries(60) as seen:
            html = client.get(path).content.decode()
        return len(seen), html

    few, _ = queries("/notices/")
    for number in range(60):
        make.escalation(of=make.account(f"Moss & Co {number}", csm=escalation.account.csm))
    many, html = queries("/notices/")

    assert many <= few
    assert html.count("told__one ") == 50
    following = html.partition('href="?after=')[2].partition('"')[0]
    assert queries(f"/notices/?after={following}")[1].count("told__one ") == 11


def test_a_notice_of_a_case_that_one_may_see_no_longer_is_neither_listed_nor_counted():
    account, sam = make.account(), make.member("Sam Sales", Role.SALES)
    seat = make.seat(account, sam)
    make.escalation(of=account)
    assert "told__one--new" in client_of(sam).get("/notices/").content.decode()

    seat.delete()

    html = client_of(sam).get("/notices/").content.decode()
    assert "told__one" not in html
    assert "not seen yet" not in html


def test_one_watches_from_the_header_and_stops(escalation):
    tom = escalation.account.csm
    client = client_of(tom)
    page = f"/escalations/{escalation.key}/"
    assert f'action="{page}watch/"' in client.get(page).content.decode()

    client.post(f"{page}watch/")

    html = client.get(page).content.decode()
    assert f'action="{page}watch/stop/"' in html
    assert "Watching" in html
    client.post(f"{page}watch/stop/")
    assert not Watcher.objects.exists()


def test_who_saw_it_only_by_watching_is_led_away_when_they_stop(escalation):
    sam = make.member("Sam Sales", Role.SALES)
    watchers.add(escalation, member=sam, by=escalation.handler.as_actor(), now=NOW)

    answer = client_of(sam).post(f"/escalations/{escalation.key}/watch/stop/")

    assert (answer.status_code, answer["Location"]) == (302, "/escalations/")


def test_who_steers_has_somebody_watch_it_and_lets_them_off(escalation):
    sam = make.member("Sam Sales", Role.SALES)
    client = client_of(escalation.handler)
    page = f"/escalations/{escalation.key}/"

    refused = client.post(f"{page}watchers/new/", {"member": ""})
    assert refused.status_code == 422
    assert "Choose who should watch it." in refused.content.decode()

    client.post(f"{page}watchers/new/", {"member": sam.pk})
    assert client_of(sam).get(page).status_code == 200
    client.post(f"{page}watchers/{sam.pk}/remove/")
    assert client_of(sam).get(page).status_code == 404
    assert client.post(f"{page}watchers/{sam.pk}/remove/").status_code == 404
