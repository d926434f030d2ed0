"""Changing a meeting and calling it off: what becomes of the promise that it is, and who is told what."""

from __future__ import annotations

import datetime as dt

import pytest

from amends.directory.actor import CLOCK, Role
from amends.escalations import invariants
from amends.escalations.actions import endings, merges, promises, updates
from amends.escalations.actions import meetings as acts
from amends.escalations.meetings import Invited
from amends.escalations.models import Meeting, Notice, Promise, Update
from tests import make
from tests.escalations.meetings.planned import AT, LEADS, NOW, PRESENCE, a_case, calendar, handler, hold, of, plan
from tests.escalations.reading import DAY, HOUR, MINUTE, kinds_of, letters_to, refuses, subjects_to

pytestmark = pytest.mark.django_db


# Changing it


def test_moved_in_time_the_promise_is_moved_and_all_are_asked_anew():
    case, ruth = a_case(), make.member("Olga Rehn", Role.EXECUTIVE)
    meeting = plan(case, also=[ruth])
    of(meeting, ruth).__class__.objects.filter(pk=of(meeting, ruth).pk).update(answer="accepted", answered_at=NOW)
    old = meeting.promise

    acts.change(meeting, starts_at=AT + DAY, reason="The log is not read yet.", by=CLOCK, now=NOW + HOUR)

    old.refresh_from_db()
    assert (old.status, meeting.promise.moved_from, meeting.promise.due_at) == ("moved", old, AT + DAY)
    assert (meeting.minutes, meeting.sequence, of(meeting, ruth).answer) == (30, 1, "needs_action")
    method, event = calendar(letters_to(case.contact)[-1])
    assert (method, event["SEQUENCE"], str(event["UID"])) == ("REQUEST", 1, meeting.uid)
    text = meeting.invitations.last().text
    assert "our meeting of Thu 19 Nov, 15:00 in Lisbon is at another time: Fri 20 Nov, 15:00 in Lisbon" in text
    assert "log" not in text
    assert invariants.breaches(NOW + HOUR) == []


def test_moved_after_it_was_to_begin_the_promise_stays_missed():
    case = a_case()
    meeting = plan(case)
    old = meeting.promise

    acts.change(meeting, starts_at=AT + DAY, reason="We were held up.", by=CLOCK, now=AT + MINUTE)

    old.refresh_from_db()
    assert (old.status, meeting.promise.moved_from) == ("broken", old)


def test_another_place_leaves_answers_and_promise_as_they_are():
    case = a_case()
    meeting = plan(case)
    promise = meeting.promise
    row = of(meeting, case.contact)
    row.__class__.objects.filter(pk=row.pk).update(answer="accepted", answered_at=NOW)

    acts.change(meeting, place="+351 21 000 00 00", by=CLOCK, now=NOW + HOUR)

    assert (of(meeting, case.contact).answer, meeting.promise, meeting.promise.status) == ("accepted", promise, "open")
    assert (meeting.sequence, meeting.time_sequence) == (1, 0)
    assert calendar(letters_to(case.contact)[-1])[1]["LOCATION"] == "+351 21 000 00 00"


def test_who_need_not_come_any_more_is_told_and_nobody_else_loses_the_meeting():
    case, ruth, priya = a_case(), make.member("Olga Rehn", Role.EXECUTIVE), make.member("Priya")
    rui = make.contact(case.account, "Rui Lopes")
    meeting = plan(case, also=[ruth], contacts=[case.contact, rui])

    acts.change(
        meeting,
        contacts=[case.contact],
        members=[Invited(handler(case), LEADS), Invited(priya)],
        by=handler(case).as_actor(),
        now=NOW + HOUR,
    )

    for gone in (ruth, rui):
        method, event = calendar(letters_to(gone)[-1])
        assert (method, str(event["ATTENDEE"]), "STATUS" in event) == ("CANCEL", f"mailto:{gone.email}", False)
    assert calendar(letters_to(priya)[-1])[0] == calendar(letters_to(case.contact)[-1])[0] == "REQUEST"
    assert {each.name for each in meeting.attendances.all()} == {"Maria Duarte", handler(case).name, "Priya"}


def test_what_is_not_different_or_gives_no_reason_is_refused():
    case = a_case()
    meeting = plan(case)

    with refuses("Nothing about it is different"):
        acts.change(meeting, starts_at=AT, minutes=30, by=CLOCK, now=NOW)
    with refuses("Say why it moves", "reason"):
        acts.change(meeting, starts_at=AT + DAY, by=CLOCK, now=NOW)
    with refuses("still ahead", "starts_at"):
        acts.change(meeting, starts_at=NOW, reason="x", by=CLOCK, now=NOW)


# Its promise rests with it


def test_the_promise_of_a_meeting_is_not_kept_moved_or_given_up_beside_it():
    case = a_case()
    meeting = plan(case)
    said = updates.log(case, channel="call", text="x", at=NOW, by=CLOCK, now=NOW)

    with refuses("That is a meeting", "keeps"):
        promises.keep(meeting.promise, update=said, by=CLOCK, now=NOW)
    with refuses("That is a meeting", "due_at"):
        promises.move(meeting.promise, due_at=AT + DAY, told_by=said, reason="x", by=CLOCK, now=NOW)
    with refuses("That is a meeting"):
        promises.give_up(meeting.promise, reason="x", by=CLOCK, now=NOW)


