"""The story holds whenever it is told: at night, at the weekend, when the clocks change, over holidays."""

from __future__ import annotations

import datetime as dt

import pytest

from amends.clock.calendars import WorkingCalendar, parse_hours
from amends.demo import story
from amends.demo.cases import CASES, HOUSE
from amends.demo.cast import HOURS, ZONE
from amends.demo.moments import Almanac
from amends.directory.models import Member
from amends.escalations import boards, invariants
from amends.escalations.models import Escalation, Event, Parked

BERLIN = "Europe/Berlin"
# A Sunday, 02:40 in Berlin for the first time
CLOCKS_GO_BACK = dt.datetime(2026, 10, 25, 0, 40, 17, tzinfo=dt.UTC)
ORDERED_AT = {
    "Monday, three at night": dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC),
    "Friday, half past five": dt.datetime(2026, 11, 20, 16, 30, tzinfo=dt.UTC),
    "the night in which an hour comes twice": CLOCKS_GO_BACK,
    "Sunday noon": dt.datetime(2026, 11, 22, 11, 0, tzinfo=dt.UTC),
    "the night in which an hour is skipped": dt.datetime(2027, 3, 28, 0, 59, 59, tzinfo=dt.UTC),
    "New Year’s Day": dt.datetime(2027, 1, 1, 9, 0, tzinfo=dt.UTC),
    "a working day’s first minute": dt.datetime(2026, 11, 18, 8, 1, tzinfo=dt.UTC),
    "an hour into a working day": dt.datetime(2026, 11, 18, 9, 0, tzinfo=dt.UTC),
    "just before midnight": dt.datetime(2026, 11, 18, 22, 50, tzinfo=dt.UTC),
}


def sizes_of_today(now: dt.datetime) -> dict[str, int]:
    ruth = Member.objects.get(name="Ruth Adeyemi").as_actor()
    return {group.name: len(group.promises) for group in boards.today(ruth, whose="all", zone=BERLIN, now=now).groups}


def assert_sound(now: dt.datetime) -> None:
    assert invariants.breaches(now) == []
    assert not Parked.objects.exists()
    assert not Event.objects.filter(at__gt=now).exists()
    assert not Escalation.objects.due_for_a_look(now).exists()
    sizes = sizes_of_today(now)
    assert sizes["overdue"] >= 2
    assert sizes["soon"] >= 2
    assert sizes["today"] >= 1


@pytest.mark.django_db
def test_the_story_is_sound_when_the_clocks_go_back_on_a_sunday():
    story.tell(now=CLOCKS_GO_BACK)

    assert_sound(CLOCKS_GO_BACK)


@pytest.mark.parametrize("now", ORDERED_AT.values(), ids=ORDERED_AT)
@pytest.mark.parametrize("case", (*CASES, HOUSE), ids=lambda case: getattr(case[0], "account", "the house"))
def test_each_case_happens_in_the_order_in_which_it_is_written(case, now):
    almanac = Almanac(now, WorkingCalendar(ZONE, parse_hours(HOURS), "DE-BE"))

    moments = [scene.at(almanac) for scene in case]

    assert moments == sorted(moments)
    assert moments[-1] <= now
