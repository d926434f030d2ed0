from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.clock import cadences
from amends.clock.cadences import BadCadence, Cadence, EverySpan, EveryWorkingDay, Weekly
from amends.clock.calendars import ALWAYS, WorkingCalendar
from amends.clock.spans import Span
from tests.clock import strategies as make
from tests.clock.strategies import AROUND_THE_CLOCK, office

weekdays = st.integers(0, 6)
times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
wall_cadences = st.builds(EverySpan, st.builds(Span, st.integers(1, 90), st.sampled_from(["minutes", "hours"])))
calendar_cadences = st.one_of(
    st.builds(EverySpan, st.builds(Span, st.integers(1, 40), st.sampled_from(["working minutes", "working hours"]))),
    st.builds(EveryWorkingDay, st.integers(1, 5), times, st.none() | weekdays),
    st.builds(Weekly, st.sampled_from([1, 2]), weekdays, times),
)
all_cadences = wall_cadences | calendar_cadences


def local(text: str, zone: str = "Europe/Berlin") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def following(cadence: str, moment: datetime, *, calendar=None, zone="Europe/Berlin") -> datetime:
    return cadences.parse(cadence).next_after(moment, calendar=calendar or office(), zone=zone)


class TestReading:
    @pytest.mark.parametrize(
        ("text", "canonical"),
        [
            ("every 30 minutes", "every 30 minutes"),
            ("every hour", "every hour"),
            ("every 1 hour", "every hour"),
            ("every 2 hours", "every 2 hours"),
            ("every working hour", "every working hour"),
            ("every 4 working hours", "every 4 working hours"),
            ("every working day at 16:00", "every working day at 16:00"),
            ("every working day", "every working day at 16:00"),
            ("Every Working Day at 9:30", "every working day at 09:30"),
            ("every second working day at 16:00", "every second working day at 16:00"),
            (
                "every second working day and always on friday",
                "every second working day at 16:00 and always on Friday",
            ),
            ("every third working day at 11:15", "every third working day at 11:15"),
            ("weekly on Tuesday at 10:00", "weekly on Tuesday at 10:00"),
            ("weekly on tuesday", "weekly on Tuesday at 16:00"),
            ("every two weeks on Tuesday at 10:00", "every two weeks on Tuesday at 10:00"),
        ],
    )
    def test_a_cadence_is_read_as_people_write_it(self, text, canonical):
        assert str(cadences.parse(text)) == canonical

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "often",
            "every",
            "every 0 minutes",
            "every 3 days",
            "every 2 working days",
            "every working day at 25:00",
            "every working day at 16:60",
            "every sixth working day",
            "weekly",
            "weekly on Someday",
            "every working day at 16:00 or so",
        ],
    )
    def test_anything_else_is_refused_with_what_is_accepted(self, text):
        with pytest.raises(BadCadence, match=r"is not a cadence\. Write one such as: every 30 minutes"):
            cadences.parse(text)

    @given(all_cadences)
    def test_what_is_written_is_read_back(self, cadence: Cadence):
        assert cadences.parse(str(cadence)) == cadence


class TestEverySoLong:
    def test_minutes_and_hours_pass_day_and_night(self):
        assert following("every 30 minutes", local("2026-06-06T23:45")) == local("2026-06-07T00:15")
        assert following("every 2 hours", local("2026-06-05T17:30")) == local("2026-06-05T19:30")

    def test_working_hours_pass_while_we_are_open(self):
        assert following("every 4 working hours", local("2026-06-05T16:00")) == local("2026-06-08T11:00")


