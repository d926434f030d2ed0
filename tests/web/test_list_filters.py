"""The list's filters, saved views, and the table that one takes away."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amends.directory.actor import Role
from amends.escalations import listing
from amends.escalations.actions import requests
from amends.escalations.filtering import Filter
from amends.escalations.models import Escalation, SavedView
from amends.lib import wall
from amends.web import list_csv
from tests import make
from tests.lib.test_csv_cells import FORMULAS

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def two(client):
    """One that every filter below finds, and one that none does."""
    now = wall.now()
    account = make.account("Norrland Dairies")
    one = make.escalation(now=now - 72 * HOUR, of=account, severity="critical", reason="Four depots are down")
    other = make.escalation(now=now, of=make.account("Moss"), severity="low", reason="A typo")
    Escalation.objects.filter(pk=one.pk).update(
        trend="declining", level=2, category="outage", status="requested", last_said_at=None
    )
    Escalation.objects.filter(pk=other.pk).update(
        last_said_at=now, level=1, handler=make.member("Piet Zeeman", Role.MANAGER)
    )
    one.promises.update(due_at=now - HOUR)
    problem = one.problems.create(words="Slow", rank=1)
    one.refresh_from_db()
    requests.make(problem, what="Their log", due_at=now + HOUR, to=None, by=one.handler.as_actor(), now=now)
    client.force_login(make.member("Petra", Role.EXECUTIVE))
    return one, other


@pytest.mark.parametrize(
    "asked",
    [
        "severity=critical",
        "trend=declining",
        "level=2",
        "category=outage",
        "status=requested",
        "status=requested&status=closed",
        "overdue=1",
        "waiting=us",
        "waiting=them",
        "text=depots+down",
        "text=norrland+dep",
        "view=requested",
        "view=overdue",
    ],
)
def test_a_filter_in_the_address_narrows_the_page_and_the_table_alike(client, two, asked):
    one, other = two

    page = client.get(f"/escalations/?{asked}").content.decode()
    table = b"".join(client.get(f"/escalations/list.csv?{asked}").streaming_content).decode()

    assert one.reason in page and other.reason not in page
    assert one.reason in table and other.reason not in table


def test_handler_and_account_narrow_it_too(client, two):
    one, other = two

    for asked in (f"handler={one.handler_id}", f"account={one.account_id}"):
        page = client.get(f"/escalations/?{asked}").content.decode()
        assert one.reason in page and other.reason not in page


def test_each_filter_is_a_chip_whose_link_leaves_the_others(client, two):
    page = client.get("/escalations/?severity=critical&trend=declining&status=requested").content.decode()

    assert 'href="?view=open&amp;severity=critical&amp;trend=declining">Status: Requested' in page
    assert 'href="?view=open&amp;status=requested&amp;trend=declining">Severity: Critical' in page
    assert "Save this view" in page


def test_words_that_are_none_find_nothing_and_break_nothing(client, two):
    for text in ("%22", "***", "%00", "a" * 500, "'; DROP"):
        assert client.get(f"/escalations/?text={text}").status_code == 200


def test_a_saved_view_is_a_tab_that_is_current_as_long_as_its_filters_are(client, two):
    client.post("/escalations/views/new/?view=open&severity=critical", {"name": "Grave"})
    view = SavedView.objects.get()

    there = client.get(f"/escalations/?view=open&severity=critical&saved={view.pk}").content.decode()
    changed = client.get(f"/escalations/?view=open&saved={view.pk}").content.decode()

    assert 'aria-current="true">Grave</a>' in there
    assert ">Grave</a>" in changed and 'aria-current="true">Grave</a>' not in changed


def test_a_shared_view_is_everybodys_and_ones_own_is_ones_own(client, two):
    nadia = make.member("Nadia Brandt")
    SavedView.objects.create(member=nadia, name="Hers", query="view=open", at=wall.now())
    shared = SavedView.objects.create(member=nadia, name="Ours", query="view=all", is_shared=True, at=wall.now())

    page = client.get("/escalations/").content.decode()

    assert ">Ours</a>" in page and "Nadia Brandt shares this view" in page and ">Hers</a>" not in page
    assert client.get(f"/escalations/views/{shared.pk}/").status_code == 200
    assert client.post(f"/escalations/views/{shared.pk}/", {"name": "Mine"}).status_code == 403


def test_a_name_that_is_taken_comes_back_with_what_was_typed(client, two):
    for _ in range(2):
        answer = client.post("/escalations/views/new/?severity=critical", {"name": "Grave", "is_shared": "on"})

    assert answer.status_code == 422
    assert "You have a view called Grave already" in answer.content.decode()
    assert 'value="Grave"' in answer.content.decode()


def test_the_table_has_all_rows_and_its_times_in_the_readers_zone(client):
    now = dt.datetime(2026, 11, 19, 22, 30, tzinfo=dt.UTC)
    first = make.escalation(now=now, reason="=1+1")
    for number in range(6):
        make.escalation(now=now, of=first.account, reason=f"Reason {number}")
    client.force_login(make.member(role=Role.EXECUTIVE, zone="Asia/Tokyo"))

    lines = b"".join(client.get("/escalations/list.csv?view=all").streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(lines)))

    assert len(rows) == 7
    assert rows[-1]["Reason"] == "'=1+1"
    assert rows[0]["Opened (Asia/Tokyo)"] == "2026-11-20 07:30"
    assert (rows[0]["Worth a year"], rows[0]["Currency"]) == ("412000.00", "EUR")


@pytest.mark.parametrize("bad", FORMULAS)
def test_no_cell_is_a_formula(bad):
    escalation = make.escalation(reason="x")
    Escalation.objects.filter(pk=escalation.pk).update(reason=bad)
    (row,) = listing.every(escalation.handler.as_actor(), Filter(view="all"), wall.now())

    line = list(csv.reader(io.StringIO("".join(list_csv.lines([row], "UTC")).removeprefix("\ufeff"))))[1]

    assert line[2] == f"'{bad}"


def test_rows_are_read_in_portions_and_none_twice():
    now = wall.now()
    account = make.account()
    opened = [make.escalation(now=now, of=account) for _ in range(5)]

    rows = list(listing.every(opened[0].handler.as_actor(), Filter(), now, at_once=2))

    assert sorted(row.escalation.pk for row in rows) == [each.pk for each in opened]


def test_who_sees_some_takes_away_only_those(client, two):
    one, other = two
    ben = make.member("Ben Castell", Role.SALES)
    make.seat(one.account, ben)
    client.force_login(ben)

    table = b"".join(client.get("/escalations/list.csv?view=all").streaming_content).decode()

    assert one.key in table and other.key not in table


def test_many_saved_views_ask_no_more_questions(client, two):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/escalations/?severity=critical")
        return len(captured)

    few = queries()
    nadia = make.member("Nadia Brandt")
    for number in range(12):
        SavedView.objects.create(member=nadia, name=f"V{number}", query="", is_shared=True, at=wall.now())

    assert few == queries() <= 22
