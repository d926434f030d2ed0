"""What is kept on an account, and shown before the next contact."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from amends.directory import insights, purchases
from amends.directory.actor import COMMAND_LINE, Role
from amends.directory.models import Account, Insight, Member, Purchase
from amends.directory.security.models import Trace
from amends.lib import wall
from amends.outbox.models import Delivery
from tests import make

pytestmark = pytest.mark.django_db
CALLS = "Hates to be called before nine"


@pytest.fixture
def account() -> Account:
    return make.account("Brightwater Foods", customer_since=dt.date(2020, 1, 1), presence=7, health=61)


@pytest.fixture
def tom(client: Client, account: Account) -> Member:
    """The account's CSM, logged in."""
    assert account.csm
    client.force_login(account.csm)
    return account.csm


def learnt(account: Account, text: str = CALLS, kind: str = "upsets") -> Insight:
    return insights.add(account, kind=kind, text=text, by=COMMAND_LINE, now=wall.now())


def bought(account: Account, amount: int, currency: str = "EUR", what: str = "Order flow") -> Purchase:
    return purchases.add(
        account,
        what=what,
        on=dt.date(2026, 1, 2),
        amount=Decimal(amount),
        currency=currency,
        by=COMMAND_LINE,
        now=wall.now(),
    )


def test_anybody_writes_down_what_they_learnt_and_it_stands_on_the_account(client: Client, account: Account):
    ines = make.member("Ines Moreau", Role.SALES)
    client.force_login(ines)

    page = client.post(f"/accounts/{account.pk}/insights/new/", {"kind": "upsets", "text": CALLS}, follow=True)

    assert CALLS in page.content.decode() and "Ines Moreau" in page.content.decode()
    assert not Delivery.objects.exists()


def test_the_account_team_is_told_where_that_is_ticked_escalated_or_not(client: Client, account: Account):
    ines, leaver = make.member("Ines Moreau", Role.SALES), make.member("Ole Lund", is_active=False)
    sami = make.member("Sami Haddad")
    for member in (ines, leaver, account.csm):
        make.seat(account, member)
    make.absence(account.csm, sami, now=wall.now())
    client.force_login(ines)

    client.post(f"/accounts/{account.pk}/insights/new/", {"kind": "upsets", "text": CALLS, "tells_the_team": "on"})

    told = {delivery.name: delivery.letter for delivery in Delivery.objects.all()}
    assert set(told) == {"Tom Okafor", "Sami Haddad"}
    assert told["Sami Haddad"]["subject"] == "Brightwater Foods: what upsets them"
    assert CALLS in told["Sami Haddad"]["paragraphs"][0]


def test_what_nobody_else_could_be_told_is_told_once_somebody_is_in_the_account_team(
    client: Client, account: Account, tom: Member
):
    typed = {"kind": "upsets", "text": CALLS, "tells_the_team": "on"}
    page = client.post(f"/accounts/{account.pk}/insights/new/", typed, follow=True).content.decode()
    assert "Written down. Nobody else is in the account team yet." in page
    insight = account.insights.get()
    assert insight.told_at is None
    ines = make.member("Ines Moreau", Role.SALES)
    make.seat(account, ines)

    client.post(f"/accounts/{account.pk}/insights/{insight.pk}/tell/")

    assert [delivery.name for delivery in Delivery.objects.all()] == ["Ines Moreau"]


def test_an_insight_without_words_comes_back(client: Client, account: Account, tom: Member):
    answer = client.post(f"/accounts/{account.pk}/insights/new/", {"kind": "helps", "text": " "})

    assert answer.status_code == 422
    assert answer.context["insight_form"].errors.keys() == {"text"}
    assert "<details" in answer.content.decode() and " open>" in answer.content.decode()


def test_it_is_shown_before_the_next_contact_and_no_longer_once_it_is_not_so(
    client: Client, account: Account, tom: Member
):
    insight = learnt(account)
    escalation = make.escalation(of=account, now=wall.now())
    case, log = f"/escalations/{escalation.key}/", f"/escalations/{escalation.key}/log/"

    before = [client.get(path).content.decode() for path in (case, log)]
    client.post(f"/accounts/{account.pk}/insights/{insight.pk}/retire/")
    after = [client.get(path).content.decode() for path in (case, log)]

    for page in before:
        assert f"Before you speak with {account}" in page and CALLS in page
    strip = before[0].index(f"Before you speak with {account}")
    assert before[0].index('id="composer"') < strip < before[0].index('id="id_text"')
    for page in after:
        assert CALLS not in page
    assert CALLS in client.get(f"/accounts/{account.pk}/").content.decode()


