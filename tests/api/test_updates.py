"""Telling the customer over HTTP."""

import datetime as dt

import pytest

from amends.directory.actor import COMMAND_LINE
from amends.escalations.actions import promises
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
    owed = make.contact(escalation.account, "Rui Costa")
    board = promises.make(escalation, what="For the board", to=owed, due_at=NOW + HOUR, by=COMMAND_LINE, now=NOW)
    assert set(says(nadia.post(path, told | {"keeps": [board.pk]}))) == {"keeps"}
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

    # The token, the escalation, the updates, their recipients, those contacts, the promises that they kept, their
    # files, what was told inside.
    for limit in (2, 30):
        with django_assert_num_queries(9):
            nadia.get(f"/escalations/{escalation.key}/updates", limit=limit)


# Taking back, correcting, reading a draft


def sent(escalation, nadia, **changes):
    body = {"text": "We are on it.", "to": [escalation.contact_id]} | changes
    return nadia.post(f"/escalations/{escalation.key}/updates", body)


def test_a_mail_says_until_when_it_can_be_taken_back_and_is(escalation, nadia, settings):
    settings.RECALL_SECONDS = 10
    update = sent(escalation, nadia).json()

    taken = nadia.post(f"/updates/{update['id']}/take-back", now=NOW + dt.timedelta(seconds=5))
    again = nadia.post(f"/updates/{update['id']}/take-back", now=NOW + dt.timedelta(seconds=6))

    assert update["take_back_until"] == "2026-11-19T10:00:10Z"
    assert taken.status_code == 200, taken.json()
    assert (taken.json()["struck_at"], taken.json()["keeps"]) == ("2026-11-19T10:00:05Z", [])
    assert taken.json()["take_back_until"] is None
    assert again.status_code == 422 and again.json()["detail"] == "That is struck already."
    assert Delivery.objects.get(audience="customer").state == Delivery.State.NOT_NEEDED


def test_what_was_written_down_is_corrected_or_struck(escalation, nadia):
    path = f"/escalations/{escalation.key}/updates"
    call = {"channel": "call", "text": "Spoke.", "at": "2026-11-19T09:30:00Z"}
    first, second = nadia.post(f"{path}/log", call).json(), nadia.post(f"{path}/log", call).json()

    corrected = nadia.post(f"/updates/{first['id']}/correct", call | {"minutes": 9, "reason": "Nine minutes"})
    struck = nadia.post(f"/updates/{second['id']}/strike", {"reason": "Twice"})
    unsaid = nadia.post(f"/updates/{sent(escalation, nadia).json()['id']}/strike", {"reason": "Wrong"})

    assert corrected.status_code == 201 and corrected.json()["corrects"] == first["id"]
    assert struck.json()["why_struck"] == "Twice" and struck.json()["struck_by"]["name"] == "Ruth Adeyemi"
    assert unsaid.status_code == 422
    listed = {row["id"]: row["struck_at"] for row in nadia.get(path).json()["items"]}
    assert listed[first["id"]] and listed[second["id"]] and not listed[corrected.json()["id"]]


def test_a_draft_is_read_on_the_clock_of_whom_it_goes_to(escalation, nadia):
    rui = make.contact(escalation.account, "Rui Costa", zone="Asia/Tokyo")
    text = "You will hear from me by Friday 16:00, {name}. We send the list by Thursday, 27 November."

    read = nadia.post(f"/escalations/{escalation.key}/read-draft", {"text": text, "to": [rui.pk]}).json()
    known = {"text": text, "to": [rui.pk], "next_at": "2026-11-20T07:00:00Z"}

    assert read["offer"] == {
        "words": "Friday 16:00",
        "at": "2026-11-20T07:00:00Z",
        "says": "Fri 20 Nov, 16:00 in Tokyo",
    }
    assert read["unknown"] == ["{name}"]
    assert read["troubles"] == [
        "27 November is a Friday, not a Thursday.",
        "The text says “Friday 16:00”, and nothing is promised for then.",
    ]
    again = nadia.post(f"/escalations/{escalation.key}/read-draft", known).json()
    assert (again["offer"], again["troubles"]) == (None, ["27 November is a Friday, not a Thursday."])
    assert not escalation.updates.exists()


def test_what_nothing_fills_is_not_sent(escalation, nadia):
    refused = sent(escalation, nadia, text="Dear {name},")
    moved = nadia.post(
        f"/promises/{escalation.promises.get().pk}/move",
        {"due_at": "2026-11-24T16:00:00Z", "reason": "Vendor", "told": {"by": "mail", "text": "By {then}."}},
    )

    assert says(refused) == {"text": "{name} means nothing here; write it out."}
    assert moved.status_code == 422
    assert not Delivery.objects.filter(audience="customer").exists()


def test_replies_are_filled_for_their_reader(escalation, nadia):
    rui = make.contact(escalation.account, "Rui Costa")

    replies = nadia.get(f"/escalations/{escalation.key}/replies", to=rui.pk).json()

    assert [reply["key"] for reply in replies] == ["acknowledgement", "no_news", "understood", "question", "solved"]
    assert all(reply["text"].startswith("Dear Rui Costa,") for reply in replies)
    elsewhere = make.escalation(of=make.account("Moss & Co"))
    stranger = nadia.get(f"/escalations/{escalation.key}/replies", to=elsewhere.contact_id)
    assert set(says(stranger)) == {"to"}


def test_who_was_not_to_know_is_told_once_somebody_says_that_they_may(nadia):
    quiet = make.escalation(customer_should_know=False, why_not_told="A slip that nobody could see.")
    body = {"text": "We are on it.", "to": [quiet.contact_id]}

    refused = nadia.post(f"/escalations/{quiet.key}/updates", body)
    told = nadia.post(f"/escalations/{quiet.key}/updates", body | {"may_know": True})

    assert set(says(refused)) == {"may_know"}
    assert told.status_code == 201
    quiet.refresh_from_db()
    assert quiet.customer_should_know and quiet.acknowledged_at
