"""What one looks at to know how it goes: timeline, deliveries, reports, health; and one's own tokens."""

import datetime as dt

import pytest

from amends.directory import tokens
from amends.directory.actor import COMMAND_LINE, Role
from amends.directory.models import Member
from amends.escalations.actions import promises, updates
from amends.escalations.models import Parked
from amends.outbox.models import Delivery, Pause
from amends.pulse import beats
from tests import make
from tests.api.calling import NOW, Caller, says

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def escalation():
    return make.escalation()


@pytest.fixture
def ada():
    return Caller(make.member("Ada Min", Role.ADMINISTRATOR))


def test_the_timeline_reads_newest_first_in_the_readers_own_time(escalation, ada):
    promises.make(
        escalation,
        what="The cause",
        due_at=dt.datetime(2026, 11, 20, 15, tzinfo=dt.UTC),
        by=escalation.handler.as_actor(),
        now=NOW,
    )

    whole = ada.get(f"/escalations/{escalation.key}/events").json()
    first = ada.get(f"/escalations/{escalation.key}/events", limit=1).json()
    rest = ada.get(f"/escalations/{escalation.key}/events", before=first["next"]).json()

    assert whole["next"] is None
    assert first["items"] + rest["items"] == whole["items"]
    newest = whole["items"][0]
    assert (newest["kind"], newest["by"]) == ("promise.made", escalation.handler.name)
    assert "The cause" in newest["sentence"] and "16:00" in newest["sentence"]
    assert newest["words"]["what"] == "The cause"


def test_the_timeline_takes_a_constant_number_of_queries(escalation, ada, django_assert_num_queries):
    for minute in range(200):
        updates.log(
            escalation,
            channel="call",
            text="News.",
            at=NOW + dt.timedelta(minutes=minute),
            by=escalation.handler.as_actor(),
            now=NOW + dt.timedelta(minutes=minute),
        )

    for limit in (10, 200):
        with django_assert_num_queries(5):
            ada.get(f"/escalations/{escalation.key}/events", limit=limit)


def test_a_delivery_that_may_have_been_sent_is_mended(escalation, ada):
    updates.send(escalation, text="News.", to=[escalation.contact], by=escalation.handler.as_actor(), now=make.THURSDAY)
    Delivery.objects.update(state="maybe", settled_at=NOW, trouble="The sender stopped.")
    mail = Delivery.objects.get(audience="customer")

    listed = ada.get("/deliveries", state="maybe", audience="customer", escalation=escalation.key).json()["items"]
    shown = ada.get(f"/deliveries/{mail.pk}").json()

    assert [row["id"] for row in listed] == [mail.pk]
    assert listed[0]["escalation"] == escalation.key
    assert "letter" not in listed[0]
    assert shown["letter"]["paragraphs"] == ["News."]
    assert ada.post(f"/deliveries/{mail.pk}/try-again").json()["state"] == "waiting"
    assert ada.post(f"/deliveries/{mail.pk}/mark-sent").status_code == 422
    Delivery.objects.filter(pk=mail.pk).update(state="maybe", settled_at=NOW)
    assert ada.post(f"/deliveries/{mail.pk}/mark-sent").json()["state"] == "sent"
    assert ada.get("/deliveries/999").status_code == 404


def test_mail_is_paused_with_a_reason_and_goes_on(ada):
    assert set(says(ada.post("/deliveries/pause", {"because": " \u2060"}))) == {"because"}

    paused = ada.post("/deliveries/pause", {"because": "Wrong server"})

    assert paused.json() == {
        "is_paused": True,
        "because": "Wrong server",
        "by": "Ada Min",
        "since": "2026-11-19T10:00:00Z",
    }
    assert ada.get("/deliveries/pause").json() == paused.json()
    assert ada.post("/deliveries/resume").json()["is_paused"] is False
    assert not Pause.objects.exists()


def test_the_report_counts_by_kind_and_by_the_time_that_was_promised(escalation, ada):
    owed = escalation.promises.get()
    updates.log(
        escalation,
        channel="call",
        text="We are on it.",
        at=owed.due_at - HOUR / 4,
        by=escalation.handler.as_actor(),
        now=owed.due_at,
    )

    rates = ada.get("/reports/promises", now=owed.due_at + HOUR).json()
    before = ada.get("/reports/promises", until="2026-11-01T00:00:00Z", now=owed.due_at + HOUR).json()

    acknowledgement = next(each for each in rates if each["kind"] == "acknowledgement")
    assert (acknowledgement["due"], acknowledgement["kept"], acknowledgement["kept_share"]) == (1, 1, 1.0)
    assert before == []


def test_the_report_on_endings_counts_by_severity_and_by_the_opening(escalation, ada):
    now = escalation.opened_at + HOUR * 24 * 31

    found = ada.get("/reports/endings", now=now).json()
    before = ada.get("/reports/endings", until="2026-11-01T00:00:00Z", now=now).json()

    assert [(each["severity"], each["long"]) for each in found["by_severity"]] == [(escalation.severity, 1)]
    assert (found["whole"]["opened"], found["whole"]["under_way"], found["whole"]["long_share"]) == (1, 1, 1.0)
    assert (before["whole"]["opened"], before["by_severity"]) == (0, [])


def test_a_plus_that_an_address_has_made_a_space_is_still_the_plus_of_a_time_zone(ada):
    written = [
        "2026-11-20T10:00 01:00",
        "2026-11-20T10:00:00.5 0100",
        "2026-11-20 10:00 01:00",
        "2026-11-20T10:00+01:00",
    ]
    without = ["2026-11-20 10:00", "2026-11-20", "1795165200", "2026-11-20T10:00  01:00"]

    assert [ada.get("/reports/endings", since=each).status_code for each in written] == [200] * 4
    assert [
        says(ada.get("/reports/endings", since=each))["since"].endswith("such as 2026-11-20T16:00:00+01:00.")
        for each in without
    ] == [True] * 4


def test_health_says_what_stands_still(escalation, ada):
    beats.begin("clock", "here", now=NOW)

    ill = ada.get("/health").json()
    beats.begin("sender", "here", now=NOW)
    well = ada.get("/health").json()
    Parked.objects.create(escalation=escalation, trouble="x", since=NOW, last_at=NOW)

    assert ill["is_well"] is False
    assert {part["part"]: part["is_running"] for part in ill["parts"]} == {"clock": True, "sender": False}
    assert well["is_well"] is True
    assert well["deliveries"]["waiting"] == Delivery.objects.count()
    assert ada.get("/health").json()["is_well"] is False


def test_a_token_makes_no_other_and_is_used_and_revoked_by_its_owner_alone(ada):
    token, key = tokens.make(
        Member.objects.get(name="Ada Min"), name="Import", scope="read", by=COMMAND_LINE, now=make.THURSDAY
    )
    path = f"/tokens/{token.pk}"

    assert ada.post("/tokens", {"name": "Another", "scope": "write"}).status_code == 405
    assert Caller(key=key).get("/members/me").json()["name"] == "Ada Min"
    assert {row["name"] for row in ada.get("/tokens").json()["items"]} == {"Import", "Test"}
    assert all("key" not in row and "fingerprint" not in row for row in ada.get("/tokens").json()["items"])

    other = Caller(make.member("Bea Min", Role.ADMINISTRATOR))
    assert other.delete(path).status_code == 404
    assert len(other.get("/tokens").json()["items"]) == 1
    assert ada.delete(path).status_code == 204
    assert Caller(key=key).get("/members/me").status_code == 401
