"""The one way onto the timeline: for what people do one at a time, for what the clock tells in bulk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import F

from amends.clock.situations import Due, Tell
from amends.directory.actor import CLOCK, Actor
from amends.directory.models import Member
from amends.escalations.models import Escalation, Event, EventWords, Mark, Promise, Update
from amends.escalations.models.escalation import EPOCH
from amends.escalations.timeline import kinds, letters
from amends.escalations.timeline.audiences import Audience, People, everyone
from amends.outbox.posting import Draft, post
from amends.outbox.waking import wake

HOST = urlsplit(settings.URL).hostname or "localhost"


def record(
    kind: kinds.Kind,
    escalation: Escalation,
    *,
    by: Actor,
    now: dt.datetime,
    promise: Promise | None = None,
    update: Update | None = None,
    **words: Any,
) -> Event:
    """Write one event, post to those whom its kind tells, and wake the clock.

    Call it last in an act, inside its transaction. Moments among the words are stored as ISO text.
    """
    ids = {"promise": promise.pk if promise else None, "update": update.pk if update else None}
    words = {key: value.isoformat() if isinstance(value, dt.datetime) else value for key, value in words.items()}
    event = Event.objects.create(
        escalation=escalation,
        kind=kind.name,
        at=now,
        by_id=by.member_id,
        by_name=by.name,
        words={key: pk for key, pk in ids.items() if pk}
        | {key: value for key, value in words.items() if key not in kind.personal},
    )
    if personal := {key: value for key, value in words.items() if key in kind.personal}:
        EventWords.objects.create(event=event, words=personal)
    if kind.tells:
        _tell(kind, escalation, event, words, by, now, promise, update)
    if escalation.is_under_way and not escalation.is_history:
        escalation.next_look_at = EPOCH
    escalation.version += 1
    Escalation.objects.filter(pk=escalation.pk).update(next_look_at=escalation.next_look_at, version=F("version") + 1)
    wake()
    return event


def _tell(
    kind: kinds.Kind,
    escalation: Escalation,
    event: Event,
    words: dict[str, Any],
    by: Actor,
    now: dt.datetime,
    promise: Promise | None,
    update: Update | None,
) -> None:
    """Post a notice to each member of the kind's audiences, but not to the one who did it."""
    people = everyone()
    owner_id = promise.owner_id if promise else None
    ids = {
        Audience.HANDLER: escalation.handler_id,
        Audience.CSM: escalation.account.csm_id,
        # The handler sees every promise of theirs anyway; others hear when one is laid upon them.
        Audience.PROMISE_OWNER: owner_id if owner_id != escalation.handler_id else None,
        Audience.UPDATE_AUTHOR: update.by_id if update else None,
    }
    members = dict.fromkeys(people.present(ids[audience]) for audience in kind.tells)
    post(
        [
            Draft(
                identity=f"event:{event.pk}|notice|member:{member.pk}|mail",
                address=member.email,
                name=member.name,
                letter=letters.notice(kind, escalation, words, by=by.name, to=member, now=now),
                subject=escalation.subject,
            )
            for member in members
            if member and member.pk != by.member_id
        ],
        host=HOST,
        now=now,
    )


@dataclass(frozen=True, slots=True)
class Ring:
    """One telling of the clock, with the rows that it is about."""

    escalation: Escalation
    due: Due
    promise: Promise | None


def record_many(rings: Sequence[Ring], *, now: dt.datetime) -> None:
    """Write what the clock tells of many escalations: events, marks and alarms, in a constant number of statements.

    Its own events do not wake their subject. A ring whose mark is already there fails the whole transaction;
    the caller holds the rows, so that cannot happen but by a fault.
    """
    if not rings:
        return
    people = everyone()
    told = [(ring, _heard_by(ring, people)) for ring in rings]
    events = Event.objects.bulk_create([_event(ring, members, now) for ring, members in told])
    EventWords.objects.bulk_create(
        EventWords(event=event, words={"what": ring.promise.what})
        for event, ring in zip(events, rings, strict=True)
        if ring.promise
    )
    Mark.objects.bulk_create(
        [Mark(escalation=ring.escalation, key=ring.due.key, rung=ring.due.rung, told_at=now) for ring in rings],
        update_conflicts=True,
        unique_fields=["escalation", "key"],
        update_fields=["rung", "told_at"],
    )
    post(_drafts(told, now), host=HOST, now=now)


def _heard_by(ring: Ring, people: People) -> list[Member]:
    owner_id = ring.promise.owner_id if ring.promise else ring.escalation.handler_id
    return people.on_a_rung(ring.due.tells, ring.escalation, owner_id)


def _event(ring: Ring, members: Sequence[Member], now: dt.datetime) -> Event:
    words: dict[str, Any] = {
        "due_at": ring.due.due_at.isoformat(),
        "rung": ring.due.rung,
        "told": _names(members),
        "members": [member.pk for member in members],
    }
    if ring.promise:
        words["promise"] = ring.promise.pk
    return Event(
        escalation=ring.escalation,
        kind=ring.due.tell.value,
        at=now,
        by_name=CLOCK.name,
        words=words,
        once=ring.due.once,
    )


def _drafts(told: Iterable[tuple[Ring, list[Member]]], now: dt.datetime) -> Iterable[Draft]:
    for ring, members in told:
        for member in members:
            yield Draft(
                identity=f"{ring.escalation.subject}|{ring.due.once}|member:{member.pk}|mail",
                address=member.email,
                name=member.name,
                letter=letters.alarm(ring.escalation, ring.due, ring.promise, to=member, now=now),
                subject=ring.escalation.subject,
                wanted_while=_wanted_while(ring),
                is_alarm=True,
            )


def _wanted_while(ring: Ring) -> str:
    """What must still hold when the alarm leaves: the promise is open, the silence lasts, or it is under way."""
    if ring.promise:
        return ring.promise.subject
    if ring.due.tell is Tell.SILENCE_NOTICED:
        return f"{ring.due.key}:{ring.escalation.pk}"
    return ring.escalation.subject


def _names(members: Sequence[Member]) -> str:
    names = [member.name for member in members]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names) or "nobody"
