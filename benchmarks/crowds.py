"""Ten thousand promises that fall due, and the processes that see to them."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

import psutil

from amends.directory.models import Member
from amends.escalations.models import Event, Promise
from amends.lib import wall
from amends.outbox.models import Delivery
from amends.pulse.models import Pulse
from benchmarks.mail_server import MailServer
from benchmarks.place import Place
from tests import crowd, make

FOUR_HOURS = dt.timedelta(hours=4)
PATIENCE = 300.0


def steady(moment: dt.datetime) -> float:
    """A moment as time.monotonic() counts it, which all processes of a machine read alike."""
    return time.monotonic() + (moment - wall.now()).total_seconds()


def owners(count: int, name: str) -> list[Member]:
    """So many who handle escalations, without anybody above them."""
    make.organisation()
    return Member.objects.bulk_create(
        Member(email=f"{name}.{number}@fernhill.example", name=f"{name.title()} {number}", joined_at=make.THURSDAY)
        for number in range(count)
    )


def falls_due(count: int, of: Sequence[Member], *, within: dt.timedelta) -> tuple[list[Promise], dt.datetime]:
    """Promises that fall due one after another within such a span, made four hours before; and when it begins.

    It begins when there has been time to write them all, and for processes to start.
    """
    begins_at = wall.now() + dt.timedelta(seconds=15 + count / 500)
    made = crowd.promises(count, due_at=begins_at, made_at=begins_at - FOUR_HOURS, owners=of, apart=within / count)
    if wall.now() > begins_at:
        raise TimeoutError("It took longer to write them than they had till they were due: this machine is too busy.")
    return made, begins_at


@contextmanager
def at_work(place: Place, server: MailServer, *parts: str) -> Iterator[dict[str, psutil.Process]]:
    """Real processes, which have begun to beat."""
    with ExitStack() as running:
        began = wall.now()
        started = {part: running.enter_context(place.running(part, AMENDS_SMTP_URL=server.url)) for part in parts}
        until(lambda: Pulse.objects.filter(part__in=parts, started_at__gte=began).count() >= len(parts))
        yield started


def until(holds: Callable[[], bool], *, every: float = 0.02, within: float = PATIENCE) -> float:
    """Wait until something holds; says when it was seen to, by time.monotonic()."""
    deadline = time.monotonic() + within
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError("It took longer than a benchmark waits.")
        time.sleep(every)
    return time.monotonic()


def is_waiting() -> bool:
    """Whether anything in the outbox has still to leave."""
    return Delivery.objects.filter(state=Delivery.State.WAITING).exists()


def newest() -> tuple[int, int]:
    """The numbers that the next event and the next delivery are above."""
    event, delivery = Event.objects.order_by("-id").first(), Delivery.objects.order_by("-id").first()
    return (event.pk if event else 0), (delivery.pk if delivery else 0)
