"""Accounts from a file: found again by key or name, added, changed, left alone; each bad row with its reason."""

import datetime as dt
from decimal import Decimal

import pytest

from amends.directory.models import Account
from tests import make
from tests.directory.imports.files import brought_in, checked, counts, mistakes, sheet, table, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def tom():
    make.organisation()
    return make.member("Tom Okafor", email="tom@fernhill.example")


HEAD = (
    "Company", "Account ID", "ARR", "Potential", "Currency", "Customer since", "Renewal date", "Strategic",
    "Presence", "Health score", "Industry", "Country", "Time zone", "Domains", "Account owner",
)  # fmt: skip
BRIGHTWATER = (
    "Brightwater Foods", "001A", "412000.50", "600000", "GBP", "2019-03-01", "2027-01-31", "yes",
    "7", "82", "Food", "PT", "Europe/Lisbon", "brightwater.example, bw.example", "tom@fernhill.example",
)  # fmt: skip
BRIGHTWATER_TYPED = (
    "Brightwater Foods", "001A", 412000.5, 600000, "GBP", dt.date(2019, 3, 1), dt.datetime(2027, 1, 31), True,
    7, 82.0, "Food", "PT", "Europe/Lisbon", "brightwater.example; bw.example", "Tom Okafor",
)  # fmt: skip


@pytest.mark.parametrize("file", [table([HEAD, BRIGHTWATER]), sheet([HEAD, BRIGHTWATER_TYPED])], ids=["csv", "xlsx"])
def test_everything_that_is_known_of_an_account_comes_in(tom, file):
    brought_in("accounts", file)

    account = Account.objects.get()
    assert (account.name, account.external_key, account.csm) == ("Brightwater Foods", "001A", tom)
    assert (account.spend, account.potential, account.currency) == (Decimal("412000.50"), Decimal(600000), "GBP")
    assert (account.customer_since, account.renewal_on) == (dt.date(2019, 3, 1), dt.date(2027, 1, 31))
    assert (account.is_strategic, account.is_advocate, account.presence, account.health) == (True, False, 7, 82)
    assert (account.industry, account.region, account.zone) == ("Food", "PT", "Europe/Lisbon")
    assert account.mail_domains == ["brightwater.example", "bw.example"]


@pytest.mark.parametrize("build", [table, sheet])
def test_the_same_file_twice_changes_nothing(tom, build):
    rows = [HEAD, BRIGHTWATER, ("Moss & Co", *[""] * 13, "Tom Okafor")]
    brought_in("accounts", build(rows))
    before = list(Account.objects.values())

    again = checked("accounts", build(rows))

    assert counts(again) == (0, 0, 2, 0)
    assert list(Account.objects.values()) == before


def test_an_account_is_found_by_its_name_however_it_is_capitalised_and_blank_cells_say_nothing(tom):
    make.account("Éclair Foods", csm=tom, industry="Food", health=40)

    done = brought_in("accounts", text("Company,ARR,Industry,Health", "ÉCLAIR  foods,99,,55"))

    account = Account.objects.get()
    assert counts(done) == (0, 1, 0, 0)
    assert done.changed_fields == {"name": 1, "spend": 1, "health": 1}
    assert (account.name, account.spend, account.industry, account.health) == ("ÉCLAIR foods", 99, "Food", 55)


def test_an_account_with_a_key_is_found_again_after_its_name_has_changed(tom):
    old = make.account("Brightwater", csm=tom, external_key="001A")
    keyless = make.account("Moss & Co", csm=tom)

    done = brought_in("accounts", text("Company,Account ID", "Brightwater Foods,001A", "Moss & Co,001B"))

    old.refresh_from_db()
    keyless.refresh_from_db()
    assert counts(done) == (0, 2, 0, 0)
    assert (old.name, keyless.external_key) == ("Brightwater Foods", "001B")
    assert Account.objects.count() == 2


def test_a_new_account_has_the_zone_of_the_organisation_and_the_currency_that_was_chosen(tom):
    brought_in("accounts", text("Company,ARR", "Moss & Co,1000"), default_currency="chf")

    account = Account.objects.get()
    assert (account.zone, account.currency, account.csm) == ("Europe/Berlin", "CHF", None)


def test_a_sign_beside_an_amount_is_its_currency(tom):
    brought_in("accounts", text("Company;ARR;Potential", "Moss & Co;£ 1.000,50;2.000 GBP", "Ash;$5;"))

    moss, ash = Account.objects.get(name="Moss & Co"), Account.objects.get(name="Ash")
    assert (moss.spend, moss.potential, moss.currency) == (Decimal("1000.50"), 2000, "GBP")
    assert (ash.spend, ash.currency) == (5, "USD")


