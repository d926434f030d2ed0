"""What every answer says about who may keep it."""

from __future__ import annotations

import pytest
from django.test import Client

from amends.directory.actor import Role
from tests import make
from tests.web.test_permissions import TABLE, address, one_of_everything

pytestmark = pytest.mark.django_db
# A table that was taken away is nothing that a browser should have as well.
KEPT_BY_NOBODY = ("escalations_table", "import_mistakes")


def test_what_a_member_is_shown_is_kept_by_nobody_on_the_way():
    world = one_of_everything()
    ada, said = Client(), {}
    ada.force_login(world.people[Role.ADMINISTRATOR])

    for name in TABLE.keys() - {"healthz", "account_logout", "asset"}:
        said[name] = ada.get(address(name, world)).headers.get("Cache-Control", "nothing")

    assert {name: kept for name, kept in said.items() if "private" not in kept and "no-store" not in kept} == {}
    assert all("no-store" in said[name] for name in KEPT_BY_NOBODY)


def test_a_refusal_is_for_the_one_who_was_refused():
    sam = Client()
    sam.force_login(make.member("Sam Sales", Role.SALES))

    assert "private" in sam.get("/outbox/")["Cache-Control"]
    assert "private" in sam.get("/escalations/ESC-4711/")["Cache-Control"]


def test_a_stylesheet_may_be_kept_by_everybody_even_if_a_member_asks():
    sam = Client()
    sam.force_login(make.member("Sam Sales", Role.SALES))

    page = sam.get("/").content.decode()
    stylesheet = page.partition('<link rel="stylesheet" href="')[2].partition('"')[0]

    assert sam.get(stylesheet)["Cache-Control"].startswith("public")
