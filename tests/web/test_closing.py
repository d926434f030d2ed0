"""Steering a case and ending it, from the page."""

import datetime as dt

import pytest

from amends.directory.actor import Role
from amends.escalations.actions import problems, promises, updates
from amends.escalations.models import Escalation
from amends.lib import wall
from tests import make
from tests.escalations.meetings import planned

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def now():
    return wall.now()


@pytest.fixture
def escalation(now, client):
    """Acknowledged, with one problem; its handler is logged in."""
    found = make.escalation(now=now - 30 * HOUR, problems=("Every order arrives twice",))
    handler = found.handler.as_actor()
    updates.log(found, channel="call", text="We are on it.", at=now - 29 * HOUR, by=handler, now=now - 29 * HOUR)
    client.force_login(found.handler)
    return found


def act(client, escalation, name, **data):
    return client.post(f"/escalations/{escalation.key}/{name}/", data)


def page_of(client, escalation):
    return client.get(f"/escalations/{escalation.key}/").content.decode()


def test_it_is_handed_on_with_a_reason(client, escalation):
    sami = make.member("Sami Haddad", Role.MANAGER)

    without = act(client, escalation, "handler", handler=sami.pk, reason="")
    answer = act(client, escalation, "handler", handler=sami.pk, reason="She knows them")

    assert without.status_code == 422 and answer.status_code == 302
    escalation.refresh_from_db()
    assert escalation.handler == sami
    assert "Sami Haddad" in page_of(client, escalation)


def test_another_severity_needs_a_reason_and_the_page_says_what_was_proposed(client, escalation):
    without = act(client, escalation, "severity", severity="low", reason=" \u200b")
    act(client, escalation, "severity", severity="low", reason="They laugh about it")

    page = page_of(client, escalation)
    assert without.status_code == 422
    assert "Why it is Low, not High" in page and "They laugh about it" in page


def test_where_it_goes_is_said(client, escalation):
    act(client, escalation, "trend", trend="declining")

    assert "Declining" in page_of(client, escalation)
    assert act(client, escalation, "trend", trend="sideways").status_code == 422


def test_it_is_resolved_only_when_every_problem_is(client, escalation, now):
    early = act(client, escalation, "resolve")
    problems.solve(escalation.problems.get(), by=escalation.handler.as_actor(), now=now)
    offered = page_of(client, escalation)
    answer = act(client, escalation, "resolve")

    assert early.status_code == 422
    assert "“Every order arrives twice” is neither solved nor declined yet." in early.content.decode()
    assert "Resolve…" in offered and answer.status_code == 302
    assert "Resolved, waiting for the customer’s word" in page_of(client, escalation)


@pytest.fixture
def resolved(escalation, client, now):
    problems.solve(escalation.problems.get(), by=escalation.handler.as_actor(), now=now)
    act(client, escalation, "resolve")
    return escalation


def test_closing_asks_for_the_customers_word_or_the_reason_why_there_is_none(client, resolved):
    neither = act(client, resolved, "close", outcome="recovered", note="We should have called first")
    both = act(client, resolved, "close", outcome="recovered", confirmed_by="Maria", why_unconfirmed="Away")
    nothing = act(client, resolved, "close", confirmed_by="Maria")
    answer = act(
        client,
        resolved,
        "close",
        outcome="recovered",
        confirmed_by="Maria Duarte",
        confirmed_how="call",
        note="Call first",
    )

    assert [neither.status_code, both.status_code, nothing.status_code] == [422] * 3
    assert (
        "or why nobody could" in neither.content.decode() and "We should have called first" in neither.content.decode()
    )
    assert answer.status_code == 302
    page = page_of(client, resolved)
    assert "Closed as recovered" in page and "Maria Duarte confirmed that it is over (call)." in page
    assert 'id="composer"' not in page and "Reopen…" in page and "handled it" in page


def test_it_is_reopened_with_what_came_back(client, resolved):
    act(client, resolved, "close", outcome="lost", why_unconfirmed="They do not answer")

    without = act(client, resolved, "reopen", reason="")
    act(client, resolved, "reopen", reason="The orders double again")

    assert without.status_code == 422
    resolved.refresh_from_db()
    assert resolved.status == Escalation.Status.OPEN
    assert "The orders double again" in page_of(client, resolved)


def test_what_was_no_escalation_is_withdrawn(client, escalation):
    act(client, escalation, "withdraw", reason="A test of theirs")

    escalation.refresh_from_db()
    assert escalation.status == Escalation.Status.WITHDRAWN


def test_who_may_not_steer_or_close_is_refused(client, escalation):
    reader = make.member("Ben Castell", Role.SALES)
    make.seat(escalation.account, reader)
    client.force_login(reader)

    names = ("handler", "severity", "trend", "resolve", "close", "reopen", "withdraw", "adopt")
    answers = [act(client, escalation, name, reason="x") for name in names]

    assert {answer.status_code for answer in answers} == {403}


@pytest.mark.parametrize("name", ["handler", "severity", "trend", "resolve", "close", "reopen", "withdraw", "adopt"])
def test_every_form_stands_on_a_page_of_its_own_and_comes_alone_for_the_drawer(client, escalation, name):
    where = f"/escalations/{escalation.key}/{name}/"

    page = client.get(where).content.decode()
    part = client.get(where, headers={"HX-Request": "true"}).content.decode()

    assert "<html" in page and "Not now" in page
    assert "<html" not in part and 'hx-target="#ask"' in part


def test_the_closing_names_what_is_still_promised_before_one_has_typed_anything(client, escalation, now):
    promises.make(
        escalation,
        what="Report of both peaks",
        due_at=now + 48 * HOUR,
        kind="deliverable",
        by=escalation.handler.as_actor(),
        now=now,
    )
    promise = escalation.promises.get(kind="deliverable")

    page = client.get(f"/escalations/{escalation.key}/close/").content.decode()

    assert f'/promises/{promise.pk}/settle/">“Report of both peaks”</a> is still promised' in page


def test_the_closing_names_a_meeting_whose_notes_are_awaited(client, escalation, now):
    meeting = planned.plan(escalation, now=now - 5 * HOUR, starts_at=now - 4 * HOUR)
    planned.hold(meeting, now=now - 3 * HOUR)

    page = client.get(f"/escalations/{escalation.key}/close/").content.decode()

    assert f'href="/escalations/{escalation.key}/meetings/{meeting.pk}/notes/"' in page


def test_a_meeting_that_is_still_planned_is_where_the_closing_page_leads_to(client, escalation, now):
    meeting = planned.plan(escalation, now=now, starts_at=now + HOUR)

    page = client.get(f"/escalations/{escalation.key}/close/").content.decode()

    assert f'href="/escalations/{escalation.key}/meetings/{meeting.pk}/"' in page
