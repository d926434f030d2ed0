"""Mail: one pass of the sender against the mail server."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from functools import partial

from django.db import transaction

from amends.directory.actor import SENDER
from amends.directory.models import Organisation
from amends.escalations import enclosures, mails
from amends.escalations.actions import customer_links, updates
from amends.escalations.actions.deliveries import tell_administrators
from amends.escalations.models import CustomerLink, Update
from amends.lib.errors import Refused
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
            outcomes.maybe(deliveries, why, now=self.wall())
            self._tell_of(deliveries, why, is_known=False)

    def _tell_of(self, deliveries: Group, trouble: str, *, is_known: bool) -> None:
        """A customer's mail that failed, or may have: its author and the handler hear, on the timeline and by mail.
        A notice inside that failed: the administrators hear.

        Should that fail, the outbox still shows it, and the mails behind it still go.
        """
        delivery = deliveries[0]
        if delivery.audience != CUSTOMER:
            tell_administrators(delivery, trouble, by=SENDER, now=self.wall())
            return
        try:
            if link_id := mails.link_number(delivery.identity):
                link = CustomerLink.objects.select_related("contact", "escalation__account").get(pk=link_id)
                customer_links.not_delivered(link, trouble=trouble, is_known=is_known, by=SENDER, now=self.wall())
                return
            update = Update.objects.select_related("escalation__account").get(pk=_update_id(delivery))
            updates.not_delivered(
                update,
                contact=delivery.name or delivery.address,
                trouble=trouble,
                is_known=is_known,
                by=SENDER,
                now=self.wall(),
            )
        except (Update.DoesNotExist, CustomerLink.DoesNotExist, ValueError, Refused):
            log.exception("Nobody could be told that %s failed.", delivery.identity)


def _update_id(delivery: Delivery) -> int:
    return int(delivery.identity.partition("|")[0].removeprefix("update:"))


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
