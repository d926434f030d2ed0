from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.clock.calendars import ALWAYS
from amends.clock.ladders import BadLadder, Ladder, Rung, parse_ladder
from amends.clock.spans import Span
from tests.clock import strategies as make
from tests.clock.strategies import office

FULL = {
    "rungs": [
        {"when": "halfway", "tells": ["owner"]},
        {"when": "2 hours before", "tells": ["owner"]},
        {"when": "when due", "tells": ["owner", "handler"]},
        {"when": "1 hour after", "tells": ["handler", "handler’s manager"]},
        {"when": "1 working day after", "tells": ["executives", "administrators"]},
    ],
    "then_every": "4 working hours",
    "at_most": 3,
    "afterwards": "2 working days",
}


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin"))


def rungs(*whens: str) -> dict:
    return {"rungs": [{"when": when, "tells": ["owner"]} for when in whens], "then_every": "1 hour"}


class TestReading:
    def test_a_ladder_is_read_from_a_playbook(self):
        ladder = parse_ladder(FULL)

        assert ladder == Ladder(
            rungs=(
                Rung("halfway", ("owner",)),
                Rung("2 hours before", ("owner",)),
                Rung("when due", ("owner", "handler")),
                Rung("1 hour after", ("handler", "handler's manager")),
                Rung("1 working day after", ("executives", "administrators")),
            ),
            then_every=Span(4, "working hours"),
            at_most=3,
            afterwards=Span(2, "working days"),
        )

    def test_it_reminds_six_times_and_then_each_working_day_unless_told_otherwise(self):
        ladder = parse_ladder(rungs("when due"))

        assert ladder.at_most == 6
        assert ladder.afterwards == Span(1, "working days")

    def test_times_are_kept_in_canonical_words(self):
        ladder = parse_ladder(rungs(" Halfway", "60 Minute before", "When  due"))

        assert [rung.when for rung in ladder.rungs] == ["halfway", "60 minutes before", "when due"]

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            ({"rungs": None}, "“rungs” is a list"),
            ({"rungs": []}, "needs at least one rung"),
            ({"rungs": ["halfway"]}, "has a “when” and a “tells”"),
            ({"rungs": [{"when": "halfway"}]}, "A rung needs “tells”"),
            ({"rungs": [{"when": "halfway", "tells": "owner"}]}, "“tells” is a list"),
            ({"rungs": [{"when": "halfway", "tells": []}]}, "tells nobody"),
            ({"rungs": [{"when": "halfway", "tells": ["the pope"]}]}, "“the pope” is nobody a rung can tell"),
            ({"rungs": [{"when": "soon", "tells": ["owner"]}]}, "“soon” is no time on a ladder"),
            ({"rungs": [{"when": "2 moons after", "tells": ["owner"]}]}, "“2 moons” is not a length of time"),
            ({"rungs": [{"when": "before", "tells": ["owner"]}]}, "is not a length of time"),
            ({"rungs": [{"when": "halfway", "tells": ["owner"], "by": "mail"}]}, "A rung has no “by”"),
            ({"then_every": "now and then"}, "“now and then” is not a length of time"),
            ({"at_most": 0}, "1 or more"),
            ({"at_most": "six"}, "whole number"),
            ({"at_most": True}, "whole number"),
            ({"for_ever": True}, "A ladder has no “for_ever”"),
        ],
    )
    def test_a_ladder_that_makes_no_sense_is_refused_in_a_sentence(self, change, says):
        with pytest.raises(BadLadder, match=says):
            parse_ladder(FULL | change)

    def test_a_ladder_says_how_often_it_goes_on(self):
        with pytest.raises(BadLadder, match="needs “then_every”"):
            parse_ladder({"rungs": FULL["rungs"]})

    @pytest.mark.parametrize(
        "whens",
        [
            ("when due", "halfway"),
            ("1 hour after", "when due"),
            ("1 hour after", "2 hours before"),
            ("1 hour before", "2 hours before"),
            ("2 hours after", "60 minutes after"),
            ("1 hour after", "60 minutes after"),
            ("2 working days after", "1 working day after"),
            ("1 working hour before", "90 working minutes before"),
            ("halfway", "halfway"),
            ("when due", "when due"),
        ],
    )
    def test_rungs_out_of_order_are_refused(self, whens):
        with pytest.raises(BadLadder, match=f"“{whens[1]}” does not come after “{whens[0]}”"):
            parse_ladder(rungs(*whens))

    @pytest.mark.parametrize(
        "whens",
        [
            ("halfway", "1 hour before", "when due"),
            ("2 days before", "halfway", "1 hour before"),
            ("1 working day before", "2 hours before", "when due", "30 minutes after", "1 hour after"),
            ("4 hours after", "2 working hours after", "1 working day after", "1 day after"),
        ],
    )
    def test_rungs_in_order_or_whose_order_hangs_on_the_calendar_are_taken(self, whens):
        assert [rung.when for rung in parse_ladder(rungs(*whens)).rungs] == list(whens)


