"""Which promises a word to the customer keeps: those made to whom it reaches, and the acknowledgement whoever it is.

A promise is made to somebody. That somebody else was told instead does not keep it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence

from amends.directory.models import Contact
from amends.escalations import hearers
from amends.escalations.actions import promises
from amends.escalations.errors import Refused
from amends.escalations.models import Escalation, Promise, Update


def reaches(promise: Promise, to: Iterable[Contact]) -> bool:
    """Whether a word to these is one to whom the promise was made; any word to the customer acknowledges."""
    if promise.kind == Promise.Kind.ACKNOWLEDGEMENT or promise.to_id is None:
        return True
    return promise.to_id in {contact.pk for contact in to}


def by_mail(
    escalation: Escalation,
    keeps: Iterable[Promise],
    *,
    to: Collection[Contact],
    now: dt.datetime,
    leaving_out: Collection[Contact] = (),
) -> None:
    """Refuse, at `keeps`, what was promised to somebody who does not get the mail and could.

    Who has left, has no mail address, or is left out (just now, or with this mail: `leaving_out`) cannot.
    """
    missed = [promise for promise in keeps if not reaches(promise, to)]
    if not missed:
        return
    hidden = {*hearers.left_out(escalation, now), *(contact.pk for contact in leaving_out)}
    for promise in missed:
        contact = promise.to
        if contact and contact.email and not contact.has_left and contact.pk not in hidden:
            raise Refused(
                f"“{promise.what}” was promised to {contact}, who does not get this. "
                "Choose them too, or leave it open.",
                field="keeps",
            )


def named_and_owed(escalation: Escalation, keeps: Sequence[Promise], update: Update) -> Iterable[Promise]:
    """The named promises, and each acknowledgement, which any first word since that report gives."""
    if any(promise.escalation_id != escalation.pk for promise in keeps):
        raise Refused("That promise belongs to another escalation.", field="keeps")
    open_ones = escalation.promises.open().filter(kind=Promise.Kind.ACKNOWLEDGEMENT)
    owed = [one for one in open_ones if not promises.is_before(update.at, promises.owed_since(one, escalation))]
    return {promise.pk: promise for promise in [*keeps, *owed]}.values()
