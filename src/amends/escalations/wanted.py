"""Still wanted? The sender asks just before hand-over, so that nothing goes out about what is over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db.models import QuerySet

from amends.clock.situations import notes_key, silence_key, unmet_key
from amends.escalations import situations
from amends.escalations.models import Decision, Escalation, Meeting, Promise, Request, Update
from amends.outbox.models import Delivery


def still_wanted(deliveries: Sequence[Delivery]) -> set[int]:
    """The ids of those deliveries that still tell of something that is so. A query for each kind of condition."""
    holds = _holding({delivery.wanted_while for delivery in deliveries if delivery.wanted_while})
    return {delivery.pk for delivery in deliveries if not delivery.wanted_while or delivery.wanted_while in holds}


def _holding(conditions: set[str]) -> set[str]:
    """Of conditions such as "promise:17" (is open) and "escalation:3" (is under way), those that hold.

    "silence:1763546400:3" holds while nothing has been said at escalation 3 since that second, "meeting:2:5" while
    meeting 5 is planned at the time that its second change gave it, "notes:1763546400:5" while the notes of meeting 5
    are awaited, of which somebody said in that second that it was held.
    """
    wanted: dict[str, list[int]] = {}
    for condition in conditions:
        noun, _, number = condition.partition(":")
        wanted.setdefault(noun, []).append(int(number.rpartition(":")[2]))
    return {condition for noun, ids in wanted.items() for condition in _HOLDING[noun](ids)}


def _promises(ids: Sequence[int]) -> Iterable[str]:
    return _under_way("promise", Promise.objects.open().filter(pk__in=ids), "escalation__status")


def _escalations(ids: Sequence[int]) -> Iterable[str]:
    return (escalation.subject for escalation in Escalation.objects.open().filter(pk__in=ids))


def _silences(ids: Sequence[int]) -> Iterable[str]:
    found = Escalation.objects.open().filter(pk__in=ids)
    return (f"{silence_key(escalation.silent_since)}:{escalation.pk}" for escalation in found)


def _decisions(ids: Sequence[int]) -> Iterable[str]:
    return _under_way("decision", Decision.objects.filter(pk__in=ids, verdict=""), "escalation__status")


def _requests(ids: Sequence[int]) -> Iterable[str]:
    return _under_way("request", Request.objects.filter(pk__in=ids, outcome=""), "problem__escalation__status")


def _updates(ids: Sequence[int]) -> Iterable[str]:
    return (f"update:{pk}" for pk in Update.objects.standing().filter(pk__in=ids).values_list("pk", flat=True))


def _meetings(ids: Sequence[int]) -> Iterable[str]:
    planned = Meeting.objects.planned().filter(pk__in=ids).order_by().select_related("escalation")
    rows = planned.only("time_sequence", "escalation__status")
    return (meeting.subject for meeting in rows if meeting.escalation.status in Escalation.UNDER_WAY)


def _notes(ids: Sequence[int]) -> Iterable[str]:
    awaited = Meeting.objects.awaiting_notes().filter(pk__in=ids).order_by()
    rows = awaited.values_list("pk", "settled_at", "escalation__status")
    return (notes_key(pk, at) for pk, at, of_it in rows if at and of_it in Escalation.UNDER_WAY)


def _unmet(ids: Sequence[int]) -> Iterable[str]:
    """Nobody has met the customer since, or plans to: asked of what stands now, as the clock does."""
    for pk, picture in situations.read(ids).items():
        since = picture.met_since
        if since and not any(each.is_planned and not each.is_internal for each in picture.meetings):
            yield f"{unmet_key(since)}:{pk}"


def _under_way(noun: str, found: QuerySet[Any], status: str) -> Iterable[str]:
    """Those whose escalation is under way. Looked at here: asked in the query, SQLite begins with all escalations."""
    rows = found.order_by().values_list("pk", status)
    return (f"{noun}:{pk}" for pk, of_it in rows if of_it in Escalation.UNDER_WAY)


_HOLDING: dict[str, Callable[[Sequence[int]], Iterable[str]]] = {
    "promise": _promises,
    "escalation": _escalations,
    "silence": _silences,
    "decision": _decisions,
    "request": _requests,
    "update": _updates,
    "meeting": _meetings,
    "notes": _notes,
    "unmet": _unmet,
}
