"""Who may do what: the table, the handler's own rights, read-only tokens, and that each act asks."""

import pytest

from amends.directory.actor import CLOCK, Actor, Role
from amends.escalations.actions import endings, escalations, problems, promises, updates
from amends.escalations.authority import HANDLER_TOO, OPENER_TOO, READING, TABLE, Act, check, may
from amends.escalations.hearing import Heard
from amends.escalations.models import Escalation
from amends.lib.errors import Forbidden
from tests import make
from tests.escalations.reading import DAY, forbids

NOW = make.THURSDAY

# The table as a person reads it: c CSM, m manager, e executive, r responder, s sales, a administrator.
ALLOWED = {
    Act.SEE_EVERY_ESCALATION: "cmea",
    Act.OPEN: "cmersa",
    Act.HEAR: "cmea",
    Act.DECIDE: "mea",
    Act.TELL: "cmea",
    Act.PLAN: "cmera",
    Act.STEER: "cmea",
    Act.CLOSE: "mea",
    Act.NOTE: "cmersa",
    Act.WATCH: "cmersa",
    Act.SEE_ACCOUNTS: "cmersa",
    Act.CHANGE_ACCOUNTS: "cma",
    Act.ADD_INSIGHTS: "cmersa",
    Act.STATE_FACTS: "cmera",
    Act.DISPUTE_FACTS: "cmersa",
    Act.SEE_CAUSES: "cmersa",
    Act.CHANGE_CAUSES: "cma",
    Act.SEND_CAUSE_NOTICE: "ma",
    Act.SEE_HOLDS: "cmersa",
    Act.SEE_OVERVIEW: "mea",
    Act.SEE_MAIL: "cma",
    Act.SORT_MAIL: "cma",
    Act.SEE_OUTBOX: "mea",
    Act.MEND_OUTBOX: "ma",
    Act.SEE_REPORTS: "cmea",
    Act.SEE_PEOPLE: "cmersa",
    Act.CHANGE_PEOPLE: "a",
    Act.SEE_TRACES: "a",
    Act.SEE_HEALTH: "mea",
    Act.SETTLE_CLOCK: "a",
    Act.BRING_IN_HISTORY: "a",
    Act.SEE_IMPORTS: "a",
    Act.BRING_IN_DIRECTORY: "a",
    Act.SEE_PLAYBOOK: "cmersa",
    Act.ADOPT_PLAYBOOK: "a",
}


def somebody(role: Role, *, may_write: bool = True) -> Actor:
    return Actor("Somebody", 4711, role, may_write)


@pytest.mark.parametrize("act", list(Act))
@pytest.mark.parametrize("role", list(Role))
def test_each_role_may_do_what_the_table_says_and_nothing_else(act: Act, role: Role):
    assert may(somebody(role), act) == (role.value[0] in ALLOWED[act])


def test_every_act_has_a_row_in_the_table():
    assert set(TABLE) == set(Act)


@pytest.mark.parametrize("act", list(Act))
def test_the_handler_may_do_what_their_role_may_not_in_their_own_escalation_only(act: Act):
    sam = Actor("Sam", 12, Role.SALES)
    own, other = Escalation(handler_id=12), Escalation(handler_id=13)

    assert may(sam, act, own) == (act in HANDLER_TOO or may(sam, act))
    assert may(sam, act, other) == may(sam, act)


@pytest.mark.parametrize("act", list(Act))
def test_whoever_opened_it_may_complete_what_was_heard_and_nothing_more_than_before(act: Act):
    sam = Actor("Sam", 12, Role.SALES)

    assert may(sam, act, Escalation(opened_by_id=12)) == (act in OPENER_TOO or may(sam, act))
    assert may(sam, act, Escalation(opened_by_id=13)) == may(sam, act)


