"""One pass of the sender: claim, ask whether it is still wanted, hand over, record. Each recipient fails alone."""

from __future__ import annotations

import datetime as dt
import logging
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from functools import partial

from django.db import transaction

from amends.directory.actor import SENDER
from amends.directory.models import Organisation
from amends.escalations.actions import updates
from amends.escalations.models import Update
from amends.escalations.wanted import still_wanted
from amends.lib.errors import Refused
from amends.outbox import claims, outcomes
from amends.outbox.letters import Letter, bundle, render
from amends.outbox.models import Delivery
from amends.outbox.posting import message_id
from amends.outbox.smtp import MailServer, Rejected, TryLater, Unknown, Unreachable, compose

log = logging.getLogger("amends.sender")

AT_ONCE = 50
# How long to leave a server alone that did not answer.
REST = dt.timedelta(seconds=5)
CUSTOMER = Delivery.Audience.CUSTOMER


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

    def deliver(self) -> int:
        """One pass over what is due for a try; says how many deliveries were settled or tried."""
        now = self.wall()
        for delivery in claims.sort_out_the_dead(now):
            self._tell_of(delivery, delivery.trouble or "The sender stopped while handing it over.", is_known=False)
        room = self._room(now)
        if not room or (self._rest_until and now < self._rest_until):
            return 0
        taken = claims.claim(by=self.place, now=now, limit=min(AT_ONCE, room))
        organisation = Organisation.current()
        groups = _groups(taken)
        while groups:
            try:
                self._hand_over(groups.pop(0), organisation)
            except Unreachable as error:
                self.trouble, self._rest_until = str(error)[:300], self.wall() + REST
                outcomes.give_back([delivery for group in groups for delivery in group])
                break
            self.trouble, self._rest_until = "", None
        return len(taken)

    def _room(self, now: dt.datetime) -> int:
        """How many messages the rate limit leaves for now; what does not fit is held, and says so."""
        if not self.per_minute:
            return AT_ONCE
        self._sent_at = [at for at in self._sent_at if now - at < dt.timedelta(minutes=1)]
        room = self.per_minute - len(self._sent_at)
        if room <= 0:
            until = self._sent_at[0] + dt.timedelta(minutes=1)
            outcomes.hold(because=f"Rate limit of {self.per_minute} a minute", until=until, now=now)
        return max(room, 0)

    def _hand_over(self, group: Sequence[Delivery], organisation: Organisation) -> None:
        """One message: a single delivery, or a bundle of alarms of one person."""
        if self.wall() > _lease_end(group) - claims.LEASE_FOR / 2 and not outcomes.renew(
            group, until=self.wall() + claims.LEASE_FOR
        ):
            return
        wanted_ids = still_wanted(group)
        outcomes.not_needed([one for one in group if one.pk not in wanted_ids], now=self.wall())
        wanted = [one for one in group if one.pk in wanted_ids]
        if not wanted:
            return
        first = wanted[0]
        try:
            message, sender = _message(wanted, organisation)
            at_the_door = partial(outcomes.at_the_door, first) if first.audience == CUSTOMER else None
            went = self.server.hand_over(message, sender=sender, recipient=first.address, at_the_door=at_the_door)
        except Rejected as no:
            with transaction.atomic():
                outcomes.refused(wanted, str(no), now=self.wall())
                self._tell_of(first, str(no), is_known=True)
        except Unknown as unknown:
            self._unknown(wanted, str(unknown))
        except TryLater as later:
            self._failed(wanted, str(later))
            if isinstance(later, Unreachable):
                raise
        except Exception as fault:
            # A message that cannot even be composed must not stop those behind it.
            log.exception("Delivery %s failed.", first.identity)
            self._failed(wanted, f"{type(fault).__name__}: {fault}")
        else:
            if went:
                outcomes.accepted(wanted, now=self.wall())
                self._sent_at.append(self.wall())

    def _unknown(self, deliveries: Sequence[Delivery], why: str) -> None:
        """Inside, the same message goes again; a customer's mail waits for a person."""
        first = deliveries[0]
        if first.audience != CUSTOMER:
            self._failed(deliveries, why)
            return
        with transaction.atomic():
            outcomes.maybe(first, why, now=self.wall())
            self._tell_of(first, why, is_known=False)

    def _failed(self, deliveries: Sequence[Delivery], why: str) -> None:
        with transaction.atomic():
            for dead in outcomes.failed(deliveries, why, now=self.wall(), chance=self.chance):
                self._tell_of(dead, why, is_known=True)

    def _tell_of(self, delivery: Delivery, trouble: str, *, is_known: bool) -> None:
        """A customer's mail that failed, or may have: its author and the handler hear, on the timeline and by mail.

        Should that fail, the outbox still shows it, and the mails behind it still go.
        """
        if delivery.audience != CUSTOMER:
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


def _groups(taken: Iterable[Delivery]) -> list[list[Delivery]]:
    """What goes as one message: the alarms of one bundle together, everything else alone."""
    groups: dict[str, list[Delivery]] = {}
    for delivery in taken:
        groups.setdefault(delivery.bundle or f"one:{delivery.pk}", []).append(delivery)
    return list(groups.values())


def _lease_end(group: Sequence[Delivery]) -> dt.datetime:
    return min(delivery.leased_until for delivery in group if delivery.leased_until)


def _message(deliveries: Sequence[Delivery], organisation: Organisation) -> tuple[EmailMessage, str]:
    first = deliveries[0]
    sender = organisation.mail_from
    letters = [Letter.read(delivery.letter) for delivery in deliveries]
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
