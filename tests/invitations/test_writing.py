import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from amends.invitations.meetings import Attendee, BadMeeting, Entry, Meeting, Person, same_address
from amends.invitations.writing import cancellation, feed, invitation
from tests.invitations.meetings import FIRST_CONTACT, INES, NOW, TOM, event, line, lines, meeting, times

UTC = dt.UTC
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Casablanca", "UTC")


def test_an_invitation_asks_everybody_for_an_answer():
    raw = invitation(FIRST_CONTACT, NOW)

    asked = [each for each in lines(raw) if each.startswith("ATTENDEE")]
    assert line(raw, "METHOD") == "METHOD:REQUEST"
    assert line(raw, "ORGANIZER") == 'ORGANIZER;CN="Nadia Brandt":mailto:support+1042@amends.example'
    assert asked[0] == (
        'ATTENDEE;CN="Ines Duarte";CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=TRUE'
        ":mailto:ines.duarte@lumen.example"
    )
    assert ["OPT-PARTICIPANT" in each for each in asked] == [False, True, False]
    assert line(raw, "DTSTART") == "DTSTART;TZID=Europe/Berlin:20261119T160000"
    assert line(raw, "DTEND") == "DTEND;TZID=Europe/Berlin:20261119T163000"
    assert line(raw, "DTSTAMP") == "DTSTAMP:20261116T090000Z"
    assert line(raw, "SEQUENCE") == "SEQUENCE:2"
    assert line(raw, "STATUS") == "STATUS:CONFIRMED"
    assert line(raw, "TRIGGER") == "TRIGGER:-PT15M"


def test_whoever_organises_is_not_asked_whether_they_come():
    organiser = Attendee(name="Nadia Brandt", address="support@amends.example", is_ours=True)

    raw = invitation(meeting(attendees=(organiser,)), NOW)

    assert "PARTSTAT=ACCEPTED;ROLE=REQ-PARTICIPANT;RSVP=FALSE" in line(raw, "ATTENDEE")


def test_a_cancellation_is_for_everybody_and_rings_no_more():
    raw = cancellation(meeting(sequence=3), NOW)

    assert line(raw, "METHOD") == "METHOD:CANCEL"
    assert line(raw, "STATUS") == "STATUS:CANCELLED"
    assert line(raw, "UID") == "UID:meeting-1042@amends.example"
    assert line(raw, "SEQUENCE") == "SEQUENCE:3"
    assert sum(each.startswith("ATTENDEE") for each in lines(raw)) == 3
    assert "BEGIN:VALARM" not in lines(raw)


def test_whoever_is_taken_off_alone_is_not_told_that_it_is_off_for_everybody():
    raw = cancellation(FIRST_CONTACT, NOW, only=TOM)

    assert line(raw, "METHOD") == "METHOD:CANCEL"
    assert line(raw, "ATTENDEE").endswith(":mailto:tom@lumen.example")
    assert not [each for each in lines(raw) if each.startswith("STATUS")]


@pytest.mark.parametrize(
    "evil", ["\r\nATTENDEE:mailto:mallory@evil.example", "\nX-EVIL:1", '";X-EVIL=1:', "\u2028X:1\x00"]
)
def test_no_name_and_no_text_becomes_a_line_or_a_parameter_of_its_own(evil: str):
    person = Person(name=f"Nadia{evil}", address="support@amends.example")
    raw = invitation(
        meeting(
            title=f"Title{evil}",
            agenda=f"Agenda{evil}",
            place=f"Place{evil}",
            organiser=person,
            attendees=(Attendee(name=f"Ines{evil}", address=INES.address),),
        ),
        NOW,
    )

    plain = invitation(meeting(attendees=(INES,)), NOW)
    names = [[each.split(":")[0].split(";")[0] for each in lines(written)] for written in (raw, plain)]
    assert names[0] == names[1]
    assert sorted(event(raw)["ATTENDEE"].params) == ["CN", "CUTYPE", "PARTSTAT", "ROLE", "RSVP"]
    assert sorted(event(raw)["ORGANIZER"].params) == ["CN"]


