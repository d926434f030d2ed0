"""Invitations over a real server, and what calendars send back: in the shapes of Google, Outlook and Apple."""

from __future__ import annotations

import datetime as dt
import re
from email.message import EmailMessage
from typing import Any

import pytest
from icalendar import Calendar

from amends.directory.actor import CLOCK, Role
from amends.escalations import customer_links
from amends.escalations.actions import customer_links as links
from amends.escalations.actions import meeting_answers, meetings, updates
from amends.escalations.actions.calendar_answers import own_words
from amends.escalations.models import Escalation, Incoming, Meeting
from tests import make
from tests.escalations.mail.writing import comes, in_case, letter
from tests.escalations.meetings.planned import AT, NOW, a_case, handler, of, plan
from tests.escalations.reading import DAY, HOUR, MINUTE, forbids, kinds_of, letters_to, refuses, subjects_to
from tests.invitations import shapes
from tests.mailbox import Mail, Mailbox
from tests.world import World

pytestmark = pytest.mark.django_db
MARIA = "maria@brightwater.example"
STAMP = dt.datetime(2026, 11, 19, 10, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _mail_comes_in(settings: Any) -> None:
    settings.MAIL_COMES_IN = True


def said(
    shape: bytes,
    meeting: Meeting,
    *,
    by: str = MARIA,
    answer: str = "",
    sequence: int | None = None,
    stamp: dt.datetime = STAMP,
) -> bytes:
    """One of the shapes, of this meeting and by this person."""
    text = shape.decode().replace("\r\n ", "")
    text = text.replace("meeting-1042@amends.example", meeting.uid)
    text = re.sub("ines.duarte@lumen.example", by, text, flags=re.IGNORECASE)
    text = re.sub(r"DTSTAMP:\w+", f"DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}", text)
    text = re.sub(r"\nSEQUENCE:2", f"\nSEQUENCE:{meeting.sequence if sequence is None else sequence}", text)
    return re.sub(r"PARTSTAT=\w+", f"PARTSTAT={answer}", text).encode() if answer else text.encode()


def reply(calendar: bytes, meeting: Meeting, *, sender: str = MARIA, text: str = "", **headers: str) -> EmailMessage:
    """The mail in which a calendar sends it."""
    mail = letter(
        text or "\n", sender=sender, to=meeting.organiser, subject="Accepted: A first conversation", **headers
    )
    method = re.search(rb"METHOD:(\w+)", calendar)
    mail.make_alternative()
    mail.add_attachment(calendar, maintype="text", subtype="calendar", disposition="inline")
    part = list(mail.iter_parts())[-1]
    part.replace_header("Content-Type", f"text/calendar; charset=UTF-8; method={method and method[1].decode()}")
    del part["Content-Disposition"]
    return mail


def answers(
    meeting: Meeting, shape: bytes = shapes.OUTLOOK, *, sender: str = MARIA, text: str = "", **said_: Any
) -> Incoming:
    return comes(reply(said(shape, meeting, **said_), meeting, sender=sender, text=text), now=NOW + HOUR)


# Out


def arrived(mail: Mail) -> tuple[EmailMessage, Any]:
    """The calendar part of what arrived, and the one event in it."""
    part = next(each for each in mail.message.walk() if each.get_content_type() == "text/calendar")
    text = part.get_payload(decode=True)
    assert isinstance(text, bytes)
    return part, Calendar.from_ical(text)


def test_an_invitation_arrives_as_calendars_want_it_and_so_do_its_change_and_its_end(world: World, mailbox: Mailbox):
    case = a_case()
    world.mail_goes_to(mailbox.url)
    meeting = plan(case)
    meetings.change(meeting, starts_at=AT + DAY, reason="x", by=CLOCK, now=world.now)
    meetings.call_off(meeting, reason="x", agreed=True, by=CLOCK, now=world.now)

    world.passes(minutes=1)
    mailbox.take_all()

    for who in (MARIA, handler(case).email):
        mails = [mail for mail in mailbox.to(who) if b"text/calendar" in mail.content]
        found = [arrived(mail) for mail in mails]
        methods = [part.get_param("method") for part, _ in found]
        assert methods == [str(calendar["METHOD"]) for _, calendar in found] == ["REQUEST", "REQUEST", "CANCEL"]
        assert {part.get_content_charset() for part, _ in found} == {"utf-8"}
        events = [calendar.events[0] for _, calendar in found]
        assert [int(event["SEQUENCE"]) for event in events] == [0, 1, 2]
        assert {str(event["UID"]) for event in events} == {meeting.uid}
        froms = {mail.message["From"].addresses[0].addr_spec for mail in mails}
        assert {str(event["ORGANIZER"]) for event in events} == {f"mailto:{address}" for address in froms}
        assert froms == {meeting.organiser}
        assert mails[0].message.get_content_type() == "multipart/alternative"
        assert [part.get_content_type() for part in mails[0].message.iter_parts()] == [
            "text/plain",
            "text/html",
            "text/calendar",
        ]
    assert "Auto-Submitted" not in mailbox.to(MARIA)[0].message


# Back


@pytest.mark.parametrize(
    ("shape", "answer", "comment"),
    [
        (shapes.GOOGLE, "tentative", "I'll be late: a visit; sorry"),
        (shapes.OUTLOOK, "accepted", "I shall bring Tom, our engineer."),
        (shapes.APPLE, "declined", ""),
    ],
    ids=["google", "outlook", "apple"],
)
def test_what_a_calendar_answers_becomes_attendance(shape: bytes, answer: str, comment: str):
    case = a_case()
    meeting = plan(case)

    came = answers(meeting, shape)

    attendance = of(meeting, case.contact)
    assert (attendance.answer, attendance.comment, attendance.answered_at) == (answer, comment, NOW + HOUR)
    assert (attendance.answer_stamp, attendance.answered_sequence) == (STAMP, 0)
    assert (came.escalation, came.contact) == (case, case.contact)
    assert came.state == ("filed" if comment else "answer")
    assert in_case(case) == ([comment] if comment else [])
    assert "meeting.answered_by_them" in kinds_of(case)
    assert any(subject.endswith("to the meeting") for subject in subjects_to(handler(case)))


def test_a_programs_own_text_is_no_word_of_theirs_and_a_note_of_theirs_is():
    google, outlook = (
        b"PRODID:-//Google Inc//Google Calendar 70.9054//EN\r\n",
        b"PRODID:Microsoft Exchange Server 2010\r\n",
    )

    assert own_words("Maria Duarte has accepted this invitation.\n\nA first…", google, "") == ""
    assert own_words("Maria Duarte has accepted this invitation.", google, "See you") == "See you"
    assert own_words("Maria hat die Einladung angenommen.", b"PRODID:-//Mozilla.org\r\n", "") == ""
    assert own_words("I accepted another one first.", outlook, "I accepted another one first.\n") == (
        "I accepted another one first."
    )
    assert own_words("It is worse now.", google, "") == "It is worse now."
    assert own_words("", outlook, "") == ""


def test_flags_of_a_machine_do_not_swallow_an_answer_and_nothing_is_sent_back():
    case = a_case()
    meeting = plan(case)
    calendar = said(shapes.APPLE, meeting, answer="ACCEPTED")
    before = len(letters_to(case.contact))

    came = comes(reply(calendar, meeting, Auto_Submitted="auto-generated", Precedence="bulk"), now=NOW + HOUR)

    assert (came.state, of(meeting, case.contact).answer) == ("answer", "accepted")
    assert len(letters_to(case.contact)) == before


def test_the_same_answer_twice_is_told_once():
    case = a_case()
    meeting = plan(case)

    for minutes in (0, 1, 2):
        answers(meeting, shapes.APPLE, stamp=STAMP + minutes * MINUTE)

    assert kinds_of(case).count("meeting.answered_by_them") == 1


def test_of_answers_out_of_order_the_one_that_was_written_last_counts():
    case = a_case()
    meeting = plan(case)
    answers(meeting, shapes.APPLE, answer="ACCEPTED", stamp=STAMP + MINUTE)

    late = answers(meeting, shapes.APPLE, answer="DECLINED", stamp=STAMP)

    assert of(meeting, case.contact).answer == "accepted"
    assert (late.state, late.why) == ("answer", "A newer answer of theirs is here already.")


def test_an_answer_to_a_time_that_it_no_longer_has_counts_for_nothing():
    case = a_case()
    meeting = plan(case)
    meetings.change(meeting, starts_at=AT + DAY, reason="x", by=CLOCK, now=NOW + MINUTE)
    meetings.change(meeting, place="Room 2", by=CLOCK, now=NOW + MINUTE)

    old = answers(meeting, shapes.APPLE, answer="ACCEPTED", sequence=0)
    first = of(meeting, case.contact).answer
    answers(meeting, shapes.APPLE, answer="ACCEPTED", sequence=1)

    assert (first, of(meeting, case.contact).answer) == ("needs_action", "accepted")
    assert "no longer has" in old.why


def test_another_time_that_they_propose_is_told_to_the_handler_and_changes_nothing():
    case = a_case()
    meeting = plan(case)

    answers(meeting, shapes.OUTLOOK_PROPOSES)

    attendance = of(meeting, case.contact)
    assert (attendance.answer, attendance.proposed_at) == ("tentative", dt.datetime(2026, 11, 20, 10, 0, tzinfo=dt.UTC))
    assert Meeting.objects.get().starts_at == AT
    assert any("proposes another time" in subject for subject in subjects_to(handler(case)))


@pytest.mark.parametrize("day", ["20251120", "20991120"])
def test_a_time_that_nobody_could_mean_is_not_proposed_and_the_words_beside_it_hold(day: str):
    case = a_case()
    meeting = plan(case)

    answers(meeting, shapes.OUTLOOK_PROPOSES.replace(b"20261120T11", day.encode() + b"T11"))

    attendance = of(meeting, case.contact)
    assert (attendance.answer, attendance.proposed_at) == ("tentative", None)
    assert attendance.comment == "Friday would suit us better."
    assert "meeting.time_proposed" not in kinds_of(case)


@pytest.mark.parametrize(
    ("sender", "sent_by", "state"),
    [
        ("mallory@elsewhere.example", "", "to sort"),
        ("mallory@elsewhere.example", "mallory@elsewhere.example", "to sort"),
        ("assistant@brightwater.example", "", "to sort"),
        ("assistant@brightwater.example", "assistant@brightwater.example", "answer"),
        ("maria+calendar@brightwater.example", "", "answer"),
    ],
)
def test_an_answer_is_believed_only_from_who_gives_it_or_may_give_it_for_them(sender: str, sent_by: str, state: str):
    case = a_case()
    meeting = plan(case)
    calendar = said(shapes.APPLE, meeting, answer="ACCEPTED")
    if sent_by:
        calendar = calendar.replace(b"ROLE=REQ", f'SENT-BY="mailto:{sent_by}";ROLE=REQ'.encode())

    came = comes(reply(calendar, meeting, sender=sender), now=NOW + HOUR)

    assert came.state == state
    assert of(meeting, case.contact).answer == ("accepted" if state == "answer" else "needs_action")


def test_who_was_not_invited_answers_to_somebody_who_sorts_mail():
    case = a_case()
    meeting = plan(case)

    came = answers(meeting, shapes.APPLE, by="rui@brightwater.example", sender="rui@brightwater.example")

    assert came.state == "to sort" and "not invited" in came.why
    assert meeting.attendances.count() == 2


def test_one_of_us_answers_and_only_a_no_is_told():
    case, olga = a_case(), make.member("Olga Rehn", Role.EXECUTIVE)
    meeting = plan(case, also=[olga])
    told = len(letters_to(handler(case)))

    answers(meeting, shapes.APPLE, by=olga.email, sender=olga.email, answer="ACCEPTED")
    quiet = len(letters_to(handler(case)))
    answers(meeting, shapes.APPLE, by=olga.email, sender=olga.email, answer="DECLINED", stamp=STAMP + MINUTE)

    assert (quiet, len(letters_to(handler(case)))) == (told, told + 1)
    assert of(meeting, olga).answer == "declined"


def test_their_own_invitation_waits_for_a_person_with_its_time_in_a_sentence():
    case = a_case()
    meeting = plan(case)

    came = comes(reply(said(shapes.OUTLOOK_INVITES, meeting), meeting), now=NOW + HOUR)

    assert (came.state, came.escalation) == ("to sort", case)
    assert came.why.startswith("They invite us to “Where are we?”, Mon 23 Nov, 11:30 in New York.")
    assert in_case(case) == []


def test_an_answer_after_it_was_held_is_kept_and_changes_nothing():
    case = a_case()
    meeting = plan(case)
    meetings.call_off(meeting, reason="x", agreed=True, by=CLOCK, now=NOW)

    came = answers(meeting, shapes.APPLE, answer="ACCEPTED", sequence=9)

    assert (came.state, came.why) == ("answer", "The meeting is called off already.")
    assert of(meeting, case.contact).answer == "needs_action"


def test_a_forged_answer_is_nobodys():
    case = a_case()
    meeting = plan(case)
    calendar = said(shapes.APPLE, meeting, answer="ACCEPTED")

    came = comes(reply(calendar, meeting, Authentication_Results="mx.example; dmarc=fail"), now=NOW + HOUR)

    assert (came.state, of(meeting, case.contact).answer) == ("stranger", "needs_action")


# On the page, and by hand


def on_their_page(case: Escalation) -> Any:
    link = links.give(case, contact=case.contact, by=CLOCK, now=NOW)
    return link, customer_links.who(link)


def test_they_answer_on_their_page_and_the_desk_hears():
    case = a_case()
    meeting = plan(case)
    link, maria = on_their_page(case)

    meeting_answers.by_page(
        link, meeting=meeting, answer="declined", words="Friday,  please", proposed_at=AT + DAY, by=maria, now=NOW
    )

    attendance = of(meeting, case.contact)
    assert (attendance.answer, attendance.comment, attendance.proposed_at) == ("declined", "Friday, please", AT + DAY)
    assert kinds_of(case)[-1] == "meeting.time_proposed"
    assert any("Maria Duarte proposes another time" in subject for subject in subjects_to(handler(case)))


@pytest.mark.parametrize(
    ("values", "says", "field"),
    [
        ({"answer": "needs_action"}, "not an answer", "answer"),
        ({"answer": "accepted", "proposed_at": NOW}, "still ahead", "proposed_at"),
        ({"answer": "accepted", "words": "x" * 501}, "500", "comment"),
    ],
)
def test_an_answer_that_cannot_be_is_refused(values: dict[str, Any], says: str, field: str):
    case = a_case()
    meeting = plan(case)
    link, maria = on_their_page(case)

    with refuses(says, field):
        meeting_answers.by_page(link, meeting=meeting, **values, by=maria, now=NOW)


def test_nobody_answers_for_others_or_for_another_case():
    case, other = a_case(), make.escalation()
    rui = make.contact(case.account, "Rui Lopes")
    meeting = plan(case)
    his, hers = (
        links.give(each, contact=who, by=CLOCK, now=NOW) for each, who in ((case, rui), (other, other.contact))
    )

    for link in (his, hers):
        with refuses("not invited to this meeting"):
            meeting_answers.by_page(link, meeting=meeting, answer="accepted", by=customer_links.who(link), now=NOW)


def test_what_was_said_on_the_phone_is_written_down_and_each_of_ours_answers_for_themselves():
    case, gita = a_case(), make.member("Gita", Role.RESPONDER)
    meeting = plan(case, also=[gita])

    meeting_answers.by_hand(of(meeting, case.contact), answer="accepted", by=CLOCK, now=NOW)
    meeting_answers.by_hand(of(meeting, gita), answer="declined", by=gita.as_actor(), now=NOW)

    assert [each.answer for each in meeting.attendances.all()] == ["accepted", "accepted", "declined"]
    assert kinds_of(case)[-2:] == ["meeting.answered", "meeting.answered_inside"]
    with forbids():
        meeting_answers.by_hand(of(meeting, case.contact), answer="declined", by=gita.as_actor(), now=NOW)


def test_what_they_said_on_the_phone_is_newer_than_what_their_calendar_said_before():
    case = a_case()
    meeting = plan(case)
    meeting_answers.by_hand(of(meeting, case.contact), answer="accepted", by=CLOCK, now=STAMP + MINUTE)

    answers(meeting, shapes.APPLE, answer="DECLINED", stamp=STAMP)
    before = of(meeting, case.contact).answer
    answers(meeting, shapes.APPLE, answer="DECLINED", stamp=STAMP + 2 * MINUTE)

    assert (before, of(meeting, case.contact).answer) == ("accepted", "declined")


def test_what_is_for_us_alone_stands_in_no_invitation():
    case = a_case()
    secret = "Their contract ends in May, and Olga wants to keep it."
    by = handler(case).as_actor()
    updates.send(case, text="We found it.", to=[case.contact], for_team=secret, by=by, now=NOW)

    for where in ("place", "agenda", "text"):
        with refuses("for the account team alone", where):
            plan(case, **{where: f"Before: {secret}"})
