"""Contacts from a file: found again at their account, by address or by name."""

import pytest

from amends.directory.models import Contact
from tests import make
from tests.directory.imports.files import brought_in, checked, counts, mistakes, text

pytestmark = pytest.mark.django_db
HEAD = "Account Name,First Name,Last Name,Email,Title,Phone,Prefers"


@pytest.fixture
def brightwater():
    return make.account("Brightwater Foods", external_key="001A")


def test_contacts_come_in_at_accounts_named_by_name_or_key_and_a_second_time_nothing_changes(brightwater):
    lines = (
        HEAD,
        "brightwater foods,Maria,Duarte,maria@bw.example,Head of Orders,,E-mail",
        "001A,Rui,Sá,,,+351 1,Phone",
    )

    brought_in("contacts", text(*lines))
    again = checked("contacts", text(*lines))

    maria, rui = Contact.objects.order_by("name")
    assert (maria.account, maria.name, maria.email, maria.prefers) == (
        brightwater, "Maria Duarte", "maria@bw.example", "mail",
    )  # fmt: skip
    assert (rui.name, rui.phone, rui.prefers) == ("Rui Sá", "+351 1", "phone")
    assert counts(again) == (0, 0, 2, 0)


def test_one_without_an_address_is_found_by_name_and_gets_it(brightwater):
    maria = make.contact(brightwater, "Maria Duarte", email="")

    brought_in("contacts", text("Account,Name,Email", "Brightwater Foods,maria duarte,maria@bw.example"))

    maria.refresh_from_db()
    assert maria.email == "maria@bw.example"
    assert Contact.objects.count() == 1


def test_nobody_of_ours_comes_in_as_a_contact(brightwater):
    make.member("Tom Okafor", email="tom@fernhill.example")
    lines = ("Account,Name,Email", "001A,Maria Duarte,maria@bw.example", "001A,Tom,TOM@fernhill.example")

    refused = checked("contacts", text(*lines))

    assert mistakes(refused) == [(3, "email", "That is one of us. Contacts are people of the customer.")]


def test_two_of_a_name_are_told_apart_by_their_addresses(brightwater):
    ana = make.contact(brightwater, "Ana Reis", email="ana@bw.example")
    lines = ("Account,Name,Email,Title", "001A,Ana Reis,ana.reis@bw.example,Buyer", "001A,Ana Reis,ana@bw.example,Boss")

    brought_in("contacts", text(*lines))

    assert sorted(Contact.objects.values_list("email", "title")) == [
        ("ana.reis@bw.example", "Buyer"),
        ("ana@bw.example", "Boss"),
    ]
    ana.refresh_from_db()
    assert ana.title == "Boss"
    assert counts(checked("contacts", text(*lines))) == (0, 0, 2, 0)


@pytest.mark.parametrize(
    ("lines", "field"),
    [
        (["Nowhere Ltd,Ana,"], "account"),
        ([",Ana,"], "account"),
        (["001A,,"], "name"),
        (["001A,Ana,ana at bw"], "email"),
        (["001A,Bo,bo@bw.example", "001A,Bob,BO@bw.example"], "email"),
        (["001A,Bo,", "001A,bo,bo@bw.example"], "name"),
        (["001A,Twin,"], "name"),
        (["001A,Rui,", "001A,Rui Sá,rui@bw.example"], "name"),
    ],
)
def test_a_bad_row_is_named_by_its_line_and_field(brightwater, lines, field):
    make.contact(brightwater, "Twin", email="one@bw.example")
    make.contact(brightwater, "Twin", email="two@bw.example")
    make.contact(brightwater, "Rui", email="rui@bw.example")

    found = checked("contacts", text("Account,Name,Email", *lines))

    assert [(line, at) for line, at, _ in mistakes(found)] == [(1 + len(lines), field)]
    assert Contact.objects.count() == 3


def test_who_is_to_be_called_needs_a_number(brightwater):
    found = checked("contacts", text("Account,Name,Prefers", "001A,Ana,phone"))

    assert mistakes(found) == [(2, "phone", "On which number do they want to be called?")]


def test_an_account_of_that_name_must_be_one_alone(brightwater):
    make.account("BRIGHTWATER FOODS")

    found = checked("contacts", text("Account,Name", "Brightwater Foods,Ana", "001A,Rui"))

    assert [(line, field) for line, field, _ in mistakes(found)] == [(2, "account")]


def test_when_one_can_talk_with_them_is_read_as_it_is_written(brightwater):
    brought_in(
        "contacts",
        text("Account,Name,Availability", 'Brightwater Foods,Maria,"mon-tue 09:00-12:00, fri 14:00-15:00"'),
    )
    wrong = checked("contacts", text("Account,Name,Availability", "Brightwater Foods,Maria,in the morning"))

    hours = Contact.objects.get().available
    assert hours == {"monday": ["09:00-12:00"], "tuesday": ["09:00-12:00"], "friday": ["14:00-15:00"]}
    assert "Write mon, tue" in mistakes(wrong)[0][-1]
