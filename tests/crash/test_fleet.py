"""A fleet: two web servers, two clocks, two senders on one PostgreSQL, killed in turn while promises fall due."""

import datetime as dt
import threading
from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from amends.directory import tokens
from amends.directory.actor import COMMAND_LINE
from amends.directory.models import Member
from amends.escalations.models import Event, Mark, Note
from amends.lib import wall
from amends.outbox.models import Delivery
from tests import crowd
from tests.crash.processes import Machine, Running
from tests.mailbox import Mailbox, until
from tests.soak.calling import Line
from tests.soak.house import free_port, until_it_answers
from tests.world import World

pytestmark = [
    pytest.mark.crash,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="A fleet shares a PostgreSQL"),
]
MANY = 1_200
# One after another, so that some fall due at every moment of the test.
APART = dt.timedelta(milliseconds=8)
PATIENCE = 120.0
SECOND = dt.timedelta(seconds=1)
State = Delivery.State


class Fleet:
    """Six processes by name, and whoever writes notes over both web servers meanwhile."""

    def __init__(self, host: Machine, owner: Member, case: str) -> None:
        self._host = host
        self.ports = [free_port(), free_port()]
        self._running: dict[str, Running] = {}
        for part in ("web 1", "web 2", "clock 1", "clock 2", "sender 1", "sender 2"):
            self._start(part)
        for port in self.ports:
            until_it_answers(port)
        _, key = tokens.make(owner, name="Fleet", scope="write", by=COMMAND_LINE, now=wall.now())
        self.said: dict[str, int] = {}
        self._stop = threading.Event()
        address = f"/escalations/{case}/notes"
        self._writer = threading.Thread(target=self._write, args=[Line(key, self.ports), address], daemon=True)
        self._writer.start()

    def is_killed(self, part: str) -> None:
        """kill -9, and it comes back at once. What a sender had leased is free as after two minutes."""
        running = self._running[part]
        running.kill()
        if part.startswith("sender"):
            lost = Delivery.objects.filter(leased_by__endswith=f":{running.pid}")
            lost.update(leased_until=wall.now())
        self._start(part)

    def wrote(self) -> int:
        """How many notes were said yes to."""
        return sum(status == 201 for status in list(self.said.values()))

    def ends(self) -> None:
        self._stop.set()
        self._writer.join(PATIENCE)
        for running in self._running.values():
            if running.is_alive:
                running.kill()

    def _start(self, part: str) -> None:
        name, number = part.split()
        port = ["--port", str(self.ports[int(number) - 1])] if name == "web" else []
        self._running[part] = self._host.starts(name, *port)

    def _write(self, line: Line, address: str) -> None:
        while not self._stop.wait(0.05):
            words = f"Word {len(self.said)}."
            self.said[words] = line.ask("POST", address, {"text": words}).status


@pytest.fixture
def fleet(real: World, host: Machine) -> Iterator[Fleet]:
    """A fleet at work, with one case on which nothing falls due."""
    [owner] = crowd.members(1)
    [quiet] = crowd.promises(1, due_at=real.now + dt.timedelta(days=20), made_at=real.now, owners=[owner])
    made = Fleet(host, owner, quiet.escalation.key)
    yield made
    made.ends()


def test_killed_in_turn_they_lose_nothing_and_do_nothing_twice(fleet: Fleet, mailbox: Mailbox):
    owners = crowd.members(240)
    now = wall.now()
    # A clock that saw escalations before their promises would have nothing to do for a day.
    with transaction.atomic():
        crowd.promises(MANY, due_at=now + SECOND, made_at=now - dt.timedelta(hours=4), owners=owners, apart=APART)
    for part in ("clock 1", "sender 1", "web 1", "clock 2", "sender 2", "web 2"):
        told, wrote = rung().count(), fleet.wrote()
        until(lambda told=told: rung().count() > told or told == MANY, "nothing was told", within=PATIENCE)
        until(lambda wrote=wrote: fleet.wrote() > wrote, "nobody could write", within=PATIENCE)
        fleet.is_killed(part)
    until(lambda: rung().count() >= MANY, "some were never told", within=PATIENCE)
    until(lambda: not Delivery.objects.exclude(state=State.SENT).exists(), "some were never sent", within=PATIENCE)
    fleet.ends()

    for rows in (
        rung().values_list("words__promise", flat=True),
        Mark.objects.values_list("escalation", flat=True),
        Delivery.objects.filter(is_alarm=True).values_list("wanted_while", flat=True),
    ):
        assert set(Counter(rows).values()) == {1}
        assert len(rows) == MANY
    arrived = {mail.message_id for mail in mailbox.take_all()}
    alone = Delivery.objects.filter(bundle="").values_list("message_id", flat=True)
    assert set(alone) <= arrived
    assert len(arrived) == len(alone) + Delivery.objects.exclude(bundle="").values("bundle").distinct().count()

    notes = Counter(Note.objects.values_list("text", flat=True))
    assert set(fleet.said.values()) <= {201, 0}, Counter(fleet.said.values())
    for words, status in fleet.said.items():
        assert notes[words] == 1 if status else notes[words] <= 1, words


def rung():
    return Event.objects.filter(kind="promise.overdue")
