"""Beating, and reading the beats."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings

from amends.pulse.models import Pulse

# A part that has not beaten for so long has stopped: the banner goes red, /healthz says so.
STOPPED_AFTER = dt.timedelta(seconds=90)
# A working part beats at least so often.
BEAT_EVERY = dt.timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Vital:
    """How one part (clock, sender or mailbox) is, taken over all the places where it runs."""

    part: str
    beat_at: dt.datetime | None
    is_running: bool
    trouble: str

    @property
    def is_well(self) -> bool:
        return self.is_running and not self.trouble


def begin(part: str, place: str, *, now: dt.datetime) -> None:
    """Say that a part has started here."""
    Pulse.objects.update_or_create(
        part=part,
        place=place,
        defaults={"started_at": now, "beat_at": now, "trouble": "", "cleared_at": None},
    )


def beat(part: str, place: str, *, now: dt.datetime, trouble: str = "") -> None:
    """Say that a part is alive, and what keeps it from its work, if anything.

    With the trouble goes an administrator's word about it: it does not hold for the next.
    """
    here = Pulse.objects.filter(part=part, place=place)
    if not here.exists():
        begin(part, place, now=now)
    if trouble:
        here.update(beat_at=now, trouble=trouble)
    else:
        here.update(beat_at=now, trouble="", cleared_at=None)


def stop(part: str, place: str) -> None:
    """Say goodbye: a part that was stopped on purpose leaves no row behind."""
    Pulse.objects.filter(part=part, place=place).delete()


def clear(*, now: dt.datetime) -> int:
    """An administrator says that the wall clock is right: parts that wait for that go on."""
    return Pulse.objects.exclude(trouble="").update(cleared_at=now)


def cleared_at(part: str, place: str) -> dt.datetime | None:
    return Pulse.objects.filter(part=part, place=place).values_list("cleared_at", flat=True).first()


def vitals(now: dt.datetime) -> list[Vital]:
    """Clock and sender as they stand now, and the mailbox where there is one. One query."""
    rows = list(Pulse.objects.all())
    parts = [part for part in Pulse.Part.values if part != Pulse.Part.MAILBOX or settings.IMAP_URL]
    return [_vital(part, [row for row in rows if row.part == part], now) for part in parts]


def _vital(part: str, rows: list[Pulse], now: dt.datetime) -> Vital:
    alive = [row for row in rows if now - row.beat_at <= STOPPED_AFTER]
    troubles = [row.trouble for row in alive if row.trouble]
    # One healthy place is enough: the work gets done.
    trouble = troubles[0] if troubles and len(troubles) == len(alive) else ""
    last = max((row.beat_at for row in rows), default=None)
    return Vital(part, last, bool(alive), trouble)
