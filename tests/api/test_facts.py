"""The ledger of facts over HTTP."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from amends.directory.actor import Role
from amends.escalations.actions import citations, updates
from tests import make
from tests.api.calling import NOW, Caller, Upload, says

pytestmark = pytest.mark.django_db


@pytest.fixture
def escalation():
    return make.escalation(problems=("Every order arrives twice",))


@pytest.fixture
def ruth(escalation):
    return Caller(escalation.handler)


def at(escalation, *below):
    return "/".join([f"/escalations/{escalation.key}/facts", *map(str, below)])


def test_a_fact_is_stated_confirmed_and_told_then_refuted_and_put_right(escalation, ruth):
    development, by = make.team("Development"), escalation.handler.as_actor()
    stated = ruth.post(at(escalation), {"words": "214 orders came twice.", "team": development.pk})
    number = stated.json()["id"]
    assert stated.status_code == 201, stated.content

    nothing = ruth.post(at(escalation, number, "confirm"), {"source": "Order journal"})
    confirmed = ruth.post(at(escalation, number, "confirm"), {"source": "Order journal", "evidence": "A query."}).json()
    assert set(says(nothing)) == {"evidence"}
    assert (confirmed["state"], confirmed["is_certain"], confirmed["settled_by"]["name"]) == (
        "confirmed",
        True,
        escalation.handler.name,
    )

    sent = updates.send(escalation, text="See below.", to=[escalation.contact], by=by, now=NOW)
    citations.cite(sent, [escalation.facts.get()], by=by, now=NOW)
    refuted = ruth.post(at(escalation, number, "refute"), {"evidence": "It was 219."}).json()
    assert refuted["to_be_corrected"] and refuted["citations"][0] | {"at": ""} == {
        "update": sent.pk,
        "at": "",
        "was_certain": True,
        "words": "214 orders came twice.",
        "is_struck": False,
        "corrected_at": None,
    }

    right = ruth.post(at(escalation, number, "correct"), {"how": "On the phone."}).json()
    assert not right["to_be_corrected"] and right["citations"][0]["corrected_at"]
    assert ruth.get(at(escalation)).json() == [right] and ruth.get(at(escalation, number)).json() == right


def test_a_dispute_counts_until_it_is_answered(escalation, ruth):
    support, claire = make.team("Support"), make.member("Claire", Role.CSM)
    support.members.add(claire)
    shown = {"source": "Order journal", "evidence": "A query.", "is_confirmed": True}
    number = ruth.post(at(escalation), {"words": "214 orders came twice."} | shown).json()["id"]

    disputed = Caller(claire).post(at(escalation, number, "disputes"), {"words": "It was 180."}).json()
    dispute = disputed["disputes"][0]
    settled = ruth.post(
        at(escalation, number, "disputes", dispute["id"], "settle"), {"answer": "Counted together."}
    ).json()

    assert (disputed["state"], disputed["counts_as"], dispute["team"]["id"]) == (
        "confirmed",
        "investigating",
        support.pk,
    )
    assert settled["counts_as"] == "confirmed" and settled["disputes"][0]["answer"] == "Counted together."
    assert set(says(ruth.post(at(escalation, number, "disputes"), {"words": "No."}))) == {"team"}
    assert ruth.post(at(escalation, number, "disputes", 999, "settle"), {"answer": "x"}).status_code == 404


def test_what_is_left_out_stays_and_files_belong_to_it(escalation, ruth):
    number = ruth.post(at(escalation), {"words": "214 came twice.", "source": "Order journal"}).json()["id"]
    file = Upload(file=SimpleUploadedFile("journal.csv", b"a,b"), fact=number)

    ruth.patch(at(escalation, number), {"words": "214 orders came twice."})
    attached = ruth.post(f"/escalations/{escalation.key}/files", file)

    assert attached.json()["fact"] == number, attached.content
    found = ruth.get(at(escalation, number)).json()
    assert (found["words"], found["source"], found["files"][0]["name"]) == (
        "214 orders came twice.",
        "Order journal",
        "journal.csv",
    )
    assert set(says(ruth.patch(at(escalation, number), {"words": " "}))) == {"words"}
    other = make.escalation()
    assert ruth.get(at(other, number)).status_code == 404
    assert set(says(ruth.post(at(other), {"words": "x", "corrects": number}))) == {"corrects"}


def test_of_a_fact_and_what_stands_in_its_place_one_alone_is_confirmed(escalation, ruth):
    shown = {"source": "Order journal", "evidence": "A query."}
    first = ruth.post(at(escalation), {"words": "214 orders came twice."}).json()["id"]
    instead = {"words": "107 did.", "corrects": first, "is_confirmed": True}
    assert ruth.post(at(escalation), instead | shown).status_code == 201

    refused = ruth.post(at(escalation, first, "confirm"), shown)

    assert refused.status_code == 422
    assert "Refute “107 did.” first, or investigate it again." in refused.json()["detail"]
