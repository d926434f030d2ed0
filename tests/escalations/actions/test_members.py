from __future__ import annotations

import datetime as dt

import pytest

from amends.directory.actor import CLOCK, Role
from amends.directory.models import Member
from amends.escalations.actions import escalations, members, problems, promises
from amends.escalations.hearing import Heard
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


def test_a_member_who_has_a_problem_to_solve_hands_it_on_first():
    ada = make.member("Ada", Role.ADMINISTRATOR).as_actor()
    petra = make.member("Petra")
    problem = problems.name(make.escalation(), words="Orders doubled", owner=petra, by=CLOCK, now=NOW)

    with pytest.raises(Refused) as refused:
        members.leave(petra, by=ada, now=NOW)
    problems.solve(problem, by=CLOCK, now=NOW)
    members.leave(petra, by=ada, now=NOW)

    assert refused.value.sentence == "Petra has 1 open problem; hand them on first."


@pytest.mark.parametrize("what", ["escalation", "new escalation", "promise", "problem", "named problem"])
def test_who_has_left_since_the_page_was_read_gets_nothing_more(what):
    escalation = make.escalation(problems=("Orders doubled",))
    petra = make.member("Petra")
    Member.objects.filter(pk=petra.pk).update(is_active=False)
    who = {"by": CLOCK, "now": NOW}
    due_at = NOW + dt.timedelta(days=1)
    how = {"status": "in work", "team": None, "next_step": ""}
    acts = {
        "escalation": lambda: escalations.hand_to(escalation, handler=petra, reason="x", **who),
        "new escalation": lambda: escalations.open(escalation.account, heard=Heard("x"), handler=petra, **who),
        "promise": lambda: promises.make(escalation, what="x", due_at=due_at, owner=petra, **who),
        "problem": lambda: problems.change(escalation.problems.get(), owner=petra, **how, **who),
        "named problem": lambda: problems.name(escalation, words="x", owner=petra, **who),
    }

    with pytest.raises(Refused) as refused:
        acts[what]()

    assert petra.is_active
    assert refused.value.sentence == "Petra is not here any more. Choose somebody who is."
