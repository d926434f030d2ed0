"""One pass of a sender, whatever the channel: claim, ask whether it is still wanted, hand over, record.

Each recipient fails alone. What differs from channel to channel stands in `deliver` (mail) and `chat`.
"""

from __future__ import annotations

import datetime as dt
import logging
import random
import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice
from typing import ClassVar, Generic, TypeVar

from django.db import DatabaseError, InterfaceError, connection, transaction

from amends.directory.models import Organisation
from amends.escalations.timeline.reaching import in_quiet_hours
from amends.escalations.wanted import still_wanted
from amends.outbox import claims, outcomes
from amends.outbox.letters import Letter
from amends.outbox.models import Delivery
from amends.outbox.troubles import HungUp, Rejected, TryLater, Unknown, Unreachable

log = logging.getLogger("amends.sender")

# So many deliveries a pass for each connection.
AT_ONCE = 50
# A further connection is worth its while from so many messages on.
EACH = 5
# How long to leave a server alone that did not answer.
REST = dt.timedelta(seconds=5)
# A pass ends after so long, however much is left, so that a slow server does not look like a sender that stopped.
PASS_FOR = dt.timedelta(seconds=10)
# An answer to "still wanted?" holds for so many seconds. So many deliveries are asked about at once.
ASKED_AGAIN_AFTER = 0.2
ASKED_TOGETHER = 50
# Beside several connections what the server took is recorded this often, in seconds: a commit takes longer than a mail.
RECORDED_EVERY = 0.05
CUSTOMER = Delivery.Audience.CUSTOMER
# The deliveries that go as one message.
Group = list[Delivery]
Server = TypeVar("Server")
Result = TypeVar("Result")


