"""The page that says how escalations end."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from amends.directory.actor import Role
from amends.lib import wall
from tests import make

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def test_the_page_says_how_many_took_long_of_those_opened_in_the_time_asked_for(client: Client):
    client.force_login(make.member(role=Role.MANAGER))
    make.escalation(now=wall.now() - 20 * DAY, severity="high")
    make.escalation(now=wall.now() - 40 * DAY, severity="low")

    recent = client.get("/reports/endings/?since=30").content.decode()
    year = client.get("/reports/endings/").content.decode()

    assert "0 of 1 took longer than 30 days; 0 came back." in recent
    assert "1 of 2 took longer than 30 days; 0 came back." in year
    assert year.index("High") < year.index("Low") < year.index("All</th>")
    assert "50\N{NO-BREAK SPACE}%" in year


def test_where_nothing_was_opened_it_says_so(client: Client):
    client.force_login(make.member(role=Role.MANAGER))

    assert "Nothing was opened in this time." in client.get("/reports/endings/?since=nonsense").content.decode()


def test_the_number_of_queries_does_not_grow(client: Client):
    client.force_login(make.member(role=Role.MANAGER))
    make.escalation(severity="high")
    client.get("/reports/endings/?since=all")

    with CaptureQueriesContext(connection) as few:
        client.get("/reports/endings/?since=all")
    for severity in ("low", "medium", "critical"):
        make.escalation(of=make.account(severity), severity=severity)
    with CaptureQueriesContext(connection) as many:
        client.get("/reports/endings/?since=all")

    assert len(few) == len(many)
