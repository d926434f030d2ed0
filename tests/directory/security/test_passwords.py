"""Passwords that anybody would try here first are refused, and so are none that only hold such a word."""

import pytest

from amends.directory import members
from amends.directory.actor import COMMAND_LINE
from amends.lib.errors import Refused
from tests import make

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY


@pytest.mark.parametrize("password", ["Fernhill2026", "amends-amends!", "fernhillamends", "Escalation1"])
def test_our_own_name_is_no_password(password):
    make.organisation()

    with pytest.raises(Refused) as refused:
        members.set_password(make.member(), password=password, by=COMMAND_LINE, now=NOW)

    assert "our own name" in refused.value.sentence


@pytest.mark.parametrize("password", ["fernhill under grey rain", "a quiet harbour at dawn", "x" * 9 + " y " * 20])
def test_a_long_one_may_hold_it_and_have_any_length_and_blanks(password):
    make.organisation()
    tom = make.member()

    members.set_password(tom, password=password, by=COMMAND_LINE, now=NOW)

    assert tom.check_password(password) and not tom.check_password(password.strip().upper())
