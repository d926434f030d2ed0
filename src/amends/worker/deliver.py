"""Mail: one pass of the sender against the mail server."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Sequence
from functools import partial

from django.db import DatabaseError, InterfaceError, transaction

from amends.directory.actor import SENDER
from amends.directory.models import Organisation
from amends.escalations import enclosures
from amends.escalations.actions import losses
from amends.escalations.actions.deliveries import hold_cases, tell_administrators
from amends.escalations.timeline import kinds
from amends.outbox import claims, outcomes
from amends.outbox.letters import Letter, bundle, render
from amends.outbox.models import Channel, Delivery
from amends.outbox.posting import message_id
from amends.outbox.smtp import TIMEOUT_AFTER_CONTENT, MailServer, compose
from amends.worker.accepted import CUSTOMER, Group
from amends.worker.passes import Passes

log = logging.getLogger("amends.sender")

# How long the content and the server's answer to it may take at most.
SMTP_AT_MOST = dt.timedelta(seconds=TIMEOUT_AFTER_CONTENT)
# How often a notice inside may go again where nobody knows whether it has arrived.
REPEATS = 1


class Sender(Passes[MailServer]):
    """Sends mail from one process."""

    channel = Channel.MAIL

    def _begin(self, now: dt.datetime) -> None:
        """Name what a sender was handing over when it died."""
        if not claims.at_a_dead_ones_door(now).exists():
            return
        with transaction.atomic():
            self._hold_cases(claims.at_a_dead_ones_door(now))
            for delivery in claims.sort_out_the_dead(now):
                self._tell_of([delivery], delivery.trouble, is_known=False)

    def _send(self, server: MailServer, wanted: Group, letters: Sequence[Letter], organisation: Organisation) -> bool:
        message, sender = _message(wanted, letters, organisation)
        return server.hand_over(
            message, sender=sender, recipient=wanted[0].address, at_the_door=partial(self._may_go, wanted)
        )

    def _may_go(self, group: Group) -> bool:
        """At the door, with the recipient accepted and the content still here: is it ours, and still wanted?

        From here on a customer's mail may have been sent, whatever happens.
        """
        if group[0].audience != CUSTOMER:
            return Passes._may_go(self, group)
        until = self.wall() + claims.LEASE_FOR + SMTP_AT_MOST
        if len(self._wanted(group)) < len(group):
            return False
        with self._accepted.writing:
            return outcomes.at_the_door(group[0], until=until)

    def _unknown(self, deliveries: Group, why: str) -> None:
        """Inside, the same message goes again, but not for ever; a customer's mail waits for a person."""
        if deliveries[0].audience != CUSTOMER and deliveries[0].tries < REPEATS:
            self._failed(deliveries, why, may_have_gone=True)
            return
        with transaction.atomic():
            self._hold_cases(deliveries)
            outcomes.maybe(deliveries, why, now=self.wall())
            self._tell_of(deliveries, why, is_known=False)

    def _hold_cases(self, deliveries: Iterable[Delivery]) -> None:
        hold_cases(deliveries)

    def _tell_of(self, deliveries: Group, trouble: str, *, is_known: bool) -> None:
        """A customer's mail that failed, or may have: its author and the handler hear, on the timeline and by mail.
        A notice inside that failed: the administrators hear.

        Should that fail, the outbox still shows it, and the mails behind it still go.
        """
        delivery = deliveries[0]
        if delivery.audience != CUSTOMER:
            tell_administrators(delivery, trouble, by=SENDER, now=self.wall())
            return
        kind = kinds.UPDATE_NOT_DELIVERED if is_known else kinds.UPDATE_MAYBE_DELIVERED
        try:
            is_told = losses.tell(delivery, kind, trouble, by=SENDER, now=self.wall()) is not None
        except (DatabaseError, InterfaceError):
            raise
        except Exception:
            log.exception("Nobody could be told that %s failed.", delivery.identity)
            return
        if not is_told:
            log.error("Nobody could be told that %s failed: nobody knows what it was.", delivery.identity)


def _message(group: Group, letters: Sequence[Letter], organisation: Organisation) -> tuple[bytes, str]:
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
        at=first.posted_at,
        is_inside=first.audience != CUSTOMER,
        files=enclosures.read(letter.encloses) if letter.encloses else (),
    )
    return message, sender