@dataclass(slots=True)
class Passes(ABC, Generic[Server]):
    """Sends by one channel from one process: its server, its name on leases, its pace.

    `per_minute` is the rate limit; 0 is none. `wall` tells the time of each outcome. `further` are connections to the
    same server, used beside the first where there is much to send; each has a thread.
    """

    channel: ClassVar[str]
    # After so many failed tries a message is dead.
    tries: ClassVar[int] = outcomes.TRIES

    server: Server
    place: str
    wall: Callable[[], dt.datetime]
    per_minute: int = 0
    chance: random.Random = field(default_factory=random.Random)
    further: Sequence[Server] = ()
    # Why nothing is sent at the moment, for the banner; blank when all is well.
    trouble: str = ""
    _rest_until: dt.datetime | None = None
    _sent_at: list[dt.datetime] = field(default_factory=list)
    # Claimed and not yet tried; and taken by the server, but not yet recorded.
    _groups: deque[Group] = field(default_factory=deque)
    _unrecorded: list[Group] = field(default_factory=list)
    _writing: threading.Lock = field(default_factory=threading.Lock)
    # What has been asked about, what of it is still wanted, and when that was, by time.monotonic().
    _asked: set[int] = field(default_factory=set)
    _still_wanted: set[int] = field(default_factory=set)
    _asked_at: float = 0.0
    _asking: threading.Lock = field(default_factory=threading.Lock)

    def deliver(self) -> int:
        """One pass over what is due for a try; says how many deliveries were settled or tried.

        Raises what the database raises; the next pass then begins with what this one could not write.
        """
        now = self.wall()
        self._catch_up()
        self._begin(now)
        room = self._room(now)
        if not room or (self._rest_until and now < self._rest_until):
            return 0
        at_once = AT_ONCE * (1 + len(self.further))
        taken = claims.claim(by=self.place, now=now, limit=min(at_once, room), channel=self.channel)
        self._groups = deque(groups(taken))
        self._leave_alone(taken, now)
        if self._groups:
            self._hand_over_all(Organisation.current(), until=now + PASS_FOR)
        self._give_back()
        return len(taken)

    def _hand_over_all(self, organisation: Organisation, *, until: dt.datetime) -> None:
        """By one connection, or by several where there is much. As long as one gets through, the server is there."""
        servers = [self.server, *self.further][: max(len(self._groups) // EACH, 1)]
        if len(servers) == 1:
            troubles = [self._one_after_another(self.server, organisation, until, records=True)]
        else:
            troubles = self._beside_one_another(servers, organisation, until)
        is_through = not all(troubles)
        self.trouble = "" if is_through else troubles[0]
        self._rest_until = None if is_through else self.wall() + REST

    def _beside_one_another(
        self, servers: Sequence[Server], organisation: Organisation, until: dt.datetime
    ) -> list[str]:
        """A thread for each connection, and one that records meanwhile what the server took."""
        over = threading.Event()
        with ThreadPoolExecutor(len(servers) + 1) as threads:
            record = threads.submit(self._in_a_thread, partial(self._record_until, over))
            hand_over = partial(self._one_after_another, organisation=organisation, until=until, records=False)
            lines = [threads.submit(self._in_a_thread, partial(hand_over, server)) for server in servers]
            wait(lines)
            over.set()
        record.result()
        return [line.result() for line in lines]

    def _in_a_thread(self, work: Callable[[], Result]) -> Result:
        try:
            return work()
        finally:
            connection.close()

    def _record_until(self, over: threading.Event) -> None:
        while not over.wait(RECORDED_EVERY):
            self._record()
        self._record()

    def _one_after_another(
        self, server: Server, organisation: Organisation, until: dt.datetime, *, records: bool
    ) -> str:
        """Hand over by one connection until nothing is left or time is up. Says why, where its server takes no more.

        At least one goes, however long the database took to give it out: else a slow one would stop all mail. It
        `records` each at once, unless another thread does.
        """
        while group := self._next():
            try:
                self._hand_over(server, group, organisation)
                if records:
                    self._record()
            except Unreachable as error:
                self._groups.appendleft(group)
                return str(error)[:300]
            except HungUp as error:
                self._failed(group, str(error))
                return str(error)[:300]
            except (DatabaseError, InterfaceError):
                self._groups.appendleft(group)
                raise
            if self.wall() >= until:
                break
        return ""

    def _next(self) -> Group | None:
        try:
            return self._groups.popleft()
        except IndexError:
            return None

    def _catch_up(self) -> None:
        """Write what a pass before this could not: what the server took, and what was not tried."""
        self._record()
        self._give_back()

    def _record(self) -> None:
        """Write down what the server took: notices inside in one commit, a customer's mail alone."""
        with self._writing:
            while self._unrecorded:
                inside = [group for group in self._unrecorded if group[0].audience != CUSTOMER]
                together = inside or self._unrecorded[:1]
                outcomes.accepted([delivery for group in together for delivery in group], now=self.wall())
                for group in together:  # in place: other connections add to it meanwhile
                    self._unrecorded.remove(group)

    def _give_back(self) -> None:
        outcomes.give_back([delivery for group in self._groups for delivery in group])
        self._groups.clear()

    def _begin(self, now: dt.datetime) -> None:
        """What a pass of this channel sees to first."""

    @abstractmethod
    def _send(self, server: Server, wanted: Group, letters: Sequence[Letter], organisation: Organisation) -> bool:
        """Hand one message over, once `_may_go` has been asked; False where it said no."""

    @abstractmethod
    def _tell_of(self, deliveries: Group, trouble: str, *, is_known: bool) -> None:
        """This message failed for good, or may have been sent: somebody hears, in the transaction that says so."""

    @abstractmethod
    def _unknown(self, deliveries: Group, why: str) -> None:
        """Nobody knows whether it has arrived."""

    def _leave_alone(self, taken: Group, now: dt.datetime) -> None:
        """Keep back what is for somebody whose quiet hours have begun since it was written."""
        kept: set[int] = set()
        for quiet, waits in in_quiet_hours(taken, now):
            outcomes.keep_back(waits, because=quiet.because, until=quiet.until, together=quiet.together)
            kept |= {delivery.pk for delivery in waits}
        if kept:
            self._groups = deque(groups(delivery for delivery in taken if delivery.pk not in kept))

    def _room(self, now: dt.datetime) -> int:
        """How many messages the rate limit leaves for now; what does not fit is held, and says so."""
        if not self.per_minute:
            return AT_ONCE * (1 + len(self.further))
        self._sent_at = [at for at in self._sent_at if now - at < dt.timedelta(minutes=1)]
        room = self.per_minute - len(self._sent_at)
        if room <= 0:
            until = max(self._sent_at[0] + dt.timedelta(minutes=1), now + REST)
            because = f"Rate limit of {self.per_minute} a minute"
            outcomes.hold(because=because, until=until, now=now, channel=self.channel)
        return max(room, 0)

    def _hand_over(self, server: Server, group: Group, organisation: Organisation) -> None:
        """One message: a single delivery, or a bundle of alarms of one person.

        Whatever is wrong with it stays with it; only the server's and the database's troubles are raised.
        """
        first = group[0]
        try:
            wanted = self._wanted(group) if len(group) > 1 else group
            letters = self._letters(wanted)
            wanted = [delivery for delivery in wanted if delivery.pk in letters]
            if not wanted:
                return
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
                self._sent_at.append(self.wall())
                self._unrecorded.append(wanted)
                if group[0].audience == CUSTOMER:
                    self._record()
            else:
                outcomes.give_back(wanted)

    def _may_go(self, group: Group) -> bool:
        """At the door, just before it goes: is it ours, and still wanted?"""
        until = self.wall() + claims.LEASE_FOR
        if len(self._wanted(group)) < len(group):
            return False
        return self.wall() < lease_end(group) - claims.LEASE_FOR / 2 or outcomes.renew(group, until=until)

    def _wanted(self, group: Group) -> Group:
        """Those that still tell of something that is so; the others are settled as no longer needed."""
        wanted_ids = self._wanted_ids(group)
        outcomes.not_needed([one for one in group if one.pk not in wanted_ids], now=self.wall())
        return [one for one in group if one.pk in wanted_ids]

    def _wanted_ids(self, group: Group) -> set[int]:
        """Which of a group are still wanted. For notices inside it is asked for those that come next as well, and an
        answer holds for a moment: one question for each mail takes longer than the mail. A customer's is asked alone.
        """
        if group[0].audience == CUSTOMER:
            return still_wanted(group)
        ids = {delivery.pk for delivery in group}
        with self._asking:
            if not ids <= self._asked or time.monotonic() - self._asked_at > ASKED_AGAIN_AFTER:
                comes_next = chain.from_iterable(list(self._groups))
                asked = [*group, *islice(comes_next, ASKED_TOGETHER)]
                try:
                    self._still_wanted = still_wanted(asked)
                except (KeyError, ValueError):  # one of them makes no sense, and fails alone
                    return still_wanted(group)
                self._asked_at, self._asked = time.monotonic(), {delivery.pk for delivery in asked}
            return ids & self._still_wanted

    def _letters(self, group: Group) -> dict[int, Letter]:
        """The letters of a group by delivery. One that cannot be read must not keep the others of its bundle."""
        letters = {}
        for delivery in group:
            try:
                letters[delivery.pk] = Letter.read(delivery.letter)
            except (TypeError, KeyError, ValueError) as fault:
                log.exception("The letter of %s cannot be read.", delivery.identity)
                self._failed([delivery], f"Its letter cannot be read: {type(fault).__name__}: {fault}")
        return letters

    def _refused(self, deliveries: Group, why: str) -> None:
        with transaction.atomic():
            outcomes.refused(deliveries, why, now=self.wall())
            self._tell_of(deliveries, why, is_known=True)

    def _failed(self, deliveries: Group, why: str, *, may_have_gone: bool = False) -> None:
        with transaction.atomic():
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
