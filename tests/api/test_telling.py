"""One text for every audience, over HTTP: who should be told, who is left out, what goes along, what stays inside."""

import datetime as dt

import pytest

from amends.escalations.actions import facts, files
from amends.outbox.models import Delivery
from tests import make
from tests.api.calling import NOW, Caller, says

pytestmark = pytest.mark.django_db
TEAM = "Say nothing of the Lisbon contract, whoever asks."


@pytest.fixture
def case():
    escalation = make.escalation(channel="mail")
    make.contact(escalation.account, "Rui Costa", must_hear=True)
    return escalation


@pytest.fixture
def nadia(case):
    return Caller(case.handler)


def test_an_update_takes_facts_and_files_along_and_has_parts_that_stay_inside(case, nadia):
    by, rui = case.handler.as_actor(), case.account.contacts.get(name="Rui Costa")
    fact = facts.state(case, words="No order was lost", source="J", evidence="E", is_confirmed=True, by=by, now=NOW)
    file = files.attach(case, name="count.csv", content=b"1;2", by=by, now=NOW)
    body = {
        "text": "We found it.",
        "to": [case.contact_id],
        "leaving_out": [{"contact": rui.pk, "reason": "On leave", "until": "2026-11-23"}],
        "facts": [fact.pk],
        "files": [file.pk],
        "for_team": TEAM,
    }

    sent = nadia.post(f"/escalations/{case.key}/updates", body)

    assert sent.status_code == 201, sent.json()
    shown = sent.json()
    assert shown["text"].endswith("What we know for certain:\n• No order was lost")
    assert shown["files"] == [{"id": file.pk, "name": "count.csv"}]
    assert shown["inside"] == [{"audience": "team", "text": TEAM}]
    assert TEAM not in str(Delivery.objects.get(audience="customer").letter)
    (left_out,) = nadia.get(f"/escalations/{case.key}/left-out").json()
    assert (left_out["contact"]["name"], left_out["until_at"]) == ("Rui Costa", "2026-11-24T00:00:00Z")


def test_what_cannot_be_is_refused_where_it_stands(case, nadia):
    rui, path = case.account.contacts.get(name="Rui Costa"), f"/escalations/{case.key}/updates"
    away = {"contact": rui.pk, "reason": "Away", "until": "2026-11-23"}
    told = {"text": f"We found it. {TEAM}", "to": [case.contact_id], "leaving_out": [away]}

    for changes, field in (
        ({"leaving_out": []}, "to"),
        ({"leaving_out": [away | {"until": "2027-01-01"}]}, "leaving_out.until"),
        ({"for_team": TEAM}, "for_team"),
        ({"facts": [999]}, "facts"),
        ({"files": [999]}, "files"),
    ):
        assert set(says(nadia.post(path, told | changes))) == {field}
    assert not case.updates.exists()


def test_somebody_is_left_out_and_told_again(case, nadia):
    path, rui = f"/escalations/{case.key}/left-out", case.account.contacts.get(name="Rui Costa")

    left = nadia.post(path, {"contact": rui.pk, "reason": "On leave", "until": "2026-11-23"})
    hidden = nadia.get(f"/escalations/{case.key}/composing").json()
    again = nadia.post(f"{path}/end", {"contact": rui.pk})

    assert left.status_code == 201 and left.json()["is_standing"] is True
    assert [row["contact"]["name"] for row in hidden["left_out"]] == ["Rui Costa"]
    assert (again.json()["is_standing"], again.json()["ended_by"]["name"]) == (False, case.handler.name)
    assert set(says(nadia.post(f"{path}/end", {"contact": rui.pk}))) == {"contact"}


def test_what_an_update_begins_with_is_one_read(case, nadia, django_assert_max_num_queries):
    case.contact.phone = "+351 1"
    case.contact.save()

    with django_assert_max_num_queries(17):
        begun = nadia.get(f"/escalations/{case.key}/composing").json()

    assert [contact["name"] for contact in begun["to"]] == ["Maria Duarte", "Rui Costa"]
    assert begun["keeps"] == [case.promises.open().get().pk]
    case.promises.open().update(to=make.contact(case.account, "Ana Lima"), kind="next_update")
    assert nadia.get(f"/escalations/{case.key}/composing").json()["keeps"] == []
    assert (begun["next"]["channel"], begun["left_out"], begun["facts"]) == ("call", [], [])
    assert dt.datetime.fromisoformat(begun["next"]["due_at"]) > NOW
    assert "answer by mail at once" in begun["etiquette"] and begun["texts"][0]["text"]


def test_an_insight_is_told_to_the_account_team_but_once(case, nadia):
    insight = case.account.insights.create(kind="helps", text="Numbers, and early", at=NOW)

    told = nadia.post(f"/insights/{insight.pk}/tell")
    again = nadia.post(f"/insights/{insight.pk}/tell")

    assert told.json()["told_at"]
    assert Delivery.objects.filter(identity__startswith=f"insight:{insight.pk}|").count() == 1
    assert again.status_code == 422 and "told of it already" in again.json()["detail"]
