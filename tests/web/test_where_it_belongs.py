"""Where a mail belongs that nobody could tell: what its page offers."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from amends.directory.actor import Role
from tests import make
from tests.escalations.mail.writing import arrives, brightwater

pytestmark = pytest.mark.django_db


def test_where_one_case_is_under_way_it_is_chosen_and_of_several_none(client: Client):
    case = brightwater()[0]
    client.force_login(make.member(role=Role.MANAGER))
    one = arrives("The labels are wrong.")
    before = client.get(f"/mail/{one.pk}/").content.decode()
    other = make.escalation(of=case.account, contact=case.contact)
    several = arrives("The labels are wrong again.")

    after = client.get(f"/mail/{several.pk}/").content.decode()

    chosen = r'name="case" value="(ESC-\d+)"[^>]*checked'
    assert re.findall(chosen, before) == [case.key] and re.findall(chosen, after) == []
    assert all(f'name="case" value="{each.key}"' in after for each in (case, other))
    assert f"They wrote anew, while {other.key} and {case.key} are under way." in after
