"""Once an hour the clock throws away what has had its day."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.db import OperationalError

from amends.directory.imports.models import Import
from amends.directory.models import Tally
from amends.lib import wall
from amends.worker.tidying import FORGETS, Tidying
from tests import make

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def test_it_tidies_at_the_start_and_then_each_hour():
    now, tidying = wall.now() + HOUR, Tidying(FORGETS)

    def is_kept(at: dt.datetime) -> bool:
        cache.set("tries", 1, timeout=60)
        tidying.look(at)
        return Tally.objects.exists()

    assert not is_kept(now)
    assert is_kept(now + 0.9 * HOUR)
    assert not is_kept(now + HOUR)


def test_a_file_that_lies_about_goes_after_a_week():
    make.imported(now=make.THURSDAY)

    Tidying(FORGETS).look(make.THURSDAY + dt.timedelta(days=6))
    assert Import.objects.exists()
    Tidying(FORGETS).look(make.THURSDAY + dt.timedelta(days=8))

    assert not Import.objects.exists()


@pytest.mark.parametrize(
    ("trouble", "level"), [(ValueError("a fault"), "ERROR"), (OperationalError("it is locked"), "WARNING")]
)
def test_one_that_fails_keeps_none_of_the_others(caplog, trouble, level):
    make.imported(now=make.THURSDAY)

    def fail(now: dt.datetime) -> None:
        raise trouble

    Tidying({"letters": fail, **FORGETS}).look(make.THURSDAY + dt.timedelta(days=8))

    assert not Import.objects.exists()
    assert [(record.levelname, "letters" in record.getMessage()) for record in caplog.records] == [(level, True)]
