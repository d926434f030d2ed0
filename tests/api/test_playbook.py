"""The playbook over the API: read, compared, checked, adopted; and an escalation moved to it."""

import pytest

from amends.directory.actor import COMMAND_LINE, Role
from amends.playbook import versions
from tests import make
from tests.api.calling import Caller

pytestmark = pytest.mark.django_db
OTHERWISE = versions.shipped().replace("every working day at 16:00\n", "every 2 hours\n")
DIFFERENCE = {"part": "Severity High", "says": "cadence “every 2 hours” instead of “every working day at 16:00”"}


@pytest.fixture
def ada() -> Caller:
    make.organisation()
    make.playbook()
    return Caller(make.member("Ada Stone", Role.ADMINISTRATOR))


def test_the_one_in_force_is_given_as_text_and_as_a_document(ada):
    found = ada.get("/playbook").json()

    assert (found["number"], found["text"]) == (1, versions.shipped())
    assert found["document"]["severities"][0]["acknowledge_within"] == "30 minutes"
    assert found["document"]["weights"][0]["when"]["any"][0]["spend_at_least"] == "250000"


def test_versions_come_in_pages_the_newest_first(ada):
    versions.adopt(OTHERWISE, by=COMMAND_LINE, now=make.THURSDAY, note="Oftener")

    first = ada.get("/playbook/versions", limit=1).json()
    second = ada.get("/playbook/versions", limit=1, after=first["next"]).json()

    assert [(row["number"], row["note"]) for row in first["items"]] == [(2, "Oftener")]
    assert [row["number"] for row in second["items"]] == [1] and second["next"] is None
    assert ada.get("/playbook/versions/2").json()["text"] == OTHERWISE
    assert ada.get("/playbook/versions/3").status_code == 404


def test_versions_are_compared(ada):
    versions.adopt(OTHERWISE, by=COMMAND_LINE, now=make.THURSDAY)

    assert ada.get("/playbook/versions/2/changes").json() == {"since": 1, "number": 2, "differences": [DIFFERENCE]}
    assert ada.get("/playbook/versions/2/changes", since=2).json()["differences"] == []
    assert ada.get("/playbook/versions/1/changes").json() == {"since": None, "number": 1, "differences": []}


def test_a_text_is_checked_and_nothing_adopted(ada):
    good = ada.post("/playbook/check", {"text": OTHERWISE}).json()
    bad = ada.post("/playbook/check", {"text": OTHERWISE.replace("every 2 hours", "often")}).json()

    assert good == {"is_valid": True, "mistakes": [], "differences": [DIFFERENCE]}
    assert not bad["is_valid"] and bad["differences"] == []
    assert bad["mistakes"][0]["path"] == "severities[1].cadence" and bad["mistakes"][0]["line"] > 20
    assert versions.current().number == 1


def test_a_text_is_adopted_with_its_reason(ada):
    answer = ada.post("/playbook/versions", {"text": OTHERWISE, "note": "Oftener", "begun_from": 1})

    assert answer.status_code == 201
    assert (answer.json()["number"], answer.json()["adopted_by"], answer.json()["note"]) == (2, "Ada Stone", "Oftener")


@pytest.mark.parametrize(
    ("body", "kind", "says"),
    [
        ({"text": "name: Ours", "note": "Why"}, "bad-playbook", "line 1, currency"),
        ({"text": OTHERWISE, "note": " "}, "refused", "Say why it changes"),
        ({"text": versions.shipped(), "note": "Why"}, "refused", "in force already"),
        ({"text": OTHERWISE, "note": "Why", "begun_from": 7}, "refused", "has adopted version 1 since"),
        ({"text": "# " + "ü" * 150_000, "note": "Why"}, "bad-playbook", "at most 256 KB"),
        ({"text": "a" * 600_000, "note": "Why"}, "invalid", "characters"),
    ],
    ids=["mistakes", "no reason", "the same", "overtaken", "long", "far too long"],
)
def test_what_cannot_be_adopted_is_refused_with_everything_that_is_wrong(ada, body, kind, says):
    answer = ada.post("/playbook/versions", body)

    assert answer.status_code == 422
    assert answer.json()["type"].endswith(kind)
    assert says in str(answer.json())
    assert versions.current().number == 1


def test_an_escalation_is_moved_to_the_one_in_force():
    escalation = make.escalation()
    handler = Caller(escalation.handler)
    versions.adopt(OTHERWISE, by=COMMAND_LINE, now=make.THURSDAY)

    answer = handler.post(f"/escalations/{escalation.key}/playbook", {"reason": "Agreed with them", "number": 2})

    assert answer.status_code == 200 and answer.json()["playbook"] == 2
    again = handler.post(f"/escalations/{escalation.key}/playbook", {"reason": "Agreed"})
    assert again.status_code == 422 and "already" in again.json()["detail"]
