"""The page of one escalation."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amends.directory.actor import Role
from amends.escalations.actions import endings, history, problems, promises, updates
from amends.escalations.models import Escalation, Parked
from amends.lib import wall
from amends.outbox.models import Delivery
from tests import make

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


def page_of(client, escalation, query=""):
    return client.get(f"/escalations/{escalation.key}/{query}").content.decode()


def begun(now, **heard):
    """An escalation that has been acknowledged, with its handler."""
    escalation = make.escalation(now=now - 30 * HOUR, **heard)
    handler = escalation.handler.as_actor()
    updates.log(escalation, channel="call", text="We are on it.", at=now - 29 * HOUR, by=handler, now=now - 29 * HOUR)
    escalation.refresh_from_db()
    return escalation, handler


def test_it_says_who_how_grave_what_is_promised_and_what_is_at_stake(client):
    now = wall.now()
    escalation, handler = begun(now, outcome_wanted="Never twice again", problems=("Every order arrives twice",))
    promises.make(escalation, what="Whether the replay worked", due_at=now + HOUR, by=handler, now=now)
    client.force_login(escalation.handler)

    page = page_of(client, escalation)

    assert "Orders doubled since the release" in page and escalation.key in page
    assert "High" in page and "because it is assumed" in page
    assert "Maria Duarte hears from us by" in page and "Whether the replay worked" in page
    assert "<q>Every order arrives twice</q>" in page
    assert "Never twice again" in page and "€\N{NO-BREAK SPACE}412,000" in page
    assert "Day 2" in page and "of 30" in page
    assert page.index("Send update") < page.index("Log call") < page.index("Move it")


def test_what_was_said_and_heard_stands_on_the_timeline_in_the_words_that_passed(client):
    now = wall.now()
    escalation, handler = begun(now)
    updates.log(
        escalation,
        channel="mail",
        direction="in",
        text="I need one number for my board.",
        contact=escalation.contact,
        at=now - 2 * HOUR,
        by=handler,
        now=now - HOUR,
    )
    client.force_login(escalation.handler)

    page = page_of(client, escalation)

    heard = page[page.index("timeline__entry--heard") :]
    assert "<b>Maria Duarte</b> wrote" in heard and "I need one number for my board." in heard
    assert f"Written down by {escalation.handler}." in heard
    assert "timeline__entry--said" in page and "We are on it." in page


def test_earlier_entries_are_one_click_away_and_nothing_is_shown_twice(client):
    now = wall.now()
    escalation, handler = begun(now)
    for number in range(40):
        problems.name(escalation, words=f"Problem {number:02}", by=handler, now=now - dt.timedelta(minutes=60 - number))
    client.force_login(escalation.handler)

    first = page_of(client, escalation)
    before = re.search(r"\?before=(\d+)#timeline", first)[1]
    second = page_of(client, escalation, f"?before={before}")
    part = client.get(f"/escalations/{escalation.key}/timeline/?before={before}", headers={"HX-Request": "true"})

    def named(page):
        return set(re.findall(r"named a problem: “(Problem \d\d)”", page))

    assert len(named(first)) == 30 and len(named(first) | named(second)) == 40
    assert not named(first) & named(second)
    assert named(part.content.decode()) == named(second) and "<html" not in part.content.decode()


def test_long_words_are_cut_on_the_page_and_whole_on_their_own(client):
    now = wall.now()
    escalation, handler = begun(now)
    said = updates.log(escalation, channel="call", text="word " * 400 + "the end", at=now, by=handler, now=now)
    client.force_login(escalation.handler)

    page = page_of(client, escalation)
    whole = client.get(f"/escalations/{escalation.key}/updates/{said.pk}/").content.decode()

    assert "the end" not in page and f"/updates/{said.pk}/" in page
    assert "the end" in whole


def test_what_comes_next_is_said_in_words_and_by_name(client):
    escalation, _ = begun(wall.now())
    client.force_login(escalation.handler)

    page = page_of(client, escalation)

    assert "What comes next" in page
    assert f"{escalation.handler} is reminded of" in page or f"The alarm rings for {escalation.handler}" in page


def test_a_mail_that_did_not_arrive_is_on_the_page_with_the_way_to_mend_it(client):
    now = wall.now()
    escalation, handler = begun(now)
    updates.send(escalation, text="Hello", to=[escalation.contact], by=handler, now=now)
    lost = Delivery.objects.get(audience="customer")
    Delivery.objects.filter(pk=lost.pk).update(state="dead", settled_at=now, trouble="No such mailbox.")
    client.force_login(escalation.handler)

    page = page_of(client, escalation)

    assert "The mail to Maria Duarte could not be delivered." in page and "No such mailbox." in page
    assert f"/outbox/{lost.pk}/" in page


def test_a_mail_that_did_not_arrive_is_on_top_no_more_once_they_were_told_anew(client):
    now = wall.now()
    escalation, handler = begun(now)
    updates.send(escalation, text="Hello", to=[escalation.contact], by=handler, now=now)
    lost = {"state": "dead", "settled_at": now, "trouble": "No such mailbox."}
    Delivery.objects.filter(audience="customer").update(**lost)
    client.force_login(escalation.handler)

    later = now + dt.timedelta(minutes=1)
    updates.log(escalation, channel="call", text="I rang.", at=later, by=handler, now=later)

    assert "could not be delivered" not in page_of(client, escalation)


def test_a_case_that_the_clock_cannot_watch_says_so(client):
    now = wall.now()
    escalation, _ = begun(now)
    Parked.objects.create(escalation=escalation, trouble="The severity is lost.", since=now, last_at=now)
    client.force_login(escalation.handler)

    assert "The clock cannot watch this escalation." in page_of(client, escalation)


@pytest.mark.parametrize("role", [Role.SALES, Role.RESPONDER])
def test_who_may_only_read_sees_all_and_has_no_buttons_for_telling(client, role):
    escalation, _ = begun(wall.now(), problems=("Every order arrives twice",))
    reader = make.member("Ben Castell", role)
    make.seat(escalation.account, reader)
    client.force_login(reader)

    page = page_of(client, escalation)

    assert "Every order arrives twice" in page and "You may read this." in page
    assert 'id="composer"' not in page and "Hand on" not in page and "/move/" not in page
    assert ("Add a problem" in page) is (role is Role.RESPONDER)


def test_who_may_not_see_it_is_told_that_there_is_none(client):
    escalation, _ = begun(wall.now())
    client.force_login(make.member("Ben Castell", Role.SALES))

    assert client.get(f"/escalations/{escalation.key}/").status_code == 404
    assert client.get("/escalations/ESC-nothing/").status_code == 404


def test_history_offers_to_be_adopted_and_nothing_else(client):
    now = wall.now()
    make.organisation()
    make.playbook(now=now)
    line = (
        '{"key": "old-1", "account": "Google Cloud Composer", "reason": "Jobs stuck", "severity": null,'
        f' "reported_at": "{(now - 9 * DAY).isoformat()}", "opened_at": "{(now - 9 * DAY).isoformat()}",'
        ' "resolved_at": null, "closed_at": null, "outcome": null, "updates": [], "promises": []}'
    )
    admin = make.member("Ada Rooth", Role.ADMINISTRATOR)
    history.bring_in([line], by=admin.as_actor(), now=now)
    escalation = Escalation.objects.get()
    client.force_login(admin)

    before = page_of(client, escalation)
    client.post(f"/escalations/{escalation.key}/adopt/", {"handler": admin.pk})
    after = page_of(client, escalation)

    assert "Adopt it…" in before and "Imported history" in before and 'id="composer"' not in before
    assert "Adopt it…" not in after and 'id="composer"' in after


def test_a_withdrawn_case_is_there_to_read(client):
    now = wall.now()
    escalation, handler = begun(now)
    endings.withdraw(escalation, reason="A mistake of ours", by=handler, now=now)
    client.force_login(escalation.handler)

    page = page_of(client, escalation)

    assert "Withdrawn" in page and "A mistake of ours" in page
    assert 'id="composer"' not in page and "hears from us by" not in page


def crowd(escalation, handler, count, now):
    for number in range(count):
        problems.name(escalation, words=f"Problem number {number}", by=handler, now=now)
        promises.make(escalation, what=f"Thing number {number}", due_at=now + DAY, by=handler, now=now)


def test_a_case_of_three_hundred_asks_as_few_questions_as_one_of_ten_and_stays_small(client):
    now = wall.now()
    small, handler = begun(now)
    crowd(small, handler, 10, now)
    big, big_handler = begun(now)
    crowd(big, big_handler, 300, now)
    client.force_login(make.member("Ada Rooth", Role.ADMINISTRATOR))
    page_of(client, small)

    with CaptureQueriesContext(connection) as few:
        page_of(client, small)
    with CaptureQueriesContext(connection) as many:
        answer = client.get(f"/escalations/{big.key}/")

    assert len(many) <= len(few) <= 47
    assert len(answer.content) < 100_000
    plan = client.get(f"/escalations/{big.key}/plan/").content.decode()
    assert plan.count("Problem number") == 300
    assert client.get(f"/escalations/{big.key}/promised/").content.decode().count("Thing number 29") >= 10


def test_a_moment_at_the_end_of_all_calendars_does_not_break_the_page(client):
    escalation, _ = begun(wall.now())
    Escalation.objects.filter(pk=escalation.pk).update(
        last_said_at=dt.datetime(9999, 12, 31, 20, tzinfo=dt.UTC),
    )
    client.force_login(escalation.handler)

    answer = client.get(f"/escalations/{escalation.key}/")

    assert answer.status_code == 200


def test_no_form_takes_a_year_that_calendars_know_nothing_of(client):
    escalation, _ = begun(wall.now())
    promise = escalation.promises.open().get()
    client.force_login(escalation.handler)

    for year in ("0026", "1969", "2101", "9999"):
        asked = {"due_at": f"{year}-11-20T16:00", "reason": "The data came late."}
        answer = client.post(f"/escalations/{escalation.key}/promises/{promise.pk}/move/", asked)
        assert answer.status_code == 422
        assert "Give a moment between 1970 and 2100." in answer.content.decode()
