"""The playbook's prepared texts, filled for one escalation and one reader."""

from __future__ import annotations

import datetime as dt

from amends.directory.actor import Actor
from amends.directory.models import Contact
from amends.escalations.models import Escalation
from amends.lib import when
from amends.playbook.document import fill as fill_in


def fill(
    name: str, escalation: Escalation, *, contact: Contact, next_at: dt.datetime, by: Actor, now: dt.datetime
) -> str:
    """The text called `name` (acknowledgement, no_news) with its signature, in the contact's own time."""
    texts = escalation.playbook.document.texts
    zone = contact.zone or escalation.account.zone
    words = {
        "contact": contact.name,
        "account": escalation.account.name,
        "handler": by.name,
        "next_by": when.their_time(next_at, zone, now),
        "problems": ", ".join(f"“{problem.words}”" for problem in escalation.problems.all()) or escalation.reason,
    }
    return f"{fill_in(getattr(texts, name), words).strip()}\n\n{fill_in(texts.signature, words).strip()}"
