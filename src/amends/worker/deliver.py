"""One pass of the sender: claim, ask whether it is still wanted, hand over, record. Each recipient fails alone."""

from __future__ import annotations

import datetime as dt
import logging
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from functools import partial

from django.db import DatabaseError, InterfaceError, transaction

from amends.directory.actor import SENDER
from amends.directory.models import Organisation
from amends.escalations.actions import updates
from amends.escalations.actions.deliveries import tell_administrators
from amends.escalations.models import Update
from amends.escalations.wanted import still_wanted
from amends.lib.errors import Refused
from amends.outbox import claims, outcomes
from amends.outbox.letters import Letter, bundle, render
from amends.outbox.models import Delivery
from amends.outbox.posting import message_id
from amends.outbox.smtp import (
    TIMEOUT_AFTER_CONTENT,
    HungUp,
    MailServer,
    Rejected,
    TryLater,
    Unknown,
    Unreachable,
    compose,
)

log = logging.getLogger("amends.sender")

AT_ONCE = 50
# How long to leave a server alone that did not answer.
REST = dt.timedelta(seconds=5)
# A pass ends after so long, however much is left, so that a slow server does not look like a sender that stopped.
PASS_FOR = dt.timedelta(seconds=10)
# How long the content and the server's answer to it may take at most.
SMTP_AT_MOST = dt.timedelta(seconds=TIMEOUT_AFTER_CONTENT)
# How often a notice inside may go again where nobody knows whether it has arrived.
REPEATS = 1
CUSTOMER = Delivery.Audience.CUSTOMER
# The deliveries that go as one message.
Group = list[Delivery]


