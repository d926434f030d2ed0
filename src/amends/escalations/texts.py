"""The playbook's prepared texts, filled for one escalation and one reader."""

from __future__ import annotations

import datetime as dt

from amends.directory.actor import Actor
from amends.directory.models import Contact
from amends.escalations.models import Escalation
from amends.lib import when
from amends.playbook.document import fill as fill_in

# Stands in a text that is still being written for the time that will be promised with it.
NEXT_BY = "{next_by}"
# As many problems as a text names; a longer list is no longer read.
MOST_NAMED = 5


def fill(
    name: str, escalation: Escalation, *, contact: Contact, next_at: dt.datetime, by: Actor, now: dt.datetime
) -> str:
    """The text called `name` (acknowledgement, no_news) with its signature, in the contact's own time."""
    return say_next(prepare(name, escalation, contact=contact, by=by), escalation, contact, next_at=next_at, now=now)


def prepare(name: str, escalation: Escalation, *, contact: Contact | None, by: Actor) -> str:
    """The same while the next time is still being chosen: `NEXT_BY` stands in its place."""
    texts = escalation.playbook.document.texts
    words = {
        "contact": contact.name if contact else escalation.account.name,
        "account": escalation.account.name,
        "handler": by.name,
        "problems": _problems(escalation),
    }
    return f"{fill_in(getattr(texts, name), words).strip()}\n\n{fill_in(texts.signature, words).strip()}"


def say_next(
    text: str, escalation: Escalation, contact: Contact | None, *, next_at: dt.datetime, now: dt.datetime
) -> str:
    """The text with the time that is promised with it, on the contact's own clock."""
    zone = (contact.zone if contact else "") or escalation.account.zone
    return text.replace(NEXT_BY, when.their_date(next_at, zone, now))


def _problems(escalation: Escalation) -> str:
    """What is not over yet, in the customer's words; the reason where the plan is still empty."""
    words = [f"“{problem.words}”" for problem in escalation.problems.all() if not problem.is_settled]
    if len(words) > MOST_NAMED:
        words = [*words[:MOST_NAMED], f"and {len(words) - MOST_NAMED} more"]
    return ", ".join(words) or escalation.reason
