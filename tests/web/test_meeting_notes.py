"""The notes of a meeting, from the pages: begun, kept, looked at, sent; or none."""

import datetime as dt

import pytest

from amends.escalations.actions import meetings
from amends.escalations.meetings import Invited
from amends.escalations.models import Meeting
from amends.lib import wall
from tests import make
from tests.web.filled import filled

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def now():
    return wall.now().replace(second=0, microsecond=0)


@pytest.fixture
def meeting(now, client):
    """A first contact that was held an hour ago; the handler, who held it, is logged in."""
    escalation = make.escalation(
        now=now - 4 * HOUR, problems=("Every order arrives twice",), outcome_wanted="No more doubles"
    )
    by = escalation.handler.as_actor()
    planned = meetings.plan(
        escalation,
        kind="first_contact",
        starts_at=now - 2 * HOUR,
        minutes=30,
        contacts=[escalation.contact],
        members=[Invited(escalation.handler, "leads")],
        by=by,
        now=now - 3 * HOUR,
    )
    came = {each.pk for each in planned.attendances.all()}
    client.force_login(escalation.handler)
    return meetings.held(planned, came=came, words="She shouted at first.", by=by, now=now - HOUR)


def at(meeting, act=""):
    return f"/escalations/{meeting.escalation.key}/meetings/{meeting.pk}/notes/{act}"


def begun(client, meeting):
    return filled(client.get(at(meeting)).content.decode(), at(meeting))


def test_they_begin_with_what_was_heard_and_without_our_own_minutes(client, meeting):
    data = begun(client, meeting)

    assert "Every order arrives twice" in data["text"][0] and "No more doubles" in data["text"][0]
    assert "thank you for talking with us" in data["text"][0] and "shouted" not in data["text"][0]
    assert data["to"] == [str(meeting.escalation.contact_id)]
    assert "shouted" in client.get(at(meeting)).content.decode()


def test_a_draft_is_kept_for_whoever_goes_on_with_it(client, meeting):
    data = begun(client, meeting) | {"text": "Half a sentence", "keep": "1"}

    kept = client.post(at(meeting), data)
    client.force_login(make.member("Ruth Adeyemi", "manager"))

    assert kept.status_code == 200 and "Half a sentence" in kept.content.decode()
    assert begun(client, meeting)["text"] == ["Half a sentence"]
    assert not Meeting.objects.get().notes_update_id


def test_they_are_looked_at_as_they_arrive_and_sent_in_one_step(client, meeting):
    data = begun(client, meeting)
    looked = client.post(at(meeting, "preview/"), data).content.decode()
    back = client.post(at(meeting), filled(looked, at(meeting)) | {"back": "1"}).content.decode()

    sent = client.post(at(meeting), filled(looked, at(meeting)))

    assert "As they arrive" in looked and "Every order arrives twice" in looked and "shouted" not in looked
    assert "{next_by}" not in looked
    assert filled(back, at(meeting))["text"][0].split() == data["text"][0].split()
    assert sent["Location"].endswith(f"/meetings/{meeting.pk}/")
    update = Meeting.objects.get().notes_update
    assert "Every order arrives twice" in update.text and "{next_by}" not in update.text
    assert "Its notes wait in the outbox" in client.get(sent["Location"]).content.decode()


def test_what_cannot_be_sent_comes_back_with_all_that_was_typed(client, meeting):
    answer = client.post(at(meeting), begun(client, meeting) | {"to": [], "text": "We agreed on the order."})

    assert answer.status_code == 422
    assert "Choose who at the customer gets this." in answer.content.decode()
    assert "We agreed on the order." in answer.content.decode()


def test_they_get_none_for_a_reason(client, meeting):
    unreasoned = client.post(at(meeting, "none/"), {"reason": ""})
    client.post(at(meeting, "none/"), {"reason": "Maria wrote them herself"})
    page = client.get(f"/escalations/{meeting.escalation.key}/meetings/{meeting.pk}/").content.decode()

    assert unreasoned.status_code == 422
    assert "Maria wrote them herself" in page and "awaited" not in page
