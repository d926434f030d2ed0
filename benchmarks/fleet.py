"""One of each process and two of each, on one PostgreSQL: promises decided, mails told, requests answered in a second.

All of them, the database, the mail server and whoever asks share the cores of one machine, so two of each show what
they cost one another, and not what a second machine would add.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass

from amends.directory import tokens
from amends.directory.actor import COMMAND_LINE, Role
from amends.directory.models import Member, Token
from amends.escalations.models import Escalation, Event
from amends.lib import wall
from amends.outbox.models import Delivery
from benchmarks import crowds, floors, load
from benchmarks.figures import Figure
from benchmarks.mail_server import MailServer, serving
from benchmarks.place import Place, answers
from tests import make

PORTS = (9730, 9731)
# In all, whatever the number of web servers.
CONNECTIONS = 8
SECOND = dt.timedelta(seconds=1)
READY = b"Subject: Due\r\n\r\n" + b"A promise. " * 400
Headers = tuple[tuple[str, str], ...]


@dataclass
class Rates:
    """What so many of each did in a second."""

    decided: float
    told: float
    read: float
    written: float
    rows: floors.Rows
    told_to: Sequence[str]


def measure(place: Place) -> Iterator[Figure]:
    """On SQLite nothing: one machine and one writer is what it is for."""
    if not place.is_postgresql:
        return
    count = place.size(10_000, 300)
    with serving(place.home) as server:
        one = _with(place, server, 1, count)
        two = _with(place, server, 2, count)
        # Last, for its rows have numbers far above ours.
        decided_floor = count / one.rows.write(place)
        told_floor = floors.mails(server, READY, one.told_to)
    yield Figure("one clock decides and commits", one.decided, "a second", decided_floor, "the same rows by raw SQL")
    yield Figure("two clocks", two.decided, "a second", one.decided, "one clock")
    yield Figure("one sender tells", one.told, "mails/s", told_floor, "ready mails by smtplib")
    yield Figure("two senders", two.told, "mails/s", one.told, "one sender")
    yield Figure("one web server answers the API: one escalation", one.read, "a second")
    yield Figure("two web servers", two.read, "a second", one.read, "one web server")
    yield Figure("one web server writes a note", one.written, "a second")
    yield Figure("two web servers", two.written, "a second", one.written, "one web server")


def _with(place: Place, server: MailServer, number: int, count: int) -> Rates:
    owners = crowds.owners(count, f"fleet{number}")
    event, delivery = crowds.newest()
    _, begins_at = crowds.falls_due(count, owners, within=SECOND)
    with crowds.at_work(place, server, *["clock"] * number):
        due = crowds.steady(begins_at + SECOND)
        if time.monotonic() > due:
            raise TimeoutError("The clocks were not up when it fell due: this machine is too busy.")
        decided = crowds.until(lambda: Event.objects.filter(pk__gt=event, once__isnull=False).count() >= count) - due
    arrived = server.count()
    with crowds.at_work(place, server, *["sender"] * number):
        crowds.until(lambda: not Delivery.objects.filter(state=Delivery.State.WAITING).exists(), every=0.1)
    arrivals = server.arrivals()[arrived:]
    told = len(arrivals) / (arrivals[-1].at - arrivals[0].at)
    rows = floors.Rows(event + 1, delivery + 1)
    read, written = _requests(place, number, owners)
    return Rates(count / decided, told, read, written, rows, [arrival.to for arrival in arrivals])


def _requests(place: Place, number: int, owners: Sequence[Member]) -> tuple[float, float]:
    """How many reads, and how many writes, so many web servers answer in a second."""
    wilma = make.member("Wilma Writer", Role.MANAGER)
    _, key = tokens.make(wilma, name="Fleet", scope=Token.Scope.WRITE, by=COMMAND_LINE, now=wall.now())
    case = Escalation.objects.filter(handler=owners[0]).first()
    assert case
    headers: Headers = (("Authorization", f"Bearer {key}"), ("Content-Type", "application/json"))
    path = f"/api/v1/escalations/{case.key}"
    ports = PORTS[:number]
    with ExitStack() as running:
        for port in ports:
            running.enter_context(place.running("web", "--port", str(port)))
            answers(f"http://127.0.0.1:{port}/login/")
        seconds = place.size(10, 1)
        read = _ask([_asked(port, path, headers, number, seconds) for port in ports])
        written = _ask(
            [
                load.Asked(
                    port, f"{path}/notes", "POST", headers, '{"text": "They know."}', CONNECTIONS // number, seconds
                )
                for port in ports
            ]
        )
    return read, written


def _asked(port: int, path: str, headers: Headers, number: int, seconds: float) -> load.Asked:
    return load.Asked(port, path, headers=headers, connections=CONNECTIONS // number, seconds=seconds)


def _ask(asked: Sequence[load.Asked]) -> float:
    """All at once; how many were answered in a second, by all together."""
    with ThreadPoolExecutor(len(asked)) as pool:
        return sum(answered.per_second for answered in pool.map(load.ask, asked))