class TestEveryWorkingDay:
    def test_today_counts_while_its_time_is_ahead(self):
        assert following("every working day at 16:00", local("2026-06-03T10:00")) == local("2026-06-03T16:00")
        assert following("every working day at 16:00", local("2026-06-03T16:00")) == local("2026-06-04T16:00")
        assert following("every working day at 16:00", local("2026-06-05T17:00")) == local("2026-06-08T16:00")

    def test_every_second_counts_the_days_after_today(self):
        assert following("every second working day", local("2026-06-01T10:00")) == local("2026-06-03T16:00")
        assert following("every second working day", local("2026-06-01T18:00")) == local("2026-06-03T16:00")
        assert following("every third working day", local("2026-06-03T10:00")) == local("2026-06-08T16:00")

    def test_every_second_and_always_on_friday_stops_at_friday(self):
        cadence = "every second working day at 16:00 and always on Friday"

        assert following(cadence, local("2026-06-01T10:00")) == local("2026-06-03T16:00")
        assert following(cadence, local("2026-06-04T10:00")) == local("2026-06-05T16:00")
        assert following(cadence, local("2026-06-05T10:00")) == local("2026-06-05T16:00")
        assert following(cadence, local("2026-06-05T16:00")) == local("2026-06-09T16:00")

    def test_a_friday_that_is_a_holiday_moves_to_the_next_working_day(self):
        calendar = office(closed_on={date(2026, 6, 5)})
        cadence = "every second working day at 16:00 and always on Friday"

        assert following(cadence, local("2026-06-04T10:00"), calendar=calendar) == local("2026-06-08T16:00")

    def test_the_time_of_day_is_the_customers(self):
        tokyo_afternoon = following("every working day at 16:00", local("2026-06-03T01:00"), zone="Asia/Tokyo")
        toronto_noon = following("every working day at 11:00", local("2026-06-03T12:00"), zone="America/Toronto")

        assert tokyo_afternoon == local("2026-06-03T09:00")  # 16:00 in Tokyo is 09:00 here, when we open
        assert toronto_noon == local("2026-06-03T11:00", "America/Toronto")

    def test_a_time_at_which_we_are_closed_becomes_the_next_opening(self):
        sydney = following("every working day at 16:00", local("2026-06-02T19:00"), zone="Australia/Sydney")
        los_angeles = following("every working day", local("2026-06-05T12:00"), zone="America/Los_Angeles")

        assert sydney == local("2026-06-03T09:00")  # 16:00 there is 08:00 here
        assert los_angeles == local("2026-06-08T09:00")  # 16:00 on Friday there is Saturday here

    def test_a_customer_who_moves_in_mid_case_hears_from_us_by_the_new_clock(self):
        told_at = local("2026-06-03T16:00")

        before = following("every working day at 16:00", told_at, calendar=ALWAYS)
        after = following("every working day at 16:00", told_at, calendar=ALWAYS, zone="America/New_York")

        assert before == local("2026-06-04T16:00")
        assert after == local("2026-06-03T16:00", "America/New_York")

    def test_a_leap_day_and_midnight_are_as_any_other(self):
        round_the_clock = WorkingCalendar("Europe/Berlin", AROUND_THE_CLOCK)

        assert following("every working day", local("2028-02-28T17:00")) == local("2028-02-29T16:00")
        assert following("every working day at 00:00", local("2028-02-28T00:00"), calendar=round_the_clock) == local(
            "2028-02-29T00:00"
        )


class TestWeekly:
    def test_it_is_the_next_such_weekday(self):
        assert following("weekly on Tuesday at 10:00", local("2026-06-02T09:59")) == local("2026-06-02T10:00")
        assert following("weekly on Tuesday at 10:00", local("2026-06-02T10:00")) == local("2026-06-09T10:00")

    def test_a_holiday_moves_it_to_the_next_working_day_at_the_same_time(self):
        calendar = office(closed_on={date(2026, 6, 9)})

        assert following("weekly on Tuesday at 10:00", local("2026-06-03T12:00"), calendar=calendar) == local(
            "2026-06-10T10:00"
        )

    @pytest.mark.parametrize(
        ("moment", "due"),
        [
            ("2026-06-01T10:00", "2026-06-09T10:00"),  # Monday: eight days
            ("2026-06-02T10:00", "2026-06-16T10:00"),  # Tuesday: two weeks
            ("2026-06-03T10:00", "2026-06-16T10:00"),  # Wednesday: thirteen days
        ],
    )
    def test_every_two_weeks_is_the_first_such_weekday_at_least_eight_days_later(self, moment, due):
        assert following("every two weeks on Tuesday at 10:00", local(moment)) == local(due)


