from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amends.clock.calendars import (
    ALWAYS,
    BadCalendar,
    BadHours,
    Open,
    WorkingCalendar,
    moment_at,
    parse_hours,
)
from tests.clock import strategies as make
from tests.clock.strategies import AROUND_THE_CLOCK, CLOCK_CHANGES, OFFICE_HOURS, office

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin"))


class TestOpenHours:
    @pytest.mark.parametrize(
        ("moment", "is_open"),
        [
            ("2026-06-03T08:59", False),
            ("2026-06-03T09:00", True),
            ("2026-06-03T12:30", True),
            ("2026-06-03T12:45", False),
            ("2026-06-03T13:00", True),
            ("2026-06-03T18:00", True),
            ("2026-06-03T18:00:01", False),
            ("2026-06-06T10:00", False),
        ],
    )
    def test_it_is_open_from_opening_up_to_the_moment_of_closing(self, moment, is_open):
        assert office().is_open(berlin(moment)) is is_open

    def test_the_next_open_moment_is_now_or_the_next_opening(self):
        calendar = office()

        assert calendar.next_open(berlin("2026-06-03T10:00")) == berlin("2026-06-03T10:00")
        assert calendar.next_open(berlin("2026-06-03T12:40")) == berlin("2026-06-03T13:00")
        assert calendar.next_open(berlin("2026-06-05T19:00")) == berlin("2026-06-08T09:00")

    def test_the_last_open_moment_is_now_or_the_last_closing(self):
        calendar = office()

        assert calendar.last_open(berlin("2026-06-03T10:00")) == berlin("2026-06-03T10:00")
        assert calendar.last_open(berlin("2026-06-03T12:40")) == berlin("2026-06-03T12:30")
        assert calendar.last_open(berlin("2026-06-07T12:00")) == berlin("2026-06-05T18:00")

    def test_holidays_of_the_region_and_days_of_the_house_are_closed(self):
        calendar = office(region="DE-BE", closed_on={date(2026, 12, 24)})

        assert calendar.is_working_day(date(2026, 12, 23))
        assert not calendar.is_working_day(date(2026, 12, 24))
        assert not calendar.is_working_day(date(2026, 12, 25))
        assert not office(region="DE-BE").is_working_day(date(2027, 3, 8))
        assert office(region="DE").is_working_day(date(2027, 3, 8))

    def test_always_is_open_at_all_hours_of_all_days(self):
        assert ALWAYS.is_open(datetime(2026, 12, 25, 3, 0, tzinfo=UTC))
        assert ALWAYS.is_working_day(date(2026, 12, 25))


