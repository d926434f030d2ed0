"""The story of a promise, told over HTTP."""

import datetime as dt

import pytest

from amends.directory.actor import Role
from amends.escalations.actions import promises
from amends.escalations.models import Promise, Update
from amends.outbox.models import Delivery
from tests import make
from tests.api.calling import NOW, Caller, says

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
FRIDAY = "2026-11-20T16:00:00+01:00"


@pytest.fixture
def escalation():
    return make.escalation()


@pytest.fixture
def nadia(escalation):
    return Caller(escalation.handler)


@pytest.fixture
def cause(escalation):
    """A promise for Friday at four in Berlin, besides the acknowledgement that is owed."""
    return promises.make(
        escalation,
        what="The cause in writing",
        due_at=dt.datetime(2026, 11, 20, 15, tzinfo=dt.UTC),
        by=escalation.handler.as_actor(),
        now=make.THURSDAY,
    )


def test_a_promise_is_made_and_stands_among_mine(escalation, nadia):
    made = nadia.post(
        f"/escalations/{escalation.key}/promises",
        {"what": "The cause in writing", "due_at": FRIDAY, "kind": "deliverable", "channel": "call"},
    )

    assert made.status_code == 201
    assert made.json()["due_at"] == "2026-11-20T15:00:00Z"
    assert made.json()["zone"] == "Europe/Lisbon"
    assert made.json()["to"]["name"] == "Maria Duarte"
    assert made.json()["owner"]["name"] == escalation.handler.name
    mine = nadia.get("/promises").json()
    assert [row["kind"] for row in mine["items"]] == ["acknowledgement", "deliverable"]
    assert mine["count"] == 2
    assert Caller(make.member(role=Role.CSM)).get("/promises").json()["count"] == 0


def test_a_promise_is_moved_by_a_mail_that_tells_of_it(escalation, nadia, cause):
    moved = nadia.post(
        f"/promises/{cause.pk}/move",
        {
            "due_at": "2026-11-23T16:00:00+01:00",
            "reason": "The vendor answers on Monday",
            "told": {"by": "mail", "text": "We will know on Monday at four."},
        },
    )

    assert moved.status_code == 201, moved.json()
    assert moved.json()["moved_from"] == cause.pk
    cause.refresh_from_db()
    assert (cause.status, cause.settled_at) == ("moved", NOW)
    assert Update.objects.get().is_mailed
    mail = Delivery.objects.get(audience="customer")
    assert mail.address == "maria@brightwater.example"


def test_a_promise_is_moved_by_a_call_at_its_own_time(nadia, cause):
    told_at = cause.due_at - HOUR
    moved = nadia.post(
        f"/promises/{cause.pk}/move",
        {
            "due_at": "2026-11-23T16:00:00+01:00",
            "reason": "The vendor answers on Monday",
            "told": {"by": "call", "text": "Monday at four.", "at": told_at.isoformat(), "minutes": 5},
        },
        now=cause.due_at + HOUR,
    )

    assert moved.status_code == 201, moved.json()
    cause.refresh_from_db()
    # Told in time, though written down too late.
    assert (cause.status, cause.settled_at) == ("moved", told_at)
    assert Update.objects.get().minutes == 5


def test_told_too_late_it_stays_missed(nadia, cause):
    nadia.post(
        f"/promises/{cause.pk}/move",
        {"due_at": "2026-11-23T16:00:00Z", "reason": "Vendor", "told": {"by": "mail", "text": "Monday."}},
        now=cause.due_at + HOUR,
    )

    cause.refresh_from_db()
    assert cause.status == "broken"


def test_a_move_that_is_refused_tells_nobody_anything(nadia, cause):
    refused = nadia.post(
        f"/promises/{cause.pk}/move",
        {"due_at": "2026-11-19T09:30:00Z", "reason": "Vendor", "told": {"by": "mail", "text": "Earlier."}},
    )
    without_text = nadia.post(
        f"/promises/{cause.pk}/move",
        {"due_at": "2026-11-23T16:00:00Z", "reason": "Vendor", "told": {"by": "mail", "text": "  "}},
    )
    in_future = nadia.post(
        f"/promises/{cause.pk}/move",
        {"due_at": "2026-11-23T16:00:00Z", "reason": "V", "told": {"by": "call", "text": "x", "at": FRIDAY}},
    )

    assert refused.status_code == 422
    assert set(says(refused)) == {"due_at"}
    assert set(says(without_text)) == {"told.text"}
    assert set(says(in_future)) == {"told.at"}
    assert not Update.objects.exists()
    assert not Delivery.objects.filter(audience="customer").exists()
    cause.refresh_from_db()
    assert cause.status == "open"


def test_a_promise_is_given_up_or_released_with_a_reason(escalation, nadia, cause):
    refused = nadia.post(f"/promises/{cause.pk}/give-up", {"reason": " "})
    given_up = nadia.post(f"/promises/{cause.pk}/give-up", {"reason": "Nobody knows the cause"})
    again = nadia.post(f"/promises/{cause.pk}/release", {"reason": "Not needed"})
    owed = escalation.promises.open().get()
    released = nadia.post(f"/promises/{owed.pk}/release", {"reason": "Maria knows already"})

    assert set(says(refused)) == {"reason"}
    assert given_up.json()["status"] == "broken"
    assert given_up.json()["reason"] == "Nobody knows the cause"
    assert again.status_code == 422
    assert released.json()["status"] == "released"
    # Never silent: where nothing is promised any more, the next update is.
    assert nadia.get(f"/escalations/{escalation.key}/promises", status="open").json()["count"] == 1
    assert nadia.get(f"/escalations/{escalation.key}/promises").json()["count"] == 3
    assert nadia.get(f"/promises/{cause.pk}").json()["status"] == "broken"


def test_overdue_ones_are_found_by_the_time_of_the_request(nadia, cause):
    assert nadia.get("/promises", overdue="true", now=make.THURSDAY).json()["count"] == 0

    overdue = nadia.get("/promises", overdue="true", now=cause.due_at + HOUR).json()

    assert overdue["count"] == Promise.objects.open().count() == 2
    assert all(row["is_overdue"] for row in overdue["items"])


def test_pages_go_on_after_promises_due_at_the_same_moment(escalation, nadia, cause):
    for number in range(4):
        promises.make(
            escalation,
            what=f"Part {number}",
            due_at=cause.due_at,
            by=escalation.handler.as_actor(),
            now=make.THURSDAY,
        )

    seen, after = [], ""
    while after is not None:
        page = nadia.get("/promises", limit=2, after=after).json()
        seen += [row["id"] for row in page["items"]]
        after = page["next"]

    assert seen == list(Promise.objects.order_by("due_at", "id").values_list("pk", flat=True))
