"""Who logs in, who fails to, who is refused: each stands in the log, with from where, and never with what was typed."""

from __future__ import annotations

import pytest
from django.test import Client

from amends.directory.actor import Role
from tests import make
from tests.api.calling import Caller

pytestmark = pytest.mark.django_db


def said(log: pytest.LogCaptureFixture) -> list[str]:
    found = [record.getMessage() for record in log.records if record.name == "amends.security"]
    log.clear()
    return found


def login(client: Client, email: str, password: str) -> None:
    client.post("/login/", {"login": email, "password": password})


def test_a_login_a_failure_a_lockout_and_a_logout_are_written_down(caplog: pytest.LogCaptureFixture):
    tom, client = make.member(), Client(REMOTE_ADDR="192.0.2.7")

    login(client, tom.email, make.PASSWORD)
    client.post("/logout/")
    assert said(caplog) == [
        f"member:{tom.pk} logged in from 192.0.2.7.",
        f"member:{tom.pk} logged out.",
    ]
    login(client, "hunter2@typed.example", "x")
    login(client, tom.email, "wrong password")
    assert said(caplog) == [
        "A login as somebody unknown failed, from 192.0.2.7.",
        f"A login as member:{tom.pk} failed, from 192.0.2.7.",
    ]
    for _ in range(6):
        login(client, tom.email, "wrong password")
    told = said(caplog)

    assert told[-1] == f"Too many logins were tried as member:{tom.pk}, from 192.0.2.7."
    assert not [line for line in told if "wrong password" in line or tom.email in line]


def test_a_refusal_is_written_down_on_the_pages_and_in_the_api(caplog: pytest.LogCaptureFixture):
    sam = make.member("Sam Sales", Role.SALES)
    client = Client()
    client.force_login(sam)

    client.get("/outbox/")
    Caller(sam).get("/deliveries")

    page, api = said(caplog)
    assert page.startswith(f"member:{sam.pk} was refused GET /outbox/: You may not see the outbox.")
    assert api.startswith(f"member:{sam.pk} was refused GET /api/v1/deliveries: You may not see the outbox.")
