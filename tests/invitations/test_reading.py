import datetime as dt
import time
from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amends.invitations import reading
from amends.invitations.meetings import Attendee, Person
from amends.invitations.reading import Answer, Cancelled, Reply, Request, Times, Unreadable, read
from amends.invitations.writing import cancellation, feed, invitation
from tests.invitations.meetings import FIRST_CONTACT, INES, NADIA, NOW, TOM
from tests.invitations.shapes import APPLE, GOOGLE, OUTLOOK, OUTLOOK_INVITES, OUTLOOK_PROPOSES, mailed

UTC = dt.UTC
LISBON = "Europe/Lisbon"


def answer(raw: bytes, sender: str = "") -> Answer:
    found = read(raw, LISBON, sender)
    assert isinstance(found, Answer), found
    return found


def request(raw: bytes) -> Request:
    found = read(raw, LISBON)
    assert isinstance(found, Request), found
    return found


def reply(*lines: str, method: str = "REPLY") -> bytes:
    event = "\n".join(("UID:meeting-1042@amends.example", "DTSTAMP:20261116T101203Z", "SEQUENCE:2", *lines))
    return mailed(f"BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:{method}\nBEGIN:VEVENT\n{event}\nEND:VEVENT\nEND:VCALENDAR")


@pytest.mark.parametrize(
    ("raw", "said", "comment"),
    [
        (GOOGLE, Reply.TENTATIVE, "I'll be late: a visit; sorry"),
        (OUTLOOK, Reply.ACCEPTED, "I shall bring Tom, our engineer."),
        (APPLE, Reply.DECLINED, ""),
    ],
    ids=["Google", "Outlook", "Apple"],
)
def test_an_answer_is_read_in_the_shape_of_each_calendar(raw: bytes, said: Reply, comment: str):
    found = answer(raw)

    assert (found.reply, found.comment, found.proposed) == (said, comment, None)
    assert (found.uid, found.sequence) == (FIRST_CONTACT.uid, 2)
    assert found.said_at == dt.datetime(2026, 11, 16, 10, 12, 3, tzinfo=UTC)
    assert FIRST_CONTACT.attendee(found.by.address) is INES


def test_another_time_that_they_would_like_is_read_with_the_answer():
    found = answer(OUTLOOK_PROPOSES)

    assert (found.reply, found.comment) == (Reply.TENTATIVE, "Friday would suit us better.")
    assert found.proposed == Times(
        starts_at=dt.datetime(2026, 11, 20, 10, 0, tzinfo=UTC),
        ends_at=dt.datetime(2026, 11, 20, 10, 45, tzinfo=UTC),
        zone="Europe/Berlin",
    )


def test_an_answer_without_a_sequence_is_to_the_first_invitation():
    assert (
        answer(reply("ATTENDEE;PARTSTAT=ACCEPTED:mailto:tom@lumen.example").replace(b"SEQUENCE:2\r\n", b"")).sequence
        == 0
    )


def test_whoever_was_not_invited_and_answers_is_none_of_them():
    found = answer(reply("ATTENDEE;PARTSTAT=ACCEPTED;CN=Eve:mailto:eve@lumen.example"))

    assert found.by == Person(name="Eve", address="eve@lumen.example")
    assert FIRST_CONTACT.attendee(found.by.address) is None


def test_an_assistant_answers_for_somebody():
    found = answer(
        reply('ATTENDEE;SENT-BY="mailto:desk@lumen.example";PARTSTAT=ACCEPTED:mailto:ines.duarte@lumen.example')
    )

    assert (FIRST_CONTACT.attendee(found.by.address), found.sent_by) == (INES, "desk@lumen.example")


