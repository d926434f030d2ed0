"""One pass of a sender, whatever the channel: claim, ask whether it is still wanted, hand over, record.

Each recipient fails alone. What differs from channel to channel stands in `deliver` (mail) and `chat`.
"""

from __future__ import annotations

import datetime as dt
import logging
import random
import threading
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from django.db import DatabaseError, InterfaceError, connection, transaction

from amends.directory.models import Organisation
from amends.escalations.timeline.reaching import in_quiet_hours
from amends.outbox import claims, outcomes
from amends.outbox.letters import Letter
from amends.outbox.models import Delivery
from amends.outbox.troubles import HungUp, Rejected, TryLater, Unknown, Unreachable
from amends.worker.accepted import Accepted, Group
from amends.worker.asking import Asking
from amends.worker.pace import Pace

log = logging.getLogger("amends.sender")

# So many deliveries a pass for each connection.
AT_ONCE = 50
# A further connection is worth its while from so many messages on.
EACH = 5
# How long to leave a server alone that did not answer.
REST = dt.timedelta(seconds=5)
# A pass ends after so long, however much is left, so that a slow server does not look like a sender that stopped.
PASS_FOR = dt.timedelta(seconds=10)
# Beside several connections what the server took is recorded this often, in seconds: a commit takes longer than a mail.
RECORDED_EVERY = 0.05
# With so many messages unrecorded, no connection goes on: that many a sender that is killed may repeat.
UNRECORDED_AT_MOST = 20
Server = TypeVar("Server")


@dataclass(slots=True, eq=False)
class Line(Generic[Server]):
    """One connection, why its server took nothing more, and the thread that is still at its message."""

    server: Server
    trouble: str = ""
    at_work: Future[None] | None = None

    @property
    def is_free(self) -> bool:
        return self.at_work is None or self.at_work.done()


