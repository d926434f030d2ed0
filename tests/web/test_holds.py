"""Holds on outreach: who is left alone, on the page, on the account, and in the feed."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from amends.directory import feeds
from amends.directory.actor import COMMAND_LINE, Role
from amends.directory.models import Account, Member
from amends.escalations.actions import endings
from amends.escalations.models import Escalation, Hold
from amends.lib import wall
from tests import make

pytestmark = pytest.mark.django_db
REASON = "Orders doubled since the release"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def escalation() -> Escalation:
    return make.escalation(
        of=make.account("Brightwater Foods"), now=wall.now(), reason=REASON, outcome_wanted="Our money back"
    )


@pytest.fixture
def ines(client: Client) -> Member:
    """Sales, and in no account team; logged in."""
    member = make.member("Ines Moreau", Role.SALES)
    client.force_login(member)
    return member


def feed_of(member: Member) -> str:
    return f"/holds/feed/{feeds.make(member, by=COMMAND_LINE, now=wall.now())}/"


def entries(response: Any) -> list[tuple[str, str, str]]:
    """The id, title and text of each entry of a feed."""
    found = ElementTree.fromstring(response.content).findall(f"{ATOM}entry")
    return [tuple(entry.findtext(f"{ATOM}{name}", "") for name in ("id", "title", "summary")) for entry in found]


def withdraw(escalation: Escalation) -> None:
    endings.withdraw(escalation, reason="It was none", by=escalation.handler.as_actor(), now=wall.now())


def test_sales_sees_who_is_on_hold_since_when_and_whom_to_ask_but_not_why(
    client: Client, escalation: Escalation, ines: Member
):
    page = client.get("/holds/").content.decode()
    account = client.get(f"/accounts/{escalation.account_id}/").content.decode()
    listed = client.get("/accounts/").content.decode()

    for shown in (page, account):
        assert "Brightwater Foods" in shown and escalation.key in shown and str(escalation.handler) in shown
        assert REASON not in shown and f"/escalations/{escalation.key}/" not in shown
    assert "No outreach:" in account
    assert "No outreach" in listed


def test_who_may_see_the_escalation_reads_what_it_is_about(client: Client, escalation: Escalation, ines: Member):
    make.seat(escalation.account, ines)

    page = client.get("/holds/").content.decode()

    assert REASON in page and f"/escalations/{escalation.key}/" in page


def test_mine_are_the_accounts_that_i_serve(client: Client, escalation: Escalation, ines: Member):
    assert "Brightwater Foods" not in client.get("/holds/?whose=mine").content.decode()

    make.seat(escalation.account, ines)

    assert "Brightwater Foods" in client.get("/holds/?whose=mine").content.decode()


def test_an_account_with_two_escalations_stands_once_until_both_are_over(
    client: Client, escalation: Escalation, ines: Member
):
    other = make.escalation(of=escalation.account, now=wall.now())

    both = client.get("/holds/").content.decode()
    withdraw(escalation)
    one = client.get("/holds/").content.decode()
    withdraw(other)
    none = client.get("/holds/").content.decode()

    assert both.count("<tr data-row>") == one.count("<tr data-row>") == 1
    assert escalation.key in both and escalation.key not in one and other.key in one
    assert "<tr data-row>" not in none
    assert "Lifted lately" in none and f"{other.key} is over" in none and "Lifted lately" not in one


def test_whoever_stands_in_for_the_handler_is_asked(client: Client, escalation: Escalation, ines: Member):
    sami = make.member("Sami Haddad", Role.MANAGER)
    make.absence(escalation.handler, sami, now=wall.now())

    page = client.get(f"/accounts/{escalation.account_id}/").content.decode()

    assert "ask Sami Haddad" in page
    assert f"Sami Haddad stands in for {escalation.handler}" in page


def test_the_page_takes_as_many_queries_for_many_as_for_few(client: Client, ines: Member):
    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/holds/").status_code == 200
        return len(seen)

    csm = make.chain()[0]
    make.escalation(of=make.account(csm=csm), now=wall.now())
    few = asked()
    for _ in range(8):
        make.escalation(of=make.account(csm=csm), now=wall.now())

    assert asked() == few


@pytest.mark.parametrize("role", Role)
def test_the_feed_tells_each_role_the_same_and_nothing_that_a_customer_said(role: Role, escalation: Escalation):
    path = feed_of(make.member("Cal Lane", role))

    response = Client().get(path)

    ((_, title, says),) = entries(response)
    assert title == "Brightwater Foods: no outreach for now"
    assert f"({escalation.key}). Ask {escalation.handler} before you contact them." in says
    text = response.content.decode()
    for secret in (REASON, "Maria Duarte", "money back", "High", "Critical"):
        assert secret not in text
    assert response["Content-Type"].startswith("application/atom+xml")
    assert "private" in response["Cache-Control"]


def test_entries_keep_their_ids_and_a_lifted_hold_is_a_new_one(escalation: Escalation):
    path = feed_of(make.member(role=Role.SALES))

    (placed,) = entries(Client().get(path))
    withdraw(escalation)
    lifted, still = entries(Client().get(path))

    hold = Hold.objects.get()
    assert placed[0] == still[0] == f"tag:desk.fernhill.example,2026:hold:{hold.pk}:placed"
    assert lifted[0] == f"tag:desk.fernhill.example,2026:hold:{hold.pk}:lifted"
    assert lifted[1] == "Brightwater Foods: outreach as usual again"


def test_a_hold_lifted_while_another_stands_does_not_say_that_all_is_as_usual(escalation: Escalation):
    make.escalation(of=escalation.account, now=wall.now())
    path = feed_of(make.member(role=Role.SALES))

    withdraw(escalation)

    assert entries(Client().get(path))[0][1] == "Brightwater Foods: still no outreach"


def test_a_reader_that_has_it_all_is_told_so(escalation: Escalation):
    path = feed_of(make.member(role=Role.SALES))
    first = Client().get(path)

    by_tag = Client().get(path, headers={"If-None-Match": first["ETag"]})
    by_date = Client().get(path, headers={"If-Modified-Since": first["Last-Modified"]})
    withdraw(escalation)
    after = Client().get(path, headers={"If-None-Match": first["ETag"]})

    assert (by_tag.status_code, by_date.status_code, after.status_code) == (304, 304, 200)
    assert not by_tag.content


def test_an_address_is_shown_once_and_a_new_one_closes_the_old(client: Client, ines: Member):
    def made() -> str:
        page = client.post("/you/feed/")
        assert "no-store" in page["Cache-Control"]
        found = re.search(r'id="address" value="http://desk\.fernhill\.example([^"]+)"', page.content.decode())
        assert found
        return found[1]

    old = made()
    assert Client().get(old).status_code == 200
    assert old not in client.get("/you/feed/").content.decode()
    new = made()

    assert (Client().get(old).status_code, Client().get(new).status_code) == (404, 200)
    client.post("/you/feed/forget/")
    assert Client().get(new).status_code == 404


def test_who_has_left_reads_no_feed(ines: Member):
    path = feed_of(ines)
    Member.objects.filter(pk=ines.pk).update(is_active=False)

    assert Client().get(path).status_code == 404
    assert Client().get("/holds/feed/feed_wrong/").status_code == 404
    assert Client().get("/holds/feed/é/").status_code == 404


def test_the_feed_takes_as_many_queries_for_many_as_for_few(django_assert_num_queries: Any):
    path, csm = feed_of(make.member(role=Role.SALES)), make.chain()[0]
    for number in range(5):
        made = make.escalation(of=make.account(f"Account {number}", csm=csm), now=wall.now() - dt.timedelta(hours=2))
        if number % 2:
            withdraw(made)

    with django_assert_num_queries(7):
        assert len(entries(Client().get(path))) == 7
    assert Account.objects.count() == 5
