"""Telling the customer a fact, and putting right what they were told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from amends.directory.actor import Actor
from amends.escalations.authority import Act, check
from amends.escalations.citing import in_order, still_to_know
from amends.escalations.errors import Refused
from amends.escalations.models import Citation, Escalation, Fact, Update
from amends.escalations.standing import is_somebodys, read_anew
from amends.escalations.timeline import kinds
from amends.escalations.timeline.record import record


def checked(escalation: Escalation, facts: Sequence[Fact]) -> list[Fact]:
    """These facts as they stand now, in the order in which the customer reads them. Call it under the case's lock.

    Refused, at the field `facts`: what is of another case, what is refuted.
    """
    if not facts:
        return []
    asked = [fact.pk for fact in facts]
    found = Fact.objects.filter(pk__in=asked).select_related("corrects").prefetch_related("disputes")
    for fact in found:
        if fact.escalation_id != escalation.pk:
            raise Refused("That fact belongs to another escalation.", field="facts")
        if fact.is_refuted:
            raise Refused(f"“{fact.words}” is refuted, so it is not told to the customer.", field="facts")
    return in_order(found)


def cite(update: Update, told: Sequence[Fact], *, by: Actor, now: dt.datetime) -> list[Citation]:
    """Write down which facts, as they were `checked`, an update told, and whether as certain. Part of sending it.

    It puts right what was told before, see `put_right_by`: but only where all who were told, and are still there,
    get it, or got it before.
    """
    cited = Citation.objects.bulk_create(
        Citation(update=update, fact=fact, was_confirmed=fact.is_certain, words=fact.words) for fact in told
    )
    put_right = [number for number, rest in still_to_know(update.escalation, told).items() if not rest]
    if put_right:
        _correct(put_right, by, now, told_in=update)
    return cited


@transaction.atomic
def correct(fact: Fact, *, how: str, by: Actor, now: dt.datetime) -> None:
    """The customer knows what is right by another way than an update that cites it: on the phone, in a meeting.

    Refused: where nothing is to be corrected, where nobody says how.
    """
    escalation = fact.escalation
    escalation.lock()
    check(by, Act.TELL, escalation)
    is_somebodys(escalation)
    read_anew(fact, escalation)
    owed = list(Citation.objects.to_be_corrected().filter(fact=fact).values_list("pk", flat=True))
    if not owed:
        raise Refused("Nothing that the customer was told of this is to be corrected.")
    if not how.strip():
        raise Refused("Say how the customer heard what is right.", field="how")

    _correct(owed, by, now)
    record(kinds.FACT_CORRECTED, escalation, by=by, now=now, fact=fact.words, fact_id=fact.pk, how=how.strip())


def _correct(owed: Sequence[int], by: Actor, now: dt.datetime, told_in: Update | None = None) -> None:
    Citation.objects.filter(pk__in=owed).update(corrected_at=now, corrected_by=by.member_id, corrected_in=told_in)
