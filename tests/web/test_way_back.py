"""After a no one finds back to what it was about, where one may see it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from amends.directory.actor import Role
from amends.escalations.authority import may
from amends.outbox.models import Delivery
from tests import make
from tests.web.test_permissions import TABLE, address, answers, one_of_everything

pytestmark = pytest.mark.django_db
# Its first button
LEADS = re.compile(r'<p class="row"><a class="button button--main" href="([^"]+)">Back to ([^<]+)</a>')


def ways(response: Any) -> list[tuple[str, str]]:
    return LEADS.findall(response.content.decode()) if "html" in response.get("Content-Type", "") else []


def test_an_act_that_comes_too_late_leads_back_to_what_it_was_about():
    world = one_of_everything()
    Delivery.objects.filter(pk=world.delivery).update(state=Delivery.State.SENT)
    client = Client()
    client.force_login(world.people[Role.MANAGER])

    answer = client.post(address("repeat_delivery", world))

    assert answer.status_code == 422
    assert ways(answer) == [(address("delivery", world), "the letter")]
    assert "Go to Today" in answer.content.decode()


@pytest.mark.parametrize(
    ("refused", "back", "says"),
    [
        ("change_account", "account", "the account"),
        ("new_contact", "account", "the account"),
        ("new_account", "accounts", "the accounts"),
        ("change_cause", "cause", "the cause"),
        ("change_member", "people", "the people"),
        ("edit_playbook", "playbook", "the playbook"),
        ("solve_problem", "problem", "the problem"),
        ("hand_on", "escalation", "ESC-"),
    ],
)
def test_who_may_not_is_led_to_the_page_above(refused: str, back: str, says: str):
    world = one_of_everything()
    client = Client()
    client.force_login(world.people[Role.SALES])

    (way,) = ways(client.get(address(refused, world)))

    assert way[0] == address(back, world) and way[1].startswith(says)


def test_nobody_is_led_to_what_they_may_not_see():
    world = one_of_everything()
    sam = make.member("Sam Sales", Role.SALES)
    client = Client()
    client.force_login(sam)

    for refused in (client.get("/outbox/1/"), client.get("/health/"), client.get(reverse("traces"))):
        assert refused.status_code == 403
        assert all(client.get(href).status_code == 200 for href, _ in ways(refused))
    assert ways(client.get("/outbox/1/")) == []
    assert ways(client.get(address("hand_on", world))) == []


@pytest.mark.parametrize("role", [Role.SALES, Role.RESPONDER])
def test_every_way_back_leads_to_a_page(role: Role):
    world = one_of_everything()
    client = Client(raise_request_exception=False)
    client.force_login(world.people[role])
    forbidden = [name for name, door in TABLE.items() if door.act and not may(world.people[role].as_actor(), door.act)]

    found = {
        href
        for name in forbidden
        for refused in answers(client, address(name, world)).values()
        for href, _ in ways(refused)
    }

    assert len(found) > 5
    assert [href for href in found if client.get(href).status_code != 200] == []