def test_what_is_said_better_replaces_the_old_words(client: Client, account: Account, tom: Member):
    insight = learnt(account)

    client.post(f"/accounts/{account.pk}/insights/{insight.pk}/", {"kind": "upsets", "text": "Hates calls"})

    assert [each.text for each in account.insights.filter(retired_at=None)] == ["Hates calls"]
    assert account.insights.count() == 2


def test_purchases_are_added_corrected_summed_by_currency_and_taken_away(client: Client, account: Account, tom: Member):
    path = f"/accounts/{account.pk}/purchases/"
    form = {"what": "Order flow", "on": "2026-01-02", "amount": "1000", "currency": ""}

    client.post(f"{path}new/", form)
    purchase = Purchase.objects.get()
    client.post(f"{path}{purchase.pk}/", form | {"amount": "2000", "currency": "EUR"})
    for amount in (500, 5):
        bought(account, amount, "GBP")
    page = client.get(f"/accounts/{account.pk}/").content.decode().replace("\xa0", " ")
    refused = client.post(f"{path}new/", form | {"what": ""})
    client.post(f"{path}{purchase.pk}/remove/")

    assert "€ 2,000 and £ 505 in all" in page
    assert refused.status_code == 422
    assert refused.context["purchase_form"].errors.keys() == {"what"}
    assert account.purchases.count() == 2


def test_a_purchase_of_another_account_is_not_there(client: Client, account: Account, tom: Member):
    other = bought(make.account(), 5)

    assert client.get(f"/accounts/{account.pk}/purchases/{other.pk}/").status_code == 404
    assert client.post(f"/accounts/{account.pk}/insights/{learnt(make.account()).pk}/retire/").status_code == 404


def test_the_case_shows_what_they_are_worth_one_click_away(client: Client, account: Account, tom: Member):
    bought(account, 12000, what="Forty seats")
    escalation = make.escalation(of=account, now=wall.now())

    page = client.get(f"/escalations/{escalation.key}/").content.decode()

    drawer = page[page.index('id="worth"') : page.index('id="heard"')].replace("\xa0", " ")
    for says in ("€ 412,000", "years, since 1 Jan 2020", "heard 7 of 10", "61 of 100", "Forty seats", "€ 12,000"):
        assert says in drawer
    assert 'popovertarget="worth"' in page


def test_the_account_takes_as_many_queries_for_much_as_for_little(client: Client, account: Account, tom: Member):
    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"/accounts/{account.pk}/").status_code == 200
        return len(seen)

    def grow(rows: int) -> None:
        for number in range(rows):
            learnt(account, f"Insight {rows} {number}")
            bought(account, number)

    grow(1)
    make.escalation(of=account, now=wall.now())
    few = asked()
    grow(20)
    make.escalation(of=account, now=wall.now())

    assert asked() == few


def test_who_may_not_change_accounts_is_offered_no_purchase(client: Client, account: Account):
    client.force_login(make.member("Rex Pond", Role.RESPONDER))
    bought(account, 5)

    page: Any = client.get(f"/accounts/{account.pk}/").content.decode()

    assert "Order flow" in page and "/purchases/" not in page


def test_the_team_is_told_of_one_later_and_but_once(client: Client, account: Account, tom: Member):
    insight, ines = learnt(account), make.member("Ines Moreau", Role.SALES)
    path = f"/accounts/{account.pk}/insights/{insight.pk}/tell/"
    alone = client.post(path, follow=True).content.decode()
    make.seat(account, ines)

    told = client.post(path, follow=True).content.decode()
    again = client.post(path, follow=True).content.decode()

    assert "Nobody else is in the account team yet." in alone
    assert "The account team is told." in told and "the team was told" in told and path not in told
    assert "The account team was told of it already." in again
    assert [delivery.address for delivery in Delivery.objects.all()] == [ines.email]
    trace = Trace.objects.get(act="insight.told")
    assert (trace.by_id, trace.after) == (tom.pk, {"told": ["Ines Moreau"]})


def test_what_is_no_longer_so_is_told_to_nobody(client: Client, account: Account, tom: Member):
    insight = learnt(account)
    insights.retire(insight, by=tom.as_actor(), now=wall.now())

    page = client.post(f"/accounts/{account.pk}/insights/{insight.pk}/tell/", follow=True).content.decode()

    assert "That is no longer so." in page and not Delivery.objects.exists()
