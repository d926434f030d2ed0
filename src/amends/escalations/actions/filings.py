"""A mail in its place: what it becomes in a case, and what is written down of where it went."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from amends.directory import contacts
from amends.directory.actor import Actor
from amends.directory.models import Account, Contact, Member
from amends.escalations.actions import answers, escalations, files, notes
from amends.escalations.errors import Refused
from amends.escalations.hearing import Heard
from amends.escalations.models import Escalation, Filing, Incoming, Meeting, Note, Update
from amends.inbox.messages import Message, Parked

# What a mail says of when it was written is believed so far back.
BELIEVED = dt.timedelta(days=7)
_NO_WORDS = "(They wrote nothing besides what is attached or quoted.)"
_NOT_WEIGHED = "They wrote to us themselves; nobody has weighed it yet."
_WROTE = "They wrote to us themselves."


def put(
    incoming: Incoming,
    message: Message | Parked,
    escalation: Escalation,
    contact: Contact,
    *,
    by: Actor,
    now: dt.datetime,
    meeting: Meeting | None = None,
) -> None:
    """Into that case, which is locked, as something heard, with its files; unless it stands there already.

    `meeting`: it was written beside an answer to the invitation to it.
    """
    if _stands_in(incoming, escalation):
        return
    update = answers.arrive(
        escalation,
        subject=incoming.subject[:200],
        text=words(incoming),
        at=_said_at(incoming),
        contact=contact,
        meeting=meeting,
        by=by,
        now=now,
    )
    _filed(incoming, escalation, now, update=update)
    _keep_files(incoming, message, escalation, by, now, update=update)
    incoming.account, incoming.contact, incoming.escalation = escalation.account, contact, escalation


def note(
    incoming: Incoming, message: Message | Parked, escalation: Escalation, member: Member, *, now: dt.datetime
) -> None:
    """Into that case, as a note of one of us, with its files; unless it stands there already."""
    escalation.lock()
    if _stands_in(incoming, escalation):
        return
    by = member.as_actor()
    written = notes.write(escalation, text=words(incoming)[: notes.MOST_LETTERS], by=by, now=now)
    _filed(incoming, escalation, now, note=written)
    _keep_files(incoming, message, escalation, by, now, note=written)


def request(
    incoming: Incoming,
    message: Message | Parked,
    account: Account,
    contact: Contact,
    *,
    by: Actor,
    now: dt.datetime,
    reason: str = "",
) -> Escalation:
    """An escalation of that account that begins with it; only requested, where nobody of us has weighed it."""
    heard = Heard(
        reason=(reason.strip() or incoming.subject.strip() or f"A mail from {incoming.sender}")[:200],
        contact=contact,
        channel=Escalation.Channel.MAIL,
        # Another machine’s clock, which took it in, may be ahead of this one’s.
        reported_at=min(_said_at(incoming), now),
        why_unqualified=_NOT_WEIGHED if by.is_system else _WROTE,
    )
    escalation = escalations.open(account, heard=heard, is_request=by.is_system, by=by, now=now)
    put(incoming, message, escalation, contact, by=by, now=now)
    incoming.escalation = escalation
    return escalation


def settle(incoming: Incoming, state: str, why: str, *, by: Actor, now: dt.datetime) -> None:
    """Write down where it went, or why it waits; and all else that was found out about it."""
    incoming.state, incoming.why = state, why[:300]
    incoming.settled_at, incoming.settled_by_id = now, by.member_id
    incoming.save()


def contact_of(incoming: Incoming, account: Account, *, by: Actor, now: dt.datetime) -> Contact:
    """Who wrote it, among the account's contacts; somebody new becomes one."""
    if not incoming.sender_address:
        raise Refused("This mail does not say who sent it, so that it can be filed nowhere. Log what it says.")
    # Who has left and writes all the same is still who they were.
    known = held(account).contacts.filter(email__iexact=incoming.sender_address).order_by("has_left", "id").first()
    if known:
        return known
    name = (incoming.sender_name or incoming.sender_address)[:120]
    return contacts.add(account, name=name, email=incoming.sender_address, by=by, now=now)


def held(account: Account) -> Account:
    """The account, held until the transaction ends: of two mails that come at once, the second finds what the first
    one made."""
    return Account.objects.select_for_update().get(pk=account.pk)


def words(incoming: Incoming) -> str:
    """What was newly written; that there is nothing, where there is nothing."""
    return incoming.words.strip() or _NO_WORDS


def _stands_in(incoming: Incoming, escalation: Escalation) -> bool:
    """Whether the same mail was filed there before, with other headers on top perhaps.

    Some programs give all their mails one Message-ID: with other words or files it is another mail.
    """
    if not incoming.message_id:
        return False
    same = Incoming.objects.filter(filings__escalation=escalation, message_id=incoming.message_id)
    return (incoming.words, incoming.files) in same.values_list("words", "files")


def _keep_files(
    incoming: Incoming,
    message: Message | Parked,
    escalation: Escalation,
    by: Actor,
    now: dt.datetime,
    *,
    update: Update | None = None,
    note: Note | None = None,
) -> None:
    """Each file by itself: one that we do not take keeps no other out, and is named."""
    for attachment in message.attachments if isinstance(message, Message) else ():
        given = files.File(attachment.name, attachment.content)
        try:
            with transaction.atomic():
                files.keep(escalation, [given], update=update, note=note, by=by, now=now)
        except Refused as refused:
            incoming.left_out = [*dict.fromkeys([*incoming.left_out, refused.sentence])]


def _filed(incoming: Incoming, escalation: Escalation, now: dt.datetime, **into: object) -> None:
    is_taken = Filing.objects.filter(escalation=escalation, message_id=incoming.message_id).exists()
    message_id = "" if is_taken else incoming.message_id
    Filing.objects.create(incoming=incoming, escalation=escalation, message_id=message_id, at=now, **into)


def _said_at(incoming: Incoming) -> dt.datetime:
    """When it was written, where that can be so; else when it came."""
    at = incoming.sent_at
    return at if at and incoming.came_at - BELIEVED <= at <= incoming.came_at else incoming.came_at
