import datetime as dt
import re
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from amends.invitations.reading import Request, read
from amends.invitations.writing import invitation
from amends.invitations.zones import iana
from tests.invitations.meetings import NOW, event, line, meeting, times

UTC = dt.UTC
HALF_HOUR = dt.timedelta(minutes=30)
NIGHTS = [
    ("Europe/Berlin", dt.date(2026, 3, 29)),
    ("Europe/Berlin", dt.date(2026, 10, 25)),
    ("America/New_York", dt.date(2026, 3, 8)),
    ("America/New_York", dt.date(2026, 11, 1)),
    ("Australia/Lord_Howe", dt.date(2026, 4, 5)),
    ("Australia/Lord_Howe", dt.date(2026, 10, 4)),
    ("Asia/Jerusalem", dt.date(2026, 10, 25)),
    ("Africa/Casablanca", dt.date(2026, 2, 15)),
    ("Asia/Kolkata", dt.date(2026, 3, 29)),
]


def at(moment: dt.datetime, zone: str) -> bytes:
    return invitation(meeting(zone=zone, starts_at=moment, ends_at=moment + dt.timedelta(minutes=20)), NOW)


def by_its_definition(raw: bytes, zone: str) -> dt.datetime:
    """When it starts by the zone’s definition alone: by a reader who knows no zone of this name."""
    named = re.compile(rb"(TZID[:=])\"?" + re.escape(zone.encode()) + rb"\"?(?=[:\r])")
    found = read(named.sub(rb"\1Elsewhere", raw), "UTC")
    assert isinstance(found, Request)
    assert found.times.starts_at, found.times.unsure
    return found.times.starts_at


def by_the_library(raw: bytes) -> dt.datetime:
    """The same, by the library’s way of reading definitions."""
    (definition,) = Calendar.from_ical(raw).timezones
    starts_at = event(raw).DTSTART.replace(tzinfo=None)
    return starts_at.replace(tzinfo=definition.to_tz(lookup_tzid=False)).astimezone(UTC)


@pytest.mark.parametrize(("zone", "day"), NIGHTS)
def test_in_the_night_of_the_changing_clocks_each_half_hour_is_the_instant_that_was_meant(zone: str, day: dt.date):
    midnight = dt.datetime.combine(day, dt.time(0), ZoneInfo(zone)).astimezone(UTC)

    for step in range(9):
        raw = at(midnight + step * HALF_HOUR, zone)

        assert times(event(raw))[0] == midnight + step * HALF_HOUR
        if b"BEGIN:VTIMEZONE" in raw:
            assert by_its_definition(raw, zone) == midnight + step * HALF_HOUR
            assert by_the_library(raw) == midnight + step * HALF_HOUR


def test_the_hour_that_comes_twice_is_told_on_their_clock_first_and_in_utc_the_second_time():
    first, second = (dt.datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1))

    assert line(at(first, "Europe/Berlin"), "DTSTART") == "DTSTART;TZID=Europe/Berlin:20261025T023000"
    assert line(at(second, "Europe/Berlin"), "DTSTART") == "DTSTART:20261025T013000Z"
    assert line(at(second, "Europe/Berlin"), "DTEND") == "DTEND:20261025T015000Z"
    assert b"VTIMEZONE" not in at(second, "Europe/Berlin")


def test_a_zone_that_changes_its_clocks_by_a_rule_is_defined_by_it():
    raw = at(dt.datetime(2026, 7, 1, 8, 0, tzinfo=UTC), "Europe/Berlin")

    assert (
        b"BEGIN:DAYLIGHT\r\nDTSTART:20250330T020000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\nTZNAME:CEST\r\n"
        b"TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nEND:DAYLIGHT"
    ) in raw
    assert (
        b"BEGIN:STANDARD\r\nDTSTART:20251026T030000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\nTZNAME:CET\r\n"
        b"TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nEND:STANDARD"
    ) in raw


def test_a_zone_that_does_not_change_its_clocks_has_one_time():
    raw = at(dt.datetime(2026, 7, 1, 8, 0, tzinfo=UTC), "Asia/Kolkata")

    assert raw.count(b"BEGIN:STANDARD") == 1
    assert b"BEGIN:DAYLIGHT" not in raw


# Outlook takes one time of each kind, and of a rule only one weekday of one week (MS-OXCICAL, 2.1.3.1.1.19.2).
@pytest.mark.parametrize("zone", ["Africa/Casablanca", "Asia/Jerusalem", "America/Santiago"])
def test_a_zone_without_a_plain_rule_has_at_most_one_time_of_each_kind(zone: str):
    raw = at(dt.datetime(2026, 7, 1, 8, 0, tzinfo=UTC), zone)

    assert (raw.count(b"BEGIN:STANDARD"), raw.count(b"BEGIN:DAYLIGHT")) == (1, 1)
    assert b"RRULE" not in raw


@given(
    st.sampled_from(sorted(available_timezones() - {"localtime", "Factory"})),
    st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2036, 1, 1), timezones=st.just(UTC)),
)
@settings(max_examples=60, derandomize=True)
def test_in_any_zone_at_any_time_its_definition_says_the_same_instant(zone: str, moment: dt.datetime):
    moment = moment.replace(microsecond=0)
    raw = at(moment, zone)

    if b"BEGIN:VTIMEZONE" in raw:
        assert by_its_definition(raw, zone) == moment
    else:
        assert times(event(raw))[0] == moment


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("Eastern Standard Time", "America/New_York"),
        ("UTC", "UTC"),
        ("localtime", ""),
        ("/freeassociation.sourceforge.net/Europe/Berlin", ""),
        ("Customized Time Zone", ""),
        ("../../etc/passwd", ""),
        ("", ""),
    ],
)
def test_a_zone_is_known_by_its_name_or_by_that_of_windows_and_never_guessed(said: str, name: str):
    assert iana(said) == name
