"""Tokens end, and one sees when they were last used; an ordinary request writes nothing."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from amends.directory import tokens
from amends.directory.actor import COMMAND_LINE
from amends.directory.models import Token
from amends.lib.errors import Refused
from tests import make
from tests.api.calling import Caller

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY
DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(("lasts", "days"), [("month", 30), ("quarter", 90), ("year", 365)])
def test_a_token_opens_nothing_after_its_time(lasts, days):
    _, key = tokens.make(make.member(), name="x", scope="read", lasts=lasts, by=COMMAND_LINE, now=NOW)

    assert Caller(key=key).get("/members/me", now=NOW + days * DAY - dt.timedelta(seconds=1)).status_code == 200
    refused = Caller(key=key).get("/members/me", now=NOW + days * DAY)

    assert refused.status_code == 401
    assert "too old" in refused.json()["detail"]


def test_a_token_lasts_a_year_unless_one_says_otherwise_and_for_ever_only_if_one_says_so():
    tom = make.member()

    made, _ = tokens.make(tom, name="x", scope="read", by=COMMAND_LINE, now=NOW)
    for_ever, key = tokens.make(tom, name="y", scope="read", lasts="ever", by=COMMAND_LINE, now=NOW)

    assert made.ends_at == NOW + 365 * DAY
    assert for_ever.ends_at is None
    assert Caller(key=key).get("/members/me", now=NOW + 3650 * DAY).status_code == 200
    with pytest.raises(Refused):
        tokens.make(tom, name="z", scope="read", lasts="long", by=COMMAND_LINE, now=NOW)


def test_when_a_token_was_last_used_is_noted_once_a_day():
    token, key = tokens.make(make.member(), name="x", scope="read", by=COMMAND_LINE, now=NOW)
    caller, used = Caller(key=key), []

    for at in (NOW, NOW + 0.9 * DAY, NOW + 1.1 * DAY):
        with CaptureQueriesContext(connection) as asked:
            caller.get("/members/me", now=at)
        used.append(sum(query["sql"].startswith("UPDATE") for query in asked.captured_queries))

    assert used == [1, 0, 1]
    assert Token.objects.get(pk=token.pk).used_at == NOW + 1.1 * DAY
    assert caller.get("/tokens", now=NOW + 1.1 * DAY).json()["items"][0]["used_at"].startswith("2026-11-20")


def test_the_page_offers_how_long_it_lasts_and_says_when_it_ends():
    client = Client()
    client.force_login(make.member())

    client.post("/you/tokens/", {"name": "Wall", "scope": "read", "lasts": "month"})
    page = client.get("/you/tokens/").content.decode()

    assert "not used yet" in page and "ends" in page
    made = Token.objects.get(name="Wall")
    assert made.ends_at == made.made_at + 30 * DAY
