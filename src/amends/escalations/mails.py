"""What a customer gets by mail: made here for sending and for looking at it before."""

from __future__ import annotations

from collections.abc import Sequence
from email.headerregistry import Address

from amends.directory.actor import Actor
from amends.directory.models import Contact, Organisation
from amends.escalations.models import Escalation
from amends.outbox.letters import Letter

# As many characters as the column holds.
_SUBJECT_FITS = 200


def subject(escalation: Escalation) -> str:
    """The subject of a mail that has none of its own; a long reason is cut, its key never."""
    key = f" ({escalation.key})"
    return f"{escalation.reason[: _SUBJECT_FITS - len(key)]}{key}"


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


def _address(contact: Contact) -> str:
    """Name and address for the To line, quoted where the name needs it."""
    local, _, domain = contact.email.rpartition("@")
    return str(Address(" ".join(contact.name.split()), local, domain))