def test_whoever_sends_somebody_else_is_the_one_who_answers():
    found = answer(
        reply(
            'ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO="mailto:tom@lumen.example":mailto:ines.duarte@lumen.example',
            'ATTENDEE;PARTSTAT=ACCEPTED;DELEGATED-FROM="mailto:ines.duarte@lumen.example":mailto:tom@lumen.example',
        )
    )

    assert (found.reply, FIRST_CONTACT.attendee(found.by.address)) == (Reply.DELEGATED, INES)
    assert found.delegated_to == "tom@lumen.example"


TWO = (
    "ATTENDEE;PARTSTAT=ACCEPTED:mailto:ines.duarte@lumen.example",
    "ATTENDEE;PARTSTAT=DECLINED:mailto:tom@lumen.example",
)


def test_of_several_who_are_named_the_sender_of_the_mail_answers():
    found = answer(reply(*TWO), sender="Tom@lumen.example")

    assert (found.reply, found.by.address) == (Reply.DECLINED, "tom@lumen.example")


def test_of_several_who_are_named_the_only_one_who_says_something_answers():
    named = ("ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:nadia@amends.example", TWO[1])

    assert FIRST_CONTACT.attendee(answer(reply(*named)).by.address) is TOM


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", reading.UNREADABLE),
        (b"BEGIN:VCALENDAR\r\n", reading.UNREADABLE),
        (b"\xff\xfe\x00", reading.UNREADABLE),
        (b" " * (reading.LARGEST + 1), reading.TOO_LARGE),
        (mailed("BEGIN:VCALENDAR\nMETHOD:REQUEST\nEND:VCALENDAR"), reading.NO_MEETING),
        (feed([FIRST_CONTACT], "Meetings", NOW), reading.NO_METHOD),
        (GOOGLE.replace(b"METHOD:REPLY", b"METHOD:REFRESH"), reading.NO_METHOD),
        (GOOGLE.replace(b"UID:meeting-1042@amends.example", b"UID: "), reading.NO_UID),
        (GOOGLE.replace(b"PARTSTAT=TENTATIVE", b"PARTSTAT=NEEDS-ACTION"), reading.NO_ANSWER),
        (GOOGLE.replace(b"PARTSTAT=TENTATIVE", b"PARTSTAT=X-SURELY"), reading.NO_ANSWER),
        (reply(*TWO), reading.NOBODY),
        (reply("ATTENDEE;PARTSTAT=ACCEPTED:urn:uuid:1"), reading.NOBODY),
    ],
)
def test_what_cannot_be_read_says_why(raw: bytes, reason: str):
    assert read(raw, LISBON) == Unreadable(reason)


def test_they_invite_us_in_a_zone_by_its_name_with_windows():
    found = request(OUTLOOK_INVITES)

    assert found == Request(
        uid="040000008200E00074C5B7101A82E0080000000057E690055723DD01",
        said_at=dt.datetime(2026, 11, 16, 10, 12, 3, tzinfo=UTC),
        times=Times(
            starts_at=dt.datetime(2026, 11, 23, 16, 30, tzinfo=UTC),
            ends_at=dt.datetime(2026, 11, 23, 17, 0, tzinfo=UTC),
            zone="America/New_York",
        ),
        title="Where are we?",
        text="Please have the logs at hand.",
        place="Microsoft Teams Meeting",
        organiser=Person(name="Ines Duarte", address="ines.duarte@lumen.example"),
        people=(Person(name="Amends", address="support@amends.example"),),
    )


def times(*lines: str) -> Times:
    return request(reply(*lines, method="REQUEST")).times


def test_a_time_without_a_zone_is_read_on_the_clock_that_is_given():
    found = times("DTSTART:20260701T100000", "DTEND:20260701T110000")

    assert found == Times(
        starts_at=dt.datetime(2026, 7, 1, 9, 0, tzinfo=UTC),
        ends_at=dt.datetime(2026, 7, 1, 10, 0, tzinfo=UTC),
        zone=LISBON,
    )


