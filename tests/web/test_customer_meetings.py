"""Meetings on the customer's page: when, with whom, what about; their answer, without scripts."""

import datetime as dt

import pytest
from django.test import Client
from icalendar import Calendar

from amends.escalations.actions import meetings
from amends.escalations.meetings import Invited
from amends.escalations.models import Meeting, Promise
from amends.lib import wall
from tests import make
from tests.web.customers import body, case_of, linked, look, path, say
from tests.web.planned import there

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def now():
    return wall.now().replace(second=0, microsecond=0)


@pytest.fixture
def link():
    return linked()


def planned(link, now, **more):
    case = case_of(link)
    values = {
        "kind": "status",
        "starts_at": now + 24 * HOUR,
        "minutes": 30,
        "contacts": [case.contact],
        "members": [Invited(case.handler, "leads")],
        "place": "https://meet.example/1",
    }
    return meetings.plan(case, **values | more, by=case.handler.as_actor(), now=now)


def answer_of(meeting):
    return meeting.attendances.exclude(contact=None).get()


def test_a_planned_meeting_stands_there_as_the_invitation_says_it(link, now):
    meeting = planned(link, now)
    planned(link, now, kind="internal", contacts=[], agenda="Who says sorry")

    page = look(link)

    assert "Where we stand" in page and "https://meet.example/1" in page and "Lisbon time" in page
    assert "The plan, in the order that we agreed" in page and meeting.escalation.handler.name in page
    assert "Who says sorry" not in page and "Begin with what they asked last time" not in page


def test_they_answer_yes_no_or_with_another_time(link, now):
    meeting = planned(link, now)

    yes = say(link, "meeting", meeting=meeting.pk, answer="accepted", words="Gladly")
    agreed = answer_of(meeting)
    timeless = say(link, "meeting", meeting=meeting.pk, answer="tentative", words="Not then")
    other = say(link, "meeting", meeting=meeting.pk, answer="tentative", proposed_at=there(now + 48 * HOUR))

    assert yes.status_code == other.status_code == 302
    assert (agreed.answer, agreed.comment) == ("accepted", "Gladly")
    assert timeless.status_code == 422 and "When would it be better?" in body(timeless) and "Not then" in body(timeless)
    assert answer_of(meeting).proposed_at == now + 48 * HOUR
    assert "You would rather meet at another time." in look(link)
    say(link, "meeting", meeting=meeting.pk, answer="declined", proposed_at=there(now + 48 * HOUR))
    assert (answer_of(meeting).answer, answer_of(meeting).proposed_at) == ("declined", None)


def test_nobody_answers_for_a_case_or_a_meeting_that_is_not_theirs(link, now):
    other = make.escalation(now=now - HOUR)
    elsewhere = meetings.plan(
        other,
        kind="status",
        starts_at=now + 24 * HOUR,
        minutes=30,
        contacts=[other.contact],
        members=[Invited(other.handler)],
        by=other.handler.as_actor(),
        now=now,
    )
    rui = make.contact(case_of(link).account, "Rui Teixeira")
    his = planned(link, now, contacts=[rui])

    for meeting in (elsewhere, his):
        assert say(link, "meeting", meeting=meeting.pk, answer="accepted").status_code == 422
        assert answer_of(meeting).answer == "needs_action"
    assert "Your answer" not in look(link) and "Rui Teixeira" in look(link)


def test_the_meeting_is_a_file_for_their_calendar_by_their_own_link_alone(link, now):
    meeting, other = planned(link, now), linked()
    internal = planned(link, now, kind="internal", contacts=[])

    answer = Client().get(f"{path(link)}meetings/{meeting.pk}.ics")

    (event,) = Calendar.from_ical(answer.content).events
    assert str(event["UID"]) == meeting.uid and event.start == meeting.starts_at
    assert "/escalations/" not in answer.content.decode()
    assert answer["X-Robots-Tag"] == "noindex, nofollow" and answer["Cache-Control"] == "no-store"
    assert Client().get(f"{path(other)}meetings/{meeting.pk}.ics").status_code == 404
    assert Client().get(f"{path(link)}meetings/{internal.pk}.ics").status_code == 404


def test_what_was_held_stands_there_and_what_we_wrote_of_it_does_not(link, now):
    meeting = planned(link, now - HOUR, starts_at=now - dt.timedelta(minutes=50))
    came = {each.pk for each in meeting.attendances.all()}
    by = meeting.escalation.handler.as_actor()

    meetings.held(meeting, came=came, words="She shouted at first.", mood="furious", by=by, now=now)

    page = look(link)
    assert "Where we stand, with" in page and "shouted" not in page and "furious" not in page


def test_nobody_is_late_while_it_lasts(link, now):
    meeting = planned(link, now)
    began = wall.now() - 10 * dt.timedelta(minutes=1)
    Promise.objects.filter(pk=meeting.promise_id).update(due_at=began)
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=began, ends_at=began + HOUR)

    lasts = look(link)
    Meeting.objects.filter(pk=meeting.pk).update(ends_at=began + dt.timedelta(minutes=5))
    is_over = look(link)

    assert "We are to be with you now" in lasts and "We are late with it" not in lasts
    assert "You hear from us next" in is_over and "We are late with it" in is_over
