"""A member's own calendar: the address at which it is read, and what stands in it."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from amends.directory import calendars
from amends.directory.actor import COMMAND_LINE, Role
from amends.escalations.actions import meetings, promises
from amends.escalations.meetings import Invited
from amends.lib import wall
from tests import make

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def now():
    return wall.now().replace(second=0, microsecond=0)


@pytest.fixture
def escalation(now):
    return make.escalation(now=now - HOUR, problems=("Every order arrives twice",))


def calendar_of(member):
    return f"/calendar/{calendars.make(member, by=COMMAND_LINE, now=wall.now())}.ics"


def events(path):
    return Calendar.from_ical(Client().get(path).content).events


def planned(escalation, member, now, **more):
    values = {"kind": "status", "starts_at": now + 24 * HOUR, "minutes": 30, "contacts": [escalation.contact]}
    return meetings.plan(
        escalation, **values | more, members=[Invited(member)], by=escalation.handler.as_actor(), now=now
    )


def test_it_holds_ones_own_meetings_and_promises_and_nobody_elses(escalation, now):
    priya = make.member("Priya Raman", Role.RESPONDER)
    meeting = planned(escalation, priya, now, place="Room 4")
    off = planned(escalation, priya, now, starts_at=now + 30 * HOUR)
    meetings.call_off(off, reason="Ill", by=escalation.handler.as_actor(), now=now)
    promises.make(
        escalation, what="The cause", due_at=now + 5 * HOUR, kind="deliverable", owner=priya, by=COMMAND_LINE, now=now
    )

    mine, others = events(calendar_of(priya)), events(calendar_of(make.member("Ben", Role.SALES)))
    handlers = events(calendar_of(escalation.handler))

    assert {str(event["SUMMARY"]) for event in mine} == {
        "Where we stand: " + escalation.account.name + " and Fernhill",
        f"Due: The cause ({escalation.account})",
    }
    held = next(event for event in mine if event["UID"] == meeting.uid)
    assert held.start == meeting.starts_at and str(held["LOCATION"]) == "Room 4" and "ATTENDEE" not in held
    assert f"/meetings/{meeting.pk}/" in str(held["DESCRIPTION"])
    assert others == []
    # The acknowledgement is the handler's to give; the meeting is not theirs.
    assert [str(event["SUMMARY"])[:4] for event in handlers] == ["Due:"]


def test_who_no_longer_may_see_the_case_reads_nothing_of_it(escalation, now):
    priya = make.member("Priya Raman", Role.RESPONDER)
    path = calendar_of(priya)
    meeting = planned(escalation, priya, now)
    assert len(events(path)) == 1

    meetings.change(meeting, members=[Invited(escalation.handler)], by=escalation.handler.as_actor(), now=now)

    assert events(path) == []


def test_a_calendar_that_knows_it_already_is_told_so(escalation, now):
    path = calendar_of(escalation.handler)
    first = Client().get(path)

    same = Client().get(path, headers={"If-None-Match": first["ETag"]})
    planned(escalation, escalation.handler, now)
    other = Client().get(path, headers={"If-None-Match": first["ETag"]})

    assert first["Content-Type"].startswith("text/calendar") and first["Referrer-Policy"] == "no-referrer"
    assert (same.status_code, same.content) == (304, b"") and same["ETag"] == first["ETag"]
    assert other.status_code == 200 and other["ETag"] != first["ETag"]


def test_the_address_is_made_anew_and_closed_and_who_left_reads_nothing(client, escalation):
    client.force_login(escalation.handler)
    made = client.post("/you/calendar/").content.decode()
    old = made.split('id="address" value="')[1].split('"')[0].removeprefix("http://localhost:8000")
    old = old[old.index("/calendar/") :]

    assert Client().get(old).status_code == 200
    assert "In use" in client.get("/you/calendar/").content.decode()
    assert old not in client.get("/you/calendar/").content.decode()
    client.post("/you/calendar/")
    assert Client().get(old).status_code == 404
    path = calendar_of(escalation.handler)
    client.post("/you/calendar/forget/")
    assert Client().get(path).status_code == 404
    assert Client().get("/calendar/calendar_wrong.ics").status_code == 404


def test_a_new_address_is_less_in_sight_than_the_first_and_says_what_it_does(client, escalation):
    client.force_login(escalation.handler)

    first = client.get("/you/calendar/").content.decode()
    made = client.post("/you/calendar/").content.decode()

    assert 'class="button button--main" data-main>Make an address<' in first
    assert 'class="button">Make a new address<' in made and "the address that is in use opens nothing any more" in made
    # Copied where scripts run, else by hand
    assert re.search(r'id="address" value="[^"]+" readonly><button [^>]*data-copies="address" hidden>Copy', made)


def test_it_is_not_asked_for_without_end(escalation):
    path, wrong = calendar_of(escalation.handler), "/calendar/calendar_wrong.ics"

    asked = {Client().get(path).status_code for _ in range(61)}
    guessed = {Client().get(wrong).status_code for _ in range(31)}

    assert asked == {200, 429}
    assert guessed == {404, 429}


def test_it_takes_as_many_queries_for_much_as_for_little(escalation, now):
    ruth = make.member("Ruth Adeyemi", Role.RESPONDER)
    path = calendar_of(ruth)
    planned(escalation, ruth, now)

    def queries():
        with CaptureQueriesContext(connection) as seen:
            Client().get(path)
        return len(seen)

    queries()
    few = queries()
    for hours in range(1, 5):
        other = make.escalation(now=now - HOUR)
        planned(other, ruth, now, starts_at=now + hours * HOUR, contacts=[other.contact])
        promises.make(other, what="X", due_at=now + HOUR, kind="deliverable", owner=ruth, by=COMMAND_LINE, now=now)

    assert queries() == few
