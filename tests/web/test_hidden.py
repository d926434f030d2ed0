"""What one may not see is not there, and nothing is found below the key of something else. Every page, by its line."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import Client

from amends.directory.actor import Role
from amends.directory.models import Member
from tests import make
from tests.web.test_permissions import TABLE, address, answers, one_of_everything

pytestmark = pytest.mark.django_db
# Enough for the forms that are read before what they are about is looked for.
WORDS = {"answer": "214", "reason": "Because"}


def client_of(member: Member) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(member)
    return client


@pytest.mark.parametrize("role", [Role.SALES, Role.RESPONDER])
def test_a_case_that_one_may_not_see_is_not_there_on_any_page(role: Role):
    world = one_of_everything()
    of_the_case = [name for name, door in TABLE.items() if door.args.get("key") == "key"]
    outsider = client_of(make.member("Out Sider", role))

    wrong = [
        (name, method, answer.status_code)
        for name in of_the_case
        for method, answer in answers(outsider, address(name, world)).items()
        if answer.status_code != 404
    ]

    assert len(of_the_case) > 50
    assert not wrong


def test_what_hangs_on_something_else_is_not_found_below_this():
    here, elsewhere = one_of_everything(), one_of_everything()
    ada = client_of(here.people[Role.ADMINISTRATOR])
    below = [
        (name, part) for name, door in TABLE.items() if not door.is_public for part in list(door.args.values())[1:]
    ]
    wrong = []

    for name, part in below:
        mixed = SimpleNamespace(**vars(here) | {part: getattr(elsewhere, part)})
        for method, answer in answers(ada, address(name, mixed), words=WORDS).items():
            # A page that is only for sending leads back to where its form stands.
            is_led_back = method == "get" and answer.status_code == 302
            if answer.status_code != 404 and not is_led_back:
                wrong.append((name, part, method, answer.status_code))

    assert len(below) > 30
    assert not wrong