def test_a_day_is_from_midnight_to_midnight_there():
    found = times("DTSTART;VALUE=DATE:20260701")

    assert found == Times(
        starts_at=dt.datetime(2026, 6, 30, 23, 0, tzinfo=UTC),
        ends_at=dt.datetime(2026, 7, 1, 23, 0, tzinfo=UTC),
        zone=LISBON,
        is_all_day=True,
    )


def test_a_length_stands_for_the_end():
    found = times("DTSTART:20260701T100000Z", "DURATION:PT45M")

    assert found.ends_at == dt.datetime(2026, 7, 1, 10, 45, tzinfo=UTC)
    assert found.zone == "UTC"


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (
            ["DTSTART;TZID=Customized Time Zone:20260701T100000"],
            "It is in a time zone that nobody can place: “Customized Time Zone”.",
        ),
        (
            ["DTSTART;TZID=/freeassociation.sourceforge.net/Europe/Berlin:20260701T100000"],
            "It is in a time zone that nobody can place: “/freeassociation.sourceforge.net/Europe/Berlin”.",
        ),
        (["SUMMARY:When?"], "It does not say when."),
        (["DTSTART:20261399T100000Z"], "It does not say when."),
        (["DTSTART:20260701T100000Z", "DTEND:20260701T090000Z"], "It ends before it starts."),
    ],
)
def test_a_time_that_cannot_be_told_is_not_guessed(lines: list[str], says: str):
    assert times(*lines).unsure == says
    assert times(*lines).starts_at is None


def test_an_unknown_zone_of_a_meeting_does_not_spoil_the_answer():
    assert answer(OUTLOOK.replace(b"W. Europe Standard Time", b"Nowhere Time")).reply is Reply.ACCEPTED
    assert answer(OUTLOOK_PROPOSES.replace(b"TZID=W. Europe", b"TZID=Nowhere")).proposed.unsure


def test_a_moment_of_its_writing_that_is_broken_does_not_spoil_the_answer():
    found = answer(OUTLOOK.replace(b"DTSTAMP:20261116T101203Z", b"DTSTAMP:yesterday"))

    assert (found.reply, found.said_at) == (Reply.ACCEPTED, None)


def test_a_zone_that_only_the_calendar_knows_is_read_as_it_defines_it():
    found = answer(OUTLOOK_PROPOSES.replace(b"W. Europe Standard Time", b"Customized Time Zone")).proposed

    assert (found.starts_at, found.zone) == (dt.datetime(2026, 11, 20, 10, 0, tzinfo=UTC), "")


def test_one_strangers_zone_is_not_taken_for_anothers():
    mine = OUTLOOK_PROPOSES.replace(b"W. Europe Standard Time", b"Customized Time Zone")
    theirs = mine.replace(b"TZOFFSETTO:+0100", b"TZOFFSETTO:-0800")

    read_at = [answer(raw).proposed.starts_at.hour for raw in (mine, theirs, mine)]

    assert read_at == [10, 19, 10]


@pytest.mark.parametrize(
    "rule",
    ["FREQ=SECONDLY", "FREQ=YEARLY;BYDAY=SU;BYMONTH=10", "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10;COUNT=3", "FREQ=NEVER"],
)
def test_a_zone_whose_rule_is_not_plain_is_not_followed(rule: str):
    raw = OUTLOOK_PROPOSES.replace(b"W. Europe Standard Time", b"Customized Time Zone")
    began = time.monotonic()

    found = read(raw.replace(b"FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10", rule.encode()), LISBON)

    assert time.monotonic() - began < 5
    assert isinstance(found, Unreadable) or found.proposed.unsure


@pytest.mark.parametrize("status", ["STATUS:CANCELLED", "STATUS:cancelled"])
def test_what_they_call_off_is_off_whichever_way_they_say_it(status: str):
    found = read(reply(status, "ORGANIZER:mailto:ines.duarte@lumen.example", method="REQUEST"), LISBON)

    assert isinstance(found, Cancelled)
    assert found.organiser == Person(address="ines.duarte@lumen.example")


