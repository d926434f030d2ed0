"""A working week on one line."""

import pytest

from amends.clock.calendars import parse_hours
from amends.lib.errors import Refused
from amends.lib.hours import parse_week, written


def test_a_week_is_read_day_by_day():
    week = parse_week("mon-thu 09:00-12:30 13:00-18:00, fri 09:00-15:00")

    assert week["monday"] == week["thursday"] == ["09:00-12:30", "13:00-18:00"]
    assert week["friday"] == ["09:00-15:00"]
    assert set(week) == {"monday", "tuesday", "wednesday", "thursday", "friday"}
    assert parse_hours(week)


def test_days_may_be_written_out_and_may_pass_sunday():
    assert set(parse_week("Saturday-Monday 10:00-12:00")) == {"saturday", "sunday", "monday"}


@pytest.mark.parametrize(
    "line", ["mon-fri 09:00-17:00", "mon-thu 09:00-12:30 13:00-18:00, fri 09:00-15:00", "sun-sat 00:00-24:00"]
)
def test_what_is_written_can_be_read_again(line):
    assert parse_week(written(parse_week(line))) == parse_week(line)


@pytest.mark.parametrize("line", ["", "09:00-17:00", "mon", "someday 09:00-17:00", "mon-xyz 09:00-17:00", "m 09:00"])
def test_what_is_no_week_is_refused_with_an_example(line):
    with pytest.raises(Refused, match="Write"):
        parse_week(line)
