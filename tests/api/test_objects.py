"""Every number in an address, of the API and of the pages: who may reach the row behind it is said, and tested."""

import pytest
from django.test import Client

from amends.directory.actor import Role
from tests import make
from tests.api.ground import lay
from tests.api.operations import OPERATIONS
from tests.api.test_authority import answers
from tests.web import test_permissions as pages

pytestmark = pytest.mark.django_db

# Whoever may do the act may do it to every row of these: the act alone guards them.
FOR_ALL = {
    "accounts",
    "contacts",
    "insights",
    "purchases",
    "members",
    "absences",
    "teams",
    "imports",
    "deliveries",
    "mail",
    # Of a case of theirs that one may not see, only that there is one: tests/escalations/actions/test_causes.py.
    "causes",
}
# Nobody but the owner reaches these, whatever their role.
ONES_OWN = {"saved-views", "tokens"}

PAGES_FOR_ALL = {
    *("account", "contact", "seat", "member", "team", "imported", "absence", "insight", "purchase"),
    *("version", "delivery", "waiting", "cause", "affected", "cause_notice"),
}
# What came in is hidden with the case in which it stands: tests/web/test_mail.py.
PAGES_WITH_THEIR_CASE = {"incoming", "incoming_html", "incoming_raw"}
PAGES_OF_ONES_OWN = {"change_view", "delete_view", "revoke_token", "end_session"}


def test_every_operation_that_names_a_row_is_hidden_with_its_case_or_ones_own_or_for_all():
    named = {name: each for name, each in OPERATIONS.items() if each.nouns}

    unsaid = {
        name: each.path
        for name, each in named.items()
        if not each.of_escalation and each.path.split("/")[1] not in FOR_ALL | ONES_OWN
    }

    assert len(named) > 80
    assert unsaid == {}
    # What is for all is so for those whom the table lets do it: none of these is open to whoever is let in.
    open_to_all = {name for name, each in named.items() if each.path.split("/")[1] in FOR_ALL and each.act is None}
    assert {name for name in open_to_all if not named[name].of_escalation} == set()


def test_what_is_ones_own_is_not_there_for_an_administrator():
    ground = lay(make.member("Tom Okafor"))
    own = {name: each for name, each in OPERATIONS.items() if each.nouns and each.path.split("/")[1] in ONES_OWN}
    assert len(own) == 3
    # Laid as Tom's own; from here on somebody else asks.
    ground.caller = make.member("Ada Min", Role.ADMINISTRATOR)

    found = {name: answer.status_code for name, answer in answers(ground, own).items()}

    assert found == dict.fromkeys(own, 404)


def test_every_page_that_names_a_row_is_of_a_case_or_ones_own_or_for_all():
    unsaid = {
        name: door.args
        for name, door in pages.TABLE.items()
        if door.args
        and not door.is_public
        and door.args.get("key") != "key"
        and name not in PAGES_OF_ONES_OWN | PAGES_WITH_THEIR_CASE
        and not (set(door.args.values()) <= PAGES_FOR_ALL and door.act is not None)
    }

    assert unsaid == {}


def test_no_page_of_ones_own_is_there_for_an_administrator():
    world, ada = pages.one_of_everything(), Client()
    ada.force_login(world.people[Role.ADMINISTRATOR])

    said = {
        name: pages.answers(ada, pages.address(name, world), ["post"], {"name": "Mine now"})["post"].status_code
        for name in PAGES_OF_ONES_OWN
    }

    assert said == dict.fromkeys(PAGES_OF_ONES_OWN, 404)
