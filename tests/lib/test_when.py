import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.lib import when

# Thursday 19 November 2026, 14:50 in Berlin
NOW = dt.datetime(2026, 11, 19, 13, 50, tzinfo=dt.UTC)
MOMENTS = st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2060, 1, 1), timezones=st.just(dt.UTC))


def later(**span):
    return NOW + dt.timedelta(**span)


@pytest.mark.parametrize(
    ("span", "says"),
    [
        ({"seconds": 1}, "in 1 min"),
        ({"minutes": 40}, "in 40 min"),
        ({"minutes": 39, "seconds": 40}, "in 40 min"),
        ({"minutes": 60}, "in 1 h"),
        ({"hours": 2, "minutes": 10}, "in 2 h 10 min"),
        ({"hours": 19, "minutes": 10}, "in 19 h 10 min"),
        ({"hours": 23, "minutes": 59, "seconds": 30}, "in 1 day"),
        ({"hours": 24, "minutes": 40}, "in 1 day"),
        ({"hours": 26, "minutes": 10}, "in 1 day 2 h"),
        ({"days": 3, "hours": 19}, "in 4 days"),
        ({"days": 3, "hours": 11}, "in 3 days"),
        ({}, "now"),
        ({"seconds": -59}, "now"),
        ({"minutes": -1}, "1 min overdue"),
        ({"minutes": -50, "seconds": -59}, "50 min overdue"),
        ({"days": -3}, "3 days overdue"),
    ],
)
def test_a_due_moment_says_how_far_it_is(span, says):
    assert when.in_words(later(**span), NOW) == says


@given(MOMENTS, MOMENTS)
def test_overdue_is_said_only_of_what_has_passed(moment, now):
    says = when.in_words(moment, now)

    assert says.startswith("in ") == (moment > now)
    assert says.endswith(" overdue") == (now - moment >= dt.timedelta(minutes=1))


@pytest.mark.parametrize(
    ("span", "says"),
    [
        ({"seconds": -20}, "just now"),
        ({"seconds": 20}, "just now"),
        ({"minutes": -12}, "12 min ago"),
        ({"days": -1, "hours": -4}, "1 day 4 h ago"),
    ],
)
def test_what_happened_says_how_long_ago(span, says):
    assert when.ago(later(**span), NOW) == says


def test_a_length_of_time_has_two_units_at_most():
    assert when.duration(dt.timedelta(days=1, hours=4, minutes=20)) == "1 day 4 h"
    assert when.duration(dt.timedelta(minutes=22, seconds=59)) == "22 min"


@pytest.mark.parametrize(
    ("moment", "says"),
    [
        (dt.datetime(2026, 11, 19, 16, 0, tzinfo=dt.UTC), "17:00"),
        (dt.datetime(2026, 11, 18, 15, 20, tzinfo=dt.UTC), "yesterday 16:20"),
        (dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC), "Fri 10:00"),
        (dt.datetime(2026, 11, 16, 9, 0, tzinfo=dt.UTC), "Mon 10:00"),
        (dt.datetime(2026, 11, 25, 9, 0, tzinfo=dt.UTC), "Wed 10:00"),
        (dt.datetime(2026, 11, 26, 9, 0, tzinfo=dt.UTC), "Thu 26 Nov, 10:00"),
        (dt.datetime(2027, 1, 31, 9, 0, tzinfo=dt.UTC), "Sun 31 Jan 2027, 10:00"),
        # the day is the reader's, not UTC's
        (dt.datetime(2026, 11, 19, 23, 30, tzinfo=dt.UTC), "Fri 00:30"),
    ],
)
def test_a_time_is_said_as_short_as_leaves_no_doubt(moment, says):
    assert when.local(moment, "Europe/Berlin", NOW) == says


def test_a_date_and_a_time():
    friday = dt.datetime(2026, 11, 20, 16, 0, tzinfo=dt.UTC)

    assert when.day_and_time(friday, "Europe/Berlin", NOW) == "Fri 20 Nov, 17:00"
    assert when.day(friday, "Asia/Tokyo", NOW) == "Sat 21 Nov"


@pytest.mark.parametrize(
    ("zone", "says"),
    [
        ("Europe/Lisbon", "Thu 16:00 in Lisbon"),
        ("America/Argentina/Buenos_Aires", "Thu 13:00 in Buenos Aires"),
        ("Asia/Tokyo", "Fri 01:00 in Tokyo"),
        ("UTC", "Thu 16:00 UTC"),
        ("Etc/GMT+5", "Thu 11:00 -05"),
    ],
)
def test_a_time_of_theirs_says_where(zone, says):
    assert when.their_time(dt.datetime(2026, 11, 19, 16, 0, tzinfo=dt.UTC), zone, NOW) == says


def test_a_time_of_theirs_far_away_says_the_date():
    moment = dt.datetime(2026, 12, 10, 16, 0, tzinfo=dt.UTC)

    assert when.their_time(moment, "Europe/Lisbon", NOW) == "Thu 10 Dec, 16:00 in Lisbon"


def test_their_clock_beside_ours_names_the_day_only_where_it_differs():
    moment = dt.datetime(2026, 11, 19, 16, 0, tzinfo=dt.UTC)

    assert when.their_clock(moment, "Europe/Lisbon", "Europe/Berlin") == "16:00 in Lisbon"
    assert when.their_clock(moment, "Asia/Tokyo", "Europe/Berlin") == "Fri 01:00 in Tokyo"


def test_days_have_headings():
    yesterday = later(days=-1)

    assert when.heading(NOW, "Europe/Berlin") == "Thursday, 19 November"
    assert when.day_heading(NOW, "Europe/Berlin", NOW) == "Today, Thursday 19 November"
    assert when.day_heading(yesterday, "Europe/Berlin", NOW) == "Yesterday, Wednesday 18 November"
    assert when.day_heading(later(days=-400), "Europe/Berlin", NOW) == "Wednesday 15 October 2025"


@pytest.mark.parametrize(
    ("on", "says"),
    [
        (dt.date(2027, 1, 31), "in 73 days"),
        (dt.date(2026, 11, 20), "tomorrow"),
        (dt.date(2026, 11, 19), "today"),
        (dt.date(2026, 11, 18), "yesterday"),
        (dt.date(2026, 11, 16), "3 days ago"),
    ],
)
def test_a_date_says_how_far_it_is(on, says):
    assert when.days_away(on, dt.date(2026, 11, 19)) == says


def test_a_date_is_written_out():
    assert when.date(dt.date(2027, 1, 31)) == "31 Jan 2027"


def test_machines_read_utc():
    berlin = NOW.astimezone(dt.timezone(dt.timedelta(hours=1)))

    assert when.iso(berlin) == "2026-11-19T13:50:00Z"


def test_a_moment_without_a_zone_is_a_mistake():
    with pytest.raises(ValueError, match="needs a zone"):
        when.clock_time(dt.datetime(2026, 11, 19, 14, 50), "Europe/Berlin")


def test_the_repeated_hour_of_autumn_counts_as_it_passes():
    first = dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)
    second = first + dt.timedelta(hours=1)

    assert when.clock_time(first, "Europe/Berlin") == when.clock_time(second, "Europe/Berlin") == "02:30"
    assert when.in_words(second, first) == "in 1 h"
