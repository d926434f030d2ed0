"""Every operation, for every role: allowed or refused exactly as the table of authority says."""

from dataclasses import replace

import pytest
from django.db import transaction

from amends.api.door import ROOT, api
from amends.directory.actor import Role
from amends.escalations.authority import HANDLER_TOO, TABLE
from amends.escalations.models import Escalation, Promise
from tests import make
from tests.api.calling import Caller
from tests.api.ground import lay
from tests.api.operations import OPERATIONS

pytestmark = pytest.mark.django_db


def answers(ground, operations=OPERATIONS, scope="write"):
    """How each operation answers the ground's caller. After each, everything is again as it was."""
    found, caller = {}, Caller(ground.caller, scope)
    for name, operation in operations.items():
        with transaction.atomic():
            operation.before(ground)
            found[name] = caller.call(operation.method, operation.url(ground), operation.body(ground))
            transaction.set_rollback(True)
        for row in (ground.escalation, ground.promise, ground.problem) if operation.method != "get" else ():
            row.refresh_from_db()
    return found


def is_done(answer):
    return 200 <= answer.status_code < 300


def test_every_operation_stands_in_the_table_of_this_test_with_its_method():
    described = api.get_openapi_schema(path_prefix=ROOT)["paths"]
    found = {
        operation["operationId"]: method for methods in described.values() for method, operation in methods.items()
    }

    assert found == {name: operation.method for name, operation in OPERATIONS.items()}


@pytest.mark.parametrize("role", Role)
def test_a_role_is_allowed_exactly_what_the_table_names(role):
    ground = lay(make.member("Cal Lane", role))

    for name, answer in answers(ground).items():
        act = OPERATIONS[name].act
        if act is None or role in TABLE[act]:
            assert is_done(answer), (name, answer.content)
        else:
            assert answer.status_code == 403, (name, answer.content)
            assert answer.json()["detail"].startswith("You may not"), name


@pytest.mark.parametrize("role", [Role.SALES, Role.RESPONDER])
def test_a_handler_of_whatever_role_may_do_with_their_escalation_what_handlers_may(role):
    ground = lay(make.member("Hal Lane", role))
    Escalation.objects.update(handler=ground.caller)
    ground.escalation.refresh_from_db()
    handlers_own = {name: each for name, each in OPERATIONS.items() if each.act in HANDLER_TOO}

    for name, answer in answers(ground, handlers_own).items():
        assert is_done(answer), (name, answer.content)


def test_a_token_that_may_only_read_changes_nothing_whoever_holds_it():
    ground = lay(make.member("Ada Min", Role.ADMINISTRATOR))

    found = {name: answer.status_code for name, answer in answers(ground, scope="read").items()}

    assert found == {name: 200 if each.method == "get" or each.only_reads else 403 for name, each in OPERATIONS.items()}


def test_nobody_is_let_in_without_a_key(nobody):
    ground = lay(make.member())

    for name, each in OPERATIONS.items():
        assert nobody.call(each.method, each.url(ground), each.body(ground)).status_code == 401, name


@pytest.mark.parametrize("role", [Role.SALES, Role.RESPONDER])
def test_what_one_may_not_see_is_not_there(role):
    ground = lay(make.member())
    ground.caller = make.member("Out Sider", role)
    hidden = {name: each for name, each in OPERATIONS.items() if each.of_escalation}

    found = {name: answer.status_code for name, answer in answers(ground, hidden).items()}

    assert len(hidden) > 25
    assert found == dict.fromkeys(hidden, 404)


def test_what_hangs_on_something_else_is_not_found_below_this():
    here, elsewhere = lay(make.member("Ada Min", Role.ADMINISTRATOR)), lay(make.member("Bo Min", Role.ADMINISTRATOR))
    below = {name: each for name, each in OPERATIONS.items() if len(each.nouns) > 1}
    # Who watches belongs to no case: that they do not watch this one is so already.
    below.pop("watchers_remove")

    found = {}
    for name, operation in below.items():
        above = operation.nouns[0]
        ground = replace(elsewhere, caller=here.caller, **{above: getattr(here, above)})
        found |= answers(ground, {name: operation})

    assert len(below) >= 5
    assert {name: answer.status_code for name, answer in found.items()} == dict.fromkeys(below, 404)


@pytest.mark.parametrize("role", [Role.SALES, Role.RESPONDER])
def test_lists_and_their_counts_hold_only_what_one_may_see(role):
    ground = lay(make.member())
    make.escalation(of=ground.escalation.account)
    outsider, insider = make.member("Out Sider", role), make.member("In Sider", role)
    Promise.objects.filter(pk=ground.promise.pk).update(owner=insider)

    for path in ("/escalations", "/promises?whose=all"):
        assert Caller(outsider).get(path).json() == {"items": [], "next": None, "count": 0}
    seen = Caller(insider).get("/escalations").json()

    assert [row["key"] for row in seen["items"]] == [ground.escalation.key]
    assert seen["count"] == 1
    assert Caller(insider).get("/promises").json()["count"] == 1