def test_a_name_in_double_quotes_keeps_them_as_single_ones():
    raw = invitation(meeting(attendees=(Attendee(name='Ines "Nes" Duarte', address=INES.address),)), NOW)

    assert line(raw, "ATTENDEE").startswith("ATTENDEE;CN=\"Ines 'Nes' Duarte\";")


@pytest.mark.parametrize(
    "wrong",
    [
        {"zone": "Berlin"},
        {"zone": "localtime"},
        {"uid": ""},
        {"uid": "a\r\nX:1"},
        {"uid": "a" * 256},
        {"sequence": -1},
        {"ends_at": FIRST_CONTACT.starts_at},
        {"starts_at": dt.datetime(2026, 11, 19, 15, 0)},
        {"starts_at": dt.datetime(1, 1, 1, tzinfo=UTC)},
        {"reminder": dt.timedelta(minutes=-1)},
    ],
)
def test_what_no_calendar_could_take_in_is_refused(wrong):
    with pytest.raises(BadMeeting):
        meeting(**wrong)


@pytest.mark.parametrize(
    "address", ["", "ines", "a@b@c", "a b@c.d", "a@b.c\r\nX:1", "<a@b.c>", "a@b.c,d@e.f", '"a"@b.c', "a@" + "b" * 300]
)
def test_an_address_is_one_plain_address(address: str):
    with pytest.raises(BadMeeting):
        Person(address=address)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ines.Duarte@Lumen.example", "ines.duarte@lumen.example", True),
        ("ines+work@lumen.example", "ines@lumen.example", True),
        ("ines+work@lumen.example", "ines+home@lumen.example", True),
        ("ines@lumen.example", "ines@mail.lumen.example", False),
        ("inesduarte@lumen.example", "ines.duarte@lumen.example", False),
        ("+ines@lumen.example", "+tom@lumen.example", False),
    ],
)
def test_addresses_are_the_same_but_for_capitals_and_a_tag(one: str, other: str, same: bool):
    assert same_address(one, other) is same


def test_a_tag_tells_two_people_apart_where_only_it_does():
    work, home = Attendee(address="ines+work@lumen.example"), Attendee(address="ines+home@lumen.example")
    both = meeting(attendees=(work, home))

    assert both.attendee("INES+home@lumen.example") is home
    assert both.attendee("ines@lumen.example") is None
    assert meeting(attendees=(work,)).attendee("ines@lumen.example") is work


def test_a_feed_names_itself_and_invites_nobody():
    promise = Entry(
        uid="promise-7@amends.example",
        starts=dt.datetime(2026, 11, 20, 16, 0, tzinfo=ZoneInfo("Europe/Lisbon")),
        title="Due: the report",
        text="To Ines Duarte",
        url="https://amends.example/escalations/1042",
    )
    away = Entry(uid="absence-3@amends.example", starts=dt.date(2026, 12, 24), ends=dt.date(2026, 12, 26), title="Away")

    raw = feed([FIRST_CONTACT, promise, away], "Nadia’s meetings", NOW)

    met, due, days = Calendar.from_ical(raw).events
    assert line(raw, "METHOD") == "METHOD:PUBLISH"
    assert line(raw, "X-WR-CALNAME") == "X-WR-CALNAME:Nadia’s meetings"
    assert line(raw, "REFRESH-INTERVAL") == "REFRESH-INTERVAL;VALUE=DURATION:PT1H"
    assert "ATTENDEE" not in met
    assert (met["UID"], times(met)) == (FIRST_CONTACT.uid, (FIRST_CONTACT.starts_at, FIRST_CONTACT.ends_at))
    assert times(due) == (dt.datetime(2026, 11, 20, 16, 0, tzinfo=UTC),) * 2
    assert due["URL"] == promise.url
    assert times(days) == (dt.date(2026, 12, 24), dt.date(2026, 12, 27))
    assert [each["TRANSP"] for each in (met, due, days)] == ["OPAQUE", "TRANSPARENT", "TRANSPARENT"]