class TestNightsOnWhichClocksChange:
    @pytest.mark.parametrize(
        ("zone", "at", "told_at", "due"),
        [
            ("Europe/Berlin", "02:30", "2026-03-28T12:00", "2026-03-29T01:00Z"),
            ("America/New_York", "02:30", "2026-03-07T12:00", "2026-03-08T07:00Z"),
            ("Australia/Lord_Howe", "02:15", "2026-10-03T12:00", "2026-10-03T15:30Z"),
        ],
    )
    def test_a_time_in_the_gap_is_due_right_after_it_and_once(self, zone, at, told_at, due):
        cadence = f"every working day at {at}"
        first = following(cadence, local(told_at, zone), calendar=ALWAYS, zone=zone)
        second = following(cadence, first, calendar=ALWAYS, zone=zone)

        assert first == datetime.fromisoformat(due)
        assert second.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == datetime.combine(
            first.astimezone(ZoneInfo(zone)).date() + timedelta(days=1), time.fromisoformat(at)
        )

    @pytest.mark.parametrize(
        ("zone", "at", "told_at", "due", "then"),
        [
            ("Europe/Berlin", "02:30", "2026-10-24T12:00", "2026-10-25T00:30Z", "2026-10-26T01:30Z"),
            ("America/New_York", "01:30", "2026-10-31T12:00", "2026-11-01T05:30Z", "2026-11-02T06:30Z"),
            ("Australia/Lord_Howe", "01:45", "2026-04-04T12:00", "2026-04-04T14:45Z", "2026-04-05T15:15Z"),
        ],
    )
    def test_a_time_in_the_repeated_hour_is_due_the_first_time_and_once(self, zone, at, told_at, due, then):
        cadence = f"every working day at {at}"
        first = following(cadence, local(told_at, zone), calendar=ALWAYS, zone=zone)

        assert first == datetime.fromisoformat(due)
        assert following(cadence, first, calendar=ALWAYS, zone=zone) == datetime.fromisoformat(then)

    @pytest.mark.parametrize("zone", [zone for zone, _, _ in make.CLOCK_CHANGES])
    def test_a_year_of_working_days_has_one_update_on_each_of_them(self, zone):
        moment, heard_on = local("2026-01-01T00:00", zone), []

        for _ in range(365):
            moment = following("every working day at 02:10", moment, calendar=ALWAYS, zone=zone)
            heard_on.append(moment.astimezone(ZoneInfo(zone)).date())

        assert heard_on == [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]


class TestWhatAlwaysHolds:
    @given(all_cadences, make.moments, make.calendars, make.zones)
    def test_the_next_moment_is_still_ahead_and_in_utc(self, cadence, moment, calendar, zone):
        due = cadence.next_after(moment, calendar=calendar, zone=zone)

        assert due > moment
        assert due.tzinfo is UTC

    @given(calendar_cadences, make.moments, make.calendars, make.zones)
    def test_it_is_never_in_closed_hours(self, cadence, moment, calendar, zone):
        assert calendar.is_open(cadence.next_after(moment, calendar=calendar, zone=zone))

    @given(st.data(), all_cadences, make.moments, make.calendars, make.zones)
    def test_one_holiday_more_never_makes_it_earlier(self, data, cadence, moment, calendar, zone):
        fewer_days = make.closed_also_on(calendar, data.draw(make.days_around(moment)))

        assert cadence.next_after(moment, calendar=fewer_days, zone=zone) >= cadence.next_after(
            moment, calendar=calendar, zone=zone
        )

    @given(wall_cadences, make.moments, make.calendars, make.zones)
    def test_elapsed_time_asks_no_calendar(self, cadence, moment, calendar, zone):
        assert cadence.next_after(moment, calendar=calendar, zone=zone) == moment + cadence.span.length

    @given(st.builds(EveryWorkingDay, st.just(1), times), make.moments, make.zones)
    def test_where_it_is_always_open_every_working_day_is_within_25_hours(self, cadence, moment, zone):
        due = cadence.next_after(moment, calendar=ALWAYS, zone=zone)

        assert due - moment <= timedelta(hours=25)


@pytest.mark.parametrize(
    ("cadence", "said", "hears_again"),
    [
        # Thursday 19 November 2026; Lisbon is on UTC then.
        ("every working day at 16:00", "2026-11-19T15:00", "2026-11-20T16:00"),
        ("every working day at 16:00", "2026-11-19T16:30", "2026-11-20T16:00"),
        ("every working day at 16:00", "2026-11-20T09:00", "2026-11-23T16:00"),
        ("every second working day at 16:00 and always on Friday", "2026-11-19T15:00", "2026-11-20T16:00"),
        ("every second working day at 16:00 and always on Friday", "2026-11-20T15:00", "2026-11-24T16:00"),
        ("weekly on Thursday at 10:00", "2026-11-19T09:00", "2026-11-26T10:00"),
        ("weekly on Thursday at 10:00", "2026-11-18T09:00", "2026-11-19T10:00"),
        ("every 30 minutes", "2026-11-19T15:00", "2026-11-19T15:30"),
    ],
)
def test_a_word_earlier_on_the_day_is_that_days_word(cadence: str, said: str, hears_again: str) -> None:
    lisbon = office(zone="Europe/Lisbon")
    moment = datetime.fromisoformat(said).replace(tzinfo=UTC)

    again = cadences.parse(cadence).after_speaking(moment, calendar=lisbon, zone="Europe/Lisbon")

    assert again == datetime.fromisoformat(hears_again).replace(tzinfo=UTC)