class TestCounting:
    def test_four_working_hours_run_over_a_break_a_weekend_and_a_holiday(self):
        calendar = office(region="DE")  # Good Friday is 2026-04-03, Easter Monday 2026-04-06

        assert calendar.add(berlin("2026-04-02T10:00"), 4 * HOUR) == berlin("2026-04-02T14:30")
        assert calendar.add(berlin("2026-04-02T16:00"), 4 * HOUR) == berlin("2026-04-07T11:00")
        assert calendar.subtract(berlin("2026-04-07T11:00"), 4 * HOUR) == berlin("2026-04-02T16:00")
        assert calendar.between(berlin("2026-04-02T16:00"), berlin("2026-04-07T11:00")) == 4 * HOUR

    def test_what_is_used_up_at_closing_time_is_due_at_closing_time(self):
        assert office().add(berlin("2026-06-03T14:00"), 4 * HOUR) == berlin("2026-06-03T18:00")

    def test_results_are_in_utc(self):
        calendar = office()

        for moment in (
            calendar.add(berlin("2026-06-03T10:00"), HOUR),
            calendar.subtract(berlin("2026-06-03T10:00"), HOUR),
            calendar.next_open(berlin("2026-06-03T10:00")),
            calendar.last_open(berlin("2026-06-03T10:00")),
        ):
            assert moment.tzinfo is UTC

    def test_hours_that_end_at_midnight_join_those_that_begin_there(self):
        calendar = WorkingCalendar("Europe/Berlin", AROUND_THE_CLOCK)

        assert calendar.is_open(berlin("2026-06-04T00:00"))
        assert calendar.add(berlin("2026-06-03T23:30"), HOUR) == berlin("2026-06-04T00:30")
        assert calendar.subtract(berlin("2026-06-04T00:30"), HOUR) == berlin("2026-06-03T23:30")

    def test_evening_hours_close_at_midnight(self):
        calendar = WorkingCalendar("Europe/Berlin", parse_hours({"wednesday": ["22:00-24:00"]}))

        assert calendar.is_open(berlin("2026-06-04T00:00"))
        assert not calendar.is_open(berlin("2026-06-04T00:00:01"))
        assert calendar.add(berlin("2026-06-03T23:00"), 2 * HOUR) == berlin("2026-06-10T23:00")

    def test_a_leap_day_is_a_day_like_any_other(self):
        calendar = office()

        assert calendar.is_working_day(date(2028, 2, 29))
        assert calendar.working_days_after(date(2028, 2, 28), 1) == date(2028, 2, 29)
        assert calendar.between(berlin("2028-02-28T00:00"), berlin("2028-03-01T00:00")) == 17 * HOUR

    def test_working_days_are_counted_ahead_and_back(self):
        calendar = office(region="DE")

        assert calendar.working_days_after(date(2026, 4, 2), 1) == date(2026, 4, 7)
        assert calendar.working_days_after(date(2026, 4, 2), 4) == date(2026, 4, 10)
        assert calendar.working_days_after(date(2026, 4, 7), -1) == date(2026, 4, 2)
        assert calendar.working_days_after(date(2026, 4, 5), 0) == date(2026, 4, 5)

    def test_a_moment_without_a_zone_is_refused(self):
        with pytest.raises(ValueError, match="needs its zone"):
            office().add(datetime(2026, 6, 3, 10, 0), HOUR)


