"""The clock is killed and started again, over and over: each thing that falls due is told, and told once."""

import datetime as dt
from collections import Counter

import pytest

from amends.escalations.models import Event, Mark
from amends.outbox.models import Delivery
from amends.pulse import beats
from amends.pulse.models import Pulse
from amends.worker.tick import tick
from tests import crowd
from tests.mailbox import until

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]
HOUR = dt.timedelta(hours=1)


def vital(part: str, now: dt.datetime) -> beats.Vital:
    return next(vital for vital in beats.vitals(now) if vital.part == part)


def test_killed_again_and_again_it_tells_each_promise_once(real, host):
    """F7: two clocks at a time where the database can share the work, each killed as soon as it has told some."""
    due = crowd.promises(1200, due_at=real.now - HOUR, made_at=real.now - 4 * HOUR, owners=crowd.members(20))
    clocks = [host.starts("clock"), host.starts("clock")]
    for _ in range(8):
        told = Event.objects.count()
        until(lambda told=told: Event.objects.count() > told or Event.objects.count() == len(due), "nothing was told")
        clocks.pop(0).kill()
        clocks.append(host.starts("clock"))
    until(lambda: Event.objects.count() >= len(due), "some were never told")
    for clock in clocks:
        clock.kill()

    assert tick(real.now + dt.timedelta(minutes=5)) == 0
    for rows in (
        Event.objects.values_list("words__promise", flat=True),
        Mark.objects.values_list("escalation", flat=True),
        Delivery.objects.values_list("wanted_while", flat=True),
    ):
        assert set(Counter(rows).values()) == {1}
        assert len(rows) == len(due)


@pytest.mark.parametrize("part", ["clock", "sender"])
def test_one_that_is_killed_is_missed_within_two_minutes(real, host, part):
    """F32."""
    running = host.starts(part)
    until(lambda: Pulse.objects.filter(part=part).exists(), "it never beat")
    running.kill()
    beat_at = Pulse.objects.get(part=part).beat_at

    assert vital(part, beat_at + dt.timedelta(seconds=30)).is_running
    assert not vital(part, beat_at + dt.timedelta(minutes=2)).is_running
    assert vital(part, beat_at + dt.timedelta(minutes=2)).beat_at == beat_at


@pytest.mark.parametrize("part", ["clock", "sender"])
def test_one_that_is_asked_to_stop_says_goodbye(real, host, part):
    running = host.starts(part)
    until(lambda: Pulse.objects.filter(part=part).exists(), "it never beat")

    assert running.stop() == 0
    assert not Pulse.objects.filter(part=part).exists()