@dataclass(slots=True)
class Sender:
    """Sends from one process: its server, its name on leases, its pace.

    `per_minute` is the rate limit; 0 is none. `wall` tells the time of each outcome.
    """

    server: MailServer
    place: str
    wall: Callable[[], dt.datetime]
    per_minute: int = 0
    chance: random.Random = field(default_factory=random.Random)
    # Why nothing is sent at the moment, for the banner; blank when all is well.
    trouble: str = ""
    _rest_until: dt.datetime | None = None
    _sent_at: list[dt.datetime] = field(default_factory=list)
    # Claimed and not yet tried; and taken by the server, but not yet recorded.
    _groups: list[Group] = field(default_factory=list)
    _unrecorded: list[Group] = field(default_factory=list)

    def deliver(self) -> int:
        """One pass over what is due for a try; says how many deliveries were settled or tried.

        Raises what the database raises; the next pass then begins with what this one could not write.
        """
        now = self.wall()
        self._catch_up()
        self._sort_out_the_dead(now)
        room = self._room(now)
        if not room or (self._rest_until and now < self._rest_until):
            return 0
        taken = claims.claim(by=self.place, now=now, limit=min(AT_ONCE, room))
        organisation = Organisation.current()
        self._groups = _groups(taken)
        while self._groups and self.wall() - now < PASS_FOR:
            try:
                self._hand_over(self._groups[0], organisation)
            except (Unreachable, HungUp) as error:
                if isinstance(error, HungUp):
                    self._failed(self._groups[0], str(error))
                self.trouble, self._rest_until = str(error)[:300], self.wall() + REST
                break
            self._groups.pop(0)
            self.trouble, self._rest_until = "", None
        self._give_back()
        return len(taken)

    def _catch_up(self) -> None:
        """Write what a pass before this could not: what the server took, and what was not tried."""
        self._record()
        self._give_back()

    def _record(self) -> None:
        while self._unrecorded:
            outcomes.accepted(self._unrecorded[0], now=self.wall())
            self._unrecorded.pop(0)

    def _give_back(self) -> None:
        outcomes.give_back([delivery for group in self._groups for delivery in group])
        self._groups = []

    def _sort_out_the_dead(self, now: dt.datetime) -> None:
        if not claims.at_a_dead_ones_door(now).exists():
            return
        with transaction.atomic():
            for delivery in claims.sort_out_the_dead(now):
                self._tell_of(delivery, delivery.trouble, is_known=False)

    def _room(self, now: dt.datetime) -> int:
        """How many messages the rate limit leaves for now; what does not fit is held, and says so."""
        if not self.per_minute:
            return AT_ONCE
        self._sent_at = [at for at in self._sent_at if now - at < dt.timedelta(minutes=1)]
        room = self.per_minute - len(self._sent_at)
        if room <= 0:
            until = max(self._sent_at[0] + dt.timedelta(minutes=1), now + REST)
            outcomes.hold(because=f"Rate limit of {self.per_minute} a minute", until=until, now=now)
        return max(room, 0)

    def _hand_over(self, group: Group, organisation: Organisation) -> None:
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
            message, sender = _message(wanted, list(letters.values()), organisation)
            went = self.server.hand_over(
                message, sender=sender, recipient=first.address, at_the_door=partial(self._may_go, wanted)
            )
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
                self._record()
            else:
                outcomes.give_back(wanted)

    def _may_go(self, group: Group) -> bool:
        """At the door, with the recipient accepted and the content still here: is it ours, and still wanted?"""
        until = self.wall() + claims.LEASE_FOR
        if len(self._wanted(group)) < len(group):
            return False
        if group[0].audience == CUSTOMER:
            return outcomes.at_the_door(group[0], until=until + SMTP_AT_MOST)
        return self.wall() < _lease_end(group) - claims.LEASE_FOR / 2 or outcomes.renew(group, until=until)

    def _wanted(self, group: Group) -> Group:
        """Those that still tell of something that is so; the others are settled as no longer needed."""
        wanted_ids = still_wanted(group)
        outcomes.not_needed([one for one in group if one.pk not in wanted_ids], now=self.wall())
        return [one for one in group if one.pk in wanted_ids]

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
            self._tell_of(deliveries[0], why, is_known=True)

    def _unknown(self, deliveries: Group, why: str) -> None:
        """Inside, the same message goes again, but not for ever; a customer's mail waits for a person."""
        if deliveries[0].audience != CUSTOMER and deliveries[0].tries < REPEATS:
            self._failed(deliveries, why)
            return
        with transaction.atomic():
            outcomes.maybe(deliveries, why, now=self.wall())
            self._tell_of(deliveries[0], why, is_known=False)

    def _failed(self, deliveries: Group, why: str) -> None:
        with transaction.atomic():
            for dead in outcomes.failed(deliveries, why, now=self.wall(), chance=self.chance):
                self._tell_of(dead, why, is_known=True)

    def _tell_of(self, delivery: Delivery, trouble: str, *, is_known: bool) -> None:
        """A customer's mail that failed, or may have: its author and the handler hear, on the timeline and by mail.
        A notice inside that failed: the administrators hear.

        Should that fail, the outbox still shows it, and the mails behind it still go.
        """
        if delivery.audience != CUSTOMER:
            tell_administrators(delivery, trouble, by=SENDER, now=self.wall())
            return
        try:
            update = Update.objects.select_related("escalation__account").get(pk=_update_id(delivery))
            updates.not_delivered(
                update,
                contact=delivery.name or delivery.address,
                trouble=trouble,
                is_known=is_known,
                by=SENDER,
                now=self.wall(),
            )
        except (Update.DoesNotExist, ValueError, Refused):
            log.exception("Nobody could be told that %s failed.", delivery.identity)


def _update_id(delivery: Delivery) -> int:
    return int(delivery.identity.partition("|")[0].removeprefix("update:"))


def _groups(taken: Iterable[Delivery]) -> list[Group]:
    """What goes as one message: the alarms of one bundle together, everything else alone."""
    groups: dict[str, Group] = {}
    for delivery in taken:
        groups.setdefault(delivery.bundle or f"one:{delivery.pk}", []).append(delivery)
    return list(groups.values())


def _lease_end(group: Group) -> dt.datetime:
    return min(delivery.leased_until for delivery in group if delivery.leased_until)


def _message(group: Group, letters: Sequence[Letter], organisation: Organisation) -> tuple[EmailMessage, str]:
    first = group[0]
    sender = organisation.mail_from
    letter = letters[0] if len(letters) == 1 else bundle(letters)
    host = first.message_id.rpartition("@")[2].rstrip(">")
    identity = message_id(first.bundle, host) if first.bundle else first.message_id
    message = compose(
        letter,
        render(letter, organisation=organisation.name),
        sender=sender,
        address=first.address,
        name=first.name,
        message_id=identity,
        is_inside=first.audience != CUSTOMER,
    )
    return message, sender
