"""What an open page asks every few seconds: has anything changed since I was drawn? Cheap where nothing has."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

from django.db.models import Count, Max, Q, Sum

from amends.directory.actor import Actor
from amends.escalations import access, authority
from amends.escalations.models import Decision, Escalation, Event, Problem, Promise
from amends.escalations.models.promise import past_due
from amends.escalations.timeline import kinds
from amends.escalations.timeline.sentences import Entry, entry
from amends.web.requests import MemberRequest

MOST_NEWS = 3
_NEWEST = 20
_TOLD = (kinds.UPDATE_SENT.name, kinds.UPDATE_LOGGED.name)


@dataclass(frozen=True, slots=True)
class News:
    """What others did since a page was drawn, and what they told the customer since it was opened."""

    entries: Sequence[Entry]
    told: Entry | None


def stamp_of_list(actor: Actor) -> str:
    """Another text as soon as anything has changed that the actor may see. One query.

    Who sees it all: the newest events, several, because transactions end in another order than they begin.
    """
    if authority.may(actor, authority.Act.SEE_EVERY_ESCALATION):
        return _stamp(Event.objects.order_by("-id").values_list("id", flat=True)[:_NEWEST])
    seen = access.visible_to(actor).order_by().aggregate(Count("id"), Sum("version"))
    return _stamp(seen.values())


def stamp_of_today(actor: Actor, whose: str, now: dt.datetime) -> str:
    """The same for Today: of one's own, what one owes, is asked and has, and how much is overdue. Three queries."""
    if whose != "mine":
        return stamp_of_list(actor)
    mine = Promise.objects.filter(owner__in=actor.stands_for, escalation__status__in=Escalation.UNDER_WAY)
    owed = mine.aggregate(
        Count("id"),
        Sum("escalation__version"),
        due=Count("id", filter=Q(status="open", due_at__lt=now)),
        overdue=Count("id", filter=Q(status="open") & past_due(now)),
    )
    asked = Decision.objects.filter(asked_of__in=actor.stands_for, verdict="").aggregate(Count("id"), Max("id"))
    problems = Problem.objects.filter(owner__in=actor.stands_for, escalation__status__in=Escalation.UNDER_WAY)
    has = problems.aggregate(Count("id"), Sum("escalation__version"))
    return _stamp([*owed.values(), *asked.values(), *has.values()])


def news(request: MemberRequest, escalation: Escalation, *, seen: int, since: int) -> News:
    """The newest events by others after version `seen`; and the last word to the customer after version `since`."""
    count = min(max(escalation.version - min(seen, since), 0), _NEWEST)
    found = escalation.events.select_related("personal").order_by("-id")[:count]
    entries = [
        (escalation.version - place > seen, entry(event, zone=request.zone, now=request.now))
        for place, event in enumerate(found)
        if event.by_id != request.actor.member_id
    ]
    told = next((each for _, each in entries if each.kind in _TOLD), None)
    return News([each for is_new, each in entries if is_new][:MOST_NEWS], told)


def _stamp(values: object) -> str:
    return f"{crc32(repr(list(values)).encode()):x}"  # type: ignore[call-overload]
