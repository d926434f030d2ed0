"""Something else, from the customer's page: it is requested as an escalation of its own, and somebody weighs it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from amends.directory.actor import Actor
from amends.directory.models import Contact
from amends.escalations import also_told
from amends.escalations.actions import escalations
from amends.escalations.actions.customer_answers import held, said, wrote
from amends.escalations.errors import Refused
from amends.escalations.hearing import Heard
from amends.escalations.models import CustomerLink, Escalation, Promise
from amends.escalations.timeline import kinds

MOST_A_DAY = 3
A_DAY = dt.timedelta(days=1)
_REASON = 200
_NOT_WEIGHED = "They asked for it on their page; nobody has weighed it yet."
_ENOUGH = (
    f"You have told us of {MOST_A_DAY} new things since yesterday, and we have them all. "
    "Write what else there is under “Answer us”: it reaches the same people."
)


@transaction.atomic
def ask_for_more(link: CustomerLink, *, words: str, by: Actor, now: dt.datetime) -> Escalation | None:
    """They tell us of something that has nothing to do with this case. Whoever decides on it is told at once.

    Where nobody can take charge of it by our own fault, it is kept as an answer in this case, and None is opened: no
    word is lost. So many a day of one contact, for each rings somebody.
    """
    case = held(link)
    text = said(words)
    if also_told.asked(link.contact).filter(update__logged_at__gt=now - A_DAY).count() >= MOST_A_DAY:
        raise Refused(_ENOUGH, field="words")
    opened = _requested(link, case, text, by, now)
    wrote(link, opened or case, kinds.UPDATE_WRITTEN, text, by, now)
    return opened


def hears_by(contact: Contact) -> dt.datetime | None:
    """By when they hear of what they asked for last; None where nothing is owed for it any more."""
    newest_first = also_told.asked(contact).order_by("-update__logged_at", "-pk")
    last = newest_first.values_list(also_told.ITS_CASE, flat=True).first()
    owed = Promise.objects.open().filter(escalation=last, kind=Promise.Kind.ACKNOWLEDGEMENT)
    return owed.values_list("due_at", flat=True).first()


def _requested(link: CustomerLink, case: Escalation, text: str, by: Actor, now: dt.datetime) -> Escalation | None:
    """As an escalation of their account, which waits for a decision; None where it cannot be opened here."""
    heard = Heard(
        reason=_first_line(text),
        contact=link.contact,
        channel=Escalation.Channel.PAGE,
        why_unqualified=_NOT_WEIGHED,
    )
    try:
        with transaction.atomic():
            return escalations.open(case.account, heard=heard, is_request=True, by=by, now=now)
    except Refused:
        return None


def _first_line(text: str) -> str:
    line = " ".join(text.split("\n", 1)[0].split())
    return line if len(line) <= _REASON else f"{line[: _REASON - 2]} …"
