"""A mail to the customer that did not arrive: who hears of it, and what it counts for then."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from amends.directory.actor import Actor
from amends.escalations import mails
from amends.escalations.actions import corrections, deliveries
from amends.escalations.models import CustomerLink, Escalation, Update
from amends.escalations.timeline import kinds
from amends.escalations.timeline.record import record
from amends.outbox.models import Delivery


@transaction.atomic
def tell(delivery: Delivery, kind: kinds.Kind, trouble: str, *, by: Actor, now: dt.datetime) -> Escalation | None:
    """Its author and the handler hear; of a link to the customer's page the handler. Part of noting what became of it.

    An update that is known to have reached nobody counts for nothing: what it kept is open again. Where it reached
    others, that is so of what was promised to this one. Answers with the case, the one that goes on where that was
    merged; None where nobody knows what the mail was.
    """
    deliveries.hold_cases([delivery])
    update, case = _said_by(delivery)
    if case is None:
        return None
    whom = delivery.name or delivery.address
    record(kind, case, by=by, now=now, update=update, contact=whom, trouble=trouble)
    if update and case.is_under_way and not update.struck_at:
        if _reached_nobody(update):
            corrections.reached_nobody(update, by=by, now=now)
        elif kind != kinds.UPDATE_MAYBE_DELIVERED:
            corrections.missed(update, contact_id=mails.reader(delivery.identity), by=by, now=now)
    return case


def _said_by(delivery: Delivery) -> tuple[Update | None, Escalation | None]:
    """The update that it carries, if it is one's, and the case that goes on."""
    if link_id := mails.link_number(delivery.identity):
        link = CustomerLink.objects.select_related("escalation__merged_into").filter(pk=link_id).first()
        return None, link.case if link else None
    found = Update.objects.select_related("escalation__account", "escalation__merged_into__account")
    update = found.filter(pk=mails.number(delivery.identity)).first()
    return update, (update.escalation.merged_into or update.escalation) if update else None


def _reached_nobody(update: Update) -> bool:
    """Whether no copy of it has arrived or still may."""
    copies = Delivery.objects.filter(identity__startswith=mails.identity(update))
    return not copies.exclude(state=Delivery.State.DEAD).exists()
