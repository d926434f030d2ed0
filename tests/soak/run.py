"""A soak from its beginning to its end."""

from __future__ import annotations

import datetime as dt
import random
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connections

from amends.directory.models import Account
from amends.escalations.models import Escalation, Event, Promise
from amends.outbox.models import Delivery
from amends.pulse import beats
from tests.mailbox import Mailbox
from tests.nursery import COMMAND
from tests.soak import reckoning
from tests.soak.calling import Line
from tests.soak.house import House, Person, free_port, people
from tests.soak.invented import InventedTime
from tests.soak.ledger import Ledger
from tests.soak.members import Working
from tests.soak.troubles import Troubles

# A Thursday in autumn, 10:00 in Berlin.
BEGINS = dt.datetime(2026, 11, 19, 9, 0, tzinfo=dt.UTC)
# Seconds of ours that it may take to come to rest.
REST = 180.0
State = Delivery.State


@dataclass
class Summary:
    """What happened, and what is not as it should be."""

    seed: int
    on: str
    seconds: float
    began: dt.datetime
    ended: dt.datetime
    ledger: Ledger
    troubles: Troubles
    faults: list[str] = field(default_factory=list)
    doctor: str = ""
    settled: int = 0
    mails: int = 0
    repeated: int = 0

    @property
    def is_whole(self) -> bool:
        return not self.faults

    def lines(self) -> Iterator[str]:
        """The summary, for people."""
        hours = (self.ended - self.began).total_seconds() / 3600
        yield f"Soak on {self.on}, seed {self.seed}: {hours:.1f} hours of the organisation in {self.seconds:.0f} s"
        done, refused, unknown = (self.ledger.count(word) for word in ("done", "refused", "unknown"))
        yield f"  asked of the API: {done:,} done, {refused:,} refused, {unknown:,} without an answer"
        acts = sum(deed.answer.is_yes for deed in self.ledger.deeds)
        yield f"  {acts:,} acts done; {Escalation.objects.count():,} escalations, {Event.objects.count():,} events"
        promises = Promise.objects.values_list("status", flat=True)
        yield f"  {len(promises):,} promises, of which {sum(one == 'open' for one in promises):,} open"
        yield f"  {self.mails:,} mails, {self.repeated:,} of them once more; {self.settled:,} settled by a person"
        yield "  " + ", ".join(f"{what} {times}x" for what, times in sorted(self.troubles.happened.items()))
        yield "  whole" if self.is_whole else f"  {len(self.faults):,} faults:"
        for fault in self.faults[:40]:
            yield f"    {fault}"


@contextmanager
def _mailbox() -> Iterator[Mailbox]:
    """Not looked through at the end: it is compared with the outbox instead."""
    box = Mailbox()
    try:
        yield box
    finally:
        box.close()


def soak(folder: Path, environment: Mapping[str, str], *, seconds: float, seed: int) -> Summary:
    """Run one on the database that Django is set up for, which is empty. `environment` leads processes to it."""
    url = environment.get("DATABASE_URL", "")
    began, chance = time.monotonic(), random.Random(seed)
    who = people(BEGINS, seed)
    two = [1, 2] if url else [1]
    with _mailbox() as mailbox:
        parts = ["web 1", *(f"{part} {number}" for part in ("clock", "sender") for number in two)]
        surroundings = {**environment, "AMENDS_SMTP_URL": mailbox.url, "AMENDS_RECALL_SECONDS": "10"}
        house = House(folder, surroundings, InventedTime(BEGINS), [free_port()], parts)
        ledger, troubles = Ledger(), Troubles(house, mailbox, random.Random(seed + 1), url)
        connections.close_all()
        try:
            house.starts()
            _live(house, troubles, who, ledger, chance, seconds)
            summary = Summary(seed, "PostgreSQL" if url else "SQLite", 0, BEGINS, BEGINS, ledger, troubles)
            _come_to_rest(house, mailbox, who[0], summary)
        finally:
            house.close()
        summary.ended, summary.mails = house.time.now(), len(mailbox.mails)
        summary.repeated = reckoning.repeated(mailbox.mails)
        summary.faults += house.complaints()
        summary.faults += reckoning.faults(ledger, mailbox.mails, summary.ended, lost=troubles.lost)
    summary.seconds = time.monotonic() - began
    return summary


