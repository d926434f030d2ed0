from __future__ import annotations

import pytest

from amends.directory import teams
from amends.directory.actor import COMMAND_LINE
from amends.lib.errors import Refused
from tests import make

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY


def test_a_team_is_added_and_changed():
    lena, omar = make.member("Lena"), make.member("Omar")

    team = teams.add(name="Platform", kind="development", members=[lena], by=COMMAND_LINE, now=NOW)
    team = teams.change(team, members=[omar], by=COMMAND_LINE, now=NOW)

    assert (team.name, team.kind, list(team.members.all())) == ("Platform", "development", [omar])


def test_a_team_needs_a_name_of_its_own_and_a_known_kind():
    teams.add(name="Platform", kind="development", by=COMMAND_LINE, now=NOW)

    fields = []
    for name, kind in [("", "support"), ("platform", "support"), ("Desk", "band")]:
        with pytest.raises(Refused) as refused:
            teams.add(name=name, kind=kind, by=COMMAND_LINE, now=NOW)
        fields.append(refused.value.field)

    assert fields == ["name", "name", "kind"]