class TestWhenARungIsReached:
    made_at = berlin("2026-06-05T16:00")  # a Friday
    due_at = berlin("2026-06-08T11:00")  # four working hours later

    @pytest.mark.parametrize(
        ("when", "moment"),
        [
            ("halfway", "2026-06-05T18:00"),
            ("2 hours before", "2026-06-08T09:00"),
            ("3 working hours before", "2026-06-05T17:00"),
            ("when due", "2026-06-08T11:00"),
            ("30 minutes after", "2026-06-08T11:30"),
            ("3 working hours after", "2026-06-08T14:30"),
            ("1 working day after", "2026-06-09T11:00"),
        ],
    )
    def test_it_is_counted_from_when_the_promise_was_made_and_is_due(self, when, moment):
        reached_at = Rung(when, ("owner",)).moment(self.made_at, self.due_at, office())

        assert reached_at == berlin(moment)
        assert reached_at.tzinfo is UTC

    @pytest.mark.parametrize("when", ["3 days before", "4 working hours before", "1 working day before"])
    def test_there_is_none_before_the_promise_was_made(self, when):
        assert Rung(when, ("owner",)).moment(self.made_at, self.due_at, office()) is None

    def test_halfway_through_a_night_is_halfway_by_the_wall_clock(self):
        moment = Rung("halfway", ("owner",)).moment(berlin("2026-06-06T22:00"), berlin("2026-06-06T23:00"), office())

        assert moment == berlin("2026-06-06T22:30")

    def test_there_is_no_halfway_where_there_is_no_way(self):
        assert Rung("halfway", ("owner",)).moment(self.due_at, self.due_at, office()) is None

    def test_halfway_over_a_night_on_which_clocks_change_is_half_of_what_passes(self):
        moment = Rung("halfway", ("owner",)).moment(berlin("2026-03-29T00:00"), berlin("2026-03-29T05:00"), ALWAYS)

        assert moment == berlin("2026-03-29T03:00")  # four hours pass, and two of them are gone at three

    @given(make.calendars, make.moments, st.timedeltas(timedelta(seconds=2), timedelta(days=30)))
    def test_what_comes_before_lies_between_made_and_due(self, calendar, made_at, length):
        for when in ("halfway", "30 minutes before", "2 working hours before", "1 working day before"):
            moment = Rung(when, ("owner",)).moment(made_at, made_at + length, calendar)

            assert moment is None or made_at < moment < made_at + length

    @given(make.calendars, make.moments, st.timedeltas(timedelta(0), timedelta(days=30)))
    def test_what_comes_after_lies_after_due(self, calendar, made_at, length):
        due_at = made_at + length

        assert Rung("when due", ("owner",)).moment(made_at, due_at, calendar) == due_at
        for when in ("1 minute after", "2 working hours after", "1 working day after"):
            assert Rung(when, ("owner",)).moment(made_at, due_at, calendar) > due_at

    @given(st.data(), make.calendars, make.moments)
    def test_one_holiday_more_never_makes_a_rung_after_due_earlier(self, data, calendar, due_at):
        fewer_days = make.closed_also_on(calendar, data.draw(make.days_around(due_at)))
        rung = Rung("3 working hours after", ("owner",))

        assert rung.moment(due_at, due_at, fewer_days) >= rung.moment(due_at, due_at, calendar)
