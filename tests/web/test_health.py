"""Is it well? For people on the page, for machines under /healthz and /metrics."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from amends.directory.actor import Role
from amends.directory.models import Member
from amends.escalations.actions import looks
from amends.escalations.models import Escalation
from amends.lib import wall
from amends.outbox.models import Delivery
from amends.pulse import beats
from amends.pulse.models import Pulse
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(client: Client) -> Member:
    """An administrator, logged in."""
    member = make.member("Ada Stone", Role.ADMINISTRATOR)
    client.force_login(member)
    return member


def beat(part: str, *, ago: int = 0, trouble: str = "") -> None:
    beats.beat(part, "host-1", now=wall.now() - dt.timedelta(seconds=ago), trouble=trouble)


def test_when_both_run_the_page_and_machines_say_so(client: Client, ada: Member):
    beat("clock")
    beat("sender")

    page, machines = client.get("/health/").content.decode(), Client().get("/healthz")

    assert "Everything runs." in page
    assert "has stopped" not in page
    assert machines.status_code == 200
    assert machines.json()["is_well"] is True


def test_a_clock_that_is_silent_for_over_ninety_seconds_has_stopped(
    client: Client, ada: Member, caplog: pytest.LogCaptureFixture
):
    beat("clock", ago=95)
    beat("sender")

    page, machines = client.get("/health/").content.decode(), Client().get("/healthz")

    assert "The clock has stopped." in page
    assert machines.status_code == 503
    said = machines.json()
    assert (said["clock"]["is_running"], said["sender"]["is_running"]) == (False, True)
    assert [(line.levelname, line.getMessage()) for line in caplog.records] == [
        ("WARNING", "/healthz: not running: clock")
    ]


def test_where_nothing_has_ever_run_the_page_says_how_to_start_it(client: Client, ada: Member):
    page = client.get("/health/").content.decode()

    assert "It has never run here." in page
    assert "amends run" in page
    assert Client().get("/healthz").status_code == 503


def test_machines_are_not_told_what_the_trouble_is(client: Client):
    beat("clock")
    beat("sender", trouble="smtp.internal.example refuses the password")

    said = Client().get("/healthz")

    assert said.status_code == 200
    assert said.json()["sender"]["has_trouble"] is True
    assert "smtp.internal" not in said.content.decode()


def test_an_administrator_says_that_the_clock_is_right(client: Client, ada: Member):
    beat("clock", trouble="The clock on the wall jumped 3 days ahead.")
    beat("sender")
    assert "The clock is right</button>" in client.get("/health/").content.decode()

    client.post("/health/clock/")

    assert Pulse.objects.get(part="clock").cleared_at is not None
    assert Pulse.objects.get(part="sender").cleared_at is None


def test_without_trouble_there_is_nothing_to_settle(client: Client, ada: Member):
    beat("clock")
    beat("sender")

    assert "The clock is right</button>" not in client.get("/health/").content.decode()


def test_what_is_set_aside_what_did_not_arrive_and_what_should_not_be_stands_there(client: Client, ada: Member):
    escalation = make.escalation(now=wall.now())
    looks.park(escalation.pk, trouble="KeyError: zone", now=wall.now())
    Delivery.objects.update(state=Delivery.State.DEAD, settled_at=wall.now())
    Escalation.objects.filter(pk=escalation.pk).update(next_look_at=wall.now() + dt.timedelta(days=3))

    page = client.get("/health/").content.decode()

    for words in (escalation.key, "KeyError: zone", "The clock does not look at it within a day."):
        assert words in page
    assert f'<a href="/outbox/?state=dead">{Delivery.objects.count()}</a>' in page


def test_the_page_asks_as_many_questions_however_much_is_set_aside(client: Client, ada: Member):
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/health/").status_code == 200
        return len(asked)

    def park(count: int) -> None:
        for _ in range(count):
            looks.park(make.escalation(now=wall.now()).pk, trouble="KeyError", now=wall.now())

    park(2)
    few = questions()
    park(10)

    assert questions() == few


def test_the_bar_leads_only_where_one_may_go(client: Client, ada: Member):
    others = Client()
    others.force_login(make.member(role=Role.SALES))

    hers, theirs = client.get("/health/").content.decode(), others.get("/people/").content.decode()

    for path in ("/outbox/", "/health/", "/reports/promises/"):
        assert f'href="{path}"' in hers
        assert f'href="{path}"' not in theirs
    # The banner tells everybody, and sends nobody to a closed door.
    assert "The clock has stopped." in theirs


def test_metrics_count_what_is_under_way():
    now = wall.now()
    escalation = make.escalation(now=now - dt.timedelta(days=3))
    beats.beat("clock", 'odd "place"', now=now)

    lines = Client().get("/metrics").content.decode().splitlines()

    waiting = Delivery.objects.filter(state="waiting").count()
    assert escalation.is_under_way
    assert "amends_escalations_open 1" in lines
    assert "amends_promises_open 1" in lines
    assert "amends_promises_overdue 1" in lines
    assert f'amends_deliveries{{state="waiting"}} {waiting}' in lines
    assert any(line.startswith('amends_pulse_age_seconds{part="clock",place="odd \\"place\\""} ') for line in lines)
