"""Which promises a word to the customer keeps: those made to whom it reaches, and the acknowledgement whoever it is.

A promise is made to somebody. That somebody else was told instead, by mail or on the phone, does not keep it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence

from amends.directory.models import Contact
from amends.escalations import hearers
from amends.escalations.actions import promises
from amends.escalations.errors import Refused
from amends.escalations.models import Escalation, Meeting, Promise, Update


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
    """Refuse, at `keeps`, what was promised to somebody who does not get the mail and could: see `passed_over`.

    `leaving_out` are those who are left out with this mail.
    """
    for promise in passed_over(escalation, keeps, to=to, now=now, leaving_out=leaving_out):
        raise Refused(
            f"“{promise.what}” was promised to {promise.to}, who does not get this. Choose them too, or leave it open.",
            field="keeps",
        )


def by_word(escalation: Escalation, keeps: Iterable[Promise], *, to: Contact | None, now: dt.datetime) -> None:
    """The same of what was said to one of them: refuse what was promised to somebody else. None: nobody is named."""
    for promise in passed_over(escalation, keeps, to=[to], now=now) if to else ():
        raise Refused(
            f"“{promise.what}” was promised to {promise.to}, and this was said to {to}. "
            f"Log by itself what {promise.to} was told, or leave it open.",
            field="keeps",
        )


def is_kept_still(promise: Promise, old: Update, new: Update, escalation: Escalation, now: dt.datetime) -> bool:
    """Whether a word that is written down anew was said to the same person, or keeps it all the same."""
    if new.contact is None or new.contact == old.contact:
        return True
    return not passed_over(escalation, [promise], to=[new.contact], now=now)


def passed_over(
    escalation: Escalation,
    keeps: Iterable[Promise],
    *,
    to: Collection[Contact],
    now: dt.datetime,
    leaving_out: Collection[Contact] = (),
) -> list[Promise]:
    """Those that were promised to somebody who is not among these, and could be.

    Who has left, has no mail address, or is left out cannot. That of a meeting is kept by holding it, whoever came.
    """
    missed = [promise for promise in keeps if not reaches(promise, to)]
    if not missed:
        return []
    hidden = {*hearers.left_out(escalation, now), *(contact.pk for contact in leaving_out)}
    held = set(Meeting.objects.filter(promise__in=missed).values_list("promise", flat=True))
    return [
        promise
        for promise in missed
        if (contact := promise.to) and contact.email and not contact.has_left and contact.pk not in hidden
        if promise.pk not in held
    ]


def named_and_owed(escalation: Escalation, keeps: Sequence[Promise], update: Update) -> Iterable[Promise]:
    """The named promises, and each acknowledgement, which any first word since that report gives."""
    if any(promise.escalation_id != escalation.pk for promise in keeps):
        raise Refused("That promise belongs to another escalation.", field="keeps")
    open_ones = escalation.promises.open().filter(kind=Promise.Kind.ACKNOWLEDGEMENT)
    owed = [one for one in open_ones if not promises.is_before(update.at, promises.owed_since(one, escalation))]
    return {promise.pk: promise for promise in [*keeps, *owed]}.values()