def test_one_occurrence_of_a_meeting_that_repeats_is_told():
    found = request(
        reply("DTSTART:20260701T100000Z", "RECURRENCE-ID;TZID=Europe/Berlin:20260701T110000", method="REQUEST")
    )

    nine = dt.datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
    assert found.occurrence == Times(starts_at=nine, ends_at=nine, zone="Europe/Berlin")
    assert request(OUTLOOK_INVITES).occurrence is None


def test_a_meeting_that_repeats_is_told_as_such():
    assert request(reply("DTSTART:20260701T100000Z", "RRULE:FREQ=WEEKLY", method="REQUEST")).is_recurring


def test_what_is_kept_of_it_has_no_letters_that_a_database_refuses():
    raw = OUTLOOK_INVITES.replace(b"Where are we?", b"Where\x00 are we?").replace(b"the logs", b"the\x00 logs")

    found = request(raw)

    assert (found.title, found.text) == ("Where are we?", "Please have the logs at hand.")


def test_our_own_invitation_is_read_as_it_was_meant():
    found = request(invitation(FIRST_CONTACT, NOW))

    assert (found.uid, found.sequence) == (FIRST_CONTACT.uid, 2)
    assert found.times == Times(
        starts_at=FIRST_CONTACT.starts_at, ends_at=FIRST_CONTACT.ends_at, zone=FIRST_CONTACT.zone
    )
    assert (found.title, found.text, found.place) == (FIRST_CONTACT.title, FIRST_CONTACT.agenda, FIRST_CONTACT.place)
    assert found.organiser == FIRST_CONTACT.organiser
    assert [person.address for person in found.people] == [each.address for each in (INES, TOM, NADIA)]


def test_our_own_cancellation_is_read_as_one():
    found = read(cancellation(FIRST_CONTACT, NOW, only=TOM), LISBON)

    assert isinstance(found, Cancelled)
    assert found.people == (Person(name=TOM.name, address=TOM.address),)


def checked(found: object) -> None:
    """Whatever it is, a database could take it in."""
    for field in fields(found):
        value = getattr(found, field.name)
        if isinstance(value, str):
            assert "\x00" not in value
            value.encode("utf-8")
        if isinstance(value, dt.datetime):
            assert value.utcoffset() == dt.timedelta(0)


@given(st.binary(max_size=300))
@settings(max_examples=40, derandomize=True)
def test_any_bytes_say_something(raw: bytes):
    checked(read(raw, LISBON))


SHAPES = (GOOGLE, OUTLOOK, APPLE, OUTLOOK_PROPOSES, OUTLOOK_INVITES)


@given(
    st.sampled_from(SHAPES), st.lists(st.tuples(st.integers(0, 1500), st.binary(max_size=12)), min_size=1, max_size=4)
)
@settings(max_examples=80, derandomize=True)
def test_a_calendar_that_was_damaged_on_its_way_says_something(raw: bytes, damages: list[tuple[int, bytes]]):
    for place, damage in damages:
        raw = raw[:place] + damage + raw[place + len(damage) :]

    checked(read(raw, LISBON))


@given(st.sampled_from(SHAPES), st.data())
@settings(max_examples=50, derandomize=True)
def test_a_calendar_whose_lines_were_shuffled_or_doubled_says_something(raw: bytes, data: st.DataObject):
    lines = raw.split(b"\r\n")
    lines = data.draw(st.lists(st.sampled_from(lines), max_size=8)) + lines + data.draw(st.permutations(lines[:9]))

    checked(read(b"\r\n".join(lines), LISBON))


def test_an_attendee_of_ours_is_told_from_theirs():
    raw = reply("ATTENDEE;PARTSTAT=ACCEPTED:mailto:nadia@amends.example")

    found = FIRST_CONTACT.attendee(answer(raw).by.address)

    assert isinstance(found, Attendee)
    assert found.is_ours
