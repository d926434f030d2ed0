from __future__ import annotations

from typing import Any

import pytest

from amends.directory import contacts
from amends.directory.actor import COMMAND_LINE
from amends.directory.models import Contact
from amends.lib.errors import Refused
from tests import make

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY


def test_a_contact_is_added_and_changed():
    account = make.account()

    maria = contacts.add(account, name="Maria Duarte", email="maria@brightwater.example", by=COMMAND_LINE, now=NOW)
    maria = contacts.change(maria, phone="+351 21 000", prefers="phone", by=COMMAND_LINE, now=NOW)

    maria.refresh_from_db()
    assert (maria.account, maria.email, maria.prefers) == (account, "maria@brightwater.example", "phone")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"email": "maria"}, "email"),
        ({"email": "maria@brightwater.example\nBcc: all@x.example"}, "email"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"prefers": "pigeon"}, "prefers"),
        ({"prefers": "phone"}, "phone"),
        ({"phone": "0" * 41}, "phone"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(fields: dict[str, Any], field: str):
    with pytest.raises(Refused) as refused:
        contacts.add(make.account(), **{"name": "Maria Duarte"} | fields, by=COMMAND_LINE, now=NOW)

    assert refused.value.field == field
    assert not Contact.objects.exists()


def test_two_contacts_of_an_account_do_not_share_an_address():
    account = make.account()
    make.contact(account, "Maria Duarte")

    with pytest.raises(Refused, match="Maria Duarte of this account has that address already"):
        contacts.add(account, name="M. Duarte", email="MARIA@brightwater.example", by=COMMAND_LINE, now=NOW)

    contacts.add(make.account(), name="M. Duarte", email="maria@brightwater.example", by=COMMAND_LINE, now=NOW)


def test_nobody_of_ours_is_a_contact():
    tom, maria = make.member("Tom Okafor", email="tom@fernhill.example"), make.contact(make.account())

    with pytest.raises(Refused, match=r"That is one of us\.") as added:
        contacts.add(maria.account, name="Tom", email="Tom@Fernhill.example", by=COMMAND_LINE, now=NOW)
    with pytest.raises(Refused, match=r"That is one of us\.") as changed:
        contacts.change(maria, email=tom.email, by=COMMAND_LINE, now=NOW)

    assert (added.value.field, changed.value.field) == ("email", "email")
    assert Contact.objects.get().email == "maria@brightwater.example"


def test_a_contact_who_became_one_of_us_can_still_be_said_to_have_left():
    maria = make.contact(make.account())
    make.member("Maria Duarte", email=maria.email)

    assert contacts.change(maria, has_left=True, by=COMMAND_LINE, now=NOW).has_left


def test_a_blank_zone_is_the_accounts():
    assert contacts.add(make.account(), name="Maria", zone="", by=COMMAND_LINE, now=NOW).zone == ""
