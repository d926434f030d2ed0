"""Quiet hours: on the clock of whoever wants them, over midnight, and through both nights that clocks change."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.clock.quiet import quiet_until

BERLIN = ZoneInfo("Europe/Berlin")
TEN, SEVEN = dt.time(22, 0), dt.time(7, 0)
DAY = dt.timedelta(days=1)


def at(text: str, zone: str = "Europe/Berlin") -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def nightly(now: dt.datetime, zone: str = "Europe/Berlin") -> dt.datetime | None:
    return quiet_until(now, begins=TEN, ends=SEVEN, zone=zone)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-11-19 21:59:59", None),
        ("2026-11-19 22:00", "2026-11-20 07:00"),
        ("2026-11-20 00:00", "2026-11-20 07:00"),
        ("2026-11-20 06:59:59", "2026-11-20 07:00"),
        ("2026-11-20 07:00", None),
    ],
)
def test_quiet_hours_span_midnight_and_end_on_the_stroke(now, until):
    assert nightly(at(now)) == (at(until) if until else None)


def test_quiet_hours_within_a_day_leave_its_night_alone():
    lunch = {"begins": dt.time(12, 0), "ends": dt.time(13, 30), "zone": "Europe/Berlin"}

    assert quiet_until(at("2026-11-19 12:30"), **lunch) == at("2026-11-19 13:30")
    assert quiet_until(at("2026-11-19 23:00"), **lunch) is None


def test_they_are_those_of_the_readers_clock_not_of_ours():
    """Ten in the evening in Berlin is one in the afternoon in Los Angeles."""
    now = at("2026-11-19 22:00")

    assert nightly(now, "Europe/Berlin") is not None
    assert nightly(now, "America/Los_Angeles") is None


def test_the_night_on_which_the_clocks_go_forward_is_an_hour_shorter():
    begins = at("2026-03-28 22:00")

    assert nightly(begins) - begins.astimezone(dt.UTC) == dt.timedelta(hours=8)


def test_the_night_on_which_they_go_back_is_an_hour_longer():
    begins = at("2026-10-24 22:00")

    assert nightly(begins) - begins.astimezone(dt.UTC) == dt.timedelta(hours=10)


def test_an_end_that_the_clocks_skip_is_the_first_moment_after_the_gap():
    until = quiet_until(at("2026-03-28 23:00"), begins=TEN, ends=dt.time(2, 30), zone="Europe/Berlin")

    assert until == at("2026-03-29 03:00")


def test_an_end_that_is_shown_twice_is_the_first():
    until = quiet_until(at("2026-10-24 23:00"), begins=TEN, ends=dt.time(2, 30), zone="Europe/Berlin")

    assert until == dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)


TIMES = st.times().map(lambda time: time.replace(microsecond=0))
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"])
MOMENTS = st.datetimes(dt.datetime(2025, 1, 1), dt.datetime(2028, 1, 1), timezones=st.just(dt.UTC))


@given(now=MOMENTS, begins=TIMES, ends=TIMES, zone=ZONES)
def test_what_is_held_leaves_within_a_day_and_an_hour(now, begins, ends, zone):
    until = quiet_until(now, begins=begins, ends=ends, zone=zone)

    if until is not None and begins != ends:
        assert now < until <= now + DAY + dt.timedelta(hours=1)
        assert quiet_until(until, begins=begins, ends=ends, zone=zone) is None or _is_a_night_of_change(until, zone)


@given(now=MOMENTS, begins=TIMES, ends=TIMES, zone=ZONES)
def test_it_is_quiet_exactly_while_the_clock_on_the_wall_says_so(now, begins, ends, zone):
    shown = now.astimezone(ZoneInfo(zone)).time()
    is_within = begins <= shown < ends if begins < ends else shown >= begins or shown < ends

    is_quiet = quiet_until(now, begins=begins, ends=ends, zone=zone) is not None

    if begins != ends and not _is_a_night_of_change(now, zone):
        assert is_quiet == is_within


def _is_a_night_of_change(moment: dt.datetime, zone: str) -> bool:
    place = ZoneInfo(zone)
    around = {(moment + days * DAY).astimezone(place).utcoffset() for days in (-1, 0, 1)}
    return len(around) > 1
