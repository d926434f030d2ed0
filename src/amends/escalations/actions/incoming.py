"""Mail that comes in: kept as it came, read, put where it belongs, or shown to somebody who can tell.

Whatever comes is kept first, so that nothing is lost, and read afterwards, each mail for itself: one that cannot be
read is parked, and the next is on time.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction

from amends.directory.actor import MAILBOX, Actor
from amends.directory.models import Account, Member
from amends.escalations import access, threads
from amends.escalations.actions import calendar_answers, filings, sorting
from amends.escalations.authority import Act, check
from amends.escalations.errors import Refused
from amends.escalations.models import Escalation, Incoming, IncomingContent
from amends.inbox import folding, reading
from amends.inbox.messages import Limits, Message, Parked

log = logging.getLogger("amends.mailbox")

State = Incoming.State


@transaction.atomic
def keep(raw: bytes, *, came_by: str, by: Actor, now: dt.datetime) -> Incoming:
    """Write a mail down as it came, before anything else is done with it. What came before is that which came."""
    fingerprint = hashlib.sha256(raw).hexdigest()
    incoming, is_new = Incoming.objects.get_or_create(
        fingerprint=fingerprint, defaults={"came_by": came_by[:120], "came_at": now, "size": len(raw)}
    )
    if is_new:
        IncomingContent.objects.create(incoming=incoming, raw=raw)
    return incoming


@transaction.atomic
def keep_without_content(headers: bytes, *, size: int, came_by: str, by: Actor, now: dt.datetime) -> Incoming:
    """One that is too large to be fetched is parked, with its headers, so that somebody looks at it in the mailbox."""
    incoming = keep(headers, came_by=came_by, by=by, now=now)
    if incoming.state == State.NEW:
        most = limits().most_bytes
        why = f"This mail has {size / 1e6:,.1f} MB; up to {most / 1e6:,.0f} MB are read. It is in the mailbox."
        _take_down_headers(incoming, reading.read(headers, limits=limits()))
        incoming.size = size
        filings.settle(incoming, State.PARKED, why, by=by, now=now)
    return incoming


def take_in(raw: bytes, *, came_by: str, by: Actor, now: dt.datetime) -> Incoming:
    """Keep a mail, and read it at once. Kept, it is safe: where that is all that can be done now, it is read later."""
    incoming = keep(raw, came_by=came_by, by=by, now=now)
    try:
        _read_or_park(incoming.pk, now)
    except (OperationalError, InterfaceError) as error:
        log.warning("The database does not answer (%s); mail %s is kept, and read later.", error, incoming.pk)
        return incoming
    return Incoming.objects.get(pk=incoming.pk)


def read_all(*, now: Callable[[], dt.datetime]) -> int:
    """Read what has come and nobody has looked into, one after another; says how many."""
    count = 0
    while number := Incoming.objects.unread().values_list("pk", flat=True).first():
        _read_or_park(number, now())
        count += 1
    return count


def read(incoming: Incoming, *, by: Actor, now: dt.datetime) -> Incoming:
    """Read one mail, and put it where it belongs. One that was read already stays as it is.

    Its bytes are read first: a large one takes seconds, and nobody else's writing waits for that.
    """
    message = _message(incoming)
    words, calendars = "", []
    if isinstance(message, Message):
        words, calendars = folding.fold(message.text).new, calendar_answers.read(message)
    with transaction.atomic():
        incoming = Incoming.objects.select_for_update().get(pk=incoming.pk)
        if incoming.state != State.NEW:
            return incoming
        if isinstance(message, Parked):
            _take_down_headers(incoming, message)
            filings.settle(incoming, State.PARKED, message.reason, by=by, now=now)
            return incoming
        _take_down(incoming, message, words)
        sorting.sort(incoming, message, calendars, by=by, now=now)
    return incoming


@transaction.atomic
def file(incoming: Incoming, escalation: Escalation, *, by: Actor, now: dt.datetime) -> Incoming:
    """Somebody says where it belongs. Who wrote it becomes a contact of that account, if they are not one yet.

    What one of us wrote becomes a note of theirs, for us alone: whoever sorts it says that it is from them.
    """
    escalation.lock()
    check(by, Act.SORT_MAIL)
    incoming = _for_somebody(incoming)
    if incoming.filings.filter(escalation=escalation).exists():
        raise Refused(f"It was in {escalation.key} already, and struck there.", field="escalation")
    message = _message(incoming)
    if member := threads.one_of_us(incoming.sender_address):
        _is_theirs_to_say(message, escalation, member)
        filings.note(incoming, message, escalation, member, now=now)
    else:
        contact = incoming.contact
        if contact is None or contact.account_id != escalation.account_id:
            contact = filings.contact_of(incoming, escalation.account, by=by, now=now)
        filings.put(incoming, message, escalation, contact, by=by, now=now)
    filings.settle(incoming, State.FILED, "", by=by, now=now)
    return incoming


@transaction.atomic
def open_from(incoming: Incoming, account: Account, *, by: Actor, now: dt.datetime, reason: str = "") -> Escalation:
    """Somebody says that it is an escalation of that account: it is opened, and the mail stands in it.

    Refused where one of us wrote it: what is heard in an escalation is heard from a customer.
    """
    check(by, Act.SORT_MAIL)
    incoming = _for_somebody(incoming)
    if member := threads.one_of_us(incoming.sender_address):
        raise Refused(f"That is one of us. Open it by hand, and put this mail into it as a note of {member}.")
    contact = filings.contact_of(incoming, account, by=by, now=now)
    escalation = filings.request(incoming, _message(incoming), account, contact, reason=reason, by=by, now=now)
    filings.settle(incoming, State.FILED, "", by=by, now=now)
    return escalation


@transaction.atomic
def set_aside(incoming: Incoming, *, reason: str, by: Actor, now: dt.datetime) -> Incoming:
    """It is about nothing of ours. It stays to be read."""
    check(by, Act.SORT_MAIL)
    if not reason.strip():
        raise Refused("Say why; somebody may look for it.", field="reason")
    incoming = _for_somebody(incoming)
    filings.settle(incoming, State.SET_ASIDE, reason.strip(), by=by, now=now)
    return incoming


def limits() -> Limits:
    """How much of a mail is looked at here."""
    return Limits(most_bytes=settings.MAIL_LIMIT_MB * 1_000_000)


def our_host() -> str:
    """What stands behind the “@” of our own Message-IDs."""
    return urlsplit(settings.URL).hostname or "localhost"


def _read_or_park(number: int, now: dt.datetime) -> None:
    """Whatever is wrong with one mail stays with it; only the database's troubles are raised."""
    try:
        read(Incoming(pk=number), by=MAILBOX, now=now)
    except (OperationalError, InterfaceError):
        raise
    except Refused as refused:
        _park(number, refused.sentence, now)
    except Exception as fault:
        # A DataError or an IntegrityError too: the database answers, and would say the same again.
        log.exception("Mail %s cannot be put anywhere.", number)
        _park(number, f"This mail was read, and then something went wrong here: {type(fault).__name__}.", now)


