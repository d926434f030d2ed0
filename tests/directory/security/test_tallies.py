"""Tallies hold for all processes together: what one counts, another one knows."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from amends.api.keys import TRIES_A_MINUTE
from amends.directory.models import Tally
from amends.directory.security import tallies
from amends.lib import wall
from tests import make
from tests.api.calling import Caller

ROOT = Path(__file__).parents[3]
ANOTHER = "import django; django.setup(); from django.core.cache import cache; print(cache.incr('tries'))"


def _here() -> str:
    """How another process finds the database that this test stands on."""
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{at['NAME']}"
    host = at["HOST"] or at["OPTIONS"].get("host", "")
    who = quote(at["USER"], safe="") + (f":{quote(at['PASSWORD'], safe='')}" if at["PASSWORD"] else "")
    port = f"&port={at['PORT']}" if at["PORT"] else ""
    return f"postgresql://{who}@/{at['NAME']}?host={quote(str(host), safe='')}{port}"


@pytest.mark.django_db
def test_a_tally_is_added_once_counted_and_gone_when_its_time_is_over():
    with time_machine.travel(make.THURSDAY, tick=False) as clock:
        assert cache.add("tries", 1, timeout=60)
        assert not cache.add("tries", 5, timeout=60)
        assert cache.incr("tries") == 2
        assert cache.get("tries") == 2

        clock.shift(60)

        assert cache.get("tries", "none") == "none"
        with pytest.raises(ValueError, match="Nothing is counted"):
            cache.incr("tries")
        assert cache.add("tries", 7)
        assert cache.delete("tries")
        assert not cache.delete("tries")


@pytest.mark.django_db
def test_what_a_limit_keeps_comes_back_as_it_was():
    cache.set("history", [3.5, 2.25], timeout=60)
    cache.set("history", [9.5, 3.5], timeout=60)

    assert cache.get("history") == [9.5, 3.5]


@pytest.mark.django_db(transaction=True)
def test_another_process_goes_on_counting_where_this_one_was():
    cache.set("tries", 4, timeout=600)
    told = subprocess.run(
        [sys.executable, "-c", ANOTHER],
        env=os.environ | {"DATABASE_URL": _here(), "DJANGO_SETTINGS_MODULE": "amends.settings"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout.strip() == "5"
    assert cache.get("tries") == 5


@pytest.mark.django_db
def test_an_ordinary_request_neither_reads_nor_writes_a_tally():
    client, caller = Client(), Caller(make.member())
    client.force_login(make.member())
    client.get("/you/tokens/")
    caller.get("/members/me")

    with CaptureQueriesContext(connection) as asked:
        client.get("/you/tokens/")
        caller.get("/members/me")

    assert not [query for query in asked.captured_queries if "directory_tally" in query["sql"]]
    assert not [query for query in asked.captured_queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]


@pytest.mark.django_db
def test_tallies_that_no_longer_count_are_forgotten_with_the_addresses_in_them():
    for _ in range(TRIES_A_MINUTE):
        Caller(key="amends_wrong").get("/members/me")
    assert Tally.objects.exists()

    tallies.forget(wall.now() + dt.timedelta(minutes=3))

    assert not Tally.objects.exists()
