"""What the customer wrote to us, as it came in: a person’s mail, or what a machine of theirs answers."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from amends.directory.actor import Actor
from amends.directory.models import Contact
from amends.escalations.models import Escalation, Meeting, Update
from amends.escalations.standing import is_somebodys
from amends.escalations.timeline import kinds
from amends.escalations.timeline.record import record

# In letters: so much of a mail goes with the word of it.
_TOLD = 2_000


@transaction.atomic
def arrive(
    escalation: Escalation,
    *,
    subject: str,
    text: str,
    at: dt.datetime,
    contact: Contact,
    by: Actor,
    now: dt.datetime,
    meeting: Meeting | None = None,
) -> Update:
    """Their mail; what stood beside an answer to an invitation is of that `meeting`.

    Where the case is over it is filed and shown, and nothing is reopened by it.
    Part of putting it there, so who may is not asked again.
    """
    escalation.lock()
    is_somebodys(escalation)
    update = Update.objects.create(
        escalation=escalation,
        direction=Update.Direction.IN,
        channel=Update.Channel.MAIL,
        at=at,
        logged_at=now,
        by_id=by.member_id,
        contact=contact,
        subject=subject,
        text=text,
        meeting=meeting,
    )
    escalation.last_heard_at = max(filter(None, [escalation.last_heard_at, update.at]))
    escalation.save(update_fields=["last_heard_at"])
    kind = kinds.UPDATE_ARRIVED if escalation.is_under_way else kinds.UPDATE_ARRIVED_AFTERWARDS
    record(kind, escalation, by=by, now=now, update=update, contact=contact.name, text=text[:_TOLD])
    return update


@transaction.atomic
def machine_answered(escalation: Escalation, *, contact: str, text: str, by: Actor, now: dt.datetime) -> None:
    """A machine of theirs says that somebody is away: on the timeline, and to the handler."""
    escalation.lock()
    if escalation.is_under_way:
        record(kinds.MACHINE_ANSWERED, escalation, by=by, now=now, contact=contact, text=" ".join(text.split())[:300])
