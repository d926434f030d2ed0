"""Mending the outbox: what only a person may decide."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet

from amends.directory.actor import Actor
from amends.directory.models import Contact, Member
from amends.escalations.authority import Act, check
from amends.escalations.models import Escalation
from amends.escalations.timeline import kinds, letters
from amends.escalations.timeline.audiences import everyone
from amends.escalations.timeline.record import HOST, record
from amends.outbox import repairs
from amends.outbox.models import Delivery
from amends.outbox.posting import Draft, post

_UNDELIVERED = "undelivered:"


@transaction.atomic
def try_again(delivery: Delivery, *, by: Actor, now: dt.datetime) -> None:
    """Send a failed mail, or one that may have been sent, again under the same Message-ID.

    It goes to the address that its reader has now: a wrong one may be why it failed.
    """
    escalation = _about(delivery)
    check(by, Act.MEND_OUTBOX, escalation)
    repairs.try_again(delivery, address=_present_address(delivery), now=now)
    if escalation:
        record(kinds.DELIVERY_REPEATED, escalation, by=by, now=now, contact=delivery.name, delivery=delivery.pk)


@transaction.atomic
def mark_sent(delivery: Delivery, *, by: Actor, now: dt.datetime) -> None:
    """Somebody asked, and it had arrived."""
    escalation = _about(delivery)
    check(by, Act.MEND_OUTBOX, escalation)
    repairs.mark_sent(delivery, now=now)
    if escalation:
        record(kinds.DELIVERY_SETTLED, escalation, by=by, now=now, contact=delivery.name, delivery=delivery.pk)


@transaction.atomic
def pause(*, because: str, by: Actor, now: dt.datetime) -> None:
    """Stop all mail for now."""
    check(by, Act.MEND_OUTBOX)
    repairs.pause(because=because, by_name=by.name, now=now)


@transaction.atomic
def resume(*, by: Actor, now: dt.datetime) -> None:
    """Let mail go again."""
    check(by, Act.MEND_OUTBOX)
    repairs.resume()


def tell_administrators(delivery: Delivery, trouble: str, *, by: Actor, now: dt.datetime) -> None:
    """A notice inside could not be delivered: those who run the desk hear it, each once.

    A notice of this kind that fails itself is told no further; it is shown in the outbox.
    """
    if delivery.identity.startswith(_UNDELIVERED):
        return
    administrators = [member for member in everyone(now).administrators if member.email != delivery.address]
    post(
        [
            Draft(
                identity=f"{_UNDELIVERED}{delivery.pk}|{now:%Y%m%dT%H%M%S}|member:{member.pk}|mail",
                address=member.email,
                name=member.name,
                letter=letters.undelivered(delivery, trouble, by=by.name),
                subject=delivery.subject,
            )
            for member in administrators
        ],
        host=HOST,
        now=now,
    )


def _present_address(delivery: Delivery) -> str:
    """The address of the contact or member whom the delivery's identity names, as it is now."""
    readers: dict[str, QuerySet[Contact] | QuerySet[Member]] = {
        "contact": Contact.objects.all(),
        "member": Member.objects.all(),
    }
    for part in delivery.identity.split("|"):
        noun, _, number = part.partition(":")
        if noun in readers and (reader := readers[noun].filter(pk=int(number)).first()):
            return reader.email or delivery.address
    return delivery.address


def _about(delivery: Delivery) -> Escalation | None:
    """The escalation that a delivery is about, locked."""
    name, _, number = delivery.subject.partition(":")
    if name != "escalation":
        return None
    escalation = Escalation.objects.select_related("account").get(pk=int(number))
    escalation.lock()
    return escalation
