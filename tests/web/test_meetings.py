"""Meetings, from the pages: planning, changing, answering, holding, and what the case and Today show of them."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amends.directory.actor import CLOCK, Role
from amends.escalations.actions import meetings, promises
from amends.escalations.actions.customer_answers import propose_times, rate
from amends.escalations.actions.customer_links import give
from amends.escalations.customer_links import who
from amends.escalations.meetings import Invited
from amends.escalations.models import Meeting
from amends.lib import wall, when
from tests import make
from tests.web.filled import filled

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
DAY = 24 * HOUR
MINUTE = HOUR / 60


@pytest.fixture
def now():
    return wall.now().replace(second=0, microsecond=0)


@pytest.fixture
def escalation(now, client):
    """An escalation whose handler is logged in."""
    escalation = make.escalation(now=now - HOUR, problems=("Every order arrives twice",))
    client.force_login(escalation.handler)
    return escalation


def at(escalation, act=""):
    return f"/escalations/{escalation.key}/meetings/{act}"


def page_of(client, escalation, act=""):
    return client.get(at(escalation, act)).content.decode()


def planned(escalation, now, starts_at=None, kind="status", **more):
    """A meeting of an hour tomorrow, unless it says otherwise, with the contact and the handler."""
    members = [Invited(escalation.handler, "leads"), *more.pop("besides", ())]
    contacts = [] if kind == "internal" else [escalation.contact]
    return meetings.plan(
        escalation,
        kind=kind,
        starts_at=starts_at or now + DAY,
        minutes=60,
        members=members,
        contacts=contacts,
        by=escalation.handler.as_actor(),
        now=now,
        **more,
    )


def over(escalation, now, **more):
    """One whose time is over, and of which nobody has said how it was."""
    meeting = planned(escalation, now - 2 * HOUR + dt.timedelta(minutes=-59), now - 2 * HOUR, **more)
    return Meeting.objects.get(pk=meeting.pk)


def there(moment, zone="Europe/Lisbon"):
    """A moment as a field takes it, on the clock of a zone."""
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"


def at_noon(now, days=3):
    """Noon in Lisbon on a working day some days ahead."""
    day = now.astimezone(ZoneInfo("Europe/Lisbon")).replace(hour=12, minute=0) + days * DAY
    while day.weekday() > 4:
        day += DAY
    return day.astimezone(dt.UTC)


def fields(client, escalation, act):
    """A form as a browser sends it when nobody touches it."""
    where = at(escalation, act)
    page = client.get(where).content.decode()
    return filled(page, where if f'action="{where}"' in page else "")


def test_a_kind_brings_its_agenda_and_its_people_along_and_is_planned(client, escalation, now):
    page, data = page_of(client, escalation, "new/"), fields(client, escalation, "new/")

    answer = client.post(at(escalation, "new/"), data | {"starts_at": there(at_noon(now)), "place": "+351 21 555 0100"})

    meeting = Meeting.objects.get()
    assert data["kind"] == ["first_contact"] and "What happened, in your words" in data["agenda"][0]
    assert f"Handles {escalation.key}, and leads." in page and "Listen until they have finished" in page
    assert answer["Location"] == at(escalation, f"{meeting.pk}/")
    assert meeting.starts_at == at_noon(now) and meeting.zone == "Europe/Lisbon"
    assert {each.name for each in meeting.attendances.all()} >= {"Maria Duarte", escalation.handler.name}
    shown = page_of(client, escalation, f"{meeting.pk}/")
    assert "+351 21 555 0100" in shown and "No answer yet" in shown and "What happened, in your words" in shown


def test_another_kind_shows_what_it_brings_and_what_was_typed_stays(client, escalation, now):
    data = fields(client, escalation, "new/") | {"place": "Room 4", "starts_at": there(at_noon(now))}

    untouched = client.post(at(escalation, "new/"), data | {"kind": "final", "begin": "1"}).content.decode()
    written = client.post(at(escalation, "new/"), data | {"kind": "final", "begin": "1", "agenda": "Mine"})

    assert not Meeting.objects.exists()
    kept = filled(untouched, at(escalation, "new/"))
    assert kept["kind"] == ["final"] and kept["place"] == ["Room 4"] and kept["starts_at"] == [there(at_noon(now))]
    assert "Is everything solved that you expected us to solve?" in kept["agenda"][0]
    assert filled(written.content.decode(), at(escalation, "new/"))["agenda"] == ["Mine"]


def test_outside_their_hours_one_is_warned_and_may_all_the_same(client, escalation, now):
    escalation.contact.available = {"friday": ["08:00-09:00"]}
    escalation.contact.save()
    data = fields(client, escalation, "new/") | {"starts_at": there(at_noon(now))}

    warned = client.post(at(escalation, "new/"), data)
    says = warned.content.decode()
    key = re.search(r'name="as_it_is" value="([^"]+)"', says)
    later = client.post(at(escalation, "new/"), data | {"as_it_is": key[1], "starts_at": there(at_noon(now, 9))})
    done = client.post(at(escalation, "new/"), data | {"as_it_is": key[1]})

    assert "fri 08:00-09:00 in Lisbon" in page_of(client, escalation, "new/")
    assert warned.status_code == 422 and "outside the hours at which one can talk with them" in says
    # Who read the one has not read the other.
    assert later.status_code == 422
    assert done.status_code == 302 and Meeting.objects.get().starts_at == at_noon(now)


def test_a_time_that_they_proposed_on_their_page_is_there_to_be_chosen(client, escalation, now):
    handler = escalation.handler.as_actor()
    link = give(escalation, contact=escalation.contact, by=handler, now=now)
    wished = at_noon(now, 4)
    propose_times(link, moments=[wished], words="", by=who(link), now=now)

    page = page_of(client, escalation, "new/")
    client.post(at(escalation, "new/"), fields(client, escalation, "new/") | {"suits": wished.isoformat()})

    assert "They proposed" in page and f"{wished.isoformat()}" in page and "Maria Duarte" in page
    assert Meeting.objects.get().starts_at == wished


def test_who_plans_one_before_the_first_word_reads_that_the_invitation_is_that_word(client, escalation, now):
    owed = escalation.promises.open().get(kind="acknowledgement")
    says = f"it keeps the promise to answer by {when.their_time(owed.due_at, owed.zone, now)}."
    data = fields(client, escalation, "new/")

    before = page_of(client, escalation, "new/")
    among_us = client.post(at(escalation, "new/"), data | {"kind": "internal", "begin": "1"}).content.decode()
    client.post(at(escalation, "new/"), data | {"starts_at": there(at_noon(now))})
    after = page_of(client, escalation, "new/")

    owed.refresh_from_db()
    assert owed.status == "kept"
    assert f"The invitation is your first word to them: {says}" in before
    assert "first word" not in among_us + after


def test_a_first_word_that_is_late_is_not_said_to_be_in_time(client, escalation, now):
    escalation.promises.open().update(due_at=now - HOUR)

    assert "it keeps, late, the promise to answer by" in page_of(client, escalation, "new/")


def test_how_it_was_is_asked_once_it_has_begun(client, escalation, now):
    ahead = planned(escalation, now, now + HOUR)
    path, held = at(escalation, f"{ahead.pk}/"), at(escalation, f"{ahead.pk}/held/")
    shown = (path, f"/escalations/{escalation.key}/", f"/escalations/{escalation.key}/promised/", "/")

    before = [client.get(each).content.decode() for each in shown]
    early = client.post(held, fields(client, escalation, f"{ahead.pk}/held/")).content.decode()
    Meeting.objects.update(starts_at=now - MINUTE, made_at=now - HOUR)
    begun = [client.get(each).content.decode() for each in shown]

    assert not any(held in page for page in before) and all(path in page for page in before[1:])
    assert "It has not begun yet: it is planned for" in early and "If you met earlier, say when." in early
    assert all(held in page for page in begun)
    assert Meeting.objects.get().is_planned


def test_what_is_refused_comes_back_with_all_that_was_typed(client, escalation, now):
    data = fields(client, escalation, "new/") | {"agenda": "Stock first", "contacts": []}

    timeless = client.post(at(escalation, "new/"), data)
    nobody = client.post(at(escalation, "new/"), data | {"starts_at": there(at_noon(now))})
    past = client.post(at(escalation, "new/"), data | {"starts_at": "2020-01-01T10:00"})

    for answer, says in (
        (timeless, "Nobody can come without a time"),
        (nobody, "Choose who of the customer comes."),
        (past, "Choose"),
    ):
        assert (
            answer.status_code == 422 and says in answer.content.decode() and "Stock first" in answer.content.decode()
        )


def test_somebody_else_of_ours_is_asked_besides_and_somebody_proposed_is_not(client, escalation, now):
    priya = make.member("Priya Raman", Role.RESPONDER)
    csm = escalation.account.csm
    data = fields(client, escalation, "new/") | {"starts_at": there(at_noon(now)), f"part_{csm.pk}": ""}

    client.post(at(escalation, "new/"), data | {"more_0": priya.pk, "more_part_0": "expert"})

    ours = {each.member: each.part for each in Meeting.objects.get().attendances.filter(contact=None)}
    assert ours == {escalation.handler: "leads", priya: "expert"}


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

    assert "does not take place" in data["text"][0]
    assert Meeting.objects.get().state == "cancelled"
    assert "Ruth is ill" in page_of(client, escalation)
    assert "Ruth is ill" not in escalation.updates.latest("pk").text


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
    over(escalation, now)

    assert queries() == few
