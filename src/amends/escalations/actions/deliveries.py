"""Mending the outbox: what only a person may decide."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q

from amends.directory.actor import Actor
from amends.directory.models import Contact, Member
from amends.escalations import mails
from amends.escalations.authority import Act, check
from amends.escalations.errors import Refused
from amends.escalations.models import Escalation, Update
from amends.escalations.timeline import kinds, letters, reaching
from amends.escalations.timeline.audiences import everyone
from amends.escalations.timeline.record import HOST, record
from amends.outbox import repairs
from amends.outbox.letters import Letter
from amends.outbox.models import Channel, Delivery
from amends.outbox.posting import Draft, post

_UNDELIVERED = "undelivered:"


@transaction.atomic
def try_again(delivery: Delivery, *, by: Actor, now: dt.datetime) -> None:
    """Send a failed mail, or one that may have been sent, again under the same Message-ID.

    It goes to the address that its reader has now: a wrong one may be why it failed. Refused once what it says was
    struck, unless it is about a meeting: nobody would know that they have it.
    """
    escalation = _about(delivery)
    check(by, Act.MEND_OUTBOX, escalation)
    if is_struck(delivery):
        raise Refused("It did not reach anybody, so it was struck. Write it again, in its case.")
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
def pause(*, because: str, channel: str = Channel.MAIL, by: Actor, now: dt.datetime) -> None:
    """Stop all that goes out by a channel for now."""
    check(by, Act.MEND_OUTBOX)
    repairs.pause(because=because, by_name=by.name, now=now, channel=channel)


@transaction.atomic
def resume(*, channel: str = Channel.MAIL, by: Actor, now: dt.datetime) -> None:
    """Let it go again."""
    check(by, Act.MEND_OUTBOX)
    repairs.resume(channel=channel)


def is_struck(delivery: Delivery) -> bool:
    """Whether it carries words that do not stand any more. What calendars take in may come to them all the same."""
    said = Update.objects.filter(pk=mails.number(delivery.identity), meeting=None)
    return said.filter(struck_at__isnull=False).exists()


def hold_cases(found: Iterable[Delivery]) -> None:
    """Hold the escalations that these are about, and those that go on for them, before anybody holds these.

    Whoever mends the outbox holds them in that order too.
    """
    ids = {int(number) for name, _, number in (each.subject.partition(":") for each in found) if name == "escalation"}
    if ids:
        they_go_on = Escalation.objects.filter(pk__in=ids).values("merged_into")
        cases = Escalation.objects.filter(Q(pk__in=ids) | Q(pk__in=they_go_on)).order_by("pk")
        list(cases.select_for_update().values_list("pk"))


def tell_administrators(delivery: Delivery, trouble: str, *, by: Actor, now: dt.datetime) -> None:
    """A notice inside could not be delivered: those who run the desk hear it, each once.

    A notice of this kind that fails itself is told no further; it is shown in the outbox.
    """
    if delivery.identity.startswith(_UNDELIVERED):
        return
    administrators = [member for member in everyone(now).administrators if member.email != delivery.address]
    ways = reaching.of(administrators, now)
    post(
        [
            draft
            for member in administrators
            for draft in ways.drafts(
                member,
                identity=f"{_UNDELIVERED}{delivery.pk}|{now:%Y%m%dT%H%M%S}|member:{member.pk}",
                letter=letters.undelivered(delivery, trouble, by=by.name),
                subject=delivery.subject,
            )
        ],
        host=HOST,
        now=now,
    )


def chat_failed(delivery: Delivery, trouble: str, *, by: Actor, now: dt.datetime) -> None:
    """A member's chat does not take what we post: it goes by mail instead, where it has not gone so already.

    They and the administrators hear of it by mail, once a day however much fails.
    """
    reader = Member.objects.filter(pk=reaching.reader_id(delivery) or 0, is_active=True).first()
    if reader is None:
        return
    told = [reader, *(member for member in everyone(now).administrators if member.pk != reader.pk)]
    drafts = [
        Draft(
            identity=f"{_UNDELIVERED}chat|member:{reader.pk}|{now:%Y-%m-%d}|member:{member.pk}|{Channel.MAIL}",
            address=member.email,
            name=member.name,
            letter=letters.chat_failed(reader, trouble, to=member),
            subject=reaching.asked_for(member) if member == reader else "",
        )
        for member in told
    ]
    # A test is for the chat alone.
    if delivery.subject != reaching.asked_for(reader):
        drafts.append(
            Draft(
                identity=f"{delivery.identity.removesuffix(Channel.CHAT)}{Channel.MAIL}",
                address=reader.email,
                name=reader.name,
                letter=Letter.read(delivery.letter),
                subject=delivery.subject,
                wanted_while=delivery.wanted_while,
                is_alarm=delivery.is_alarm,
            )
        )
    post(drafts, host=HOST, now=now)


def _present_address(delivery: Delivery) -> str:
    """The mail address of the contact or member whom the delivery's identity names, as it is now."""
    if delivery.channel != Channel.MAIL:
        return delivery.address
    reader: Contact | Member | None = None
    if (member_id := reaching.reader_id(delivery)) is not None:
        reader = Member.objects.filter(pk=member_id).first()
    elif contact_id := mails.reader(delivery.identity):
        reader = Contact.objects.filter(pk=contact_id).first()
    return (reader and reader.email) or delivery.address


def _about(delivery: Delivery) -> Escalation | None:
    """The escalation that a delivery is about, locked."""
    name, _, number = delivery.subject.partition(":")
    if name != "escalation":
        return None
    escalation = Escalation.objects.select_related("account").get(pk=int(number))
    escalation.lock()
    return escalation
