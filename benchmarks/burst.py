"""Ten thousand promises fall due in one second, while a real clock, a real sender and a real web server run.

Once they belong to 200 owners, whose alarms are bundled, and once to 10,000 different people. Meanwhile a member logs
calls over HTTP, ten a second. Mail server, web server and that member share the two cores with clock and sender.
"""

from __future__ import annotations

import datetime as dt
import json
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from amends.directory import tokens
from amends.directory.actor import COMMAND_LINE, Role
from amends.directory.models import Member, Organisation, Token
from amends.escalations.models import Event
from amends.lib import wall
from amends.outbox.letters import Letter, bundle, render
from amends.outbox.models import Delivery
from amends.outbox.smtp import compose
from benchmarks import crowds, floors
from benchmarks.figures import Figure, percentile, spread
from benchmarks.mail_server import Arrival, MailServer, serving
from benchmarks.place import Place, answers
from tests import crowd, make

PORT = 9710
SECOND = dt.timedelta(seconds=1)
# A member writes so often.
EVERY = 0.1
WRITES_TO = 50


@dataclass
class Burst:
    """What came of one of them. Moments by time.monotonic(), `due` being when all of it was due."""

    due: float
    decided: float
    arrivals: Sequence[Arrival]
    rows: floors.Rows
    written: list[float] = field(default_factory=list)

    @property
    def told(self) -> float:
        return self.arrivals[-1].at


def measure(place: Place) -> Iterator[Figure]:
    """Both bursts, and the floors after each."""
    count = place.size(10_000, 400)
    key = _somebody_who_writes()
    with serving(place.home) as server, place.running("web", "--port", str(PORT)):
        answers(f"http://127.0.0.1:{PORT}/login/")
        few = _burst(place, server, crowds.owners(place.size(200, 20), "few"), count, key)
        yield from _decided(place, few, "200 owners")
        yield _told_few(place, few, server, count)
        many = _burst(place, server, crowds.owners(count, "many"), count, key)
        yield from _decided(place, many, "10,000 people")
        yield from _told_many(place, many, server)
        yield _writing([*few.written, *many.written])
    yield from _far_away(place, place.size(1_000, 40))


def _burst(place: Place, server: MailServer, owners: Sequence[Member], count: int, key: str) -> Burst:
    with crowds.at_work(place, server, "clock", "sender"):
        event, delivery = crowds.newest()
        arrived = server.count()
        promises, begins_at = crowds.falls_due(count, owners, within=SECOND)
        due = crowds.steady(begins_at + SECOND)
        member = _Writes(key, due - 5)
        member.start()
        decided = crowds.until(lambda: _told_since(event) >= len(promises))
        crowds.until(lambda: not crowds.is_waiting() and server.count() > arrived)
        member.stop()
    rows = floors.Rows(event + 1, delivery + 1)
    return Burst(due, decided, server.arrivals()[arrived:], rows, member.seconds)


def _told_since(event: int) -> int:
    return Event.objects.filter(pk__gt=event, once__isnull=False).count()


def _decided(place: Place, burst: Burst, whose: str) -> Iterator[Figure]:
    floor = burst.rows.write(place)
    yield Figure(
        f"decided and committed, {whose}",
        burst.decided - burst.due,
        "s",
        floor,
        "the same rows by raw SQL, 200 a transaction",
        aim=5 if place.is_postgresql else 3,
        details={"a second": burst.rows.count / (burst.decided - burst.due)},
    )
    Delivery.objects.filter(identity__startswith="floor").delete()


