"""The notes of a meeting, from the pages: begun, kept, looked at, sent; or none."""

import datetime as dt

import pytest

from amends.escalations import customer_links
from amends.escalations.actions import corrections, meetings
from amends.escalations.actions import customer_links as links
from amends.escalations.meetings import Invited
from amends.escalations.models import Meeting, Update
from amends.lib import wall
from tests import make
from tests.web.filled import filled
from tests.web.writing import excuse

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


def test_a_draft_that_nobody_waits_for_any_more_comes_back_with_all_that_was_typed(client, meeting):
    data = begun(client, meeting) | {"text": "Half a sentence", "keep": "1"}
    client.post(at(meeting, "none/"), {"reason": "They wrote their own."})

    refused = client.post(at(meeting), data)

    page = refused.content.decode()
    assert refused.status_code == 422 and "Half a sentence" in page and "They get no notes of it." in page


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


def test_the_link_to_their_page_is_for_its_reader_alone_where_notes_are_looked_at(client, meeting, now):
    case = meeting.escalation
    link = links.give(case, contact=case.contact, by=case.handler.as_actor(), now=now)

    looked = client.post(at(meeting, "preview/"), begun(client, meeting)).content.decode()

    assert customer_links.LABEL in looked and "#only-in-the-mail" in looked and f"/c/{link.pk}" not in looked


def test_a_line_of_our_own_minutes_goes_only_once_somebody_wants_it_so(client, meeting):
    Meeting.objects.update(words="They may leave for Norvale by spring.\nShe shouted first.")
    copied = "Dear Maria,\n\nthey may leave for  Norvale\nby spring. She shouted first."
    data = begun(client, meeting) | {"text": copied}
    warning = "This stands in our own minutes: “They may leave for Norvale by spring.” Send all the same?"

    looked = client.post(at(meeting, "preview/"), data).content.decode()
    stopped = client.post(at(meeting), data)
    at_first = Meeting.objects.get().notes_update_id
    client.post(at(meeting), filled(looked, at(meeting)) | {"as_it_is": excuse(looked)})

    assert warning in looked and "Send them as they are" in looked
    assert looked.count("our own minutes:") == 1
    assert (stopped.status_code, at_first) == (422, None)
    assert warning in stopped.content.decode() and "Send it as it is" in stopped.content.decode()
    assert Meeting.objects.get().notes_update.text.startswith("Dear Maria,")


@pytest.mark.parametrize(
    ("written", "warned"),
    [
        ("We think Sofie was too slow.", "We think Sofie was too slow."),
        ("– we think  “Sofie”\nwas too slow, sadly", "We think Sofie was too slow."),
        ("It isn't their fault", "it isn’t their fault."),
        ("You were calm with us. Every order arrives twice.", ""),
        ("We thought Sofie was too slow to see.", ""),
    ],
)
def test_a_sentence_from_the_midst_of_our_own_minutes_does_not_go_unnoticed(client, meeting, written, warned):
    minutes = "Owen was calm; it isn’t their fault. Every order arrives twice. A date! We think Sofie was too slow."
    Meeting.objects.update(words=minutes)

    answer = client.post(at(meeting), begun(client, meeting) | {"text": f"Dear Maria,\n\n{written}"})

    says = f"This stands in our own minutes: “{warned}” Send all the same?"
    assert (answer.status_code, says in answer.content.decode()) == ((422, True) if warned else (302, False))
    assert bool(Meeting.objects.get().notes_update_id) is not bool(warned)


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


def test_the_notes_of_what_was_not_held_after_all_lead_to_the_question_how_it_was(client, meeting, now):
    data = begun(client, meeting) | {"text": "Dear Maria, it was good to talk."}
    word = Update.objects.select_related("escalation").get(held=meeting)
    corrections.correct(
        word,
        reason="By phone.",
        channel="call",
        text="We spoke.",
        at=word.at,
        by=meeting.escalation.handler.as_actor(),
        now=now,
    )

    opened = client.get(at(meeting), follow=True)
    sent = client.post(at(meeting), data)

    assert opened.redirect_chain == [(f"/escalations/{meeting.escalation.key}/meetings/{meeting.pk}/", 302)]
    assert "Was it held?" in opened.content.decode()
    # What was typed meanwhile is not lost, and nothing says that it was held.
    page = sent.content.decode()
    assert sent.status_code == 422 and "Say first how it was" in page
    assert "it was good to talk" in page and "First contact, held" not in page
