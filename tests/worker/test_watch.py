"""Wrong clocks: the wall against the steady clock, minute by minute."""

import datetime as dt

import pytest

from amends.worker.watch import Watch
from tests.make import THURSDAY as START

MINUTE = dt.timedelta(minutes=1)


class Host:
    """A host whose wall clock can be set wrong while its steady clock goes on."""

    def __init__(self) -> None:
        self.wall, self.steady = START, 1000.0
        self.watch = Watch(self.wall, self.steady)

    def passes(self, seconds: float, **check: dt.datetime) -> str:
        """Time goes by, second by second, and the clocks are compared each second; says what is wrong at the end."""
        says = ""
        for _ in range(int(seconds)):
            self.wall += dt.timedelta(seconds=1)
            self.steady += 1
            says = self.watch.check(self.wall, self.steady, **check)
        return says

    def jumps(self, by: dt.timedelta) -> str:
        self.wall += by
        return self.watch.check(self.wall, self.steady)


@pytest.fixture
def host() -> Host:
    return Host()


def test_clocks_that_agree_are_left_alone(host):
    assert host.passes(3600) == ""


@pytest.mark.parametrize("seconds", [59, -59])
def test_a_correction_of_less_than_a_minute_is_left_alone(host, seconds):
    assert host.jumps(dt.timedelta(seconds=seconds)) == ""


def test_a_clock_that_is_corrected_bit_by_bit_is_left_alone(host):
    for _ in range(100):
        assert host.jumps(dt.timedelta(seconds=2)) == ""
        assert host.passes(1) == ""


@pytest.mark.parametrize(("by", "way"), [(90 * MINUTE, "forward"), (-90 * MINUTE, "back")])
def test_a_jump_says_which_way_and_how_far(host, by, way):
    assert f"jumped {way} by 90 min" in host.jumps(by)


def test_after_a_jump_it_goes_on_when_the_clocks_have_agreed_for_two_minutes(host):
    host.jumps(90 * MINUTE)

    assert host.passes(119) != ""
    assert host.passes(1) == ""
    assert host.passes(3600) == ""


def test_another_jump_begins_the_two_minutes_anew(host):
    host.jumps(90 * MINUTE)
    host.passes(100)

    assert "jumped forward by 60 min" in host.jumps(-30 * MINUTE)
    assert host.passes(119) != ""
    assert host.passes(1) == ""


def test_an_administrators_word_ends_it_at_once(host):
    host.jumps(90 * MINUTE)

    assert host.passes(1, cleared_at=host.wall) == ""


def test_a_word_from_before_the_jump_does_not_count(host):
    word = host.wall
    host.passes(60)
    host.jumps(90 * MINUTE)

    assert host.passes(1, cleared_at=word) != ""


def test_who_tells_beside_it_sees_for_how_long_the_clock_is_in_doubt(host):
    host.passes(60)
    assert not host.watch.doubt.is_set()

    host.jumps(90 * MINUTE)

    host.passes(119)
    assert host.watch.doubt.is_set()
    host.passes(1)
    assert not host.watch.doubt.is_set()
