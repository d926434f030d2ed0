from __future__ import annotations

from typing import Any

import pytest

from amends.directory import organisation
from amends.directory.actor import COMMAND_LINE
from amends.directory.models import Organisation
from amends.lib.errors import Refused
from tests import make

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY


def test_there_is_one_organisation_and_a_second_call_changes_it():
    organisation.set_up(name="Fernhill", zone="Europe/Berlin", holidays="DE-BE", by=COMMAND_LINE, now=NOW)
    organisation.set_up(name="Fernhill SE", zone="Europe/Berlin", by=COMMAND_LINE, now=NOW)

    only = Organisation.objects.get()
    assert (only.name, only.holidays, only.hours["monday"]) == ("Fernhill SE", "", ["09:00-17:00"])


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"zone": "Fernhill"}, "zone"),
        ({"hours": {"monday": ["9-5"]}}, "hours"),
        ({"hours": {"funday": ["09:00-17:00"]}}, "hours"),
        ({"hours": {}}, "hours"),
        ({"holidays": "XX"}, "holidays"),
        ({"holidays": "DE-XX"}, "holidays"),
        ({"mail_from": "desk"}, "mail_from"),
    ],
)
def test_what_makes_no_calendar_or_address_is_refused_with_its_field(fields: dict[str, Any], field: str):
    with pytest.raises(Refused) as refused:
        organisation.set_up(**{"name": "Fernhill"} | fields, by=COMMAND_LINE, now=NOW)

    assert refused.value.field == field
    assert not Organisation.objects.exists()
