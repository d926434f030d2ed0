"""By which way one answers: as they came, at once; and which way the next word goes, by when it is promised."""

from __future__ import annotations

import re
from collections.abc import Iterable
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
_UNLESS = "Unless they like it otherwise"
_OF_A_WAY = re.compile(
    r"\b(e-?mail|mail|call|ring|rang|phone|telephone|write|writing|written|letter|chat|in person)", re.IGNORECASE
)
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
    """The way in which they were heard last, else that of the report. One query.

    What stood beside an answer that a calendar sent is no letter; what they wrote on their page is one.
    """
    heard = case.updates.standing().filter(direction=Update.Direction.IN, meeting__isnull=True).order_by("-at", "-id")
    return heard.values_list("channel", flat=True).first() or case.channel


def by(channel: str, contact: Contact | None = None) -> Etiquette:
    """By the way in which `contact` came. Who has no number, as far as we know, is not promised a call."""
    says = _SAYS.get(channel, "")
    rings = says in (_WROTE, _ON_THE_PAGE) or (says == _RANG and _prefers_calls(contact))
    has_a_number = bool(contact and contact.phone)
    return Etiquette(says, Promise.Channel.CALL if rings and has_a_number else Promise.Channel.MAIL)


def weighed(says: str, learnt: Iterable[str]) -> str:
    """The sentence, but weaker where one of the insights that were `learnt` says how they like to be reached."""
    if not any(_OF_A_WAY.search(each) for each in learnt):
        return says
    came, _, manners = says.partition(": ")
    return f"{came}. {_UNLESS}: {manners}" if manners else says


def _prefers_calls(contact: Contact | None) -> bool:
    return contact is not None and contact.prefers == Contact.Channel.PHONE
