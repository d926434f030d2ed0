"""Telling the customer over HTTP."""

import datetime as dt

import pytest

from amends.escalations.models import Promise
from amends.outbox.models import Delivery
from tests import make
from tests.api.calling import NOW, Caller, says

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def escalation():
    return make.escalation()


@pytest.fixture
def nadia(escalation):
    return Caller(escalation.handler)


def test_an_update_is_mailed_keeps_a_promise_and_makes_the_next(escalation, nadia):
    owed = escalation.promises.get()

    sent = nadia.post(
        f"/escalations/{escalation.key}/updates",
        {
            "text": "We are on it.",
            "to": [escalation.contact_id],
            "keeps": [owed.pk],
            "then": {"what": "The cause", "due_at": "2026-11-20T16:00:00+00:00", "channel": "call"},
        },
    )

    assert sent.status_code == 201, sent.json()
    assert sent.json()["keeps"] == [owed.pk]
    assert sent.json()["to"] == [{"id": escalation.contact_id, "name": "Maria Duarte"}]
    assert sent.json()["at"] == "2026-11-19T10:00:00Z"
    assert Delivery.objects.filter(audience="customer").count() == 1
    then = Promise.objects.open().get()
    assert (then.what, then.channel) == ("The cause", "call")


def test_no_news_is_told_in_one_step(escalation, nadia):
    sent = nadia.post(f"/escalations/{escalation.key}/updates/no-news")

    assert sent.status_code == 201
    assert sent.json()["has_news"] is False
    assert "Maria" in sent.json()["text"]


def test_a_call_is_written_down_at_its_own_time(escalation, nadia):
    logged = nadia.post(
        f"/escalations/{escalation.key}/updates/log",
        {"channel": "call", "text": "Spoke with Maria.", "at": "2026-11-19T10:30:00+01:00", "minutes": 12},
    )
    heard = nadia.post(
        f"/escalations/{escalation.key}/updates/log",
        {"channel": "mail", "direction": "in", "text": "Still broken.", "at": "2026-11-19T09:45:00Z"},
    )

    assert logged.status_code == heard.status_code == 201
    assert logged.json()["at"] == "2026-11-19T09:30:00Z"
    assert logged.json()["keeps"]
    listed = nadia.get(f"/escalations/{escalation.key}/updates").json()["items"]
    assert [row["direction"] for row in listed] == ["in", "out"]


def test_what_cannot_be_is_refused_at_its_field(escalation, nadia):
    path = f"/escalations/{escalation.key}/updates"
    told = {"text": "We are on it.", "to": [escalation.contact_id]}
    elsewhere = make.escalation(of=make.account("Moss & Co"))
    past = {"what": "The cause", "due_at": (NOW - HOUR).isoformat()}

    assert set(says(nadia.post(path, told | {"to": []}))) == {"to"}
    assert set(says(nadia.post(path, told | {"to": [elsewhere.contact_id]}))) == {"to"}
    assert set(says(nadia.post(path, told | {"to": [999]}))) == {"to"}
    assert set(says(nadia.post(path, told | {"keeps": [elsewhere.promises.get().pk]}))) == {"keeps"}
    assert set(says(nadia.post(path, told | {"then": past}))) == {"then.due_at"}
    assert set(says(nadia.post(path, told | {"then": {"what": "x"}}))) == {"then.due_at"}
    assert not escalation.updates.exists()
    assert not Delivery.objects.filter(audience="customer").exists()


def test_a_list_of_updates_takes_a_constant_number_of_queries(escalation, nadia, django_assert_num_queries):
    for minute in range(30):
        nadia.post(
            f"/escalations/{escalation.key}/updates",
            {"text": "News.", "to": [escalation.contact_id]},
            now=NOW + dt.timedelta(minutes=minute),
        )

    # The token, the escalation, the updates, their recipients, those contacts, the promises that they kept.
    for limit in (2, 30):
        with django_assert_num_queries(7):
            nadia.get(f"/escalations/{escalation.key}/updates", limit=limit)
