"""Mornings: on working days of ours, on the clock of whoever reads, and over by noon."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.clock.calendars import WorkingCalendar, parse_hours
from amends.clock.mornings import begins_the_week, morning_before, next_morning, this_morning
from tests.make import OFFICE

EIGHT = dt.time(8, 0)
# On Thursday 3 June 2027 Berlin works; Thursday 6 May is Ascension Day, a holiday.
CALENDAR = WorkingCalendar("Europe/Berlin", parse_hours(OFFICE), "DE-BE")


def at(text: str, zone: str = "Europe/Berlin") -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def following(now: str, zone: str = "Europe/Berlin") -> dt.datetime:
    return next_morning(at(now, zone), at=EIGHT, zone=zone, calendar=CALENDAR)


@pytest.mark.parametrize(
    ("now", "morning"),
    [
        ("2026-11-19 07:59", "2026-11-19 08:00"),
        ("2026-11-19 08:00", "2026-11-20 08:00"),
        ("2026-11-20 08:00", "2026-11-23 08:00"),  # Friday, then Monday
        ("2027-05-05 12:00", "2027-05-07 08:00"),  # Ascension Day between
        ("2026-12-24 09:00", "2026-12-28 08:00"),  # Christmas and a weekend
    ],
)
def test_the_next_morning_is_on_a_working_day_still_ahead(now, morning):
    assert following(now) == at(morning)


def test_it_is_the_readers_own_morning():
    assert following("2026-11-19 09:00", "America/New_York") == at("2026-11-20 08:00", "America/New_York")


def test_through_both_changes_of_the_clocks_eight_stays_eight():
    assert following("2027-03-26 09:00") == at("2027-03-30 08:00")  # Easter Monday is the 29th
    assert following("2026-10-23 09:00") == at("2026-10-26 08:00")


@pytest.mark.parametrize(
    ("now", "is_morning"),
    [
        ("2026-11-19 07:59:59", False),
        ("2026-11-19 08:00", True),
        ("2026-11-19 11:59:59", True),
        ("2026-11-19 12:00", False),
        ("2026-11-21 09:00", False),
        ("2027-05-06 09:00", False),
    ],
)
def test_a_morning_lasts_until_noon_of_a_working_day(now, is_morning):
    found = this_morning(at(now), at=EIGHT, zone="Europe/Berlin", calendar=CALENDAR)

    assert found == (at(now).replace(hour=8, minute=0, second=0) if is_morning else None)


def test_the_morning_before_a_monday_is_fridays():
    before = morning_before(at("2026-11-23 08:00"), at=EIGHT, zone="Europe/Berlin", calendar=CALENDAR)

    assert before == at("2026-11-20 08:00")


@pytest.mark.parametrize(
    ("day", "begins"),
    [
        ("2026-11-23", True),
        ("2026-11-24", False),
        ("2027-03-30", True),  # Tuesday after Easter Monday
        ("2026-11-22", False),
    ],
)
def test_the_week_begins_on_its_first_working_day(day, begins):
    assert begins_the_week(at(f"{day} 08:00"), zone="Europe/Berlin", calendar=CALENDAR) is begins


MOMENTS = st.datetimes(dt.datetime(2025, 1, 1), dt.datetime(2028, 1, 1), timezones=st.just(dt.UTC))
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"])
TIMES = st.times(max_value=dt.time(11, 0)).map(lambda time: time.replace(second=0, microsecond=0))


@given(now=MOMENTS, time=TIMES, zone=ZONES)
def test_a_look_at_the_next_morning_always_finds_it(now, time, zone):
    """So that nobody waits for a digest that never comes, and none is looked after twice."""
    wanted = {"at": time, "zone": zone, "calendar": CALENDAR}
    morning = next_morning(now, **wanted)

    assert morning > now
    assert this_morning(morning, **wanted) == morning
    assert morning_before(morning, **wanted) <= now
    assert next_morning(morning, **wanted) > morning


@given(now=MOMENTS, time=TIMES, zone=ZONES)
def test_each_week_begins_once(now, time, zone):
    wanted = {"at": time, "zone": zone, "calendar": CALENDAR}
    mornings, moment = [], now
    for _ in range(12):
        moment = next_morning(moment, **wanted)
        mornings.append(moment)
    weeks = [each.astimezone(ZoneInfo(zone)).isocalendar()[:2] for each in mornings]
    begun = [
        week for week, each in zip(weeks, mornings, strict=True) if begins_the_week(each, zone=zone, calendar=CALENDAR)
    ]

    assert len(begun) == len(set(begun))
    assert set(weeks[1:]) - {weeks[0]} <= set(begun)