@pytest.mark.parametrize("act", list(Act))
def test_who_stands_in_for_whoever_opened_it_may_what_they_may(act: Act):
    sue = Actor("Sue", 13, Role.SALES, covers=frozenset({12}))

    assert may(sue, act, Escalation(opened_by_id=12)) == (act in OPENER_TOO or may(sue, act))


@pytest.mark.parametrize("act", list(Act))
def test_a_token_that_may_only_read_changes_nothing_even_for_the_handler(act: Act):
    reader = Actor("Ada", 12, Role.ADMINISTRATOR, may_write=False)

    assert may(reader, act, Escalation(handler_id=12)) == (act in READING)


@pytest.mark.parametrize("act", list(Act))
def test_the_system_itself_may_do_anything(act: Act):
    assert may(CLOCK, act)


def test_a_no_says_what_one_may_not_do_and_who_may():
    with pytest.raises(Forbidden) as no:
        check(somebody(Role.CSM), Act.MEND_OUTBOX)

    assert no.value.sentence == "You may not mend the outbox. These roles may: manager, administrator."


def test_a_reading_token_is_told_to_make_one_that_may_write():
    with forbids("Make one that may write"):
        check(somebody(Role.ADMINISTRATOR, may_write=False), Act.TELL)


@pytest.mark.django_db
def test_every_act_on_an_escalation_asks_first():
    escalation = make.escalation(problems=("Doubled",))
    petra = make.member("Petra")
    problem, promise, maria = escalation.problems.get(), escalation.promises.get(), escalation.contact
    update = updates.log(escalation, channel="call", text="x", at=NOW, by=CLOCK, now=NOW)
    reader = make.member("Reader", Role.ADMINISTRATOR).as_actor(may_write=False)
    who = {"by": reader, "now": NOW}
    acts = [
        lambda: escalations.open(escalation.account, heard=Heard("x"), **who),
        lambda: escalations.hand_to(escalation, handler=petra, reason="x", **who),
        lambda: escalations.change_severity(escalation, severity="low", reason="x", **who),
        lambda: escalations.set_trend(escalation, trend="improving", **who),
        lambda: endings.resolve(escalation, **who),
        lambda: endings.close(escalation, outcome="lost", confirmed_by="x", **who),
        lambda: endings.reopen(escalation, reason="x", **who),
        lambda: endings.withdraw(escalation, reason="x", **who),
        lambda: promises.make(escalation, what="x", due_at=NOW + DAY, **who),
        lambda: promises.keep(promise, update=update, **who),
        lambda: promises.move(promise, due_at=NOW + DAY, told_by=update, reason="x", **who),
        lambda: promises.give_up(promise, reason="x", **who),
        lambda: promises.release(promise, reason="x", **who),
        lambda: updates.send(escalation, text="x", to=[maria], **who),
        lambda: updates.send_no_news(escalation, **who),
        lambda: updates.log(escalation, channel="call", text="x", at=NOW, **who),
        lambda: problems.name(escalation, words="x", **who),
        lambda: problems.change(problem, status="in work", owner=None, team=None, next_step="", **who),
        lambda: problems.estimate(problem, eta_at=NOW + DAY, **who),
        lambda: problems.solve(problem, **who),
        lambda: problems.decline(problem, reason="x", **who),
        lambda: problems.take_up_again(problem, reason="x", **who),
    ]
    before = escalation.events.count()

    for act in acts:
        with forbids("may only read"):
            act()

    assert escalation.events.count() == before


@pytest.mark.django_db
def test_a_responder_may_plan_but_not_tell_the_customer_and_a_csm_may_not_close():
    escalation = make.escalation()
    petra, tom = make.member("Petra", Role.RESPONDER).as_actor(), escalation.account.csm.as_actor()

    problems.name(escalation, words="Doubled", by=petra, now=NOW)

    with forbids("You may not tell the customer"):
        updates.send(escalation, text="x", to=[escalation.contact], by=petra, now=NOW)
    with forbids("You may not close, reopen or withdraw"):
        endings.withdraw(escalation, reason="x", by=tom, now=NOW)
