"""The pages of accounts and of the people at them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from amends.directory.actor import Role
from amends.directory.models import Account, Contact, Seat
from tests import make
from tests.web.filled import filled

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY
BRIGHTWATER = {"name": "Brightwater Foods", "currency": "EUR", "zone": "Europe/Lisbon"}


@pytest.fixture
def nadia(client: Client) -> Any:
    """A manager, logged in."""
    member = make.member("Nadia Brandt", Role.MANAGER)
    client.force_login(member)
    return member


def test_an_account_is_added_and_stands_on_its_page(client: Client, nadia: Any):
    response = client.post(
        "/accounts/new/",
        BRIGHTWATER
        | {
            "spend": "412000",
            "health": "38",
            "renewal_on": "2027-01-31",
            "is_strategic": "on",
            "mail_domains": "brightwater.example, bright.example",
            "csm": nadia.pk,
        },
    )

    account = Account.objects.get()
    assert response["Location"] == f"/accounts/{account.pk}/"
    assert response.cookies["draft_done"].value == "new-account"
    assert account.mail_domains == ["brightwater.example", "bright.example"]
    page = client.get(response["Location"]).content.decode()
    for words in ("Brightwater Foods", "€\N{NO-BREAK SPACE}412", "38", "31 Jan 2027", "Nadia Brandt"):
        assert words in page


def test_a_refusal_stands_at_its_field_and_what_was_typed_is_kept(client: Client, nadia: Any):
    make.account("Brightwater Foods")

    response = client.post("/accounts/new/", BRIGHTWATER | {"industry": "Food & drink"})

    page = response.content.decode()
    assert response.status_code == 422
    assert "There is an account called Brightwater Foods already." in page
    assert 'value="Food &amp; drink"' in page
    name = re.search(r"<input[^>]*name=\"name\"[^>]*>", page)
    assert name and 'aria-invalid="true"' in name[0]


def test_what_no_form_can_read_is_said_too(client: Client, nadia: Any):
    response = client.post("/accounts/new/", {"name": "X", "zone": "Atlantis", "health": "many", "currency": "EUR"})

    assert response.status_code == 422
    assert "Enter a whole number." in response.content.decode()


def test_an_account_is_changed_and_its_form_holds_what_is_known(client: Client, nadia: Any):
    account = make.account(mail_domains=["a.example", "b.example"])

    form = client.get(f"/accounts/{account.pk}/change/").content.decode()
    response = client.post(f"/accounts/{account.pk}/change/", BRIGHTWATER | {"health": "61"})

    assert 'value="a.example, b.example"' in form
    assert response.status_code == 302
    account.refresh_from_db()
    assert (account.name, account.health, account.spend) == ("Brightwater Foods", 61, None)


def test_accounts_are_found_by_a_part_of_their_name(client: Client, nadia: Any):
    make.account("Brightwater Foods")
    make.account("Ostrava Cold Chain")

    page = client.get("/accounts/", {"q": "COLD"}).content.decode()

    assert "Ostrava Cold Chain" in page
    assert "Brightwater Foods" not in page
    assert "1 account with" in page


def test_a_search_that_finds_nothing_says_so_and_shows_what_was_sought_harmlessly(client: Client, nadia: Any):
    page = client.get("/accounts/", {"q": '"><script>'}).content.decode()

    assert "No account is called that" in page
    assert '"><script>' not in page


def test_the_list_goes_on_page_by_page_until_its_end(client: Client, nadia: Any):
    Account.objects.bulk_create(Account(name=f"Account {number:03}") for number in range(120))
    seen: list[str] = []
    address: str | None = "/accounts/?q=account"

    for _ in range(10):
        if address is None:
            break
        page = client.get(address).content.decode()
        seen += re.findall(r"data-open>(Account \d+)<", page)
        further = re.search(r'href="(\?[^"]*after=\d+)"', page)
        address = "/accounts/" + further[1].replace("&amp;", "&") if further else None

    assert seen == [f"Account {number:03}" for number in range(120)]


def test_the_list_asks_as_many_questions_for_three_hundred_as_for_ten(client: Client, nadia: Any):
    def add(count: int) -> None:
        start = Account.objects.count()
        Account.objects.bulk_create(
            Account(name=f"Account {number:04}", csm=nadia) for number in range(start, start + count)
        )

    def questions() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get("/accounts/").status_code == 200
        return len(asked)

    add(10)
    for_ten = questions()
    add(290)

    assert questions() == for_ten


def test_the_page_of_an_account_asks_as_many_questions_however_much_there_is(client: Client, nadia: Any):
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/accounts/{account.pk}/").status_code == 200
        return len(asked)

    account = make.account()
    make.escalation(of=account)
    make.seat(account, make.member())
    few = questions()
    for number in range(12):
        make.escalation(of=account)
        make.contact(account, f"Contact {number}")
        make.seat(account, make.member())

    assert questions() == few


def test_an_account_shows_only_escalations_that_one_may_see(client: Client):
    escalation = make.escalation(reason="Nobody else’s business")
    client.force_login(make.member("Sal", Role.SALES))

    page = client.get(f"/accounts/{escalation.account_id}/").content.decode()

    assert "Nobody else’s business" not in page
    assert "None that you may see." in page


def test_a_contact_is_added_and_changed(client: Client, nadia: Any):
    account = make.account()
    maria = {"name": "Maria Duarte", "email": "maria@brightwater.example", "prefers": "mail"}

    client.post(f"/accounts/{account.pk}/contacts/new/", maria)
    contact = Contact.objects.get()
    refused = client.post(
        f"/accounts/{account.pk}/contacts/{contact.pk}/", maria | {"prefers": "phone", "zone": "Europe/Porto"}
    )
    unread = client.post(f"/accounts/{account.pk}/contacts/{contact.pk}/", maria | {"available": "mornings"})
    client.post(f"/accounts/{account.pk}/contacts/{contact.pk}/", maria | {"available": "mon-tue 09:00-12:00"})
    page = client.get(f"/accounts/{account.pk}/contacts/{contact.pk}/").content.decode()
    client.post(f"/accounts/{account.pk}/contacts/{contact.pk}/", filled(page) | {"has_left": "on"})

    assert unread.status_code == 422 and "Write “mon-fri 09:00-17:00”" in unread.content.decode()
    assert refused.status_code == 422
    assert "is not a time zone" in refused.content.decode()
    contact.refresh_from_db()
    assert (contact.account, contact.has_left) == (account, True)
    assert contact.available == {"monday": ["09:00-12:00"], "tuesday": ["09:00-12:00"]}


def test_a_contact_of_another_account_is_not_there(client: Client, nadia: Any):
    contact = make.contact(make.account())

    assert client.get(f"/accounts/{make.account().pk}/contacts/{contact.pk}/").status_code == 404


def test_a_seat_is_given_and_taken_away(client: Client, nadia: Any):
    account = make.account()

    wrong = client.post(f"/accounts/{account.pk}/seats/", {"member": "", "part": Seat.Part.SALES})
    client.post(f"/accounts/{account.pk}/seats/", {"member": nadia.pk, "part": Seat.Part.SALES})
    seat = account.seats.get()
    assert (wrong.status_code, seat.member) == (422, nadia)

    client.post(f"/accounts/{account.pk}/seats/{seat.pk}/leave/")
    assert not account.seats.exists()


def test_there_is_no_such_account(client: Client, nadia: Any):
    for number in ("999999", "9" * 30):
        response = client.get(f"/accounts/{number}/")
        assert response.status_code == 404
        assert "There is nothing here" in response.content.decode()
