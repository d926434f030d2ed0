"""The pages and the API as members meet them, at 1,000, 20,000 and 100,000 escalations, under `amends run`.

Milliseconds until the whole answer is there, at one connection (p50, p95) and at eight. Whoever asks is another process
on the same cores. Of the escalations 12,000 at most are under way; what is over is copied for the largest size.
"""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psutil
from django.conf import settings
from django.db import connection
from django.db.models import Count
from django.test import Client

from amends.demo import crowd
from amends.directory import tokens
from amends.directory.actor import Role
from amends.directory.models import Account, Member, Token
from amends.escalations.actions import updates
from amends.escalations.models import Escalation, Update
from amends.lib import wall
from benchmarks.figures import Figure
from benchmarks.load import Answered, Asked, ask
from benchmarks.place import SERVED, Place, answers, memory
from benchmarks.plain_pages import TABLE
from tests import archive

PORT = 9720
MOST_UNDER_WAY = 12_000
UPDATES = 20
MIB = 2**20
_LINKED = re.compile(r'(?:href|src)="(/assets/[^"#]+)')


@dataclass(frozen=True)
class Page:
    """Something to ask for, and in how many milliseconds half of the answers are to be there, of one connection."""

    name: str
    asked: Asked
    aim: float


@dataclass(frozen=True)
class Measured:
    """A page at one connection and at eight."""

    alone: Answered
    together: Answered

    def details(self) -> dict[str, float | str]:
        return {
            "p95": self.alone.p95,
            "at eight p50": self.together.p50,
            "at eight p95": self.together.p95,
            "requests/s at eight": self.together.per_second,
        }


def measure(place: Place) -> Iterator[Figure]:
    """Size after size, in one database that grows."""
    sizes = [place.size(1_000, 200), place.size(20_000, 400), place.size(100_000, 1_000)]
    first: dict[str, Measured] = {}
    for size in sizes:
        _grow(size)
        began = time.monotonic()
        with place.running("run", "--port", str(PORT), **SERVED) as server:
            answers(f"http://127.0.0.1:{PORT}/login/")
            started = time.monotonic() - began
            _settled()
            reader = _reader()
            pages = _pages(reader)
            if size == sizes[0]:
                yield Figure("start to first page", started, "s")
                yield _first_page(pages[0])
            floors = _floors(place)
            yield from _floor_figures(floors, size)
            for page in pages:
                found = _measured(place, page.asked)
                first.setdefault(page.name, found)
                yield _figure(page, found, floors["rows"], size)
                if size == sizes[-1]:
                    yield _tail(page, found, first[page.name])
            yield _created(place, reader, floors["insert"], size)
            yield _held(server, size)


def _grow(size: int) -> None:
    """So many escalations: told by the crowd as long as they may be under way, else copies of what is over."""
    there, over = Escalation.objects.count(), Escalation.objects.exclude(status__in=Escalation.UNDER_WAY).count()
    if there - over + (size - there) * 0.6 <= MOST_UNDER_WAY * 1.1:
        crowd.tell(size - there, now=wall.now(), seed=size)
    else:
        archive.grow((size - there) // over)
    with connection.cursor() as cursor:
        # As PostgreSQL does by itself within a minute.
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "PRAGMA wal_checkpoint(TRUNCATE)")


def _settled() -> None:
    """The clock has looked at all that has come."""
    while Escalation.objects.due_for_a_look(wall.now()).exists():
        time.sleep(0.5)


@dataclass(frozen=True)
class Reader:
    """A manager with a score of cases, as many at every size, logged in; and one of those cases."""

    member: Member
    session: str
    token: str
    case: Escalation


def _reader() -> Reader:
    leads = Member.objects.filter(role=Role.MANAGER, handles__status=Escalation.Status.OPEN)
    member = min(leads.annotate(load=Count("handles")).order_by("pk"), key=lambda each: abs(each.load - 20))
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(member)
    _, token = tokens.make(member, name="Benchmark", scope=Token.Scope.WRITE, by=member.as_actor(), now=wall.now())
    case = _with_updates(member.handles.filter(status=Escalation.Status.OPEN).order_by("pk")[0], member)
    return Reader(member, client.cookies[settings.SESSION_COOKIE_NAME].value, token, case)


def _with_updates(case: Escalation, member: Member) -> Escalation:
    now = wall.now()
    for number in range(UPDATES - case.updates.count()):
        at = now - dt.timedelta(minutes=UPDATES - number)
        text = f"Rang for the {number + 1}. time: last night’s import ran, and orders arrive once."
        updates.log(
            case, channel=Update.Channel.CALL, text=text, at=at, by=member.as_actor(), now=at, contact=case.contact
        )
    return case


def _pages(reader: Reader) -> Sequence[Page]:
    def page(name: str, path: str, aim: float) -> Page:
        cookie = ("Cookie", f"{settings.SESSION_COOKIE_NAME}={reader.session}")
        return Page(name, Asked(PORT, path, headers=(cookie,)), aim)

    bearer = ("Authorization", f"Bearer {reader.token}")
    return [
        page("home", "/", 25),
        page("list", "/escalations/", 25),
        page("list of what is closed", "/escalations/?view=closed", 25),
        page(f"case with {UPDATES} updates", f"/escalations/{reader.case.key}/", 30),
        page("search, a common word", "/search/?q=orders", 30),
        page("search, two words", "/search/?q=customer+17", 30),
        Page("list by the API", Asked(PORT, "/api/v1/escalations", headers=(bearer,)), 25),
    ]