@transaction.atomic
def _park(number: int, why: str, now: dt.datetime) -> None:
    incoming = Incoming.objects.select_for_update().get(pk=number)
    if incoming.state == State.NEW:
        _take_down_headers(incoming, reading.parked(bytes(incoming.content.raw), why))
        filings.settle(incoming, State.PARKED, why, by=MAILBOX, now=now)


def _message(incoming: Incoming) -> Message | Parked:
    raw = IncomingContent.objects.values_list("raw", flat=True).get(pk=incoming.pk)
    return reading.read(bytes(raw), limits=limits(), our_host=our_host())


def _for_somebody(incoming: Incoming) -> Incoming:
    incoming = Incoming.objects.select_for_update().get(pk=incoming.pk)
    if not incoming.can_be_sorted:
        raise Refused("Somebody has seen to this mail already.")
    return incoming


def _is_theirs_to_say(message: Message | Parked, escalation: Escalation, member: Member) -> None:
    """Refuse a note of somebody who may not have written it, or who may not see the case."""
    if isinstance(message, Message) and (threads.is_forged(message) or threads.is_nobodys(message)):
        raise Refused(f"Nobody can tell whether {member} wrote this. Note what it says yourself, or set it aside.")
    if not access.visible_to(member.as_actor()).filter(pk=escalation.pk).exists():
        raise Refused(f"{member} may not see {escalation.key}. Note what they say yourself, or set it aside.")


def _take_down(incoming: Incoming, message: Message, words: str) -> None:
    """What it says, into its row. Lines are cut to what the columns hold; the bytes are kept whole."""
    incoming.message_id = message.message_id[:500]
    incoming.sender_name = message.sender.name[:200]
    incoming.sender_address = message.sender.address[:254]
    incoming.subject = message.subject[:300]
    incoming.sent_at = message.sent_at
    incoming.words, incoming.text, incoming.html = words, message.text, message.html
    incoming.files = [attachment.name for attachment in message.attachments]
    incoming.left_out = [f"{what[:1].upper()}{what[1:]} was too much to be taken." for what in message.left_out]


def _take_down_headers(incoming: Incoming, found: Parked | Message) -> None:
    if isinstance(found, Message):
        _take_down(incoming, found, "")
        return
    incoming.subject = found.headers.get("Subject", "")[:300]
    incoming.sender_name = found.headers.get("From", "")[:200]
