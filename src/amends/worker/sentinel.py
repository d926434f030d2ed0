"""The sentinel: looks over every open case for anything late, in a process and by a path of its own.

It asks nothing of `next_look_at`, on which the clock relies. Its only repair is to wake what is late, so that the
clock tells it; what it finds it says, and a heartbeat outside is pinged only when all is well.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from amends.clock.engine import look
from amends.escalations import situations
from amends.escalations.actions import looks
from amends.escalations.models import Escalation, Parked
from amends.outbox.models import Delivery, Pause
from amends.pulse import beats

log = logging.getLogger("amends.sentinel")

# What is due and has not been told for so long is late.
LATE_AFTER = dt.timedelta(minutes=2)
EVERY = dt.timedelta(minutes=1)
AT_ONCE = 200
HEARTBEAT_WITHIN = 10


@dataclass(frozen=True, slots=True)
class Late:
    """A case with something to tell that nobody has told."""

    id: int
    key: str
    what: str

    def __str__(self) -> str:
        return f"{self.key}: {self.what} should have been told over two minutes ago."


@dataclass(frozen=True, slots=True)
class Survey:
    """What one look over all open cases found. `unreadable` are cases that no decision can be made of."""

    cases: int
    late: tuple[Late, ...]
    unreadable: tuple[str, ...]


def survey(now: dt.datetime) -> Survey:
    """Look at every open case as it was `LATE_AFTER` ago: whatever is due then and not marked as told is late."""
    cases = 0
    late: list[Late] = []
    unreadable: list[str] = []
    for ids in _open_cases():
        for pk, picture in situations.read(ids).items():
            cases += 1
            key = picture.escalation.key
            try:
                dues = look(picture.situation(), now - LATE_AFTER).due
            except Exception as error:
                log.exception("%s cannot be looked at.", key)
                unreadable.append(f"{key} cannot be looked at: {type(error).__name__}: {error}")
                continue
            late += [Late(pk, key, due.tell.value) for due in dues]
    return Survey(cases, tuple(late), tuple(unreadable))


def _open_cases() -> Iterator[list[int]]:
    """Ids of the open cases that have a clock, some at a time."""
    live = Escalation.objects.live().order_by("pk")
    last = 0
    while ids := list(live.filter(pk__gt=last).values_list("pk", flat=True)[:AT_ONCE]):
        yield ids
        last = ids[-1]


def troubles(now: dt.datetime, found: Survey) -> list[str]:
    """Everything that keeps people from being told, one sentence each."""
    says = [_of_a_part(vital, now) for vital in beats.vitals(now) if not vital.is_well]
    says += [str(late) for late in found.late]
    says += found.unreadable
    parked = Parked.objects.exclude(escalation__status__in=Escalation.OVER)
    says += [f"{one.escalation.key} is set aside: {one.trouble}" for one in parked.select_related("escalation")]
    if not settings.SMTP_URL:
        says.append("No mail server is set (AMENDS_SMTP_URL): nothing leaves.")
    elif waiting := _overdue_mail(now):
        says.append(f"{waiting:,} {'mail' if waiting == 1 else 'mails'} should have left over two minutes ago.")
    return says


def _of_a_part(vital: beats.Vital, now: dt.datetime) -> str:
    if vital.is_running:
        return f"The {vital.part} runs but cannot do its work: {vital.trouble}"
    if vital.beat_at is None:
        return f"The {vital.part} does not run."
    return f"The {vital.part} stopped {round((now - vital.beat_at).total_seconds() / 60):,} min ago."


def _overdue_mail(now: dt.datetime) -> int:
    """Messages whose next try is past, unless somebody paused their channel: then they wait because they should."""
    late = Delivery.objects.filter(state=Delivery.State.WAITING, next_try_at__lte=now - LATE_AFTER)
    return late.exclude(channel__in=Pause.objects.values("channel")).count()


def round_of_duty(now: dt.datetime) -> list[str]:
    """One round: survey, wake what is late, ping the heartbeat if all is well. Gives back what is not."""
    found = survey(now)
    if found.late:
        looks.wake_up(sorted({late.id for late in found.late}))
    says = troubles(now, found)
    if not says and settings.HEARTBEAT_URL:
        _ping(settings.HEARTBEAT_URL)
    return says


def watch(stop: threading.Event, wall: Callable[[], dt.datetime]) -> None:
    """Make a round every minute until told to stop. What is wrong is logged, and once when it is right again."""
    said: list[str] = []
    while not stop.is_set():
        try:
            says = round_of_duty(wall())
        except (DatabaseError, InterfaceError) as error:
            says = [f"The database does not answer: {error}"]
            connection.close()
        for sentence in says:
            log.error("%s", sentence)
        if said and not says:
            log.warning("All is well again.")
        said = says
        stop.wait(EVERY.total_seconds())


class _StaysThere(urllib.request.HTTPRedirectHandler):
    """The operator named an address; whoever answers there does not choose another one for us."""

    def redirect_request(self, *args: object) -> None:
        return None


_outside = urllib.request.build_opener(_StaysThere)


def _ping(url: str) -> None:
    """Say outside that all is well. That nobody hears it is logged; whoever listens there notices by itself."""
    if not url.startswith(("https://", "http://")):
        log.error("AMENDS_HEARTBEAT_URL must begin with https:// or http://.")
        return
    try:
        with _outside.open(url, timeout=HEARTBEAT_WITHIN) as answer:
            answer.read(1)
    except (OSError, ValueError) as error:
        log.error("The heartbeat could not be pinged: %s", error)