class Passes(ABC, Generic[Server]):
    """Sends by one channel from one process, over one connection or several: its name on leases, its pace.

    `per_minute` is the rate limit; 0 is none. `wall` tells the time of each outcome. `further` are connections to the
    same server. Without them a pass stays in its thread; else each has one, and a slow answer keeps only that one.
    """

    channel: ClassVar[str]
    # After so many failed tries a message is dead.
    tries: ClassVar[int] = outcomes.TRIES

    def __init__(
        self,
        server: Server,
        place: str,
        wall: Callable[[], dt.datetime],
        per_minute: int = 0,
        chance: random.Random | None = None,
        further: Sequence[Server] = (),
    ) -> None:
        self.place = place
        self.wall = wall
        self.chance = chance or random.Random()  # noqa: S311 - it spreads tries, and guards nothing
        # Why nothing is sent at the moment, for the banner; blank when all is well.
        self.trouble = ""
        self._lines = [Line(server), *map(Line, further)]
        self._threads = ThreadPoolExecutor(len(self._lines), thread_name_prefix=self.channel)
        self._rest_until: dt.datetime | None = None
        self._pace = Pace(per_minute)
        # Claimed and not yet tried.
        self._groups: deque[Group] = deque()
        self._accepted = Accepted(wall)
        self._asking = Asking()

    def deliver(self) -> int:
        """One pass over what is due for a try; says how many deliveries were settled or tried.

        Raises what the database raises; the next pass then begins with what this one could not write.
        """
        now = self.wall()
        self._accepted.record()
        self._give_back()
        self._begin(now)
        room = self._pace.room(now)
        if room == 0:
            self._hold(now)
        lines = [line for line in self._lines if line.is_free]
        if not lines or room == 0 or (self._rest_until and now < self._rest_until):
            return 0
        at_once = AT_ONCE * len(lines)
        limit = at_once if room is None else min(at_once, room)
        taken = claims.claim(by=self.place, now=now, limit=limit, channel=self.channel)
        self._groups.extend(groups(self._without_those_left_alone(taken, now)))
        if self._groups:
            self._hand_over_all(lines, Organisation.current(), until=now + PASS_FOR)
        self._give_back()
        return len(taken)

    def finish(self) -> None:
        """Wait for what a slow server has still to answer, and write it down. Nothing is sent after that."""
        self._threads.shutdown()
        self._accepted.record()
        self._give_back()

    def _hand_over_all(self, lines: list[Line[Server]], organisation: Organisation, *, until: dt.datetime) -> None:
        """By one connection, or by several where there is much. As long as one gets through, the server is there."""
        lines = lines[: max(len(self._groups) // EACH, 1)]
        if len(self._lines) == 1:
            for _ in self._one_after_another(lines[0], organisation):
                self._accepted.record()
                if self.wall() >= until:
                    break
        else:
            self._beside_one_another(lines, organisation, until)
        through = [line for line in lines if not line.trouble]
        self.trouble = "" if through else lines[0].trouble
        self._rest_until = None if through else self.wall() + REST

    def _beside_one_another(self, lines: list[Line[Server]], organisation: Organisation, until: dt.datetime) -> None:
        """A thread for each connection, while this one records what the server took.

        When time is up, or something cannot be recorded, none of them begins another message. One that still waits
        for its server's answer is left to it, and joins in again when it has one.
        """
        over = threading.Event()
        at_work = [self._threads.submit(self._in_a_thread, line, organisation, over) for line in lines]
        for line, future in zip(lines, at_work, strict=True):
            line.at_work = future
        try:
            waits = set(at_work)
            while waits and self.wall() < until and not any(future.exception() for future in at_work if future.done()):
                _, waits = wait(waits, timeout=RECORDED_EVERY)
                self._accepted.record()
        finally:
            over.set()
        wait(at_work, timeout=RECORDED_EVERY)
        self._accepted.record()
        for future in at_work:
            if future.done():
                future.result()

    def _in_a_thread(self, line: Line[Server], organisation: Organisation, over: threading.Event) -> None:
        try:
            for _ in self._one_after_another(line, organisation):
                if len(self._accepted) >= UNRECORDED_AT_MOST:
                    self._accepted.record()
                if over.is_set():
                    break
        finally:
            connection.close()

    def _one_after_another(self, line: Line[Server], organisation: Organisation) -> Iterator[None]:
        """Hand over by one connection until nothing is left, or its server takes no more; comes back after each.

        At least one goes, however long the database took to give it out: else a slow one would stop all mail.
        """
        line.trouble = ""
        while group := self._next():
            try:
                accepted = self._hand_over(line.server, group, organisation)
            except Unreachable as error:
                self._groups.appendleft(group)
                line.trouble = str(error)[:300]
                return
            except HungUp as error:
                self._failed(group, str(error))
                line.trouble = str(error)[:300]
                return
            except (DatabaseError, InterfaceError):
                self._groups.appendleft(group)
                raise
            if accepted:
                self._pace.sent(self.wall())
                self._accepted.add(accepted)
            yield

    def _next(self) -> Group | None:
        try:
            return self._groups.popleft()
        except IndexError:
            return None

    def _give_back(self) -> None:
        """What has not been tried, one after another: a connection that was slow may add to it meanwhile."""
        back: Group = []
        while group := self._next():
            back += group
        outcomes.give_back(back)

    def _begin(self, now: dt.datetime) -> None:
        """What a pass of this channel sees to first."""

    def _hold_cases(self, deliveries: Iterable[Delivery]) -> None:
        """Hold what `_tell_of` may write to, before anything is written of these."""

    @abstractmethod
    def _send(self, server: Server, wanted: Group, letters: Sequence[Letter], organisation: Organisation) -> bool:
        """Hand one message over, once `_may_go` has been asked; False where it said no."""

    @abstractmethod
    def _tell_of(self, deliveries: Group, trouble: str, *, is_known: bool) -> None:
        """This message failed for good, or may have been sent: somebody hears, in the transaction that says so."""

    @abstractmethod
    def _unknown(self, deliveries: Group, why: str) -> None:
        """Nobody knows whether it has arrived."""

    def _without_those_left_alone(self, taken: Group, now: dt.datetime) -> Group:
        """Keep back what is for somebody whose quiet hours have begun since it was written; the others."""
        kept: set[int] = set()
        for quiet, waits in in_quiet_hours(taken, now):
            outcomes.keep_back(waits, because=quiet.because, until=quiet.until, together=quiet.together)
            kept |= {delivery.pk for delivery in waits}
        return [delivery for delivery in taken if delivery.pk not in kept]

    def _hold(self, now: dt.datetime) -> None:
        """What does not fit into the rate limit is held, and says so."""
        until = max(self._pace.again_at(now), now + REST)
        because = f"Rate limit of {self._pace.per_minute} a minute"
        outcomes.hold(because=because, until=until, now=now, channel=self.channel)

    def _hand_over(self, server: Server, group: Group, organisation: Organisation) -> Group:
        """One message: a single delivery, or a bundle of alarms of one person. Returns what the server took of it.

        Whatever is wrong with it stays with it; only the server's and the database's troubles are raised.
        """
        first = group[0]
        try:
            wanted = self._wanted(group) if len(group) > 1 else group
            letters = self._letters(wanted)
            wanted = [delivery for delivery in wanted if delivery.pk in letters]
            if not wanted:
                return []
            went = self._send(server, wanted, list(letters.values()), organisation)
        except Rejected as no:
            self._refused(group, str(no))
        except Unknown as unknown:
            self._unknown(group, str(unknown))
        except (HungUp, Unreachable, DatabaseError, InterfaceError):
            raise
        except TryLater as later:
            self._failed(group, str(later))
        except Exception as fault:
            log.exception("Delivery %s failed.", first.identity)
            self._failed(group, f"{type(fault).__name__}: {fault}")
        else:
            if went:
                return wanted
            outcomes.give_back(wanted)
        return []

    def _may_go(self, group: Group) -> bool:
        """At the door, just before it goes: is it ours, and still wanted?"""
        until = self.wall() + claims.LEASE_FOR
        if len(self._wanted(group)) < len(group):
            return False
        return self.wall() < lease_end(group) - claims.LEASE_FOR / 2 or outcomes.renew(group, until=until)

    def _wanted(self, group: Group) -> Group:
        """Those that still tell of something that is so; the others are settled as no longer needed."""
        wanted_ids = self._asking.wanted(group, list(self._groups))
        outcomes.not_needed([one for one in group if one.pk not in wanted_ids], now=self.wall())
        return [one for one in group if one.pk in wanted_ids]

    def _letters(self, group: Group) -> dict[int, Letter]:
        """The letters of a group by delivery. One that cannot be read must not keep the others of its bundle."""
        letters = {}
        for delivery in group:
            try:
                letters[delivery.pk] = Letter.read(delivery.letter).signed()
            except (TypeError, KeyError, ValueError) as fault:
                log.exception("The letter of %s cannot be read.", delivery.identity)
                self._failed([delivery], f"Its letter cannot be read: {type(fault).__name__}: {fault}")
        return letters

    def _refused(self, deliveries: Group, why: str) -> None:
        with transaction.atomic():
            self._hold_cases(deliveries)
            outcomes.refused(deliveries, why, now=self.wall())
            self._tell_of(deliveries, why, is_known=True)

    def _failed(self, deliveries: Group, why: str, *, may_have_gone: bool = False) -> None:
        with transaction.atomic():
            self._hold_cases(deliveries)
            dead = outcomes.failed(
                deliveries,
                why,
                now=self.wall(),
                chance=self.chance,
                at_most=self.tries,
                may_have_gone=may_have_gone,
            )
            if dead:
                self._tell_of(dead, why, is_known=True)


def groups(taken: Iterable[Delivery]) -> list[Group]:
    """What goes as one message: the alarms of one bundle together, everything else alone."""
    found: dict[str, Group] = {}
    for delivery in taken:
        found.setdefault(delivery.bundle or f"one:{delivery.pk}", []).append(delivery)
    return list(found.values())


def lease_end(group: Group) -> dt.datetime:
    """Until when all of a group is ours."""
    return min(delivery.leased_until for delivery in group if delivery.leased_until)