class TestNightsOnWhichClocksChange:
    @pytest.mark.parametrize(("zone", "forward", "back"), CLOCK_CHANGES)
    def test_a_day_is_as_long_as_it_is(self, zone, forward, back):
        calendar = WorkingCalendar(zone, AROUND_THE_CLOCK)
        change = HOUR / 2 if zone == "Australia/Lord_Howe" else HOUR

        assert calendar.between(*local_day(forward, zone)) == 24 * HOUR - change
        assert calendar.between(*local_day(back, zone)) == 24 * HOUR + change

    @pytest.mark.parametrize(
        ("zone", "wall", "moment"),
        [
            ("Europe/Berlin", "2026-03-29T02:30", "2026-03-29T01:00Z"),
            ("America/New_York", "2026-03-08T02:30", "2026-03-08T07:00Z"),
            ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30Z"),
            ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T10:00Z"),
        ],
    )
    def test_a_time_that_clocks_skip_is_the_first_moment_after_the_gap(self, zone, wall, moment):
        assert moment_at(datetime.fromisoformat(wall), zone) == datetime.fromisoformat(moment)

    @pytest.mark.parametrize(
        ("zone", "wall", "moment"),
        [
            ("Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30Z"),
            ("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30Z"),
            ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45Z"),
        ],
    )
    def test_a_time_that_clocks_show_twice_is_the_first_of_the_two(self, zone, wall, moment):
        for fold in (0, 1):
            assert moment_at(datetime.fromisoformat(wall).replace(fold=fold), zone) == datetime.fromisoformat(moment)

    def test_hours_that_begin_in_the_gap_begin_after_it(self):
        calendar = WorkingCalendar("Europe/Berlin", parse_hours({"sunday": ["02:30-05:00"]}))

        assert calendar.next_open(berlin("2026-03-29T00:00")) == berlin("2026-03-29T03:00")
        assert calendar.between(berlin("2026-03-29T00:00"), berlin("2026-03-30T00:00")) == 2 * HOUR

    def test_hours_that_lie_in_the_gap_do_not_take_place(self):
        calendar = WorkingCalendar("Europe/Berlin", parse_hours({"sunday": ["02:10-02:50"]}))

        assert calendar.next_open(berlin("2026-03-29T00:00")) == berlin("2026-04-05T02:10")

    def test_hours_that_begin_in_the_repeated_hour_begin_the_first_time(self):
        calendar = WorkingCalendar("Europe/Berlin", parse_hours({"sunday": ["02:30-05:00"]}))

        assert calendar.next_open(berlin("2026-10-25T00:00")) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
        assert calendar.between(berlin("2026-10-25T00:00"), berlin("2026-10-26T00:00")) == 3.5 * HOUR

    def test_clocks_that_go_back_over_midnight_lose_no_open_time(self):
        # In St. John's, until 2011, they went from 00:01 back to 23:01 of the day before.
        zone = "America/St_Johns"
        calendar = WorkingCalendar(zone, AROUND_THE_CLOCK)
        first = datetime(2010, 11, 7, 1, 0, tzinfo=UTC)

        for minute in range(0, 240, 7):
            moment = first + minute * MINUTE
            assert calendar.next_open(moment) == calendar.last_open(moment) == moment
            assert calendar.add(first, minute * MINUTE) == moment
            assert calendar.subtract(moment, minute * MINUTE) == first


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("document", "says"),
        [
            ({}, "never open"),
            ({"monday": []}, "never open"),
            ({"moonday": ["09:00-10:00"]}, "“moonday” is not a weekday"),
            ({"monday": "09:00-10:00"}, "hours of Monday are a list"),
            ({"monday": None}, "hours of Monday are a list"),
            ({"monday": ["nine to five"]}, "On Monday, “nine to five” is not a stretch"),
            ({"monday": ["09:00-10:75"]}, "more than 59 minutes"),
            ({"monday": ["09:00-24:30"]}, "beyond the day"),
            ({"monday": ["22:00-06:00"]}, "ends before it has begun"),
            ({"monday": ["09:00-09:00"]}, "ends before it has begun"),
            ({"monday": ["09:00-12:00", "11:00-13:00"]}, "09:00-12:00 and 11:00-13:00 overlap"),
        ],
    )
    def test_hours_that_make_no_sense_are_refused_in_a_sentence(self, document, says):
        with pytest.raises(BadHours, match=says):
            parse_hours(document)

    def test_hours_are_read_in_any_order_and_may_touch(self):
        hours = parse_hours({"Friday": ["13:00–24:00", "0:00-12:00", "12:00-13:00"]})

        assert hours[4] == (Open(0, 720), Open(720, 780), Open(780, 1440))
        assert WorkingCalendar("UTC", hours).is_open(datetime(2026, 6, 5, 12, 0, tzinfo=UTC))

    def test_a_calendar_that_never_opens_cannot_be_made(self):
        with pytest.raises(BadHours, match="never open"):
            WorkingCalendar("UTC", ((),) * 7)

    def test_a_week_of_six_days_is_refused(self):
        with pytest.raises(BadHours, match="has seven days"):
            WorkingCalendar("UTC", OFFICE_HOURS[:6])

    def test_a_calendar_that_is_closed_for_ten_years_says_so_and_does_not_hang(self):
        closed = {date(2026, 1, 1) + timedelta(days=day) for day in range(4000)}
        calendar = office(closed_on=closed)

        with pytest.raises(BadCalendar, match="no working day in the ten years"):
            calendar.next_open(datetime(2026, 1, 1, tzinfo=UTC))

    @pytest.mark.parametrize("zone", ["", "Europe", "Mars/Olympus", "../UTC"])
    def test_an_unknown_zone_is_refused(self, zone):
        with pytest.raises(BadCalendar, match="is not a time zone"):
            WorkingCalendar(zone, OFFICE_HOURS)

    @pytest.mark.parametrize("region", ["", "XX", "DE-", "DE-ZZ", "registry"])
    def test_an_unknown_region_is_refused(self, region):
        with pytest.raises(BadCalendar, match="are not known"):
            office(region=region)


