from __future__ import annotations

import pytest

from amends.directory.actor import Role
from amends.escalations.actions import members
from amends.lib.errors import Forbidden, Refused
from tests import make

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY


def test_a_member_for_whom_customers_wait_hands_on_first():
    ada = make.member("Ada", Role.ADMINISTRATOR).as_actor()
    escalation = make.escalation()
    handler = escalation.handler
    assert handler is not None

    with pytest.raises(Refused) as refused:
        members.leave(handler, by=ada, now=NOW)

    handler.refresh_from_db()
    assert refused.value.sentence == (
        f"{handler.name} handles 1 open escalation and owns 1 open promise; hand them on first."
    )
    assert handler.is_active


def test_a_member_on_whom_nothing_hangs_may_leave():
    ada = make.member("Ada", Role.ADMINISTRATOR).as_actor()
    escalation = make.escalation()
    petra = make.member("Petra")

    members.leave(petra, by=ada, now=NOW)

    petra.refresh_from_db()
    assert not petra.is_active
    assert escalation.is_under_way


def test_only_an_administrator_closes_accounts():
    petra = make.member("Petra")

    for role in set(Role) - {Role.ADMINISTRATOR}:
        with pytest.raises(Forbidden):
            members.leave(petra, by=make.member(role=role).as_actor(), now=NOW)
