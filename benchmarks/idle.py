"""What a pass costs that finds nothing to do, with a hundred open promises and with a hundred thousand."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence

from django.conf import settings
from django.db import connection

from amends.directory.models import Member
from amends.lib import wall
from amends.outbox.chat import ChatServices
from amends.outbox.smtp import MailServer
from amends.worker.bringing_in import bringing_in
from amends.worker.chat import ChatSender, beside_mail
from amends.worker.deliver import Sender
from amends.worker.telling import telling
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
    idle = Idle()
    _open(FEW, crowds.owners(FEW, "few"))
    _settle(place)
    few_took = _passes(idle.works)
    _open(many - FEW, crowds.owners(FEW, "many"))
    _settle(place)
    many_took = _passes(idle.works)
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


def _settle(place: Place) -> None:
    """What a database does of its own accord after so many new rows is done before anything is measured."""
    with connection.cursor() as cursor:
        for statement in ("VACUUM ANALYZE", "CHECKPOINT") if place.is_postgresql else ("ANALYZE",):
            cursor.execute(statement)


class Idle:
    """All that the loops of clock and sender ask in a pass. With nothing due nobody knocks at the mail server."""

    def __init__(self) -> None:
        stop = threading.Event()
        self.beside = (bringing_in("here", stop), telling("here", stop, threading.Event()))
        self.chat = beside_mail(ChatSender(ChatServices(settings.CHAT_SCHEMES), "here chat", wall.now), stop)
        self.sender = Sender(MailServer("smtp://127.0.0.1:9"), "here", wall.now)

    def works(self) -> None:
        now = wall.now()
        assert tick(now) == 0
        for each in self.beside:
            each.look(now)
        self.chat.look(now)
        assert self.sender.deliver() == 0


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