def _measured(place: Place, asked: Asked) -> Measured:
    seconds = place.size(4, 1)
    ask(replace(asked, seconds=0.5))
    return Measured(ask(replace(asked, seconds=seconds)), ask(replace(asked, connections=8, seconds=seconds)))


def _floors(place: Place) -> dict[str, Measured]:
    with connection.cursor() as cursor:
        number = "bigserial" if connection.vendor == "postgresql" else "integer"
        cursor.execute(f"CREATE TABLE IF NOT EXISTS {TABLE} (id {number} PRIMARY KEY, words text)")
    asked = {name: Asked(PORT, f"/floor/{name}/") for name in ("hello", "query", "rows")}
    asked["insert"] = Asked(PORT, "/floor/insert/", method="POST", body="words=none")
    return {name: _measured(place, each) for name, each in asked.items()}


def _floor_figures(floors: dict[str, Measured], size: int) -> Iterator[Figure]:
    names = {"hello": "a view without any query", "query": "a view with one query", "rows": "a page of 50 rows"}
    for name, says in names.items():
        yield Figure(f"{size:,}: floor, {says}", floors[name].alone.p50, "ms", details=floors[name].details())


def _figure(page: Page, found: Measured, floor: Measured, size: int) -> Figure:
    queries = _queries(page.asked)
    return Figure(
        f"{size:,}: {page.name}",
        found.alone.p50,
        "ms",
        floor=floor.alone.p50,
        floor_says="a page of 50 rows",
        aim=page.aim,
        details=found.details() | {"queries": queries, "KB": found.alone.size / 1000},
    )


def _tail(page: Page, found: Measured, at_first: Measured) -> Figure:
    """The slowest of twenty, which must not grow with the number of escalations."""
    return Figure(
        f"p95 with the most, {page.name}",
        found.alone.p95,
        "ms",
        floor=at_first.alone.p95,
        floor_says="with the fewest",
        aim=min(80.0, 1.3 * at_first.alone.p95),
    )


def _queries(asked: Asked) -> int:
    """How many queries the page asks, counted in this process."""
    count = 0

    def counted(execute: Any, *words: Any) -> Any:
        nonlocal count
        count += 1
        return execute(*words)

    client = Client(SERVER_NAME="127.0.0.1", headers=dict(asked.headers))
    with connection.execute_wrapper(counted):
        client.get(asked.path)
    return count


def _created(place: Place, reader: Reader, floor: Measured, size: int) -> Figure:
    account = Account.objects.exclude(csm__reports_to=reader.member).order_by("pk")[0]
    said = {
        "account": account.pk,
        "reason": "Orders arrive twice",
        "problems": ["Every order of the night is booked a second time"],
        "why_unqualified": "Their whole warehouse stands still.",
    }
    asked = Asked(
        PORT,
        "/api/v1/escalations",
        "POST",
        (("Authorization", f"Bearer {reader.token}"), ("Content-Type", "application/json")),
        json.dumps(said),
    )
    found = _measured(place, asked)
    return Figure(
        f"{size:,}: create, eight at once",
        found.together.per_second,
        "requests/s",
        floor=floor.together.per_second,
        floor_says="one row inserted",
        aim=120,
        more_is_better=True,
        details={"p50": found.together.p50, "p95": found.together.p95, "alone p50": found.alone.p50},
    )


def _held(server: psutil.Process, size: int) -> Figure:
    """Memory of all processes; `shared once` counts what they share only once."""
    family = [server, *server.children(recursive=True)]
    proportional = sum(process.memory_full_info().pss for process in family) if Path("/proc").exists() else 0
    return Figure(
        f"{size:,}: memory of all processes",
        memory(server.pid) / MIB,
        "MiB",
        aim=250,
        details={"processes": len(family), "shared once": proportional / MIB},
    )


def _first_page(home: Page) -> Figure:
    """What a browser that has never been here loads to show Today, packed as it goes over the line."""
    page = _loaded(home.asked.path, home.asked.headers)
    parts = sorted(set(_LINKED.findall(gzip.decompress(page).decode())))
    loaded = sum(len(_loaded(path)) for path in parts)
    return Figure(
        "first page, all that it loads",
        (len(page) + loaded) / 1000,
        "KB",
        aim=100,
        details={"requests": 1 + len(parts), "the page itself": f"{len(page) / 1000:.0f} KB"},
    )


def _loaded(path: str, headers: Sequence[tuple[str, str]] = ()) -> bytes:
    asked = urllib.request.Request(
        f"http://127.0.0.1:{PORT}{path}", headers=dict(headers) | {"Accept-Encoding": "gzip"}
    )
    with urllib.request.urlopen(asked, timeout=60) as answer:
        body: bytes = answer.read()
    return body