def _live(
    house: House, troubles: Troubles, who: list[Person], ledger: Ledger, chance: random.Random, seconds: float
) -> None:
    """Everybody works, and the house has its troubles, for so long."""
    stop = threading.Event()
    accounts = list(Account.objects.values_list("pk", flat=True))
    connections.close_all()
    works = [
        Working(
            person.number,
            Line(person.key, house.ports),
            [one.number for one in who],
            accounts,
            ledger,
            random.Random(chance.random()),
            lambda: house.time.now(),
            house.was_away_since,
        )
        for person in who
    ]
    threads = [threading.Thread(target=work.work, args=[stop], daemon=True) for work in works]
    trouble = threading.Thread(target=troubles.make, args=[stop], daemon=True)
    for thread in (*threads, trouble):
        thread.start()
    stop.wait(seconds)
    stop.set()
    for thread in (*threads, trouble):
        thread.join(60)
        assert not thread.is_alive(), "somebody hangs"


def _come_to_rest(house: House, mailbox: Mailbox, administrator: Person, summary: Summary) -> None:
    """Everything is up, and time goes on; a person settles what nobody else may. Then the doctor is asked."""
    line = Line(administrator.key, house.ports)
    _until_calm(house, mailbox, line, summary, is_calm=_no_try_is_ahead)
    codes = house.stops()
    summary.faults += [f"The {part} was asked to stop, and said {code}." for part, code in codes.items() if code]
    # What is late is judged by a clock that is in no hurry.
    house.time = house.time.goes_on_at(1.0)
    house.starts()
    line.hang_up()
    _until_calm(house, mailbox, line, summary, is_calm=_all_is_told)
    asked = subprocess.run(
        [*COMMAND, "doctor"],
        env={**house.environment, **house.time.environment()},
        cwd=house.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    summary.doctor = asked.stdout + asked.stderr
    if asked.returncode:
        summary.faults.append(f"amends doctor: {summary.doctor}")
    house.stops()


def _until_calm(house: House, mailbox: Mailbox, line: Line, summary: Summary, *, is_calm) -> None:
    deadline = time.monotonic() + REST
    while True:
        house.looks_after()
        summary.settled += _settle(mailbox, line)
        now = house.time.now()
        if not (remains := is_calm(now)):
            break
        if time.monotonic() > deadline:
            summary.faults.append(f"At {now:%H:%M:%S} it does not come to rest: {remains}")
            break
        time.sleep(0.5)
    connections.close_all()


def _settle(mailbox: Mailbox, line: Line) -> int:
    """As a person would: whoever asked the recipient knows whether it came. What could not go is tried again."""
    arrived = {(mail.message_id, mail.to) for mail in mailbox.mails}
    waits = Delivery.objects.filter(state__in=[State.MAYBE, State.DEAD])
    settled = 0
    for delivery in waits:
        came = reckoning.sent(delivery).arrives_as in arrived
        how = "mark-sent" if came and delivery.state == State.MAYBE else "try-again"
        settled += line.ask("POST", f"/deliveries/{delivery.pk}/{how}").is_yes
    return settled


def _no_try_is_ahead(now: dt.datetime) -> str:
    """Nothing that failed waits for another try, nobody is at the door, nothing is overdue."""
    waits = Delivery.objects.filter(state=State.WAITING)
    troubled = list(waits.filter(tries__gt=0)) + list(waits.filter(next_try_at__lt=now - dt.timedelta(minutes=10)))
    return "; ".join(reckoning.story(one) for one in [*troubled, *reckoning.unsettled()][:5])


def _all_is_told(now: dt.datetime) -> str:
    """Clock and sender live, and have nothing left that is due."""
    if unwell := [vital.part for vital in beats.vitals(now) if not vital.is_well]:
        return f"not well: {', '.join(unwell)}"
    if due := Escalation.objects.due_for_a_look(now).count():
        return f"{due} escalations wait for a look"
    left = Delivery.objects.filter(state=State.WAITING, next_try_at__lte=now)
    return "; ".join(reckoning.story(one) for one in [*left, *reckoning.unsettled()][:5])