class TestWhatAlwaysHolds:
    @given(make.calendars, make.moments, make.open_times)
    def test_what_is_added_ends_in_open_hours_and_not_before_it_began(self, calendar, start, span):
        end = calendar.add(start, span)

        assert calendar.is_open(end)
        assert end >= start + span

    @given(make.calendars, make.moments, make.open_times)
    def test_between_gives_back_what_was_added(self, calendar, start, span):
        assert calendar.between(start, calendar.add(start, span)) == span

    @given(make.calendars, make.moments, make.open_times)
    def test_between_gives_back_what_was_subtracted(self, calendar, end, span):
        start = calendar.subtract(end, span)

        assert calendar.is_open(start)
        assert calendar.between(start, end) == span

    @given(make.calendars, make.moments, make.open_times)
    def test_subtracting_undoes_adding_but_for_closed_time(self, calendar, start, span):
        back = calendar.subtract(calendar.add(start, span), span)

        assert calendar.between(start, back) == timedelta(0)

    @given(make.calendars, make.moments, make.open_times.filter(bool))
    def test_a_negative_span_runs_the_other_way(self, calendar, moment, span):
        assert calendar.add(moment, -span) == calendar.subtract(moment, span)
        assert calendar.subtract(moment, -span) == calendar.add(moment, span)

    @given(make.calendars, st.lists(make.moments, min_size=3, max_size=3).map(sorted))
    @settings(max_examples=40)
    def test_open_time_adds_up(self, calendar, three):
        first, second, third = three

        assert calendar.between(first, second) + calendar.between(second, third) == calendar.between(first, third)
        assert calendar.between(third, first) == -calendar.between(first, third)

    @given(st.data(), make.calendars, make.moments, make.open_times)
    def test_one_holiday_more_never_makes_it_earlier(self, data, calendar, start, span):
        fewer_days = make.closed_also_on(calendar, data.draw(make.days_around(start)))

        assert fewer_days.add(start, span) >= calendar.add(start, span)

    @given(make.calendars, make.moments)
    def test_the_nearest_open_moments_have_no_open_time_before_them(self, calendar, moment):
        last, following = calendar.last_open(moment), calendar.next_open(moment)

        assert last <= moment <= following
        assert calendar.is_open(last)
        assert calendar.is_open(following)
        assert calendar.between(last, following) == timedelta(0)

    @given(make.hours, make.moments, st.integers(0, 2000))
    @settings(max_examples=30)
    def test_open_time_is_what_counting_the_minutes_one_by_one_gives(self, hours, start, minutes):
        calendar = WorkingCalendar("Asia/Kolkata", hours, closed_on=frozenset({date(2026, 3, 30)}))
        start = start.replace(second=0, microsecond=0)

        counted = sum(stands_open(calendar, start + minute * MINUTE) for minute in range(minutes))
        assert calendar.between(start, start + minutes * MINUTE) == counted * MINUTE

    @given(make.zones, make.days, st.times(), st.times())
    def test_later_on_the_clock_is_never_earlier_in_time(self, zone, day, one, other):
        earlier, later = sorted((one, other))

        first = moment_at(datetime.combine(day, earlier), zone)
        assert first <= moment_at(datetime.combine(day, later), zone)
        assert first <= moment_at(datetime.combine(day + timedelta(days=1), time.min), zone)


def stands_open(calendar: WorkingCalendar, moment: datetime) -> bool:
    """The same question, asked of the clock on the wall."""
    local = moment.astimezone(ZoneInfo(calendar.zone))
    minute = local.hour * 60 + local.minute
    opens = calendar.hours[local.weekday()]
    return local.date() not in calendar.closed_on and any(start <= minute < end for start, end in opens)


def local_day(moment: datetime, zone: str) -> tuple[datetime, datetime]:
    day = moment.astimezone(ZoneInfo(zone)).date()
    midnights = (datetime.combine(day + timedelta(days=n), time.min) for n in (0, 1))
    begins, ends = (moment_at(midnight, zone) for midnight in midnights)
    return begins, ends
