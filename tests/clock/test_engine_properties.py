"""Whatever the playbook says and whenever the clock looks: no way of looking does any harm."""

from dataclasses import replace
from datetime import datetime

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from amends.clock import cadences
from amends.clock.calendars import ALWAYS
from amends.clock.engine import LONGEST_SLEEP, look
from amends.clock.ladders import Ladder, Rung
from amends.clock.situations import PromiseDue, Situation, Terms
from amends.clock.spans import parse
from tests.clock.looking import BERLIN, DAY, MINUTE, OPENED, marked, situation, told_at, told_when_sleeping

WHENS = ["halfway", "1 working day before", "3 hours before", "20 minutes before", "when due"]
LATER = ["15 minutes after", "1 hour after", "1 day after"]
ROLES = st.sampled_from([("owner",), ("owner", "handler"), ("executives",)])


@st.composite
def ladders(draw: st.DrawFn) -> Ladder:
    chosen = draw(st.sets(st.sampled_from([*WHENS, *LATER]), min_size=1))
    rungs = tuple(Rung(when, draw(ROLES)) for when in [*WHENS, *LATER] if when in chosen)
    pace = draw(st.sampled_from(["15 minutes", "2 hours", "1 working hour", "4 working hours"]))
    return Ladder(
        rungs, parse(pace), draw(st.integers(1, 6)), parse(draw(st.sampled_from(["2 hours", "1 working day"])))
    )


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    # Even minutes, so that halfway lies on a minute too.
    made = [2 * start for start in draw(st.lists(st.integers(-300, 1500), min_size=1, max_size=3))]
    lengths = [draw(st.sampled_from([-300, 0, 10, 46, 170, 600, 2000, 6000])) for _ in made]
    return situation(
        *(
            PromiseDue(
                number,
                OPENED + start * MINUTE,
                OPENED + (start + length) * MINUTE,
                is_acknowledgement=draw(st.booleans()),
            )
            for number, (start, length) in enumerate(zip(made, lengths, strict=True), 1)
        ),
        silent_since=OPENED + draw(st.integers(0, 3000)) * MINUTE,
        target_at=OPENED + draw(st.integers(1, 40)) * DAY,
        terms=Terms(
            calendar=draw(st.sampled_from([BERLIN, ALWAYS])),
            cadence=cadences.parse(draw(st.sampled_from(["every 2 hours", "every working day at 16:00"]))),
            acknowledgement=draw(ladders()),
            promise=draw(ladders()),
            silence=draw(ladders()),
            target=draw(ladders()),
            decision=draw(ladders()),
            request=draw(ladders()),
        ),
    )


moments = st.integers(-1000, 20_000).map(lambda minutes: OPENED + minutes * MINUTE)
schedules = st.lists(moments, min_size=1, max_size=12)


@given(situations(), moments)
def test_looking_again_at_once_finds_nothing_due(seen: Situation, now: datetime):
    found = look(seen, now)

    again = look(marked(seen, found.due, now), now)

    assert again.due == ()
    assert again.again_at == found.again_at


@given(situations(), moments)
def test_a_look_is_the_same_whoever_looks(seen: Situation, now: datetime):
    assert look(seen, now) == look(seen, now)


@given(situations(), schedules)
def test_no_schedule_of_looks_tells_anything_twice(seen: Situation, schedule: list[datetime]):
    # Unsorted on purpose: clocks go back.
    told = [due.once for _, due in told_at(seen, schedule)]

    assert len(told) == len(set(told))


@given(situations(), schedules)
def test_rungs_only_climb(seen: Situation, schedule: list[datetime]):
    last: dict[str, int] = {}

    for _, due in told_at(seen, sorted(schedule)):
        assert due.rung > last.get(due.key, -1)
        last[due.key] = due.rung


@given(situations(), schedules, moments)
def test_whatever_was_missed_the_highest_rung_has_been_told_by_the_last_look(seen, schedule, last):
    schedule = [moment for moment in sorted(schedule) if moment < last]

    missed_all = {due.key: due.rung for _, due in told_at(seen, [last])}
    missed_some = {due.key: due.rung for _, due in told_at(seen, [*schedule, last])}

    assert missed_all.keys() <= missed_some.keys()
    assert all(missed_some[key] >= rung for key, rung in missed_all.items())


@given(situations(), moments)
def test_an_open_situation_is_looked_at_again_within_a_day_and_never_in_the_past(seen: Situation, now: datetime):
    again_at = look(seen, now).again_at

    assert again_at is not None
    assert now < again_at <= now + LONGEST_SLEEP


@given(situations(), schedules)
def test_nothing_is_told_of_a_closed_situation(seen: Situation, schedule: list[datetime]):
    assert told_at(replace(seen, is_open=False), schedule) == []


@given(situations())
@settings(max_examples=10)
def test_sleeping_as_long_as_each_look_says_misses_nothing_that_constant_looking_finds(seen: Situation):
    # Halfway between two whole minutes may lie between two minutes.
    each_half_minute = [OPENED + half * MINUTE / 2 for half in range(2 * 12 * 60 + 1)]

    sleeping = told_when_sleeping(seen, OPENED, each_half_minute[-1])
    watching = told_at(seen, each_half_minute)

    assert sorted(sleeping, key=str) == sorted(watching, key=str)


@given(situations(), moments)
def test_the_clock_is_awake_only_where_there_is_something_to_tell_or_a_day_has_passed(seen, now):
    found = look(seen, now)
    assume(found.again_at < now + LONGEST_SLEEP)

    assert look(marked(seen, found.due, now), found.again_at).due
