from __future__ import annotations

from typing import Any

import pytest

from amends.directory import members, tokens
from amends.directory.actor import COMMAND_LINE, Role
from amends.lib.errors import Refused
from tests import make

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY
NADIA = {"name": "Nadia Brandt", "email": "nadia@fernhill.example", "role": Role.MANAGER}


def add(**fields: Any) -> members.Member:
    return members.add(**NADIA | fields, by=COMMAND_LINE, now=NOW)


def test_a_new_member_cannot_log_in_before_a_password_is_set():
    nadia = add(zone="Europe/Berlin")
    assert not nadia.has_usable_password()

    members.set_password(nadia, password="a quiet harbour at dawn", by=COMMAND_LINE, now=NOW)

    nadia.refresh_from_db()
    assert nadia.check_password("a quiet harbour at dawn")
    assert (nadia.joined_at, nadia.is_active) == (NOW, True)


@pytest.mark.parametrize("password", ["short", "1234567890", "nadiabrandt"])
def test_a_weak_password_is_refused(password: str):
    with pytest.raises(Refused) as refused:
        members.set_password(add(), password=password, by=COMMAND_LINE, now=NOW)

    assert refused.value.field == "password"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": " "}, "name"),
        ({"email": "nadia"}, "email"),
        ({"role": "boss"}, "role"),
        ({"zone": "Berlin"}, "zone"),
        ({"title": "x" * 81}, "title"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(fields: dict[str, Any], field: str):
    with pytest.raises(Refused) as refused:
        add(**fields)

    assert refused.value.field == field


def test_an_address_belongs_to_one_member_however_it_is_capitalised():
    add()

    with pytest.raises(Refused) as refused:
        add(name="Another", email="NADIA@fernhill.example")

    assert refused.value.field == "email"


def test_nobody_reports_to_themselves_however_many_are_in_between():
    tom, nadia, ruth = make.chain()

    for lead in (ruth, nadia, tom):
        with pytest.raises(Refused) as refused:
            members.change(ruth, reports_to=lead, by=COMMAND_LINE, now=NOW)
        assert refused.value.field == "reports_to"

    assert members.change(tom, reports_to=ruth, by=COMMAND_LINE, now=NOW).reports_to == ruth
    assert members.change(tom, reports_to=None, by=COMMAND_LINE, now=NOW).reports_to is None


def test_nobody_reports_to_somebody_who_has_left():
    with pytest.raises(Refused, match="Otto Wolf is no longer here"):
        add(reports_to=make.member("Otto Wolf", Role.EXECUTIVE, is_active=False))


def test_the_last_administrator_stays_one():
    ada = make.member("Ada", Role.ADMINISTRATOR)
    make.member("Otto", Role.ADMINISTRATOR, is_active=False)

    with pytest.raises(Refused) as demoted:
        members.change(ada, role=Role.CSM, by=COMMAND_LINE, now=NOW)
    with pytest.raises(Refused) as left:
        members.deactivate(ada, by=COMMAND_LINE, now=NOW)

    ada.refresh_from_db()
    assert (demoted.value.field, left.value.field) == ("role", None)
    assert (ada.role, ada.is_active) == (Role.ADMINISTRATOR, True)


def test_one_of_two_administrators_may_go_but_not_by_their_own_hand():
    ada, ben = make.member("Ada", Role.ADMINISTRATOR), make.member("Ben", Role.ADMINISTRATOR)

    with pytest.raises(Refused, match="your own"):
        members.deactivate(ben, by=ben.as_actor(), now=NOW)
    members.deactivate(ben, by=ada.as_actor(), now=NOW)

    ben.refresh_from_db()
    assert not ben.is_active


def test_the_tokens_of_a_member_end_when_they_leave_and_do_not_come_back():
    nadia = make.member("Nadia", Role.MANAGER)
    _, key = tokens.make(nadia, name="Script", scope="read", by=COMMAND_LINE, now=NOW)
    assert tokens.find(key, now=NOW)

    members.deactivate(nadia, by=COMMAND_LINE, now=NOW)
    assert tokens.find(key, now=NOW) is None

    members.reactivate(nadia, by=COMMAND_LINE, now=NOW)
    assert tokens.find(key, now=NOW) is None
