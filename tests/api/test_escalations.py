"""The story of an escalation, told over HTTP."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amends.directory.actor import Role
from amends.escalations.models import Escalation
from tests import make
from tests.api.calling import NOW, Caller, says

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def account():
    make.organisation()
    make.playbook()
    return make.account("Brightwater Foods")


@pytest.fixture
def nadia(account):
    return Caller(account.csm.reports_to)


def test_an_escalation_is_opened_handed_on_resolved_and_closed(account, nadia):
    maria = make.contact(account)
    asked = {
        "account": account.pk,
        "reason": "Orders doubled since the release",
        "problems": ["Every order arrives twice"],
        "contact": maria.pk,
        "mood": "upset",
        "since_at": "2026-11-18T08:00:00+00:00",
    }

    opened = nadia.post("/escalations", asked)

    assert opened.status_code == 201, opened.json()
    key = opened.json()["key"]
    assert opened.json()["handler"]["name"] == Escalation.objects.get().handler.name
    assert opened.json()["contact"] == {"id": maria.pk, "name": "Maria Duarte"}
    assert opened.json()["next_promise"]["what"].startswith("Acknowledge")
    assert opened.json()["because"]
    assert opened.json()["since_at"] == "2026-11-18T08:00:00Z"

    tom = account.csm
    assert (
        nadia.post(f"/escalations/{key}/hand-to", {"handler": tom.pk, "reason": "Knows them best"}).status_code == 200
    )
    assert nadia.post(f"/escalations/{key}/trend", {"trend": "improving"}).json()["trend"] == "improving"
    problem = nadia.get(f"/escalations/{key}/problems").json()["items"][0]["id"]
    assert nadia.post(f"/problems/{problem}/solve").status_code == 200
    assert nadia.post(f"/escalations/{key}/resolve").json()["status"] == "resolved"
    assert nadia.post(f"/escalations/{key}/updates/no-news").status_code == 201
    closed = nadia.post(f"/escalations/{key}/close", {"outcome": "recovered", "confirmed_by": "Maria Duarte"})

    assert closed.json()["status"] == "closed"
    assert closed.json()["handler"] == {"id": tom.pk, "name": "Tom Okafor"}
    assert closed.json()["next_promise"] is None
    assert closed.json()["closures"][0]["confirmed_by"] == "Maria Duarte"

    reopened = nadia.post(f"/escalations/{key}/reopen", {"reason": "Doubled again"}, now=NOW + HOUR)

    assert reopened.json()["status"] == "open"
    assert reopened.json()["next_promise"] is not None
    assert nadia.post(f"/escalations/{key}/withdraw", {"reason": "A mistake"}).json()["status"] == "withdrawn"


def test_a_proposal_opens_nothing_and_says_why(account, nadia):
    proposed = nadia.post("/escalations/proposal", {"account": account.pk, "reason": "Orders doubled"})

    assert proposed.status_code == 200
    assert proposed.json()["severity"] and proposed.json()["because"]
    assert not Escalation.objects.exists()


def test_another_severity_than_the_playbooks_needs_a_reason(account, nadia):
    key = nadia.post("/escalations", {"account": account.pk, "reason": "Slow"}).json()["key"]
    proposed = nadia.get(f"/escalations/{key}").json()["severity"]
    other = "low" if proposed != "low" else "critical"

    refused = nadia.post("/escalations", {"account": account.pk, "reason": "Slow", "severity": other})
    changed = nadia.post(f"/escalations/{key}/severity", {"severity": other, "reason": "They said so"})

    assert refused.status_code == 422
    assert "severity_reason" in says(refused)
    assert changed.json()["severity"] == other
    assert changed.json()["proposed_severity"] == proposed


def test_the_list_is_filtered_counted_and_paged_without_gaps(account, nadia):
    made = [make.escalation(of=account, reason=f"Reason {number}") for number in range(5)]
    other = make.escalation(of=make.account("Moss & Co"), reason="Something else")

    first = nadia.get("/escalations", account=account.pk, limit=2).json()
    newer = make.escalation(of=account, reason="Came in between")
    second = nadia.get("/escalations", account=account.pk, limit=2, after=first["next"]).json()
    third = nadia.get("/escalations", account=account.pk, limit=2, after=second["next"]).json()

    assert first["count"] == 5
    keys = [row["key"] for page in (first, second, third) for row in page["items"]]
    assert keys == [escalation.key for escalation in reversed(made)]
    assert third["next"] is None
    assert newer.key not in keys
    assert [row["key"] for row in nadia.get("/escalations", search="moss").json()["items"]] == [other.key]
    assert nadia.get("/escalations", status=["closed", "withdrawn"]).json() == {"items": [], "next": None, "count": 0}
    assert nadia.get("/escalations", handler=made[0].handler_id, severity="nothing").json()["count"] == 0


def test_a_line_shows_both_tracks_and_what_is_promised_next(account, nadia):
    escalation = make.escalation(of=account, problems=("Every order arrives twice",))

    line = nadia.get("/escalations", now=make.THURSDAY + dt.timedelta(days=1)).json()["items"][0]

    assert line["key"] == escalation.key
    assert line["next_promise"]["is_overdue"] is True
    assert line["tell"]["health"] == "off track"
    assert (line["problems"], line["solved"], line["day"]) == (1, 0, 2)


def test_lists_take_as_many_queries_for_two_hundred_rows_as_for_ten(account):
    caller = Caller(make.member("Ada Min", Role.ADMINISTRATOR))

    def queries_for(rows):
        while Escalation.objects.count() < rows:
            make.escalation(of=account, problems=("One", "Two"))
        counts = {}
        for path in ("/escalations?limit=200", "/promises?whose=all&limit=200", "/deliveries?limit=200"):
            with CaptureQueriesContext(connection) as queries:
                answer = caller.get(path)
            assert len(answer.json()["items"]) >= rows
            counts[path] = len(queries)
        return counts

    # The first use of a day is noted on the token.
    caller.get("/escalations?limit=1")
    few = queries_for(10)

    assert queries_for(200) == few
    assert max(few.values()) <= 9


def test_what_is_not_there_is_not_found(nadia):
    for key in ("ESC-9999", "nonsense", "ESC-99999999999999999999", "ESC-1%00"):
        assert nadia.get(f"/escalations/{key}").status_code == 404


def test_references_that_lead_nowhere_are_refused_at_their_field(account, nadia):
    elsewhere = make.contact(make.account("Moss & Co"))
    gone = make.member("Gone Gunn", is_active=False)
    base = {"account": account.pk, "reason": "Slow"}

    assert set(says(nadia.post("/escalations", base | {"account": 999}))) == {"account"}
    assert set(says(nadia.post("/escalations", base | {"contact": 999}))) == {"contact"}
    assert set(says(nadia.post("/escalations", base | {"contact": elsewhere.pk}))) == {"contact"}
    assert set(says(nadia.post("/escalations", base | {"handler": gone.pk}))) == {"handler"}
    assert set(says(nadia.post("/escalations", base | {"impact": "no such"}))) == {"impact"}
    assert set(says(nadia.post("/escalations", base | {"mood": "sleepy"}))) == {"mood"}
    assert not Escalation.objects.exists()