def _told_few(place: Place, burst: Burst, server: MailServer, count: int) -> Figure:
    mails = len(burst.arrivals)
    ready = floors.mails(server, _ready_bytes(count // mails), [mail.to for mail in burst.arrivals])
    return Figure(
        "told to 200 owners, from the due second to the last mail",
        burst.told - burst.due,
        "s",
        mails / ready,
        "as many ready mails by smtplib",
        aim=10,
        details={"mails": mails, "alarms in each": count / mails},
    )


def _told_many(place: Place, burst: Burst, server: MailServer) -> Iterator[Figure]:
    addresses = [mail.to for mail in burst.arrivals]
    rate = len(addresses) / (burst.told - burst.due)
    content = _ready_bytes(1)
    ready = floors.mails(server, content, addresses)
    sent = Delivery.objects.filter(state=Delivery.State.SENT).order_by("-id").values_list("pk", flat=True)
    recorded = floors.recorded_mails(place, server, content, addresses, list(sent[: len(addresses)]))
    waited = [mail.at - burst.due for mail in burst.arrivals]
    yield Figure(
        "told to 10,000 people, one mail each, from the due second on",
        rate,
        "mails/s",
        ready,
        "ready mails by smtplib, nothing written down",
        aim=300 if place.is_postgresql else 400,
        more_is_better=True,
        details={"mails": len(addresses), "p50 s": percentile(waited, 0.5), "p99 s": percentile(waited, 0.99)},
    )
    yield Figure(
        "… as a part of that floor",
        rate / ready,
        "",
        aim=1 / 3,
        more_is_better=True,
        details={"of smtplib with one raw commit for each mail": rate / recorded, "which makes a second": recorded},
    )


def _far_away(place: Place, count: int) -> Iterator[Figure]:
    """A mail server that answers each command 20 ms late, as one in another city does. Its floor is one connection."""
    with serving(place.home, late_by=0.02) as server:
        with crowds.at_work(place, server, "clock", "sender"):
            promises, begins_at = crowds.falls_due(count, crowds.owners(count, "far"), within=SECOND)
            crowds.until(lambda: server.count() >= len(promises))
        rate = count / (server.arrivals()[-1].at - crowds.steady(begins_at + SECOND))
        few = [f"far.{number}@fernhill.example" for number in range(place.size(100, 10))]
        floor = floors.mails(server, _ready_bytes(1), few)
    yield Figure(
        "told by a mail server that answers 20 ms late",
        rate,
        "mails/s",
        floor,
        "ready mails by smtplib, over one connection",
        more_is_better=True,
    )


def _writing(seconds: Sequence[float]) -> Figure:
    return Figure(
        "a call is logged over HTTP during the bursts, p95",
        percentile(seconds, 0.95) * 1000,
        "ms",
        aim=250,
        details=spread(seconds, times=1000) | {"calls": len(seconds)},
    )


def _ready_bytes(alarms: int) -> bytes:
    """A mail of ours that tells so many, as long as they are."""
    told = Delivery.objects.filter(is_alarm=True).order_by("-id")[:alarms]
    letters = [Letter.read(delivery.letter) for delivery in told]
    letter = letters[0] if len(letters) == 1 else bundle(letters)
    return compose(
        letter,
        render(letter, organisation=Organisation.current().name),
        sender=floors.SENDER,
        address="somebody@fernhill.example",
        name="Somebody",
        message_id="<ready@fernhill.example>",
        at=wall.now(),
        is_inside=True,
    )


def _somebody_who_writes() -> str:
    """A member with a key to the API, and cases of theirs on which nothing falls due soon."""
    member = make.member("Wilma Writer", Role.MANAGER)
    now = wall.now()
    crowd.promises(WRITES_TO, due_at=now + dt.timedelta(days=20), made_at=now, owners=[member])
    return tokens.make(member, name="Benchmark", scope=Token.Scope.WRITE, by=COMMAND_LINE, now=now)[1]


class _Writes(threading.Thread):
    """The member at the pages: logs a call each tenth of a second, and notes how long each took."""

    def __init__(self, key: str, begins: float) -> None:
        super().__init__(daemon=True)
        self.seconds: list[float] = []
        self._key, self._begins = key, begins
        self._stopped = threading.Event()

    def stop(self) -> None:
        self._stopped.set()
        self.join()

    def run(self) -> None:
        self._stopped.wait(max(self._begins - time.monotonic(), 0))
        while not self._stopped.wait(EVERY):
            began = time.monotonic()
            self._log_a_call(len(self.seconds) % WRITES_TO)
            self.seconds.append(time.monotonic() - began)

    def _log_a_call(self, number: int) -> None:
        call = {"channel": "call", "text": "They know, and they wait.", "at": wall.now().isoformat()}
        request = urllib.request.Request(
            f"http://127.0.0.1:{PORT}/api/v1/escalations/ESC-{1001 + number}/updates/log",
            json.dumps(call).encode(),
            {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            answer.read()
