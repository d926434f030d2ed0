"""The plan's order, the customer's word on it, what we ask of them, tickets, exit criteria: from the pages."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amends.directory.actor import Role
from amends.escalations.actions import criteria, endings, plans, problems, requests, tickets, updates
from amends.lib import wall
from tests import make

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def now():
    return wall.now().replace(second=0, microsecond=0)


@pytest.fixture
def escalation(now, client):
    """Three problems, and no exit criteria; its handler is logged in."""
    found = make.escalation(now=now - HOUR, problems=("Orders arrive twice", "Stock is wrong", "Labels mislead"))
    found.exit_criteria.all().delete()
    client.force_login(found.handler)
    return found


@pytest.fixture
def nadia(escalation):
    return escalation.handler.as_actor()


def order_of(escalation):
    return list(escalation.problems.values_list("pk", flat=True))


def written(order):
    return ",".join(map(str, order))


def at(escalation, rest=""):
    return f"/escalations/{escalation.key}/{rest}"


def page_of(client, escalation, rest=""):
    return client.get(at(escalation, rest)).content.decode()


def typed(moment):
    return moment.astimezone(ZoneInfo("Europe/Berlin")).strftime("%Y-%m-%dT%H:%M")


def test_the_order_is_changed_with_numbers(client, escalation):
    first, second, third = order_of(escalation)
    places = {f"place_{first}": 1, f"place_{second}": 2, f"place_{third}": 1, "seen": written(order_of(escalation))}

    form = page_of(client, escalation, "plan/order/")
    answer = client.post(at(escalation, "plan/order/"), places)

    assert f'name="place_{first}"' in form and "Orders arrive twice" in form
    assert answer.status_code == 302
    # The third one went to where the first one was.
    assert order_of(escalation) == [third, first, second]


@pytest.mark.parametrize(
    ("numbers", "then"),
    [
        ((3, 2, 3), (1, 2, 0)),
        ((2, 2, 3), (1, 0, 2)),
        (("", "", 1), (2, 0, 1)),
        ((9, 5, 7), (1, 2, 0)),
        ((1, 1, 1), (1, 2, 0)),
    ],
)
def test_who_moves_one_puts_it_where_the_other_was(client, escalation, numbers, then):
    before = order_of(escalation)

    client.post(
        at(escalation, "plan/order/"), {f"place_{pk}": place for pk, place in zip(before, numbers, strict=True)}
    )

    assert order_of(escalation) == [before[place] for place in then]


def test_an_order_made_on_an_old_page_comes_back_with_what_was_typed_and_may_then_be_sent(
    client, escalation, nadia, now
):
    seen = order_of(escalation)
    places = {f"place_{pk}": place for pk, place in zip(seen, (3, 2, 1), strict=True)}
    problems.name(escalation, words="Nobody called back", by=nadia, now=now)
    now_there = order_of(escalation)

    late = client.post(at(escalation, "plan/order/"), {**places, "seen": written(seen)})
    page = late.content.decode()
    again = client.post(at(escalation, "plan/order/"), {**places, "seen": written(now_there)})

    assert late.status_code == 422 and "Somebody changed the plan meanwhile" in page
    assert "Nobody called back" in page and f'name="seen" value="{written(now_there)}"' in page
    assert f'name="place_{seen[0]}" id="id_place_{seen[0]}" value="3"' in page
    assert again.status_code == 302 and order_of(escalation) == [*seen[::-1], now_there[3]]


def test_a_dragged_order_answers_with_the_plan_as_it_is_then(client, escalation):
    before = order_of(escalation)
    headers = {"HX-Request": "true", "HX-Target": "plan"}
    sent = {"order": written(before[::-1]), "seen": written(before)}

    done = client.post(at(escalation, "plan/order/"), sent, headers=headers)
    late = client.post(at(escalation, "plan/order/"), sent, headers=headers)

    part = done.content.decode()
    assert done.status_code == 200 and "<html" not in part and 'id="plan"' in part
    assert part.index("Labels mislead") < part.index("Orders arrive twice")
    assert f'name="seen" value="{written(before[::-1])}"' in part
    assert late.status_code == 422 and "Somebody changed the plan meanwhile" in late.content.decode()


@pytest.mark.parametrize("order", ["", "x", "1,2", "0" * 5000])
def test_a_dragged_order_that_is_none_changes_nothing(client, escalation, order):
    before = order_of(escalation)

    answer = client.post(at(escalation, "plan/order/"), {"order": order, "seen": ""}, headers={"HX-Target": "plan"})

    assert answer.status_code in (200, 422) and order_of(escalation) == before


def test_the_page_says_whether_the_customer_confirmed_the_order(client, escalation, nadia, now):
    fresh = page_of(client, escalation)
    client.post(
        at(escalation, "plan/confirm/"),
        {"order": written(order_of(escalation)), "contact": escalation.contact.pk, "how": "call", "at": typed(now)},
    )
    confirmed = page_of(client, escalation)
    plans.reorder(escalation, order=order_of(escalation)[::-1], by=nadia, now=now)
    lapsed = page_of(client, escalation)

    assert "The customer has not confirmed this order yet" in fresh and "Write down their word" in fresh
    assert "Order confirmed by Maria Duarte, by phone, " in confirmed and "Write down their word" not in confirmed
    assert "Plan confirmed" in confirmed
    assert "Not confirmed since it was changed: ask Maria Duarte again" in lapsed


def test_a_word_on_a_plan_that_is_another_by_now_comes_back_with_this_one(client, escalation, nadia, now):
    read = {"order": written(order_of(escalation)), "contact": "", "name": "Rui", "how": "meeting", "at": typed(now)}
    plans.reorder(escalation, order=order_of(escalation)[::-1], by=nadia, now=now)

    late = client.post(at(escalation, "plan/confirm/"), read)
    ahead = client.post(at(escalation, "plan/confirm/"), {**read, "at": typed(now + DAY)})

    page = late.content.decode()
    assert late.status_code == 422 and "The plan is another by now" in page and 'value="Rui"' in page
    assert f'name="order" value="{written(order_of(escalation))}"' in page
    assert ahead.status_code == 422 and "That lies ahead" in ahead.content.decode()


def test_a_problem_waits_for_the_customer_with_a_date_and_the_plan_says_when_it_has_passed(
    client, escalation, nadia, now
):
    problem = escalation.problems.first()
    where = at(escalation, f"problems/{problem.pk}/")
    form = {"what": "The count of last night", "to": escalation.contact.pk}

    without = client.post(f"{where}requests/new/", form)
    client.post(f"{where}requests/new/", {**form, "due_at": typed(now + DAY)})
    waiting, shown = page_of(client, escalation), client.get(where).content.decode()
    asked = problem.requests.get()
    type(asked).objects.update(due_at=now - HOUR)
    late = page_of(client, escalation)

    assert without.status_code == 422 and "The count of last night" in without.content.decode()
    assert "We wait for “The count of last night” from Maria Duarte, by " in waiting
    assert "Waiting for Maria Duarte" in waiting and "Not answered yet" not in waiting
    assert "They have answered" in shown and 'name="waits_on"' not in shown
    assert "Not answered yet" in late


def test_the_answer_is_written_down_or_the_request_withdrawn(client, escalation, nadia, now):
    problem = escalation.problems.first()
    where = at(escalation, f"problems/{problem.pk}/")
    first = requests.make(problem, what="The count", due_at=now + DAY, by=nadia, now=now)

    without = client.post(f"{where}requests/{first.pk}/answer/", {"answer": " "})
    client.post(f"{where}requests/{first.pk}/answer/", {"answer": "214 pallets"})
    twice = client.post(f"{where}requests/{first.pk}/answer/", {"answer": "215"})
    second = requests.make(problem, what="The notes", due_at=now + DAY, by=nadia, now=now)
    client.post(f"{where}requests/{second.pk}/withdraw/", {"reason": "Found them"})

    page = client.get(where).content.decode()
    assert without.status_code == twice.status_code == 422
    assert "214 pallets" in page and "Found them" in page and "Ask them for something" in page
    assert client.post(f"{where}requests/999/answer/", {"answer": "x"}).status_code == 404


def test_a_team_or_a_vendor_is_waited_for_by_name(client, escalation):
    problem = escalation.problems.first()
    data = {"status": "waiting", "waits_on": "vendor", "waiting_for": "ShipLane", "resources": "Their night shift"}

    client.post(at(escalation, f"problems/{problem.pk}/change/"), data)

    page = page_of(client, escalation)
    assert "Waiting for the vendor ShipLane" in page and "Needs Their night shift" in page


def test_tickets_are_linked_followed_and_taken_off(client, escalation, nadia, now):
    problem = escalation.problems.first()
    where = at(escalation, f"problems/{problem.pk}/")

    bad = client.post(f"{where}tickets/new/", {"url": "javascript:alert(1)"})
    client.post(f"{where}tickets/new/", {"url": "https://tracker.example/browse/DEV-8812"})
    link = '<a class="ticket" href="https://tracker.example/browse/DEV-8812" rel="noreferrer noopener">'
    linked = page_of(client, escalation)
    client.post(f"{where}tickets/{problem.tickets.get().pk}/remove/")

    assert bad.status_code == 422 and "Paste the ticket’s address" in bad.content.decode()
    assert link in linked and "DEV-8812</a>" in linked
    assert "DEV-8812</a>" not in page_of(client, escalation)


def test_each_form_of_a_problem_has_ids_of_its_own(client, escalation, nadia, now):
    problem = escalation.problems.first()
    requests.make(problem, what="The count", due_at=now + DAY, by=nadia, now=now)

    page = page_of(client, escalation, f"problems/{problem.pk}/")

    ids = [part.split('"')[0] for part in page.split(' id="')[1:]]
    assert len(ids) == len(set(ids))


def test_who_may_not_plan_reads_the_plan_and_has_no_handles(client, escalation, nadia, now):
    reader = make.member("Ben Castell", Role.SALES)
    make.seat(escalation.account, reader)
    criteria.add(escalation, words="No order doubled", by=nadia, now=now)
    client.force_login(reader)

    page, plan = page_of(client, escalation), page_of(client, escalation, "plan/")

    for each in (page, plan):
        assert "Orders arrive twice" in each and "data-handle" not in each and "Write down their word" not in each
    assert "No order doubled" in page and "It is met" not in page


def test_exit_criteria_are_agreed_ticked_and_taken_off_in_the_closing_drawer(client, escalation):
    headers = {"HX-Request": "true", "HX-Target": "closing"}
    where = at(escalation, "criteria/")

    empty = client.post(f"{where}new/", {"words": " "}, headers=headers)
    added = client.post(f"{where}new/", {"words": "No order doubled"}, headers=headers).content.decode()
    criterion = escalation.exit_criteria.get()
    met = client.post(f"{where}{criterion.pk}/meet/", headers=headers).content.decode()
    plain = client.post(f"{where}{criterion.pk}/unmeet/")
    ask = client.get(f"{where}{criterion.pk}/remove/").content.decode()
    without = client.post(f"{where}{criterion.pk}/remove/", {"reason": ""})
    client.post(f"{where}{criterion.pk}/remove/", {"reason": "They no longer ask for it"})

    assert empty.status_code == 422 and "<html" not in added and "It is met" in added and "0 of 1" in added
    assert "Not after all" in met and f"says {escalation.handler}" in met and "1 of 1" in met
    assert plain.status_code == 302 and "No order doubled" in ask and without.status_code == 422
    assert not escalation.exit_criteria.exists()


def test_closing_lists_its_gates_and_asks_why_what_is_not_met_is_waived(client, escalation, nadia, now):
    met = criteria.add(escalation, words="No order doubled", by=nadia, now=now)
    unmet = criteria.add(escalation, words="Stock is right", by=nadia, now=now)
    criteria.meet(met, by=nadia, now=now)
    updates.log(escalation, channel="call", text="We are on it.", at=now, by=nadia, now=now)
    early = page_of(client, escalation, "close/")
    for problem in escalation.problems.all():
        problems.solve(problem, by=nadia, now=now)
    endings.resolve(escalation, by=nadia, now=now)
    word = {"outcome": "recovered", "confirmed_by": "Maria Duarte", "note": "Call first"}

    without = client.post(at(escalation, "close/"), word)
    closed = client.post(at(escalation, "close/"), {**word, f"waive_{unmet.pk}": "They count in December"})

    assert "Nothing is owed besides routine updates</span>" in early
    assert "Every problem solved or declined: 3 not yet" in early and f'name="waive_{met.pk}"' not in early
    assert without.status_code == 422 and "“Stock is right” is not met yet" in without.content.decode()
    assert "Call first" in without.content.decode()
    assert closed.status_code == 302
    assert page_of(client, escalation).count("Waived: They count in December") == 1


def test_what_comes_next_says_that_the_customer_has_not_answered(client, escalation, nadia, now):
    requests.make(
        escalation.problems.first(), what="The count", due_at=now + dt.timedelta(minutes=5), by=nadia, now=now
    )

    assert "is told that the customer has not answered “The count”." in page_of(client, escalation)


def test_the_page_takes_as_many_queries_for_a_full_plan_as_for_a_short_one(client, escalation, nadia, now):
    def fill(count):
        for number in range(count):
            problem = problems.name(escalation, words=f"Problem {number}", by=nadia, now=now)
            requests.make(problem, what="x", due_at=now + DAY, to=escalation.contact, by=nadia, now=now)
            tickets.link(problem, url="https://tracker.example/1", by=nadia, now=now)
            criteria.add(escalation, words=f"Point {number}", by=nadia, now=now)

    asked = []
    for count in (2, 15):
        fill(count)
        with CaptureQueriesContext(connection) as captured:
            page_of(client, escalation)
        asked.append(len(captured))

    # What opened it is no longer among the newest entries, so there may be fewer.
    assert asked[1] <= asked[0]
