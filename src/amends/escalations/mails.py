"""What a customer gets by mail: made here for sending and for looking at it before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from email.headerregistry import Address

from django.conf import settings

from amends.directory.actor import Actor
from amends.directory.models import Contact, Organisation
from amends.escalations.models import Escalation, Update
from amends.escalations.timeline.record import HOST
from amends.outbox.letters import Letter
from amends.outbox.models import Delivery
from amends.outbox.posting import Draft, message_id

# As many characters as the column holds.
_SUBJECT_FITS = 200


# What a thread is called while nobody has written down the customer's words for the matter.
_NOTHING_NAMED = "What you told us about"


def thread(escalation: Escalation, *, but: Update | None = None) -> Update | None:
    """The first mail of the escalation's thread that left, or is about to: the others answer it."""
    mailed = escalation.updates.standing().filter(is_mailed=True)
    if but:
        mailed = mailed.exclude(pk=but.pk)
    return mailed.order_by("at", "id").first()


def subject(escalation: Escalation) -> str:
    """The subject of a mail that has none of its own: the thread's, else the first problem in the customer's words.

    Never the reason, which is written inside. Long words are cut, the key never.
    """
    first = thread(escalation)
    if first and first.subject:
        return first.subject
    problem = escalation.problems.first()
    key = f" ({escalation.key})"
    return f"{(problem.words if problem else _NOTHING_NAMED)[: _SUBJECT_FITS - len(key)]}{key}"


def letter(
    organisation: Organisation,
    *,
    subject: str,
    text: str,
    to: Sequence[Contact],
    by: Actor,
    in_reply_to: str = "",
) -> Letter:
    """An update as a letter. It shows all who get it, and answers come to the desk."""
    return Letter(
        subject=subject,
        paragraphs=tuple(part.strip() for part in text.split("\n\n") if part.strip()),
        sender_name=f"{by.name}, {organisation.name}",
        reply_to=organisation.mail_from,
        to=tuple(_address(contact) for contact in to) if len(to) > 1 else (),
        in_reply_to=in_reply_to,
    )


def drafts(update: Update, *, to: Sequence[Contact], by: Actor, now: dt.datetime) -> list[Draft]:
    """One delivery a recipient; each shows all of them, and all carry the same Message-ID.

    They rest for `RECALL_SECONDS` before they leave, so that the update can be taken back.
    """
    escalation, rests = update.escalation, recall()
    first = thread(escalation, but=update)
    written = letter(
        Organisation.current(),
        subject=update.subject,
        text=update.text,
        to=to,
        by=by,
        in_reply_to=_message_id(first) if first else "",
    )
    return [
        Draft(
            identity=f"{identity(update)}contact:{contact.pk}|mail",
            address=contact.email,
            name=contact.name,
            letter=written,
            audience=Delivery.Audience.CUSTOMER,
            subject=escalation.subject,
            message_id=_message_id(update),
            rests=rests,
            held_because=f"It can be taken back until {now + rests:%H:%M:%S} UTC." if rests else "",
        )
        for contact in to
    ]


def recall() -> dt.timedelta:
    """How long a mail rests before it leaves."""
    return dt.timedelta(seconds=settings.RECALL_SECONDS)


def leaves_at(update: Update) -> dt.datetime | None:
    """When an update leaves at the earliest; None for what is not mailed, or does not stand."""
    return update.logged_at + recall() if update.is_mailed and not update.struck_at else None


def identity(update: Update) -> str:
    """How the identities of an update's deliveries begin."""
    return f"update:{update.pk}|"


def _message_id(update: Update) -> str:
    return message_id(f"update:{update.pk}", HOST)


def _address(contact: Contact) -> str:
    """Name and address for the To line, quoted where the name needs it."""
    local, _, domain = contact.email.rpartition("@")
    return str(Address(" ".join(contact.name.split()), local, domain))
