import datetime as dt
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amends.clock.calendars import moment_at
from amends.lib import when
from amends.wording.moments import Said, read
from tests.wording.sentences import SENTENCES

NOW = dt.datetime(2026, 11, 19, 9, 0, tzinfo=dt.UTC)
LISBON = "Europe/Lisbon"


def in_short(said: Said, zone: str = LISBON) -> str:
    there = said.at.astimezone(ZoneInfo(zone)) if said.at else None
    day = f"{there:%a} {there.day} {there:%b}" if there else "?"
    year = f" {there.year}" if there and there.year != NOW.year else ""
    time = f" {there:%H:%M}" if there and said.has_time else ""
    return f"{'promise' if said.is_promise else 'names'} {day}{year}{time} {said.trouble}".rstrip()


@pytest.mark.parametrize(("sentence", "says"), SENTENCES)
def test_a_sentence_is_read_as_its_reader_would(sentence, says):
    assert " | ".join(in_short(said) for said in read(sentence, now=NOW, zone=LISBON)) == says


def test_what_was_said_is_found_where_it_stands():
    (said,) = read("You hear from me by Thursday 16:00, in short.", now=NOW, zone=LISBON)

    assert (said.text, said.start, said.end) == ("Thursday 16:00", 20, 34)


@pytest.mark.parametrize(
    ("sentence", "says"),
    [
        ("by Thursday 20 November", "20 November is a Friday, not a Thursday."),
        ("by Thursday 20 May 2027, by Friday 20 May 2027", "20 May 2027 is a Thursday, not a Friday."),
        ("by tomorrow, Thursday", "Tomorrow is a Friday, not a Thursday."),
        ("by tomorrow, 21 November", "Tomorrow is 20 November, not 21 November."),
        ("by Monday 16 November 16:00", "Monday 16 November 16:00 has passed already."),
        ("by Monday 16 November", "Monday 16 November has passed already."),
        ("by 08:00", "08:00 today has passed already."),
        ("by 31 November", "There is no 31 November."),
        ("by 29 February", "There is no 29 February in 2027."),
    ],
)
def test_a_trouble_is_said_in_a_sentence(sentence, says):
    assert [said.says for said in read(sentence, now=NOW, zone=LISBON) if said.trouble] == [says]


@pytest.mark.parametrize(
    ("sentence", "says"),
    [
        ("by 05/12/2026", "05/12/2026 may be 5 December or 12 May. Write the month as a word."),
        ("by 16:00 EST", "“EST” may mean more than one clock. Write their own time, or UTC."),
        ("by 4 pm, Eastern time", "“Eastern time” may mean more than one clock. Write their own time, or UTC."),
    ],
)
def test_what_cannot_be_told_says_why_and_is_no_trouble(sentence, says):
    (said,) = read(sentence, now=NOW, zone=LISBON)

    assert (said.at, said.trouble, said.says) == (None, "", says)


@pytest.mark.parametrize(
    ("text", "promised"),
    [
        ("It failed on Tuesday at 14:05. You will hear from us by Friday 16:00, and by Monday.", "Friday 16:00 Monday"),
        ("You will hear from us by Thursday 20 November, in any case by Monday 12:00.", "Monday 12:00"),
        ("By 08:00, or by 10:00 you hear from us.", "10:00"),
        ("Please answer by Friday.", ""),
        ("by Friday 16:00 EST", ""),
        ("by Monday 16 November 16:00", ""),
    ],
)
def test_what_is_promised_without_a_trouble_can_be_told_and_is_ahead(text, promised):
    found = [said for said in read(text, now=NOW, zone=LISBON) if said.is_promise and not said.trouble and said.at]

    assert " ".join(said.text for said in found) == promised
    assert all(said.at > NOW for said in found)


@pytest.mark.parametrize(
    ("zone", "text", "at"),
    [
        ("America/New_York", "by 16:00 EST", "2026-11-19T21:00"),
        ("Asia/Kolkata", "by 16:00 IST", "2026-11-19T10:30"),
        ("Europe/Berlin", "by 1 July 2027, 16:00 CET", "2027-07-01T14:00"),
        ("Asia/Tokyo", "by Thursday 16:00 UTC", "2026-11-19T16:00"),
        ("America/Toronto", "by 4 pm, Eastern time", "2026-11-19T21:00"),
        ("Asia/Ho_Chi_Minh", "by 20:00, Ho Chi Minh time", "2026-11-19T13:00"),
        ("Asia/Tokyo", "by tomorrow 16:00", "2026-11-20T07:00"),
        ("Pacific/Kiritimati", "by today 23:30", "2026-11-19T09:30"),
    ],
)
def test_a_time_is_on_the_clock_of_whom_it_is_written_to(zone, text, at):
    (said,) = read(text, now=NOW, zone=zone)

    assert f"{said.at:%Y-%m-%dT%H:%M}" == at


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("by Sunday 28 March 2027, 02:30", "2027-03-28T01:00"),  # the clocks skip it: the first moment after the gap
        ("by Sunday 28 March 2027, 03:00", "2027-03-28T01:00"),
        ("by Sunday 25 October 2026, 02:30", "2026-10-25T00:30"),  # it comes twice: the first
        ("by Sunday 25 October 2026, 03:00", "2026-10-25T02:00"),
    ],
)
def test_nights_on_which_clocks_change(text, at):
    (said,) = read(text, now=NOW, zone="Europe/Berlin")

    assert f"{said.at:%Y-%m-%dT%H:%M}" == at


