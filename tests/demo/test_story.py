"""The demo’s story can be told at any hour, and leaves a house in order with something for everybody to do."""

from __future__ import annotations

import datetime as dt

import pytest

from amends.clock.calendars import WorkingCalendar, parse_hours
from amends.demo import story
from amends.demo.cases import CASES
from amends.demo.cast import HOURS, ZONE
from amends.demo.moments import Almanac
from amends.directory.actor import Role
from amends.directory.models import Member
from amends.escalations import boards, invariants
from amends.escalations.models import Escalation, Event, Parked, Promise
from amends.lib.errors import Refused
from amends.outbox.models import Delivery
from tests import make

pytestmark = pytest.mark.django_db

BERLIN = "Europe/Berlin"
THURSDAY_AFTERNOON = dt.datetime(2026, 11, 19, 13, 50, tzinfo=dt.UTC)
NOWS = {
    "Monday, three at night": dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC),
    "Friday, half past five": dt.datetime(2026, 11, 20, 16, 30, tzinfo=dt.UTC),
    "Sunday noon": dt.datetime(2026, 11, 22, 11, 0, tzinfo=dt.UTC),
    "the night in which an hour comes twice": dt.datetime(2026, 10, 25, 0, 40, 17, tzinfo=dt.UTC),
    "the night in which an hour is skipped": dt.datetime(2027, 3, 28, 0, 59, 59, tzinfo=dt.UTC),
    "New Year’s Day": dt.datetime(2027, 1, 1, 9, 0, tzinfo=dt.UTC),
    "a working day’s first minute": dt.datetime(2026, 11, 18, 8, 1, tzinfo=dt.UTC),
    "just before midnight": dt.datetime(2026, 11, 18, 22, 50, tzinfo=dt.UTC),
}


def groups_of(member: Member, whose: str, now: dt.datetime) -> dict[str, int]:
    board = boards.today(member.as_actor(), whose=whose, zone=BERLIN, now=now)
    return {group.name: len(group.promises) for group in board.groups}


def test_on_a_thursday_afternoon_everything_that_amends_shows_is_there():
    told = story.tell(now=THURSDAY_AFTERNOON)

    rows = boards.rows(Escalation.objects.all(), THURSDAY_AFTERNOON)
    assert {row.escalation.status for row in rows} == set(Escalation.Status.values)
    assert {row.escalation.severity for row in rows} == {"critical", "high", "medium", "low"}
    assert {row.escalation.level for row in rows} == {1, 2, 3}
    assert {row.escalation.trend for row in rows} == set(Escalation.Trend.values)
    assert {row.worse.health.label for row in rows} == {"On track", "At risk", "Off track"}
    assert max(row.day for row in rows if row.escalation.is_under_way) > 30
    assert set(Promise.objects.values_list("status", flat=True)) == set(Promise.Status.values)
    assert len(told.escalations) == len(rows) == len(CASES)
    assert {member.role for member in told.members} == set(Role)

    nadia = Member.objects.get(name="Nadia Brandt")
    assert set(groups_of(nadia, "mine", THURSDAY_AFTERNOON)) == {"overdue", "soon", "today", "week"}
    assert set(groups_of(nadia, "all", THURSDAY_AFTERNOON)) == {"overdue", "soon", "today", "week", "later"}


def test_brightwater_is_the_case_that_people_look_at_first():
    story.tell(now=THURSDAY_AFTERNOON)

    brightwater = Escalation.objects.get(account__name="Brightwater Foods")
    case = boards.case(brightwater, THURSDAY_AFTERNOON)
    assert str(brightwater.contact) == "Maria Duarte"
    assert str(brightwater.handler) == "Nadia Brandt"
    assert [problem.is_settled for problem in case.problems] == [False, False, False, True, True]
    assert case.problems[1].estimates.count() == 2
    assert {promise.status for promise in case.settled} == {"kept", "kept late", "moved"}
    assert case.next_promise is not None
    assert case.next_promise.what == "Whether the replay of the doubled orders worked"
    assert case.next_promise.zone == "Europe/Lisbon"
    assert brightwater.updates.filter(direction="in").count() >= 3


def test_the_clock_has_rung_and_mail_has_gone_as_in_life():
    story.tell(now=THURSDAY_AFTERNOON)

    rung = set(Event.objects.filter(by_name="The clock").values_list("kind", flat=True))
    assert rung == {"promise.reminded", "promise.overdue", "silence.noticed", "target.near", "target.passed"}
    assert Delivery.objects.filter(audience="customer", state="sent").exists()
    assert Delivery.objects.filter(is_alarm=True, state="sent").exists()
    assert Delivery.objects.filter(state="dead").count() == 1
    assert not Delivery.objects.filter(state="waiting", posted_at__lt=THURSDAY_AFTERNOON - story.SENDS_WITHIN).exists()


@pytest.mark.parametrize("now", NOWS.values(), ids=NOWS)
def test_the_story_is_sound_at_any_hour(now):
    story.tell(now=now)

    assert invariants.breaches(now) == []
    assert not Parked.objects.exists()
    assert not Event.objects.filter(at__gt=now).exists()
    assert not Escalation.objects.due_for_a_look(now).exists()
    ruth = Member.objects.get(name="Ruth Adeyemi")
    groups = groups_of(ruth, "all", now)
    assert groups["overdue"] >= 2
    assert groups["soon"] >= 2
    assert groups.get("week", 0) + groups["later"] >= 5
    # Ten minutes before midnight nothing can be due later on the same day.
    assert ("today" in groups) == (now != NOWS["just before midnight"])


@pytest.mark.parametrize("now", NOWS.values(), ids=NOWS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0].account)
def test_each_case_happens_in_the_order_in_which_it_is_written(case, now):
    almanac = Almanac(now, WorkingCalendar(ZONE, parse_hours(HOURS), "DE-BE"))

    moments = [scene.at(almanac) for scene in case]

    assert moments == sorted(moments)
    assert moments[-1] <= now


def test_the_same_now_and_seed_tell_the_same_story():
    first = story.tell(now=THURSDAY_AFTERNOON)
    events = list(Event.objects.order_by("id").values_list("kind", "at", "words"))
    phones = [contact.phone for each in first.escalations for contact in each.account.contacts.all()]

    again = story.Almanac(THURSDAY_AFTERNOON, WorkingCalendar(ZONE, parse_hours(HOURS), "DE-BE"))

    assert [scene.at(again) for case in CASES for scene in case]
    assert len(events) > 600
    assert len(set(phones)) == len(phones)


def test_who_tries_it_can_log_in_as_anybody():
    told = story.tell(now=THURSDAY_AFTERNOON)

    for login in told.logins:
        assert Member.objects.get(email=login.email).check_password(login.password)
    assert {login.password for login in told.logins} == {"make-amends"}


def test_it_is_not_told_in_a_house_where_somebody_lives():
    make.account()

    with pytest.raises(Refused, match="empty house"):
        story.tell(now=THURSDAY_AFTERNOON)
