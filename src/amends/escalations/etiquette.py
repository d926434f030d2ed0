"""By which way one answers: as they came, at once; and which way the next word goes, by when it is promised."""

from __future__ import annotations

from dataclasses import dataclass

from amends.directory.models import Contact
from amends.escalations.models import Escalation, Promise, Update


@dataclass(frozen=True, slots=True)
class Etiquette:
    """A sentence for whoever answers, blank where there is nothing to say, and how the next word should come."""

    says: str
    next_channel: Promise.Channel


_RANG = "They told us on the phone: act now, and promise them a call back, or a mail, by a time."
_WROTE = "They wrote to us: answer by mail at once, and bring the next news by phone."
_MET = "They told us when we met: write down at once what was agreed, and promise when they hear next."
_ON_THE_PAGE = "They wrote on their page: answer by mail at once, and bring the next news by phone."
_SAYS: dict[str, str] = {
    Escalation.Channel.PHONE: _RANG,
    Update.Channel.CALL: _RANG,
    Escalation.Channel.MAIL: _WROTE,
    Escalation.Channel.MEETING: _MET,
    Escalation.Channel.PAGE: _ON_THE_PAGE,
}


def of(case: Escalation, contact: Contact | None = None) -> Etiquette:
    """For whoever answers this case just now. One query."""
    return by(heard_by(case), contact or case.contact)


def heard_by(case: Escalation) -> str:
    """The way in which they were heard last, else that of the report. One query."""
    heard = case.updates.standing().filter(direction=Update.Direction.IN).order_by("-at", "-id")
    return heard.values_list("channel", flat=True).first() or case.channel


def by(channel: str, contact: Contact | None = None) -> Etiquette:
    """By the way in which `contact` came. Who has no number, as far as we know, is not promised a call."""
    says = _SAYS.get(channel, "")
    rings = says in (_WROTE, _ON_THE_PAGE) or (says == _RANG and _prefers_calls(contact))
    has_a_number = bool(contact and contact.phone)
    return Etiquette(says, Promise.Channel.CALL if rings and has_a_number else Promise.Channel.MAIL)


def _prefers_calls(contact: Contact | None) -> bool:
    return contact is not None and contact.prefers == Contact.Channel.PHONE
