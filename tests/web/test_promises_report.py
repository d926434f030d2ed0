"""The page that says whether we keep what we promise."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from amends.directory.actor import Role
from amends.escalations.models import Promise
from amends.lib import wall
from amends.web.views.promises_report import share
from tests import make

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def settle(count: int, *, days_ago: int, late_by: int) -> None:
    """So many promises of updates, due and kept so many days ago."""
    escalation, due_at = make.escalation(now=wall.now()), wall.now() - days_ago * DAY
    Promise.objects.bulk_create(
        Promise(
            escalation=escalation,
            what="An update",
            made_at=due_at - DAY,
            due_at=due_at,
            zone="UTC",
            status=Promise.Status.KEPT if late_by <= 0 else Promise.Status.KEPT_LATE,
            late_by=late_by,
            settled_at=due_at,
        )
        for _ in range(count)
    )


def test_the_page_says_what_was_kept_in_the_time_asked_for(client: Client):
    client.force_login(make.member(role=Role.MANAGER))
    settle(3, days_ago=10, late_by=0)
    settle(1, days_ago=10, late_by=40)
    settle(4, days_ago=200, late_by=900)

    recent = client.get("/reports/promises/?since=30").content.decode()
    everything = client.get("/reports/promises/?since=all").content.decode()

    assert "3 of 4 promised updates came in time." in recent
    assert "75\N{NO-BREAK SPACE}%" in recent and "100\N{NO-BREAK SPACE}%" in recent
    assert "3 of 8 promised updates came in time." in everything


def test_where_nothing_was_due_it_says_so(client: Client):
    client.force_login(make.member(role=Role.MANAGER))

    assert "Nothing was due in this time." in client.get("/reports/promises/?since=nonsense").content.decode()


def test_a_share_is_never_said_to_be_whole_when_it_is_not():
    said = [share(value) for value in (None, 0.0, 0.9999, 1.0, 393 / 459)]

    assert said == ["–", *(f"{figure}\N{NO-BREAK SPACE}%" for figure in ("0", "99.9", "100", "85.6"))]
