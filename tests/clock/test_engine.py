"""One look at one situation: what is due, when to look again, and that no way of looking does any harm."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from amends.clock import cadences
from amends.clock.engine import foresee, look
from amends.clock.ladders import Ladder, Rung, parse_ladder
from amends.clock.situations import Mark, PromiseDue, Tell
from amends.clock.spans import parse
from tests.clock.looking import (
    DAY,
    DUE,
    HOUR,
    MINUTE,
    OPENED,
    WARNINGS_ONLY,
    marked,
    situation,
    terms,
    told_when_sleeping,
)


def test_nothing_is_due_before_the_first_rung():
    found = look(situation(), DUE - 2 * HOUR - MINUTE)

    assert found.due == ()
    assert found.again_at == DUE - 2 * HOUR


def test_each_rung_rings_at_its_moment_and_tells_its_people():
    told = told_when_sleeping(situation(), OPENED, DUE + HOUR)

    assert [(at, due.once, due.tell, due.tells) for at, due in told] == [
        (DUE - 2 * HOUR, "promise:17:0", Tell.PROMISE_REMINDED, ("owner",)),
        (DUE, "promise:17:1", Tell.PROMISE_OVERDUE, ("owner", "handler")),
        (DUE + HOUR, "promise:17:2", Tell.PROMISE_OVERDUE, ("handler", "handler's manager")),
    ]


def test_after_the_last_rung_it_nags_at_its_pace_then_once_each_working_day():
    told = told_when_sleeping(situation(), OPENED, DUE + 6 * DAY)

    nags = [at for at, due in told if due.key == "promise:17" and due.rung > 2]
    assert nags[:6] == [DUE + HOUR + nag * timedelta(minutes=30) for nag in range(1, 7)]
    # Friday 20:00 in Berlin and a working day is Monday 20:00, which is Tuesday when they open.
    assert nags[6:] == [datetime(2026, 11, day, 8, 0, tzinfo=UTC) for day in (24, 25, 26)]


def test_nags_go_to_the_people_of_the_top_rung():
    told = told_when_sleeping(situation(), OPENED, DUE + 3 * HOUR)

    assert {due.tells for _, due in told if due.rung > 2} == {("handler", "handler's manager")}


def test_a_nag_is_counted_from_the_last_telling_and_not_from_when_it_should_have_been():
    late = DUE + HOUR + timedelta(minutes=20)
    seen = situation(marks={"promise:17": Mark(2, late)})

    assert look(seen, late + timedelta(minutes=29)).due == ()
    assert [due.rung for due in look(seen, late + timedelta(minutes=30)).due] == [3]


def test_after_downtime_there_is_one_late_notice_at_the_highest_rung():
    found = look(situation(), DUE + 5 * HOUR)

    assert [(due.rung, due.tell, due.due_at) for due in found.due] == [(2, Tell.PROMISE_OVERDUE, DUE)]


def test_after_downtime_in_the_middle_of_nagging_there_is_one_nag_and_not_one_for_each_that_was_missed():
    seen = situation(marks={"promise:17": Mark(3, DUE + 2 * HOUR)})

    found = look(seen, DUE + 2 * DAY)

    assert [due.rung for due in found.due] == [4]
    assert look(marked(seen, found.due, DUE + 2 * DAY), DUE + 2 * DAY).due == ()


def test_a_warning_that_comes_only_after_the_moment_says_overdue():
    seen = situation(terms=terms(promise=WARNINGS_ONLY))

    assert [due.tell for due in look(seen, DUE + MINUTE).due] == [Tell.PROMISE_OVERDUE]


def test_rungs_that_do_not_fit_are_passed_over():
    made_in_the_last_hour = PromiseDue(17, DUE - HOUR, DUE)

    told = told_when_sleeping(situation(made_in_the_last_hour), DUE - HOUR, DUE)

    assert [(at, due.rung) for at, due in told] == [(DUE, 1)]


def test_a_ladder_of_warnings_alone_still_rings_at_the_moment_itself():
    told = told_when_sleeping(situation(terms=terms(promise=WARNINGS_ONLY)), OPENED, DUE)

    assert (told[-1][0], told[-1][1].tell, told[-1][1].tells) == (DUE, Tell.PROMISE_OVERDUE, ("handler",))


def test_where_the_last_warning_does_not_fit_the_clock_neither_falls_silent_nor_looks_every_second():
    made_in_the_last_hour = PromiseDue(17, DUE - HOUR, DUE)
    seen = situation(made_in_the_last_hour, terms=terms(promise=WARNINGS_ONLY))

    told = told_when_sleeping(seen, DUE - HOUR, DUE + 6 * HOUR)

    assert [at for at, _ in told] == [DUE - HOUR / 2, DUE, DUE + 3 * HOUR, DUE + 6 * HOUR]


def test_what_was_due_before_it_was_made_rings_at_once():
    reported_yesterday = PromiseDue(17, OPENED, OPENED - 20 * HOUR, is_acknowledgement=True)

    found = look(situation(reported_yesterday), OPENED)

    assert [(due.rung, due.tell) for due in found.due] == [(2, Tell.PROMISE_OVERDUE)]


def test_an_acknowledgement_rings_by_its_own_ladder():
    own = Ladder((Rung("when due", ("executives",)),), parse("15 minutes"))
    seen = situation(PromiseDue(17, OPENED, DUE, is_acknowledgement=True), terms=terms(acknowledgement=own))

    assert [due.tells for due in look(seen, DUE).due] == [("executives",)]


def test_silence_rings_when_the_customer_heard_nothing_for_longer_than_the_cadence_allows():
    fix_in_three_weeks = PromiseDue(17, OPENED, OPENED + 21 * DAY)
    seen = situation(fix_in_three_weeks, terms=terms(cadence=cadences.parse("every working day at 16:00")))

    told = told_when_sleeping(seen, OPENED, OPENED + 2 * DAY)

    # A word on Thursday is that day’s word; 16:00 is Lisbon’s.
    assert [(at, due.tell) for at, due in told] == [(datetime(2026, 11, 20, 16, 0, tzinfo=UTC), Tell.SILENCE_NOTICED)]


def test_silence_does_not_ring_where_a_promise_rings_earlier():
    seen = situation(terms=terms(cadence=cadences.parse("every second working day at 16:00")))

    told = told_when_sleeping(seen, OPENED, DUE + 2 * HOUR)

    assert {due.key for _, due in told} == {"promise:17"}


def test_a_word_to_the_customer_begins_another_silence():
    fix_in_three_weeks = PromiseDue(17, OPENED, OPENED + 21 * DAY)
    daily = terms(cadence=cadences.parse("every working day at 16:00"))
    silent = situation(fix_in_three_weeks, terms=daily)
    heard = replace(silent, silent_since=OPENED + DAY)

    first = {due.key for due in look(silent, OPENED + 5 * DAY).due}
    second = {due.key for due in look(heard, OPENED + 5 * DAY).due}

    assert first
    assert second
    assert first.isdisjoint(second)


def test_the_target_is_told_ahead_and_when_it_passes():
    target = Ladder((Rung("7 days before", ("handler",)), Rung("when due", ("handler",))), parse("5 working days"), 1)
    seen = situation(PromiseDue(17, OPENED, OPENED + 60 * DAY), terms=terms(target=target))

    told = told_when_sleeping(seen, OPENED, OPENED + 31 * DAY)

    assert [(at, due.tell) for at, due in told if due.key.startswith("target")] == [
        (OPENED + 23 * DAY, Tell.TARGET_NEAR),
        (OPENED + 30 * DAY, Tell.TARGET_PASSED),
    ]


def test_a_closed_situation_has_nothing_due_is_not_looked_at_and_foresees_nothing():
    seen = situation(is_open=False)

    found = look(seen, DUE + 90 * DAY)

    assert found.due == ()
    assert found.again_at is None
    assert foresee(seen, DUE) == []


def test_an_open_situation_never_sleeps_longer_than_a_day():
    assert look(situation(), OPENED - 40 * DAY).again_at == OPENED - 39 * DAY


def test_a_mark_from_a_clock_that_ran_ahead_keeps_the_next_nag_waiting_and_repeats_nothing():
    ahead = DUE + 9 * HOUR
    seen = situation(marks={"promise:17": Mark(2, ahead)})

    found = look(seen, DUE + 2 * HOUR)

    assert found.due == ()
    assert look(seen, ahead + timedelta(minutes=30)).due


def test_the_page_foresees_what_the_clock_then_tells():
    seen = situation()

    ahead = foresee(seen, OPENED)[0]
    told = told_when_sleeping(seen, OPENED, DUE - 2 * HOUR)

    assert (ahead.at, ahead.key, ahead.tell, ahead.tells) == (
        told[0][0],
        told[0][1].key,
        told[0][1].tell,
        told[0][1].tells,
    )


def test_what_is_overdue_and_not_yet_looked_at_is_foreseen_for_now():
    assert foresee(situation(), DUE + DAY)[0].at == DUE + DAY


@pytest.mark.parametrize("rung", [0, 1, 2, 3, 9])
def test_a_repeated_look_with_any_mark_changes_nothing(rung: int):
    seen = situation(marks={"promise:17": Mark(rung, DUE + HOUR)})

    assert look(seen, DUE + HOUR) == look(seen, DUE + HOUR)


def test_another_ladder_in_mid_case_rings_those_rungs_that_still_lie_ahead():
    """Raised to a graver severity: the numbers of the old ladder must not swallow rungs of the new one."""
    urgent = parse_ladder(
        {
            "rungs": [
                {"when": "1 hour before", "tells": ["owner"]},
                {"when": "15 minutes before", "tells": ["owner", "handler"]},
                {"when": "when due", "tells": ["handler"]},
            ],
            "then_every": "30 minutes",
        }
    )
    told_of_the_old = {"promise:1": Mark(1, DUE - 2 * HOUR)}
    raised = situation(PromiseDue(1, OPENED, DUE), terms=terms(promise=urgent), marks=told_of_the_old)

    first = look(raised, DUE - HOUR)
    again = look(replace(raised, marks={"promise:1": Mark(first.due[0].rung, DUE - HOUR)}), DUE - 15 * MINUTE)

    assert [due.tells for due in (*first.due, *again.due)] == [("owner",), ("owner", "handler")]
    assert first.due[0].rung < again.due[0].rung


def test_a_look_at_what_was_reported_long_ago_is_quick():
    """A mistyped year must not stop the clock: nothing counts through the centuries."""
    reported_in_226 = datetime(226, 11, 19, 9, 0, tzinfo=UTC)
    owed = PromiseDue(1, OPENED, reported_in_226, is_acknowledgement=True)

    found = look(situation(owed, terms=terms(acknowledgement=WARNINGS_ONLY)), OPENED)

    assert [due.key for due in found.due] == ["promise:1"]