BAD = [
    ("no name", ",5,", "name"),
    ("a long name", f"{'x' * 161},,", "name"),
    ("an amount that is none", "Moss,plenty,", "spend"),
    ("a negative amount", "Moss,-1,", "spend"),
    ("an amount beyond the column", "Moss,1000000000000,", "spend"),
    ("the other decimal sign", 'Moss,"412.000,50",', "spend"),
    ("thousands taken for cents", "Moss,412.000,", "spend"),
    ("a broken formula", "Moss,#REF!,", "spend"),
    ("nobody of that name", "Moss,,Nemo", "csm"),
    ("two of that name", "Moss,,Ann Lee", "csm"),
    ("somebody who has left", "Moss,,Gone Grey", "csm"),
    ("a stray comma", "Moss,412,000,Tom Okafor", ""),
    ("a name that another line has", "Here,,\nHERE,,", "name"),
]
BAD_CELLS = [
    ("Currency", "euros", "currency"),
    ("Currency", "12", "currency"),
    ("Customer since", "31/31/2020", "customer_since"),
    ("Customer since", "1066-10-14", "customer_since"),
    ("Renewal date", "soon", "renewal_on"),
    ("Strategic", "perhaps", "is_strategic"),
    ("Presence", "11", "presence"),
    ("Health", "101", "health"),
    ("Health", "8.5", "health"),
    ("Country", "A long way from here", "region"),
    ("Time zone", "Mars/Base", "zone"),
    ("Domains", "not a domain", "mail_domains"),
    ("Account ID", "k" * 81, "external_key"),
    ("ARR", "12 doubloons", "spend"),
    ("ARR", "12 €uro", "spend"),
]


@pytest.mark.parametrize(("what", "line", "field"), BAD, ids=[what for what, *_ in BAD])
def test_a_bad_row_is_named_by_its_line_and_field_and_says_what_to_do(tom, what, line, field):
    make.member("Ann Lee")
    make.member("Ann Lee")
    make.member("Gone Grey", is_active=False)
    before = Account.objects.count()

    found = checked("accounts", text("Company,ARR,Account owner", "Good,1,", *line.split("\n")), decimal=".")

    (_, at, says), *more = mistakes(found)
    assert (found.state, found.bad, at, more) == ("refused", 1, field, [])
    assert mistakes(found)[0][0] == 2 + len(line.split("\n"))
    assert says.endswith((".", "?"))
    assert Account.objects.count() == before


@pytest.mark.parametrize(("header", "cell", "field"), BAD_CELLS)
def test_a_bad_cell_is_named_by_its_line_and_field(tom, header, cell, field):
    found = checked("accounts", table([("Company", header), ("Good", ""), ("Moss", cell)]), decimal=".")

    assert [(line, at) for line, at, _ in mistakes(found)] == [(3, field)]
    assert found.mistakes.get().value == cell


def test_every_mistake_of_a_row_is_named_and_it_counts_once(tom):
    found = checked("accounts", text("Company,Health,Presence,Time zone", "Moss,200,20,Nowhere"))

    assert [field for _, field, _ in mistakes(found)] == ["presence", "health", "zone"]
    assert (found.bad, found.mistake_count) == (1, 3)


def test_a_key_and_a_name_that_mean_two_accounts_are_refused(tom):
    make.account("Brightwater", csm=tom, external_key="001A")
    make.account("Moss & Co", csm=tom, external_key="001B")

    found = checked("accounts", text("Company,Account ID", "Moss & Co,001A", "Brightwater,001C"))

    assert [(line, field) for line, field, _ in mistakes(found)] == [(2, "name"), (3, "external_key")]


def test_two_lines_about_one_account_are_refused_also_where_one_has_its_key_and_the_other_its_name(tom):
    make.account("Brightwater", csm=tom, external_key="001A")

    found = checked("accounts", text("Company,Account ID", "Brightwater Foods,001A", "Brightwater,"))

    assert mistakes(found) == [(3, "name", "Line 2 is about this account already.")]


def test_a_renewal_before_they_became_a_customer_is_refused_also_against_what_is_known(tom):
    make.account("Moss & Co", csm=tom, customer_since=dt.date(2024, 1, 1))

    found = checked("accounts", text("Company,Renewal", "Moss & Co,2023-12-31"))

    assert mistakes(found) == [(2, "renewal_on", "The renewal lies before they became a customer.")]


def test_amounts_in_two_currencies_are_refused(tom):
    found = checked("accounts", text("Company,ARR,Currency", "Moss,$12,EUR"))

    assert mistakes(found) == [(2, "spend", "This amount is in USD, and another cell says EUR.")]


@pytest.mark.parametrize(
    ("head", "row", "at"),
    [
        ("Company,ARR", "Moss & Co,$120", ["potential"]),
        ("Company,ARR,Currency", "Moss & Co,120,USD", ["potential"]),
        ("Company,ARR,Potential", "Moss & Co,$120,", ["potential"]),
        ("Company,Currency", "Moss & Co,USD", ["spend", "potential"]),
        ("Company,ARR,Potential", "Moss & Co,$120,240", []),
        ("Company,ARR", "Moss & Co,€120", []),
    ],
)
def test_an_amount_that_is_known_in_one_currency_is_not_taken_for_as_much_of_another(tom, head, row, at):
    make.account("Moss & Co", csm=tom, spend=Decimal(100), potential=Decimal(200), currency="EUR")

    found = checked("accounts", text(head, row))

    assert [field for _, field, _ in mistakes(found)] == at
    if "potential" in at:
        says = "Known here as € 200, and this line is in USD. Give this amount in USD too."
        assert mistakes(found)[-1] == (2, "potential", says)
    assert found.state == ("refused" if at else "checked")


def test_an_amount_that_nobody_knows_keeps_no_currency_from_being_changed(tom):
    make.account("Moss & Co", csm=tom, spend=Decimal(100), currency="EUR")

    brought_in("accounts", text("Company,ARR", "Moss & Co,$120"))

    account = Account.objects.get()
    assert (account.spend, account.potential, account.currency) == (120, None, "USD")
