from __future__ import annotations

import pytest

from amends.directory import tokens
from amends.directory.actor import COMMAND_LINE
from amends.directory.models import Token
from amends.lib.errors import Refused
from tests import make

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY


def test_a_key_opens_its_token_until_it_is_revoked():
    nadia = make.member("Nadia")
    token, key = tokens.make(nadia, name="Reports", scope="read", by=COMMAND_LINE, now=NOW)

    found = tokens.find(key, now=NOW)
    assert found == token
    assert found.member == nadia

    tokens.revoke(token, by=COMMAND_LINE, now=NOW)
    tokens.revoke(token, by=COMMAND_LINE, now=NOW)
    assert tokens.find(key, now=NOW) is None


def test_the_key_itself_is_kept_nowhere():
    token, key = tokens.make(make.member(), name="Reports", scope="write", by=COMMAND_LINE, now=NOW)

    stored = Token.objects.filter(pk=token.pk).values_list()[0]
    assert not any(key in str(value) or key.removeprefix("amends_") in str(value) for value in stored)


@pytest.mark.parametrize("key", ["", "amends_", "amends_nothing", "nothing", "amends_\x00"])
def test_what_is_no_key_opens_nothing(key: str):
    tokens.make(make.member(), name="Reports", scope="read", by=COMMAND_LINE, now=NOW)

    assert tokens.find(key, now=NOW) is None


def test_a_token_needs_a_name_a_known_scope_and_a_member_who_is_here():
    with pytest.raises(Refused) as nameless:
        tokens.make(make.member(), name=" ", scope="read", by=COMMAND_LINE, now=NOW)
    with pytest.raises(Refused) as scopeless:
        tokens.make(make.member(), name="Reports", scope="all", by=COMMAND_LINE, now=NOW)
    with pytest.raises(Refused):
        tokens.make(make.member(is_active=False), name="Reports", scope="read", by=COMMAND_LINE, now=NOW)

    assert (nameless.value.field, scopeless.value.field) == ("name", "scope")
