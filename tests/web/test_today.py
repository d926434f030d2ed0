"""Today: what did we promise, to whom, by when?"""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amends.directory.actor import Role
from amends.escalations.actions import helps, meetings, problems, promises, updates
from amends.escalations.meetings import Invited
from amends.escalations.models import Promise
from amends.lib import wall, when
from tests import make

pytestmark = pytest.mark.django_db
HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)


def test_promises_stand_by_nearness_each_with_what_can_be_done(client):
    now = wall.now()
    escalation = make.escalation(now=now - 30 * HOUR, reason="Import fails every night")
    handler = escalation.handler.as_actor()
    updates.log(escalation, channel="call", text="We are on it.", at=now - 29 * HOUR, by=handler, now=now - 29 * HOUR)
    promises.make(escalation, what="Cause of the failed import", due_at=now - HOUR, by=handler, now=now - 28 * HOUR)
    promises.make(
        escalation, what="Which depots are back", due_at=now + HOUR, by=handler, now=now - HOUR, channel="call"
    )
    client.force_login(escalation.handler)

    page = client.get("/").content.decode()

    assert page.index("Overdue") < page.index("Cause of the failed import") < page.index("Next two hours")
    assert page.index("Next two hours") < page.index("Which depots are back")
    assert "overdue" in page and "Maria Duarte" in page and escalation.key in page
    # What was promised by call offers the call first.
    row = page[page.index("Which depots are back") :]
    assert row.index("Log call") < row.index("Send update") < row.index("Move it")


def test_an_acknowledgement_cannot_be_moved(client):
    escalation = make.escalation(now=wall.now())
    client.force_login(escalation.handler)

    page = client.get("/").content.decode()

    assert "Send update" in page and "Log call" in page
    assert "Move it" not in page


def test_mine_are_mine_and_all_are_all(client):
    escalation = make.escalation(now=wall.now(), reason="Labels wrong")
    somebody_else = make.member("Sami Haddad", Role.MANAGER)
    client.force_login(somebody_else)

    mine = client.get("/").content.decode()
    everything = client.get("/?whose=all").content.decode()

    assert escalation.key not in mine
    assert escalation.key in everything and f"{escalation.handler} owes it" in everything


def test_sales_see_only_the_escalations_of_their_accounts(client):
    theirs, others = make.escalation(now=wall.now()), make.escalation(now=wall.now())
    ben = make.member("Ben Castell", Role.SALES)
    make.seat(theirs.account, ben)
    client.force_login(ben)

    page = client.get("/?whose=all").content.decode()

    assert theirs.key in page
    assert others.key not in page
    assert f"/escalations/{theirs.key}/log/" not in page


def test_an_empty_desk_says_what_to_do_first(client):
    client.force_login(make.member())

    page = client.get("/").content.decode()

    assert "No escalation yet" in page and "/escalations/new/" in page


def test_a_strange_choice_is_mine(client):
    client.force_login(make.member())

    assert client.get("/?whose=<script>").status_code == 200


def test_the_number_of_queries_does_not_grow_with_the_promises(client):
    now = wall.now()
    escalation = make.escalation(now=now)
    client.force_login(escalation.handler)
    client.get("/")

    def queries(promised: int) -> int:
        Promise.objects.bulk_create(
            Promise(
                escalation=escalation,
                what=f"Promise {number}",
                to=escalation.contact,
                owner=escalation.handler,
                made_at=now,
                due_at=now + HOUR,
                zone="Europe/Lisbon",
            )
            for number in range(promised)
        )
        with CaptureQueriesContext(
            connection,
        ) as captured:
            page = client.get("/")
        assert len(page.content) < 400_000
        return len(captured)

    few, many = queries(10), queries(990)

    assert few == many <= 15


def test_what_is_asked_of_one_besides_promises_stands_beside_them(client):
    now = wall.now()
    escalation = make.escalation(now=now - HOUR, problems=("Orders arrive twice", "Labels mislead", "Stock is wrong"))
    claire, platform = make.member("Claire Morel", Role.RESPONDER), make.team("Platform")
    platform.members.add(claire)
    first, second, third = escalation.problems.order_by("rank")
    words = {"status": "in work", "next_step": "", "by": escalation.handler.as_actor(), "now": now}
    problems.change(first, owner=claire, team=None, **words)
    problems.change(second, owner=None, team=platform, **words)
    problems.change(third, owner=make.member("Petra Lang"), team=platform, **words)
    helps.ask(escalation, what="The queue’s history", team=platform, by=words["by"], now=now)
    client.force_login(claire)

    page = client.get("/").content.decode()
    problems.solve(first, by=words["by"], now=now)
    after = client.get("/").content.decode()

    assert "Problems that you have" in page and "Help asked of you" in page and "The queue’s history" in page
    assert "Orders arrive twice" in page and "Labels mislead" in page and "with Platform" in page
    assert "Stock is wrong" not in page
    assert "Orders arrive twice" not in after


def test_a_meeting_is_on_while_it_lasts_and_overdue_only_after_its_end(client):
    now = wall.now()
    meeting = begun_an_hour_after(now - 70 * MINUTE, minutes=30)
    client.force_login(meeting.organised_by)

    here = client.get("/").content.decode()
    case = client.get(f"/escalations/{meeting.escalation.key}/").content.decode()
    lasts = f"now, until {when.clock_time(meeting.ends_at, meeting.organised_by.zone)}"

    assert here.count(f">{lasts}</time>") == 2 and "overdue<" not in here
    assert "None is overdue." in here and "> overdue<" not in here
    assert f">{lasts}</time>" in case and "promise-line--overdue" not in case and "is overdue" not in case


def test_after_its_end_a_meeting_asks_first_how_it_was(client):
    now = wall.now()
    meeting = begun_an_hour_after(now - 100 * MINUTE, minutes=30)
    client.force_login(meeting.organised_by)

    page = client.get("/").content.decode()

    assert "10 min overdue" in page and "One is overdue" in page and ">now, until" not in page
    assert page.index("How was it?") < page.index("See the meeting") < page.index("Give it another time")
    assert "was it held?" in page


def begun_an_hour_after(planned_at, *, minutes):
    """A meeting with the customer, planned then; nothing else is owed to them."""
    case = make.escalation(now=planned_at)
    contacts, ours = [case.contact], [Invited(case.handler, "leads")]
    return meetings.plan(
        case,
        kind="first_contact",
        starts_at=planned_at + HOUR,
        minutes=minutes,
        contacts=contacts,
        members=ours,
        by=case.handler.as_actor(),
        now=planned_at,
    )