@pytest.mark.parametrize(
    ("now", "text", "says"),
    [
        ("2026-12-31T10:00", "by tomorrow 09:00", "promise Fri 1 Jan 2027 09:00"),
        ("2026-12-31T10:00", "by Monday", "promise Mon 4 Jan 2027"),
        ("2026-12-31T10:00", "by the 1st.", "promise Fri 1 Jan 2027"),
        ("2026-01-05T10:00", "by 20 December", "promise Sun 20 Dec"),
        ("2027-01-05T10:00", "On 20 December it failed.", "names Sun 20 Dec"),
        ("2028-02-28T10:00", "by tomorrow noon", "promise Tue 29 Feb 2028 12:00"),
        ("2028-02-28T10:00", "by 29 February", "promise Tue 29 Feb 2028"),
        ("2027-10-01T10:00", "by 29 February", "promise Tue 29 Feb 2028"),
        ("2026-11-30T10:00", "by the 31st.", "promise ? no such day"),
        ("2026-11-22T10:00", "by next Monday", "promise Mon 23 Nov"),
        ("2026-11-23T10:00", "by next Monday", "promise Mon 30 Nov"),
        ("2026-11-19T16:00", "by Thursday 16:00", "promise Thu 19 Nov 16:00 past"),
        ("2026-11-19T16:01", "by Thursday 16:00", "promise Thu 26 Nov 16:00"),
        ("2026-11-19T18:00", "by today", "promise Thu 19 Nov"),
    ],
)
def test_ends_of_days_months_and_years(now, text, says):
    (said,) = read(text, now=dt.datetime.fromisoformat(now).replace(tzinfo=dt.UTC), zone=LISBON)

    assert in_short(said) == says


def test_a_moment_without_a_zone_is_a_mistake():
    with pytest.raises(ValueError, match="needs a zone"):
        read("by Thursday", now=dt.datetime(2026, 11, 19), zone=LISBON)


ZONES = sorted(name for name in available_timezones() if name not in ("Factory", "localtime"))
SIX = [
    *("Europe/Lisbon", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"),
    *("America/Argentina/Buenos_Aires", "UTC"),
]
nows = st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2090, 1, 1), timezones=st.just(dt.UTC))
zones = st.one_of(st.sampled_from(SIX), st.sampled_from(ZONES))


@settings(max_examples=400, deadline=None)
@given(nows, st.integers(0, 60 * 24 * 60), zones, st.sampled_from([when.their_date, when.their_time]))
def test_what_we_write_into_a_letter_is_read_back_as_that_moment(now, minutes, zone, write):
    moment = (now + dt.timedelta(minutes=minutes)).replace(second=0, microsecond=0)
    moment = max(moment, now.replace(second=0, microsecond=0))
    wall = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)

    words = write(moment, zone, now)
    (said,) = read(f"You will hear from me again by {words}, with or without news.", now=now, zone=zone)

    assert said.text == words
    assert said.at == moment_at(wall, zone)  # the moment itself, but in the repeated hour, which is read as its first
    assert said.is_promise
    assert said.trouble == ("" if said.at > now else "past")


WORDS = """by before until since next last on at the in within two hours you will hear not if for and to
    Thursday thu Sat 20 31 November Feb 29 May 2026 20.11. 20.00. 16:00 24:00 4 pm 16h 2026-11-20 05/11/2026 tomorrow
    day noon UTC EST +14:00 Lisbon 9999-12-31 31.12.9999 1900 ? ( ) 's @ - – ſunday İ ٣ \0"""
PIECES = st.sampled_from([*WORDS.split(), "end of", "in Lisbon", "your time", ". ", ", ", "\n", "\n> ", "\u202f"])
texts = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=25).map(" ".join), st.lists(PIECES).map("".join))


@settings(max_examples=500, deadline=None)
@given(texts, nows, zones)
def test_any_text_can_be_read(text, now, zone):
    found = read(text, now=now, zone=zone)

    at = 0
    for said in found:
        assert at <= said.start < said.end <= len(text)
        assert text[said.start : said.end] == said.text
        assert said.at is None or said.at.tzinfo is dt.UTC
        assert bool(said.says) or not said.trouble
        at = said.end


@given(st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2040, 1, 1)), st.sampled_from([*SIX, "Africa/Cairo"]))
def test_a_date_and_a_time_are_the_moment_at_which_clocks_first_show_them(wall, zone):
    wall = wall.replace(second=0, microsecond=0)

    (said,) = read(f"by {wall:%Y-%m-%d %H:%M}", now=NOW, zone=zone)

    assert said.at == moment_at(wall, zone)
