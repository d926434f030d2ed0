"""The clock's look at many escalations: decided from frozen pictures, told in bulk, at most 200 a transaction.

The truth is recomputed from the rows at every look, so a look that is missed, late or repeated does no harm.
A picture that cannot be read parks its escalation; the others are on time.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError, connection, transaction

from amends.clock.engine import look
from amends.clock.situations import Look
from amends.escalations import situations
from amends.escalations.models import Escalation, Parked
from amends.escalations.models.escalation import EPOCH, Escalations
from amends.escalations.situations import Picture
from amends.escalations.timeline.record import Ring, record_many
from amends.outbox.waking import wake

log = logging.getLogger("amends.clock")

AT_ONCE = 200
PARK_FOR = dt.timedelta(minutes=15)
# Not the fault of any escalation: the worker tries the whole pass again.
DATABASE_TROUBLE = (OperationalError, InterfaceError)
# An escalation as it was when it was claimed: its version, which people's acts count up, and when it was to be
# looked at, which a look changes.
Stamp = tuple[int, dt.datetime | None]
Batch = dict[int, Stamp]


@dataclass(frozen=True, slots=True)
class Decision:
    """What one look at one escalation found."""

    picture: Picture
    look: Look


def due(now: dt.datetime) -> bool:
    """Whether any escalation waits for a look. One indexed query, whatever the number of open promises."""
    return Escalation.objects.due_for_a_look(now).exists()


def look_at_due(now: dt.datetime) -> int:
    """Look at up to 200 escalations that are due for it; says how many.

    PostgreSQL: rows are claimed with SKIP LOCKED, so that clocks share the work. SQLite: everything is read and
    decided before the write lock is taken, and what changed meanwhile is left for the next look.
    """
    if connection.features.has_select_for_update_skip_locked:
        with transaction.atomic():
            claimed = Escalation.objects.due_for_a_look(now).select_for_update(skip_locked=True, of=("self",))
            return _finish(_stamps(claimed[:AT_ONCE]), now)
    return _finish(_stamps(Escalation.objects.due_for_a_look(now)[:AT_ONCE]), now)


def _stamps(rows: Escalations) -> Batch:
    return {pk: (version, at) for pk, version, at in rows.values_list("pk", "version", "next_look_at")}


def _finish(batch: Batch, now: dt.datetime) -> int:
    if not batch:  # an idle pass opens no write transaction
        return 0
    try:
        _tell(batch, _decide(list(batch), now), now)
    except DATABASE_TROUBLE:
        raise
    except Exception:
        log.exception("A batch of %d looks failed; each is looked at singly.", len(batch))
        for pk, stamp in batch.items():
            _singly(pk, stamp, now)
    return len(batch)


def _singly(pk: int, stamp: Stamp, now: dt.datetime) -> None:
    try:
        with transaction.atomic():
            _tell({pk: stamp}, _decide([pk], now), now)
    except DATABASE_TROUBLE:
        raise
    except Exception as error:
        log.exception("The look at escalation %d failed; it is parked.", pk)
        park(pk, trouble=f"{type(error).__name__}: {error}", now=now)


def _decide(ids: Sequence[int], now: dt.datetime) -> list[Decision]:
    """Read and decide. A picture that makes no sense is parked here, without holding up the others."""
    decisions = []
    pictures = situations.read(ids)
    # In the order of the claim, longest waiting first: so it is told and sent.
    for pk in ids:
        try:
            decisions.append(Decision(pictures[pk], look(pictures[pk].situation(), now)))
        except Exception as error:
            log.exception("Escalation %d cannot be looked at; it is parked.", pk)
            park(pk, trouble=f"{type(error).__name__}: {error}", now=now)
    return decisions


@transaction.atomic
def _tell(batch: Batch, decisions: Sequence[Decision], now: dt.datetime) -> None:
    """Write what is due and when to look again, for those that nobody has changed or looked at since they were read."""
    now_stamped = _stamps(Escalation.objects.filter(pk__in=batch))
    valid = [
        decision
        for decision in decisions
        if now_stamped.get(decision.picture.escalation.pk) == batch[decision.picture.escalation.pk]
    ]
    record_many(
        [
            Ring(
                decision.picture.escalation,
                due,
                decision.picture.promise(due.key),
                decision.picture.request(due.key),
                decision.picture.meeting(due.key),
            )
            for decision in valid
            for due in decision.look.due
        ],
        now=now,
    )
    _sleep(valid)
    Parked.objects.filter(escalation__in=[decision.picture.escalation.pk for decision in valid]).delete()


def _sleep(decisions: Sequence[Decision]) -> None:
    """Until each is looked at again. One statement a moment: of many that are due together, most sleep equally long."""
    sleepers: dict[dt.datetime | None, list[int]] = {}
    for decision in decisions:
        sleepers.setdefault(decision.look.again_at, []).append(decision.picture.escalation.pk)
    for again_at, ids in sleepers.items():
        Escalation.objects.filter(pk__in=ids).update(next_look_at=again_at)


def park(pk: int, *, trouble: str, now: dt.datetime) -> None:
    """Set one escalation aside for a while, and show it."""
    with transaction.atomic():
        parked, is_new = Parked.objects.get_or_create(
            escalation_id=pk, defaults={"trouble": trouble[:300], "since": now, "last_at": now}
        )
        if not is_new:
            parked.trouble, parked.last_at, parked.tries = trouble[:300], now, parked.tries + 1
            parked.save(update_fields=["trouble", "last_at", "tries"])
        Escalation.objects.filter(pk=pk).update(next_look_at=now + PARK_FOR)


@transaction.atomic
def wake_up(ids: Sequence[int]) -> int:
    """Have the clock look at these at once: the sentinel's only repair. Parked ones keep their time.

    A look that was not needed does no harm, so nothing is recorded. Says how many are woken.
    """
    asleep = Escalation.objects.filter(pk__in=ids, next_look_at__gt=EPOCH, parked__isnull=True)
    woken = asleep.update(next_look_at=EPOCH)
    wake()
    return woken
