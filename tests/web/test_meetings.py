"""Meetings, from the pages: changing, answering, holding, and what the case and Today show of them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amends.directory.actor import CLOCK, Role
from amends.escalations.actions import meetings, promises, updates
from amends.escalations.actions.customer_answers import rate
from amends.escalations.actions.customer_links import give
from amends.escalations.customer_links import who
from amends.escalations.meetings import Invited
from amends.escalations.models import Meeting, Update
from amends.lib import wall, when
from tests import make
from tests.web.filled import filled
from tests.web.planned import DAY, HOUR, MINUTE, at, at_noon, fields, over, page_of, planned, there

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return wall.now().replace(second=0, microsecond=0)


@pytest.fixture
def escalation(now, client):
    """An escalation whose handler is logged in."""
    escalation = make.escalation(now=now - HOUR, problems=("Every order arrives twice",))
    client.force_login(escalation.handler)
    return escalation


def test_how_it_was_is_asked_once_it_has_begun(client, escalation, now):
    ahead = planned(escalation, now, now + HOUR)
    path, held = at(escalation, f"{ahead.pk}/"), at(escalation, f"{ahead.pk}/held/")
    shown = (path, f"/escalations/{escalation.key}/", f"/escalations/{escalation.key}/promised/", "/")

    before = [client.get(each).content.decode() for each in shown]
    opened = client.get(held).content.decode()
    earlier = filled(client.get(f"{held}?earlier=1").content.decode(), held)
    early = client.post(held, earlier).content.decode()
    Meeting.objects.update(starts_at=now - MINUTE, made_at=now - HOUR)
    begun = [client.get(each).content.decode() for each in shown]

    assert not any(held in page for page in before) and all(path in page for page in before[1:])
    assert f"It begins {when.day_and_time(ahead.starts_at, escalation.handler.zone, now)}." in opened
    assert "Our own minutes" not in opened and f"{held}?earlier=1" in opened
    assert "It has not begun yet: it is planned for" in early and "If you met earlier, say when." in early
    assert all(held in page for page in begun)
    assert Meeting.objects.get().is_planned


def test_only_what_one_changed_is_changed(client, escalation, now):
    meeting = planned(escalation, now, at_noon(now))
    change = f"{meeting.pk}/change/"
    data = fields(client, escalation, change)
    meetings.change(meeting, place="Room 4", by=escalation.handler.as_actor(), now=now)

    nothing = client.post(at(escalation, change), data)
    unreasoned = client.post(at(escalation, change), data | {"starts_at": there(at_noon(now, 6))})
    moved = client.post(at(escalation, change), data | {"starts_at": there(at_noon(now, 6)), "reason": "They asked"})

    assert nothing.status_code == 422 and "Nothing about it is different yet." in nothing.content.decode()
    assert unreasoned.status_code == 422 and "Say why it moves" in unreasoned.content.decode()
    assert moved["Location"] == at(escalation, f"{meeting.pk}/")
    found = Meeting.objects.get()
    assert (found.starts_at, found.place) == (at_noon(now, 6), "Room 4")


def test_it_is_called_off_with_a_reason_that_stays_inside(client, escalation, now):
    meeting = planned(escalation, now)
    data = fields(client, escalation, f"{meeting.pk}/call-off/")

    client.post(at(escalation, f"{meeting.pk}/call-off/"), data | {"reason": "Ruth is ill", "agreed": "on"})

    assert "we are sorry: our meeting of" in data["text"][0] and "does not take place." in data["text"][0]
    assert Meeting.objects.get().state == "cancelled"
    assert "Ruth is ill" in page_of(client, escalation)
    assert "Ruth is ill" not in escalation.updates.latest("pk").text


def test_who_reads_that_it_is_called_off_reads_when_they_hear_next_as_it_was_promised(client, escalation, now):
    due_at, by = at_noon(now, 4), escalation.handler.as_actor()
    hears = f"You hear from us by {when.their_date(due_at, 'Europe/Lisbon', now)}"
    then = updates.Next("More", due_at)
    word = updates.send(escalation, text=f"{hears}.", to=[escalation.contact], then=then, by=by, now=now - MINUTE)
    meeting = planned(escalation, now)

    promised = fields(client, escalation, f"{meeting.pk}/call-off/")["text"][0]
    Update.objects.filter(pk=word.pk).update(text="On it.")
    unsaid = fields(client, escalation, f"{meeting.pk}/call-off/")["text"][0]
    escalation.promises.filter(due_at=due_at).update(due_at=now - MINUTE)
    overdue = fields(client, escalation, f"{meeting.pk}/call-off/")["text"][0]

    assert f"{hears}, as promised." in promised
    assert f"{hears}." in unsaid and "as promised" not in unsaid
    assert "You hear from us" not in overdue


def test_everybody_answers_for_themselves_and_the_desk_for_the_others(client, escalation, now):
    priya = make.member("Priya Raman", Role.RESPONDER)
    meeting = planned(escalation, now, besides=[Invited(priya, "expert")])
    own, theirs = meeting.attendances.get(member=priya), meeting.attendances.get(contact=escalation.contact)

    client.post(at(escalation, f"{meeting.pk}/answers/{theirs.pk}/"), {"answer": "accepted", "comment": "On the phone"})
    client.force_login(priya)
    client.post(at(escalation, f"{meeting.pk}/answers/{own.pk}/"), {"answer": "declined"})
    refused = client.get(at(escalation, f"{meeting.pk}/answers/{theirs.pk}/"))

    own.refresh_from_db()
    theirs.refresh_from_db()
    assert (own.answer, theirs.answer, theirs.comment) == ("declined", "accepted", "On the phone")
    assert refused.status_code == 403
    assert "You know what can be done" in page_of(client, escalation, f"{meeting.pk}/")


def test_it_is_written_down_how_it_was_and_the_notes_come_next(client, escalation, now):
    meeting = over(escalation, now)
    data = fields(client, escalation, f"{meeting.pk}/held/")

    nobody = client.post(at(escalation, f"{meeting.pk}/held/"), data | {"came": []})
    held = client.post(at(escalation, f"{meeting.pk}/held/"), data | {"words": "She is calmer.", "mood": "calm"})

    assert nobody.status_code == 422 and "None of them came" in nobody.content.decode()
    assert held["Location"] == at(escalation, f"{meeting.pk}/notes/")
    page = page_of(client, escalation, f"{meeting.pk}/")
    assert "She is calmer." in page and "Its notes are awaited." in page and "Came" in page


def test_who_said_that_they_do_not_come_is_not_taken_to_have_come(client, escalation, now):
    priya, ada = make.member("Priya Raman", Role.RESPONDER), make.member("Ada Lind", Role.RESPONDER)
    meeting = over(escalation, now, besides=[Invited(priya, "expert"), Invited(ada, "expert")])
    meeting.attendances.filter(member=priya).update(answer="declined", answered_at=now)
    meeting.attendances.filter(member=ada).update(answer="tentative", answered_at=now)

    came = fields(client, escalation, f"{meeting.pk}/held/")["came"]

    stayed_away = meeting.attendances.get(member=priya)
    assert set(came) == {str(each.pk) for each in meeting.attendances.all()} - {str(stayed_away.pk)}


def test_the_case_says_who_comes_what_is_open_and_that_one_is_missing(client, escalation, now):
    case = f"/escalations/{escalation.key}/"
    missing = client.get(case).content.decode()
    meeting = over(escalation, now)
    asks = client.get(case).content.decode()
    meetings.held(
        meeting, came={each.pk for each in meeting.attendances.all()}, by=escalation.handler.as_actor(), now=now
    )

    awaits = client.get(case).content.decode()

    assert "No meeting is planned; nobody has met them yet." in missing
    assert "Was it held?" in asks and "No meeting is planned" not in asks
    assert "Its notes are awaited" in awaits and "Write the notes" in awaits and "met last" in awaits


def test_a_case_that_nobody_has_met_for_longer_than_a_week_says_so(client, now):
    old = make.escalation(now=now - 9 * DAY)
    client.force_login(old.handler)

    page = client.get(f"/escalations/{old.key}/").content.decode()

    assert "No meeting is planned, and nobody has met them yet. One was due by" in page


def test_today_says_where_one_is_expected_and_what_is_to_be_said_of_it(client, escalation, now):
    over(escalation, now)
    planned(escalation, now, now + 2 * HOUR, kind="final")

    today = client.get("/").content.decode()

    assert "was it held?" in today and "Meetings that you are in" in today and "Final meeting" in today


def test_the_brief_is_one_page_with_ones_own_part(client, escalation, now):
    ruth = make.member("Ruth Adeyemi", Role.EXECUTIVE)
    meeting = planned(escalation, now, besides=[Invited(ruth, "presence")])
    client.force_login(ruth)

    brief = page_of(client, escalation, f"{meeting.pk}/brief/")

    assert "Empathy and presence" in brief and "412,000" in brief and "Every order arrives twice" in brief


def test_the_brief_says_what_upsets_them_and_what_helps(client, escalation, now):
    meeting = planned(escalation, now)
    escalation.account.insights.create(kind="upsets", text="To be surprised.", at=now)

    brief = page_of(client, escalation, f"{meeting.pk}/brief/")

    assert "What upsets them: To be surprised." in brief


def test_the_brief_says_how_far_they_feel_heard_and_what_is_overdue(client, escalation, now):
    meeting = planned(escalation, now)
    link = give(escalation, contact=escalation.contact, by=escalation.handler.as_actor(), now=now)
    rate(link, heard=5, words="", by=who(link), now=now - 2 * MINUTE)
    rate(link, heard=2, words="Ring when\nyou say so.", by=who(link), now=now - MINUTE)
    due_at, by = now - MINUTE, CLOCK
    promises.make(escalation, what="A date for the new ferry", due_at=due_at, by=by, now=now - 2 * MINUTE)

    brief = page_of(client, escalation, f"{meeting.pk}/brief/")

    at_one, at_two = (when.day_and_time(at, escalation.handler.zone, now) for at in (now - MINUTE, due_at))
    assert f"Maria Duarte: hardly, {at_one}. “Ring when you say so.”" in brief and "fully" not in brief
    assert f"A date for the new ferry: by {at_two}, overdue" in brief


def test_what_is_written_to_them_is_looked_at_for_blame(client, escalation):
    marks = client.post(at(escalation, "read/"), {"text": "It was your own mistake."}).content.decode()

    assert "Blame" in marks


def test_one_meeting_is_a_file_for_a_calendar_and_tells_nothing_inside(client, escalation, now):
    meeting = planned(escalation, now, place="Room 4")

    answer = client.get(at(escalation, f"{meeting.pk}/meeting.ics"))

    text = answer.content.decode()
    assert answer["Content-Type"].startswith("text/calendar") and "attachment" in answer["Content-Disposition"]
    assert meeting.uid in text.replace("\r\n ", "") and "Room 4" in text and "ATTENDEE" not in text


def test_pages_take_as_many_queries_for_many_meetings_as_for_few(client, escalation, now):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get(f"/escalations/{escalation.key}/")
            client.get(at(escalation))
            client.get("/")
        return len(seen)

    over(escalation, now)
    planned(escalation, now)
    queries()
    few = queries()
    for hours in range(2, 8):
        planned(escalation, now, now + hours * HOUR, besides=[Invited(make.member(), "guest")])
    over(escalation, now - HOUR)

    assert queries() == few
