"""What a pass costs that finds nothing to do, with a hundred open promises and with a hundred thousand."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

from django.db import connection

from amends.directory.models import Member
from amends.lib import wall
from amends.outbox import claims
from amends.worker.tick import tick
from benchmarks import crowds
from benchmarks.figures import Figure, percentile, spread
from benchmarks.place import Place
from tests import crowd

FEW = 100
PASSES = 300


def measure(place: Place) -> Iterator[Figure]:
    """Passes of clock and sender one after another; the floor is one query by a key."""
    many = place.size(100_000, 2_000)
    _open(FEW, crowds.owners(FEW, "few"))
    few_took = _passes(_a_pass)
    _open(many - FEW, crowds.owners(FEW, "many"))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    many_took = _passes(_a_pass)
    floor = percentile(_passes(_a_query), 0.5)
    for count, took in ((FEW, few_took), (many, many_took)):
        yield Figure(
            f"an idle pass of clock and sender, {count:,} open promises, p50",
            percentile(took, 0.5) * 1000,
            "ms",
            floor * 1000,
            "one query by a key",
            details=spread(took, times=1000),
        )
    yield Figure(
        "… with many as a part of that with few",
        percentile(many_took, 0.5) / percentile(few_took, 0.5),
        "",
        aim=1.25,
    )


def _open(count: int, owners: Sequence[Member]) -> None:
    now = wall.now()
    crowd.promises(count, due_at=now + 20 * 6 * crowds.FOUR_HOURS, made_at=now, owners=owners)


def _a_pass() -> None:
    now = wall.now()
    assert tick(now) == 0
    assert not claims.claim(by="nobody", now=now, limit=50)


def _a_query() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM directory_member WHERE id = 1")
        cursor.fetchall()


def _passes(work: Callable[[], None]) -> list[float]:
    seconds = []
    for _ in range(PASSES):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return seconds
