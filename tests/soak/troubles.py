"""What happens to the house meanwhile: processes die, the database goes away, the mail server is as servers are."""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection

from tests import postgresql
from tests.mailbox import Mailbox
from tests.soak.house import House, until_it_answers

# Seconds of ours between two troubles, on average.
EVERY = 4.0
# In these a sender may lose what the mail server has taken and it has not written down: it was killed, or its server or
# its database went from it. So much sooner, in seconds, the server may have taken it, and so much later it is through:
# it is written down each twentieth of a second, and a busy machine takes its time for that.
LOSES_ITS_HAND = {
    "sender killed",
    "database restarted",
    "database held",
    "mail server away",
    "mail server hung up",
    "mail server broke off",
}
IN_HAND_FOR = 0.5
# Seconds for one mail; see `invented`, why no more.
SLOWEST = 0.4


@dataclass
class Troubles:
    """Makes trouble, one after another, each kind as often as the others. `url`: of PostgreSQL; blank on SQLite."""

    house: House
    mailbox: Mailbox
    chance: random.Random
    url: str
    happened: Counter[str] = field(default_factory=Counter)
    log: list[str] = field(default_factory=list)
    # From when until when, by time.monotonic(), a message that arrived may have been lost by its sender.
    lost: list[tuple[float, float]] = field(default_factory=list)

    def make(self, stop: threading.Event) -> None:
        """Go on until told to stop; then everything is up again."""
        deck: list[Callable[[], str]] = []
        while not stop.wait(self.chance.uniform(0.2, 1.8) * EVERY):
            self.house.looks_after()
            if not deck:
                deck = self._deck()
                self.chance.shuffle(deck)
            at, began = self.house.time.now(), time.monotonic()
            what = deck.pop()()
            if what in LOSES_ITS_HAND:
                self.lost.append((began - IN_HAND_FOR, time.monotonic() + IN_HAND_FOR))
            self.happened[what] += 1
            self.log.append(f"{at:%d %H:%M:%S} {what}")

    def _deck(self) -> list[Callable[[], str]]:
        kills = [lambda part=part: self._kills(part) for part in self.house.parts]
        database = self._database_restarts if self.url else self._database_is_held
        mail = [self._mail_is_away, self._mail_is_slow, self._mail_hangs_up, self._mail_breaks_off]
        return [
            *kills,
            database,
            *mail,
            *(lambda at=at: self._mail_refuses(at) for at in ("MAIL", "RCPT", "CONTENT")),
            self._mail_knows_nobody,
        ]

    def _lasts(self, most: float) -> None:
        time.sleep(self.chance.uniform(0.3, most))

    def _kills(self, part: str) -> str:
        """At a random moment of its work; sometimes it is back at once, sometimes after some invented minutes."""
        if part.startswith("web"):
            with self.house.nobody_answers():
                self.house.kill(part)
                self._lasts(1.0)
                self.house.start(part)
                until_it_answers(self.house.ports[int(part.split()[1]) - 1])
        else:
            self.house.kill(part)
            self._lasts(3.0)
            self.house.start(part)
        return f"{part.split()[0]} killed"

    def _database_restarts(self) -> str:
        with self.house.nobody_answers(), postgresql.stopped(self.url):
            self._lasts(1.5)
        return "database restarted"

    def _database_is_held(self) -> str:
        """Somebody else writes for a while, as a backup's check or a person with sqlite3 does."""
        other = sqlite3.connect(connection.settings_dict["NAME"], timeout=20, isolation_level=None)
        try:
            other.execute("BEGIN IMMEDIATE")
            self._lasts(2.0)
            other.execute("ROLLBACK")
        finally:
            other.close()
        return "database held"

    def _mail_is_away(self) -> str:
        self.mailbox.goes_down()
        self._lasts(3.0)
        self.mailbox.comes_up()
        return "mail server away"

    def _mail_is_slow(self) -> str:
        self.mailbox.slowness = self.chance.uniform(0.05, SLOWEST)
        self._lasts(4.0)
        self.mailbox.slowness = 0.0
        return "mail server slow"

    def _mail_hangs_up(self) -> str:
        for _ in range(3):
            self.mailbox.hangs_up()
            time.sleep(0.1)
        return "mail server hung up"

    def _mail_breaks_off(self) -> str:
        """It hangs up with the content in its keeping, and never says so."""
        boundary = self.chance.choice(("CONTENT", "CONTENT", "DATA", "RCPT"))
        with _among(self.mailbox.drops, boundary):
            self._lasts(1.0)
        return "mail server broke off"

    def _mail_refuses(self, at: str) -> str:
        self.mailbox.answers[at] = {"MAIL": "421 Busy", "RCPT": "450 Later", "CONTENT": "451 Later"}[at]
        self._lasts(2.0)
        self.mailbox.answers.pop(at)
        return "mail server refused for now"

    def _mail_knows_nobody(self) -> str:
        self.mailbox.answers["RCPT"] = "550 No such user here"
        self._lasts(0.5)
        self.mailbox.answers.pop("RCPT")
        return "mail server refused for good"


@contextmanager
def _among(drops: set[str], boundary: str) -> Iterator[None]:
    drops.add(boundary)
    try:
        yield
    finally:
        drops.discard(boundary)
