from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from amends.directory import accounts
from amends.directory.actor import COMMAND_LINE
from amends.directory.models import Seat, Trace
from amends.lib.errors import Refused
from tests import make

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY


def refusal(**fields: Any) -> Refused:
    with pytest.raises(Refused) as refused:
        accounts.add(**{"name": "Brightwater Foods"} | fields, by=COMMAND_LINE, now=NOW)
    return refused.value


def test_an_account_is_added_with_all_that_is_known_of_it():
    tom = make.member("Tom Okafor")

    account = accounts.add(
        name="  Brightwater   Foods ",
        spend=Decimal(412000),
        currency="eur",
        customer_since=dt.date(2021, 3, 1),
        renewal_on=dt.date(2027, 1, 31),
        is_strategic=True,
        presence=7,
        health=38,
        industry="Food",
        region="PT",
        zone="Europe/Lisbon",
        mail_domains=["@Brightwater.example", "brightwater.example", " "],
        csm=tom,
        by=COMMAND_LINE,
        now=NOW,
    )

    account.refresh_from_db()
    assert account.name == "Brightwater Foods"
    assert str(account.worth) == "€\N{NO-BREAK SPACE}412,000"
    assert account.mail_domains == ["brightwater.example"]
    assert account.csm == tom


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 161}, "name"),
        ({"name": "Bright\x07water"}, "name"),
        ({"spend": Decimal(-1)}, "spend"),
        ({"spend": Decimal("NaN")}, "spend"),
        ({"potential": Decimal(10) ** 12}, "potential"),
        ({"currency": "euro"}, "currency"),
        ({"currency": "€"}, "currency"),
        ({"health": 101}, "health"),
        ({"health": -1}, "health"),
        ({"presence": 11}, "presence"),
        ({"zone": "Europe/Lissabon"}, "zone"),
        ({"zone": ""}, "zone"),
        ({"zone": "../etc/passwd"}, "zone"),
        ({"mail_domains": ["brightwater"]}, "mail_domains"),
        ({"mail_domains": ["a@b.example"]}, "mail_domains"),
        ({"mail_domains": ["-a.example"]}, "mail_domains"),
        ({"customer_since": dt.date(2026, 1, 1), "renewal_on": dt.date(2025, 1, 1)}, "renewal_on"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(fields: dict[str, Any], field: str):
    refused = refusal(**fields)

    assert refused.field == field
    assert refused.sentence.endswith((".", "?"))


def test_a_second_account_of_the_same_name_is_refused_however_it_is_capitalised():
    make.account("Brightwater Foods")

    refused = refusal(name="BRIGHTWATER foods")

    assert (refused.field, refused.sentence) == (
        "name",
        "There is an account called BRIGHTWATER foods already.",
    )


def test_a_csm_who_has_left_is_refused():
    assert refusal(csm=make.member("Tom Okafor", is_active=False)).field == "csm"


def test_a_change_leaves_alone_what_it_does_not_name():
    account = make.account("Brightwater Foods", health=38)

    changed = accounts.change(account, health=61, by=COMMAND_LINE, now=NOW)

    changed.refresh_from_db()
    assert (changed.name, changed.health, changed.zone) == ("Brightwater Foods", 61, "Europe/Lisbon")


def test_an_account_may_keep_its_own_name():
    account = make.account("Brightwater Foods")

    assert accounts.change(account, name="Brightwater foods", by=COMMAND_LINE, now=NOW).name == "Brightwater foods"


def test_a_renewal_is_checked_against_what_stood_there_before():
    account = make.account(customer_since=dt.date(2026, 1, 1))

    with pytest.raises(Refused, match="before they became"):
        accounts.change(account, renewal_on=dt.date(2025, 1, 1), by=COMMAND_LINE, now=NOW)


def test_what_is_not_known_of_an_account_is_a_slip_of_ours():
    with pytest.raises(TypeError, match="colour"):
        accounts.change(make.account(), colour="red", by=COMMAND_LINE, now=NOW)  # type: ignore[call-arg]


def test_a_seat_is_given_once_and_taken_away():
    account, petra = make.account(), make.member("Petra Novak")

    first = accounts.seat(account, member=petra, part=Seat.Part.SALES, by=COMMAND_LINE, now=NOW)
    again = accounts.seat(account, member=petra, part=Seat.Part.SALES, by=COMMAND_LINE, now=NOW)
    assert first == again

    accounts.unseat(first, by=COMMAND_LINE, now=NOW)
    assert not account.seats.exists()


def test_a_seat_needs_a_known_part_and_somebody_who_is_here():
    account = make.account()

    with pytest.raises(Refused) as unknown:
        accounts.seat(account, member=make.member(), part="boss", by=COMMAND_LINE, now=NOW)
    with pytest.raises(Refused) as left:
        accounts.seat(account, member=make.member(is_active=False), part=Seat.Part.SALES, by=COMMAND_LINE, now=NOW)

    assert (unknown.value.field, left.value.field) == ("part", "member")


def test_of_many_names_those_that_nobody_knows_are_added_with_one_trace():
    known = make.account("Brightwater Foods")
    names = {"Brightwater Foods", "Tern Rail", "Fjordline"}

    first, again = (accounts.found_or_added(names, by=COMMAND_LINE, now=NOW) for _ in range(2))

    assert first.keys() == names and first == again
    assert first["Brightwater Foods"] == known.pk
    trace = Trace.objects.get()
    assert (trace.act, trace.after) == ("account.several_added", {"accounts": ["Fjordline", "Tern Rail"]})