def test_a_feed_without_entries_is_still_a_calendar():
    assert Calendar.from_ical(feed([], "Nothing", NOW)).events == []


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        (dt.datetime(2026, 11, 20, 16, 0), None),
        (dt.date(2026, 11, 20), dt.datetime(2026, 11, 20, 16, 0, tzinfo=UTC)),
        (dt.date(2026, 11, 20), dt.date(2026, 11, 19)),
    ],
)
def test_an_entry_starts_and_ends_alike(starts, ends):
    with pytest.raises(BadMeeting):
        Entry(uid="1", starts=starts, ends=ends, title="")


# Letters that calendars could stumble over, and a few that need two and four bytes.
LETTERS = st.text(alphabet="aé中😀 ,;:\\\"'^=\n\t-", max_size=120)
NAMES = st.text(alphabet="aé中😀 ,;:\\'^=-", max_size=60)
ADDRESSES = st.from_regex(r"[a-z0-9.+_-]{1,12}@[a-z0-9-]{1,12}\.example", fullmatch=True)
PEOPLE = st.builds(Person, name=NAMES, address=ADDRESSES)
ATTENDEES = st.builds(Attendee, name=NAMES, address=ADDRESSES, is_optional=st.booleans(), is_ours=st.booleans())
MOMENTS = st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2040, 1, 1), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=0)
)


@st.composite
def meetings(draw) -> Meeting:
    starts_at = draw(MOMENTS)
    return Meeting(
        uid=draw(st.from_regex(r"[a-z0-9,;-]{1,90}@x", fullmatch=True)),
        sequence=draw(st.integers(0, 99)),
        starts_at=starts_at,
        ends_at=starts_at + draw(st.timedeltas(dt.timedelta(minutes=1), dt.timedelta(days=2))),
        zone=draw(st.sampled_from(ZONES)),
        title=draw(LETTERS),
        agenda=draw(LETTERS),
        place=draw(LETTERS),
        organiser=draw(PEOPLE),
        attendees=tuple(draw(st.lists(ATTENDEES, max_size=3))),
        reminder=draw(st.none() | st.integers(0, 5000).map(lambda minutes: dt.timedelta(minutes=minutes))),
    )


@given(meetings())
@settings(max_examples=40, derandomize=True)
def test_any_meeting_is_read_back_as_it_was_written(given_meeting: Meeting):
    raw = invitation(given_meeting, NOW)

    found = event(raw)
    assert times(found) == (given_meeting.starts_at, given_meeting.ends_at.replace(microsecond=0))
    assert (found["UID"], found["SEQUENCE"]) == (given_meeting.uid, given_meeting.sequence)
    assert found["SUMMARY"] == " ".join(given_meeting.title.split())
    assert found.get("DESCRIPTION", "") == given_meeting.agenda
    assert found.get("LOCATION", "") == " ".join(given_meeting.place.split())
    written = found.get("ATTENDEE", [])
    for read, attendee in zip(
        written if isinstance(written, list) else [written], given_meeting.attendees, strict=True
    ):
        assert read == f"mailto:{attendee.address}"
        assert read.params.get("CN", "") == " ".join(attendee.name.split()).replace("\\", "/")
    assert not found.errors


@given(meetings())
@settings(max_examples=15, derandomize=True)
def test_no_line_is_longer_than_75_bytes_and_none_breaks_a_letter(given_meeting: Meeting):
    for raw in (invitation(given_meeting, NOW), cancellation(given_meeting, NOW), feed([given_meeting], "é" * 99, NOW)):
        assert raw.endswith(b"END:VCALENDAR\r\n")
        assert b"\n" not in raw.replace(b"\r\n", b"")
        for each in raw.split(b"\r\n"):
            assert len(each) <= 75
            each.decode("utf-8")
