"""A crowd to measure with is as sound as what the acts leave."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amends.demo import crowd
from amends.escalations import boards, invariants
from amends.escalations.actions import looks
from amends.escalations.models import Escalation, Event, Parked, Promise
from tests import make

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY


def test_a_crowd_keeps_every_invariant():
    crowd.tell(300, now=NOW)

    assert invariants.breaches(NOW) == []
    assert Escalation.objects.count() == 300
    # Of what was only asked for nothing is told: its decisions are a story of their own.
    told = set(Escalation.Status.values) - {"requested", "declined"}
    assert set(Escalation.objects.values_list("status", flat=True)) == told
    assert not Promise.objects.open().exclude(escalation__status__in=Escalation.UNDER_WAY).exists()


def test_every_escalation_of_a_crowd_has_a_timeline_that_can_be_read():
    crowd.tell(40, now=NOW)

    for escalation in Escalation.objects.all():
        lines, _ = boards.timeline(escalation, zone="Europe/Berlin", now=NOW)
        assert len(lines) >= 5
        assert all("{" not in line.entry.sentence for line in lines)
        assert lines[-1].entry.at == escalation.opened_at


def test_nothing_in_a_crowd_lies_ahead_but_what_is_promised():
    crowd.tell(300, now=NOW)

    assert not Event.objects.filter(at__gt=NOW).exists()
    assert not Escalation.objects.filter(closed_at__gt=NOW).exists()


def test_the_clock_looks_at_a_whole_crowd_without_setting_any_aside():
    crowd.tell(300, now=NOW)

    while looks.look_at_due(NOW):
        pass

    assert not Parked.objects.exists()
    assert not Escalation.objects.due_for_a_look(NOW).exists()
    assert Event.objects.filter(kind="promise.overdue").exists()


def test_the_same_seed_makes_the_same_crowd_and_another_one_another():
    crowd.tell(50, now=NOW, seed=1)
    crowd.tell(50, now=NOW, seed=1)
    crowd.tell(50, now=NOW, seed=2)

    dues = list(Promise.objects.order_by("id").values_list("due_at", flat=True))
    assert dues[:100] == dues[100:200]
    assert dues[:100] != dues[200:]


def test_a_thousand_are_written_in_a_few_hundred_statements():
    # What takes the time is statements; more than a few hundred a thousand would take minutes for 20,000.
    with CaptureQueriesContext(connection) as queries:
        crowd.tell(1_000, now=NOW)

    assert len(queries) < 600
