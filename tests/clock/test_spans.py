from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.clock import spans
from amends.clock.calendars import ALWAYS
from amends.clock.spans import UNITS, BadSpan, Span
from tests.clock import strategies as make
from tests.clock.strategies import office

all_spans = st.builds(Span, st.integers(1, 40), st.sampled_from(UNITS))
working_spans = all_spans.filter(lambda span: span.is_working_time)


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin"))


class TestReading:
    @pytest.mark.parametrize(
        ("text", "span"),
        [
            ("30 minutes", Span(30, "minutes")),
            ("1 hour", Span(1, "hours")),
            ("4 working hours", Span(4, "working hours")),
            ("90 working minutes", Span(90, "working minutes")),
            ("2 working days", Span(2, "working days")),
            ("1 working day", Span(1, "working days")),
            ("30 days", Span(30, "days")),
            ("2 weeks", Span(2, "weeks")),
            ("  2   Working Days ", Span(2, "working days")),
        ],
    )
    def test_a_span_is_read_as_people_write_it(self, text, span):
        assert spans.parse(text) == span

    @pytest.mark.parametrize("text", ["", "soon", "30", "30 m", "-1 hours", "1.5 hours", "2 working weeks", "minutes"])
    def test_anything_else_is_refused_with_what_is_accepted(self, text):
        with pytest.raises(BadSpan, match=r"not a length of time\. Write a number and a unit"):
            spans.parse(text)

    @pytest.mark.parametrize("text", ["0 minutes", "10000 weeks", f"{10**30} days"])
    def test_an_amount_out_of_reach_is_refused(self, text):
        with pytest.raises(BadSpan, match="counts from 1 to 9999"):
            spans.parse(text)

    def test_a_unit_that_is_none_is_refused(self):
        with pytest.raises(BadSpan, match="“moons” is not a unit"):
            Span(1, "moons")

    def test_one_is_written_in_the_singular(self):
        assert str(Span(1, "working days")) == "1 working day"
        assert str(Span(2, "working days")) == "2 working days"

    @given(all_spans)
    def test_what_is_written_is_read_back(self, span):
        assert spans.parse(str(span)) == span


class TestPlainSpans:
    def test_they_pass_at_night_and_at_weekends(self):
        friday = berlin("2026-06-05T17:50")

        assert spans.parse("30 minutes").after(friday, office()) == berlin("2026-06-05T18:20")
        assert spans.parse("1 day").after(friday, office()) == berlin("2026-06-06T17:50")
        assert spans.parse("2 hours").before(berlin("2026-06-08T09:30"), office()) == berlin("2026-06-08T07:30")

    def test_a_day_is_24_hours_even_when_clocks_change(self):
        assert spans.parse("1 day").after(berlin("2026-03-28T12:00"), office()) == berlin("2026-03-29T13:00")
        assert spans.parse("1 day").after(berlin("2026-10-24T12:00"), office()) == berlin("2026-10-25T11:00")


class TestWorkingHours:
    def test_they_count_open_time_only(self):
        friday = berlin("2026-06-05T16:00")

        assert spans.parse("4 working hours").after(friday, office()) == berlin("2026-06-08T11:00")
        assert spans.parse("4 working hours").before(berlin("2026-06-08T11:00"), office()) == friday


class TestWorkingDays:
    def test_they_end_at_the_same_time_of_day(self):
        span = spans.parse("2 working days")

        assert span.after(berlin("2026-06-03T10:17"), office()) == berlin("2026-06-05T10:17")
        assert span.after(berlin("2026-06-04T10:17"), office()) == berlin("2026-06-08T10:17")
        assert span.before(berlin("2026-06-08T10:17"), office()) == berlin("2026-06-04T10:17")

    def test_they_pass_over_holidays(self):
        assert spans.parse("1 working day").after(berlin("2026-04-02T11:00"), office(region="DE")) == berlin(
            "2026-04-07T11:00"
        )

    def test_what_would_end_at_night_ends_when_we_open(self):
        late = berlin("2026-06-03T22:00")

        assert spans.parse("1 working day").after(late, office()) == berlin("2026-06-05T09:00")
        assert spans.parse("1 working day").before(late, office()) == berlin("2026-06-02T18:00")

    def test_the_time_of_day_is_kept_when_clocks_change(self):
        assert spans.parse("1 working day").after(berlin("2026-03-27T11:00"), office()) == berlin("2026-03-30T11:00")

    def test_half_past_two_in_the_gap_is_three(self):
        # Open all hours, and half past two does not exist on 29 March.
        calendar = make.WorkingCalendar("Europe/Berlin", make.AROUND_THE_CLOCK)

        after = spans.parse("1 working day").after(berlin("2026-03-28T02:30"), calendar)

        assert after == berlin("2026-03-29T03:00")

    def test_half_past_two_in_the_repeated_hour_is_the_first(self):
        calendar = make.WorkingCalendar("Europe/Berlin", make.AROUND_THE_CLOCK)

        after = spans.parse("1 working day").after(berlin("2026-10-24T02:30"), calendar)

        assert after == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)

    def test_a_leap_day_counts(self):
        assert spans.parse("1 working day").after(berlin("2028-02-28T10:00"), office()) == berlin("2028-02-29T10:00")


class TestWhatAlwaysHolds:
    @given(all_spans, make.moments, make.calendars)
    def test_after_is_after_and_before_is_before(self, span, moment, calendar):
        assert span.before(moment, calendar) < moment < span.after(moment, calendar)

    @given(working_spans, make.moments, make.calendars)
    def test_working_time_ends_in_open_hours(self, span, moment, calendar):
        assert calendar.is_open(span.after(moment, calendar))
        assert calendar.is_open(span.before(moment, calendar))

    @given(st.data(), all_spans, make.moments, make.calendars)
    def test_one_holiday_more_never_makes_it_earlier(self, data, span, moment, calendar):
        fewer_days = make.closed_also_on(calendar, data.draw(make.days_around(moment)))

        assert span.after(moment, fewer_days) >= span.after(moment, calendar)

    @given(st.builds(Span, st.integers(1, 40), st.sampled_from(["hours", "days"])), make.moments)
    def test_where_it_is_always_open_working_time_is_elapsed_time(self, span, moment):
        working = Span(span.amount, f"working {span.unit}")

        assert working.after(moment, ALWAYS) == span.after(moment, ALWAYS)
        assert working.before(moment, ALWAYS) == span.before(moment, ALWAYS)

    @given(all_spans, make.moments, make.calendars)
    def test_results_are_in_utc(self, span, moment, calendar):
        there = moment.astimezone(ZoneInfo("Asia/Kolkata"))

        assert span.after(there, calendar) == span.after(moment, calendar)
        assert span.after(there, calendar).utcoffset() == timedelta(0)
