"""How a meeting was, and the notes of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from amends.directory.actor import CLOCK, Role
from amends.directory.models import Organisation
from amends.escalations import customer_view, duties, invariants, meeting_drafts, situations
from amends.escalations import meetings as planning
from amends.escalations.actions import corrections, meeting_notes, meetings, problems, requests, updates
from amends.escalations.actions.updates import Next
from amends.escalations.models import Meeting
from tests import make
from tests.escalations.meetings.planned import AT, NOW, a_case, handler, hold, of, plan
from tests.escalations.reading import DAY, HOUR, MINUTE, forbids, kinds_of, letters_to, refuses

pytestmark = pytest.mark.django_db


def test_held_it_keeps_its_promise_and_is_the_first_contact():
    case = a_case()
    meeting = plan(case)

    hold(meeting, words="They are worn out. Priya drops the ball.", mood="upset", lasted=40)

    meeting.promise.refresh_from_db()
    said = case.updates.get(channel="meeting")
    assert (meeting.state, meeting.held_at, meeting.mood, meeting.lasted) == ("held", AT, "upset", 40)
    assert (meeting.promise.status, meeting.promise.kept_by, said.minutes) == ("kept", said, 40)
    assert (case.first_contact_at, case.last_said_at) == (AT, AT)
    assert of(meeting, case.contact).came is True
    assert kinds_of(case)[-1] == "meeting.held"
    assert invariants.breaches(meeting.ends_at) == []


def test_begun_late_the_promise_is_kept_late_and_the_next_word_can_be_promised_in_it():
    case = a_case()
    meeting = plan(case)

    hold(meeting, at=AT + 10 * MINUTE, then=Next("The cause", AT + DAY), now=AT + HOUR)

    meeting.promise.refresh_from_db()
    assert meeting.promise.status == "kept late"
    assert case.promises.open().filter(what="The cause", due_at=AT + DAY).exists()


def test_among_ourselves_nothing_is_said_and_no_notes_are_owed():
    case = a_case()
    meeting = plan(case, kind="internal")

    hold(meeting, words="We need two more days.")

    assert (meeting.notes_due_at, case.updates.count(), case.first_contact_at) == (None, 0, None)
    with refuses("not sent to the customer"):
        meeting_notes.send(meeting, text="x", to=[case.contact], by=CLOCK, now=AT + HOUR)


@pytest.mark.parametrize(
    ("said", "says", "field"),
    [
        ({"now": AT - MINUTE}, "not begun", "at"),
        ({"at": NOW - MINUTE}, "before it was planned", "at"),
        ({"came": []}, "None of them came", "came"),
        ({"came": [4711]}, "those who were invited", "came"),
        ({"mood": "merry"}, "not a mood", "mood"),
    ],
)
def test_what_cannot_have_been_is_refused(said: dict[str, Any], says: str, field: str):
    meeting = plan(a_case())

    with refuses(says, field):
        hold(meeting, **said)

    assert Meeting.objects.get().state == "planned"


def test_it_was_not_held_before_they_were_told_of_the_time_that_it_has():
    case = a_case()
    meetings.change(plan(case), starts_at=AT + HOUR, reason="They asked.", by=CLOCK, now=NOW + 3 * HOUR)
    meeting = Meeting.objects.get()

    with refuses("before they were told of the time that it has now", "at"):
        hold(meeting, at=NOW + 3 * HOUR - MINUTE, now=NOW + 4 * HOUR)
    held = hold(meeting, at=NOW + 3 * HOUR, now=NOW + 4 * HOUR)

    assert (held.held_at, held.promise.status) == (NOW + 3 * HOUR, "kept")


@pytest.mark.parametrize("kind", ["first_contact", "internal"])
def test_it_was_held_in_the_minute_in_which_it_was_planned(kind: str):
    case = a_case()
    meeting = plan(case, kind=kind, now=NOW + dt.timedelta(seconds=40))

    with refuses("before it was planned", "at"):
        hold(meeting, at=NOW - MINUTE, now=NOW + HOUR)
    held = hold(meeting, at=NOW, now=NOW + HOUR)

    assert (held.state, held.held_at) == ("held", NOW)


def test_how_they_were_is_apart_so_that_it_can_be_erased():
    case = a_case()

    hold(plan(case), mood="upset")

    event = case.events.get(kind="meeting.held")
    assert "mood" not in event.words and event.personal.words["mood"] == "upset"


def test_only_who_may_tell_the_customer_says_how_it_was():
    case, priya = a_case(), make.member("Priya", Role.RESPONDER)
    meeting = plan(case, also=[priya])

    with forbids():
        meetings.held(meeting, came=[], by=priya.as_actor(), now=meeting.ends_at)


@pytest.mark.parametrize(
    ("ended", "due"),
    [
        (dt.datetime(2026, 11, 19, 10, 0), dt.datetime(2026, 11, 19, 16, 0)),  # Thursday: the office closes at 17:00
        (dt.datetime(2026, 11, 19, 15, 45), dt.datetime(2026, 11, 19, 16, 45)),  # an hour at least
        (dt.datetime(2026, 11, 19, 20, 0), dt.datetime(2026, 11, 19, 21, 0)),
        (dt.datetime(2026, 11, 21, 10, 0), dt.datetime(2026, 11, 23, 16, 0)),  # a Saturday
    ],
)
def test_notes_are_due_by_the_end_of_the_working_day_on_the_organisers_clock(ended: dt.datetime, due: dt.datetime):
    make.organisation()

    found = planning.notes_due(ended.replace(tzinfo=dt.UTC), "Europe/Berlin", Organisation.current())

    assert found == due.replace(tzinfo=dt.UTC)


# Notes


def a_draft(meeting: Meeting, now: dt.datetime = AT + HOUR) -> meeting_drafts.NotesDraft:
    return meeting_drafts.draft(meeting, by=handler(meeting.escalation).as_actor(), now=now)


def test_notes_are_drafted_in_their_words_and_nothing_inside_is_among_them():
    case = a_case(outcome_wanted="Orders that arrive once")
    first, second = case.problems.all()
    problems.change(first, next_step="Roll back Priya’s change", by=CLOCK, now=NOW)
    requests.make(second, what="Last week’s list", due_at=NOW + DAY, by=CLOCK, now=NOW)
    meeting = hold(plan(case), words="Priya drops the ball.")

    found = a_draft(meeting)

    assert found.subject == f"Notes: a first conversation, Thu 19 Nov ({case.key})"
    assert found.text.startswith("Dear Maria Duarte,\n\nthank you for talking with us on Thu 19 Nov")
    assert "1. “Every order arrives twice”\n2. “Stock is wrong”" in found.text
    assert "“Orders that arrive once”" in found.text
    assert "For this we still need your answer:\n– “Stock is wrong”" in found.text
    assert "{next_by}" in found.text
    assert "Priya" not in found.text and case.reason not in found.text


def test_a_draft_is_kept_while_somebody_writes_and_is_gone_once_it_is_sent():
    case = a_case()
    meeting = hold(plan(case))
    by = handler(case).as_actor()
    meeting_notes.write(meeting, subject="Our talk", text="Dear Maria,", by=by, now=AT + HOUR)
    meeting_notes.write(meeting, subject="Our talk", text="Dear Maria, thank you.", by=by, now=AT + HOUR)
    assert meeting_drafts.kept(Meeting.objects.get()).text == "Dear Maria, thank you."

    sent = meeting_notes.send(
        meeting,
        subject="Our talk",
        text="Dear Maria, thank you.",
        to=meeting_drafts.readers(meeting, AT + HOUR),
        then=Next("The cause", AT + DAY),
        by=by,
        now=AT + HOUR,
    )

    assert (meeting.notes_update, sent.subject, meeting.awaits_notes) == (sent, "Our talk", False)
    assert meeting_drafts.kept(Meeting.objects.get()) is None
    assert case.promises.open().filter(what="The cause").exists()
    assert letters_to(case.contact)[-1].letter["subject"] == "Our talk"
    assert kinds_of(case)[-1] == "meeting.notes_sent"
    with refuses("notes already"):
        meeting_notes.send(meeting, text="Once more", to=[case.contact], by=by, now=AT + HOUR)


def test_notes_that_were_taken_back_are_awaited_again():
    case = a_case()
    meeting = hold(plan(case))
    by = handler(case).as_actor()
    sent = meeting_notes.send(meeting, text="Dear Maria,", to=[case.contact], by=by, now=AT + HOUR)

    corrections.take_back(sent, by=by, now=AT + HOUR)

    meeting = Meeting.objects.get()
    assert meeting.awaits_notes and list(Meeting.objects.awaiting_notes()) == [meeting]
    meeting_notes.send(meeting, text="Dear Maria, again", to=[case.contact], by=by, now=AT + HOUR)
    assert not Meeting.objects.get().awaits_notes


def test_somebody_says_that_there_are_no_notes_and_why():
    case = a_case()
    meeting = hold(plan(case))

    with refuses("Say why", "reason"):
        meeting_notes.waive(meeting, reason=" ", by=CLOCK, now=AT + HOUR)
    meeting_notes.waive(meeting, reason="They wrote their own.", by=CLOCK, now=AT + HOUR)

    assert not meeting.awaits_notes
    with refuses("get no notes"):
        meeting_notes.write(meeting, subject="", text="x", by=CLOCK, now=AT + HOUR)


def test_before_it_was_held_there_are_no_notes():
    meeting = plan(a_case())

    with refuses("Say first how it was"):
        meeting_notes.write(meeting, subject="", text="x", by=CLOCK, now=NOW)


# Where it is seen


def test_today_asks_how_it_was_and_for_the_notes_and_shows_what_comes():
    case, guest = a_case(), make.member("Gita", Role.RESPONDER)
    meeting = plan(case, also=[guest])

    coming = duties.of(guest.as_actor(), NOW)
    unsettled = duties.of(handler(case).as_actor(), meeting.ends_at)
    hold(meeting)
    unsent = duties.of(handler(case).as_actor(), AT + HOUR)
    meeting_notes.waive(meeting, reason="They want no more.", by=CLOCK, now=AT + HOUR)

    assert (coming.to_come, coming.to_settle) == ([meeting], [])
    assert unsettled.to_settle == unsent.to_settle == [meeting]
    assert not duties.of(handler(case).as_actor(), AT + HOUR).to_settle
    assert not duties.of(guest.as_actor(), meeting.ends_at).to_settle


def test_the_customer_sees_what_is_planned_and_that_it_was_and_nothing_that_we_wrote_of_it():
    case, olga = a_case(), make.member("Olga Rehn", Role.EXECUTIVE)
    rui = make.contact(case.account, "Rui Lopes")
    plan(case, kind="internal")
    meeting = plan(case, also=[olga])

    (planned,) = customer_view.of(case, case.contact, NOW).meetings
    (his,) = customer_view.of(case, rui, NOW).meetings
    hold(meeting, words="Priya drops the ball.", mood="furious", came=[of(meeting, case.contact).pk])
    seen = customer_view.of(case, case.contact, AT + HOUR)

    assert (planned.title, planned.starts_at, planned.place) == ("A first conversation", AT, meeting.place)
    assert list(planned.ours) == [handler(case).name, "Olga Rehn"]
    assert (planned.answer, his.answer, planned.is_held) == ("needs_action", "", False)
    assert [(met.is_held, list(met.ours)) for met in seen.meetings] == [(True, [])]
    assert "Priya" not in str(seen) and "furious" not in str(seen)


def test_the_clock_sees_the_meetings_of_many_cases_at_once():
    case = a_case()
    meeting = plan(case)
    plan(case, kind="internal")

    seen = situations.one(case)

    assert [(each.id, each.is_internal, each.is_briefed) for each in seen.meetings] == [
        (meeting.pk, False, False),
        (meeting.pk + 1, True, False),
    ]
    assert [promise.is_meeting for promise in seen.promises if promise.id == meeting.promise_id] == [True]


def test_a_call_that_was_logged_keeps_no_meetings_promise():
    case = a_case()
    meeting = plan(case)

    with refuses("That is a meeting", "keeps"):
        updates.log(case, channel="call", text="x", at=NOW, keeps=[meeting.promise], by=CLOCK, now=NOW)
