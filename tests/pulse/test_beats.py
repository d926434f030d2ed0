"""Signs of life: who runs, who has stopped, and what keeps them from their work."""

import datetime as dt

import pytest

from amends.pulse import beats
from tests.make import THURSDAY as NOW

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)
MINUTE = 60 * SECOND


def vital(part: str, now: dt.datetime) -> beats.Vital:
    return next(vital for vital in beats.vitals(now) if vital.part == part)


def test_what_never_ran_does_not_run():
    assert [(one.part, one.is_running, one.beat_at) for one in beats.vitals(NOW)] == [
        ("clock", False, None),
        ("sender", False, None),
    ]


def test_what_beats_is_well():
    beats.beat("clock", "here", now=NOW)

    assert vital("clock", NOW + beats.BEAT_EVERY).is_well
    assert not vital("sender", NOW).is_well


def test_what_was_killed_has_stopped_within_two_minutes():
    """F32: two minutes, with the time since its last beat and a page that asks each few seconds."""
    beats.beat("sender", "here", now=NOW)

    assert vital("sender", NOW + 60 * SECOND).is_running
    assert not vital("sender", NOW + 2 * MINUTE - beats.BEAT_EVERY).is_running
    assert vital("sender", NOW + 2 * MINUTE).beat_at == NOW


def test_one_that_runs_is_enough():
    beats.beat("clock", "here", now=NOW)
    beats.beat("clock", "there", now=NOW + 5 * MINUTE)

    assert vital("clock", NOW + 5 * MINUTE).is_well


def test_one_in_trouble_is_covered_by_another_that_is_well():
    beats.beat("clock", "here", now=NOW, trouble="This host’s clock jumped.")
    assert vital("clock", NOW).trouble == "This host’s clock jumped."

    beats.beat("clock", "there", now=NOW)
    assert vital("clock", NOW).is_well


def test_a_goodbye_leaves_nothing_behind():
    beats.begin("clock", "here", now=NOW)
    beats.stop("clock", "here")

    assert vital("clock", NOW).beat_at is None


def test_an_administrators_word_reaches_those_in_trouble_only():
    beats.beat("clock", "here", now=NOW, trouble="Jumped.")
    beats.beat("clock", "there", now=NOW)

    assert beats.clear(now=NOW + SECOND) == 1
    assert beats.cleared_at("clock", "here") == NOW + SECOND
    assert beats.cleared_at("clock", "there") is None


def test_an_administrators_word_does_not_hold_for_the_next_trouble():
    """Else a clock that later jumps back to before the word was given would go on telling at once."""
    beats.beat("clock", "here", now=NOW, trouble="Jumped.")
    beats.clear(now=NOW)
    beats.beat("clock", "here", now=NOW + MINUTE)
    beats.beat("clock", "here", now=NOW - 60 * MINUTE, trouble="Jumped back.")

    assert beats.cleared_at("clock", "here") is None
