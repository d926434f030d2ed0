"""On a Thursday afternoon the demo’s story has something of everything that Amends shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from amends.demo import story
from amends.demo.cases import CASES
from amends.directory.actor import Role
from amends.directory.models import Member
from amends.escalations import boards, invariants
from amends.escalations.models import Escalation, Event, Promise
from amends.lib.errors import Refused
from amends.outbox.models import Delivery

pytestmark = pytest.mark.django_db

BERLIN = "Europe/Berlin"
NOW = dt.datetime(2026, 11, 19, 13, 50, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: Any) -> Iterator[story.Told]:
    """Told once for all tests here: they only look."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield story.tell(now=NOW)
        transaction.set_rollback(True)


def groups_of(name: str, whose: str) -> set[str]:
    actor = Member.objects.get(name=name).as_actor()
    return {group.name for group in boards.today(actor, whose=whose, zone=BERLIN, now=NOW).groups}


def test_it_is_sound_and_everybody_is_in_it(told):
    assert invariants.breaches(NOW) == []
    assert len(told.escalations) == len(CASES)
    assert {member.role for member in told.members} == set(Role)


def test_the_list_has_every_status_severity_level_trend_and_health(told):
    rows = boards.rows(Escalation.objects.all(), NOW)

    assert {row.escalation.status for row in rows} == set(Escalation.Status.values)
    assert {row.escalation.severity for row in rows} == {"critical", "high", "medium", "low"}
    assert {row.escalation.level for row in rows} == {1, 2, 3}
    assert {row.escalation.trend for row in rows} == set(Escalation.Trend.values)
    assert {row.worse.health.label for row in rows} == {"On track", "At risk", "Off track"}
    assert max(row.day for row in rows if row.escalation.is_under_way) > 30
    assert set(Promise.objects.values_list("status", flat=True)) == set(Promise.Status.values)


def test_today_has_something_in_each_group(told):
    assert groups_of("Nadia Brandt", "mine") == {"overdue", "soon", "today", "week"}
    assert groups_of("Nadia Brandt", "all") == {"overdue", "soon", "today", "week", "later"}


def test_brightwater_is_the_case_to_look_at_first(told):
    brightwater = Escalation.objects.get(account__name="Brightwater Foods")

    case = boards.case(brightwater, NOW)

    assert str(brightwater.contact) == "Maria Duarte"
    assert str(brightwater.handler) == "Nadia Brandt"
    assert (brightwater.severity, brightwater.level, brightwater.day(NOW)) == ("high", 1, 9)
    assert [problem.is_settled for problem in case.problems] == [False, False, False, True, True]
    assert case.problems[1].estimates.count() == 2
    assert {promise.status for promise in case.settled} == {"kept", "kept late", "moved"}
    assert case.next_promise is not None
    assert case.next_promise.what == "Whether the replay of the doubled orders worked"
    assert case.next_promise.zone == "Europe/Lisbon"
    assert brightwater.updates.filter(channel="call", direction="out").count() >= 3
    assert brightwater.updates.filter(direction="in").count() == 3


def test_the_clock_has_rung_and_mail_has_gone_as_in_life(told):
    rung = set(Event.objects.filter(by_name="The clock").values_list("kind", flat=True))

    assert rung == {"promise.reminded", "promise.overdue", "silence.noticed", "target.near", "target.passed"}
    assert Delivery.objects.filter(audience="customer", state="sent").exists()
    assert Delivery.objects.filter(is_alarm=True, state="sent").exists()
    assert Delivery.objects.filter(state="dead").count() == 1
    assert not Delivery.objects.filter(state="waiting", posted_at__lt=NOW - story.SENDS_WITHIN).exists()


def test_an_account_in_a_currency_without_a_rate_says_what_was_not_counted(told):
    copper_kettle = Escalation.objects.get(account__name="Copper Kettle Cafés")

    assert any("AUD" in sentence for sentence in copper_kettle.because)


def test_fernhills_playbook_leaves_what_is_under_half_a_million_to_managers(told):
    document = Escalation.objects.first().playbook.document

    assert document.name == "How Fernhill makes amends"
    assert "SEK" in document.rates
    levels = {row.escalation.account.name: row.escalation.level for row in boards.rows(Escalation.objects.all(), NOW)}
    assert levels["Brightwater Foods"] == 1
    assert levels["Norrland Dairies"] == 2


def test_who_tries_it_can_log_in_as_anybody(told):
    for login in told.logins:
        assert login.password == "make-amends"
        assert Member.objects.get(email=login.email).check_password(login.password)


def test_it_is_not_told_in_a_house_where_somebody_lives(told):
    with pytest.raises(Refused, match="empty house"):
        story.tell(now=NOW)