@pytest.mark.parametrize(("agreed", "status"), [(True, "released"), (False, "broken")])
def test_called_off_it_leaves_all_calendars_and_says_what_became_of_the_promise(agreed: bool, status: str):
    case = a_case()
    meeting = plan(case)

    acts.call_off(meeting, reason="They are in an audit.", agreed=agreed, by=CLOCK, now=NOW + HOUR)

    meeting.promise.refresh_from_db()
    assert (meeting.state, meeting.promise.status, meeting.promise.reason) == (
        "cancelled",
        status,
        "They are in an audit.",
    )
    for who in (case.contact, handler(case)):
        method, event = calendar([each for each in letters_to(who) if each.letter["calendar"]][-1])
        assert (method, str(event["STATUS"]), event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 1)
    assert "audit" not in meeting.invitations.last().text
    assert case.promises.open().exists()
    assert invariants.breaches(NOW + HOUR) == []
    with refuses("called off already"):
        acts.change(meeting, place="x", by=CLOCK, now=NOW)


@pytest.mark.parametrize("is_in_it", [True, False])
@pytest.mark.parametrize("what", ["called off", "moved too late"])
def test_what_becomes_of_a_meeting_is_told_each_of_ours_in_one_letter(is_in_it: bool, what: str):
    case, tom = a_case(), make.member("Tom", Role.MANAGER)
    ours = [Invited(handler(case), PRESENCE)] if is_in_it else []
    meeting = plan(case, members=[Invited(tom, LEADS), *ours])
    before = len(letters_to(handler(case)))

    if what == "called off":
        acts.call_off(meeting, reason="They are in an audit.", by=tom.as_actor(), now=NOW + HOUR)
    else:
        acts.change(meeting, starts_at=AT + DAY, reason="We forgot.", by=tom.as_actor(), now=AT + HOUR)

    (letter,) = letters_to(handler(case))[before:]
    assert bool(letter.letter["calendar"]) is is_in_it
    assert "promise.broken" in kinds_of(case)
    assert Notice.objects.filter(event__kind="promise.broken", member=handler(case)).count() == 1


def test_what_is_withdrawn_takes_its_meetings_along():
    case = a_case()
    theirs, ours = plan(case), plan(case, kind="internal")

    endings.withdraw(case, reason="It was no escalation.", by=CLOCK, now=NOW + HOUR)

    assert {meeting.state for meeting in case.meetings.all()} == {"cancelled"}
    assert Promise.objects.get(pk=theirs.promise_id).status == "released"
    letter = letters_to(case.contact)[-1]
    assert calendar(letter)[0] == "CANCEL"
    # Nothing comes next, and so nothing is said of it.
    text = " ".join(letter.letter["paragraphs"])
    assert "does not take place any more" in text and "You hear from us" not in text
    assert ours.attendances.count() == 1
    assert invariants.breaches(NOW + HOUR) == []


def test_merged_its_planned_meetings_go_along_and_what_was_held_stays():
    case = a_case()
    other = make.escalation(of=case.account, reason="The same again")
    done = hold(plan(other, starts_at=NOW + HOUR), now=NOW + 2 * HOUR)
    done.why_no_notes = "None asked for."
    done.save()
    coming = plan(other)

    merges.merge(other, into=case, reason="One cause.", by=CLOCK, now=NOW + 3 * HOUR)

    assert list(case.meetings.all()) == [coming] and list(other.meetings.all()) == [done]
    assert case.promises.open().filter(pk=coming.promise_id).exists()
    assert invariants.breaches(NOW + 3 * HOUR) == []
    coming = Meeting.objects.get(pk=coming.pk)
    acts.change(coming, place="Room 2", by=CLOCK, now=NOW + 3 * HOUR)
    assert str(calendar(letters_to(case.contact)[-1])[1]["UID"]) == coming.uid


def test_a_broken_row_is_found_by_the_doctor():
    case = a_case()
    meeting = plan(case)
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=AT + MINUTE, time_sequence=7)
    Update.objects.filter(meeting=meeting).update(meeting=None)
    meeting.attendances.all().delete()

    says = {breach.says for breach in invariants.breaches(NOW) if breach.invariant == "meeting"}

    assert len(says) == 3


def test_both_nights_on_which_clocks_change_stand_in_the_invitation_as_they_are():
    case = a_case()
    fall = dt.datetime(2027, 10, 31, 0, 30, tzinfo=dt.UTC)  # 01:30 in Lisbon, before the clocks go back
    spring = dt.datetime(2027, 3, 28, 1, 30, tzinfo=dt.UTC)  # 02:30 in Lisbon, after they went forward

    for at in (fall, fall + HOUR, spring):
        plan(case, starts_at=at)

        event = calendar(letters_to(case.contact)[-1])[1]
        assert event.DTSTART.astimezone(dt.UTC) == at
        assert event.DTEND.astimezone(dt.UTC) == at + HOUR / 2


def test_a_subject_says_which_meeting_and_when():
    case = a_case()

    plan(case)

    assert subjects_to(case.contact)[-1] == (
        "Invitation: A first conversation: Brightwater Foods and Fernhill, Thu 19 Nov, 15:00 in Lisbon"
    )
