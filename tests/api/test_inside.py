"""Holds, insights, purchases, absences and gaps over HTTP."""

import datetime as dt

import pytest

from amends.directory.actor import Role
from amends.directory.models import Account
from amends.escalations.actions import endings, helps, problems
from amends.outbox.models import Delivery
from tests import make
from tests.api.calling import NOW, Caller, says

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def ada():
    return Caller(make.member("Ada Min", Role.ADMINISTRATOR))


def test_a_sales_tool_reads_who_is_on_hold_and_whom_to_ask_but_not_why():
    escalation = make.escalation(reason="Orders doubled")
    sami = make.member("Sami Haddad")
    make.absence(escalation.handler, sami)
    tool = Caller(make.member("Ines Moreau", Role.SALES), scope="read")

    answer = tool.get("/holds", standing="true")
    (hold,) = answer.json()["items"]

    assert hold["escalation"] == escalation.key
    assert hold["account"] == {"id": escalation.account_id, "name": escalation.account.name}
    assert hold["ask"] == {"id": sami.pk, "name": "Sami Haddad"}
    assert hold["lifted_at"] is None
    assert "Orders doubled" not in answer.content.decode()


def test_a_hold_that_is_lifted_is_found_among_those_and_the_account_is_free(ada):
    escalation, other = make.escalation(), make.account()
    path = f"/accounts/{escalation.account_id}"
    held = ada.get(path).json()["on_hold"]
    listed = {row["id"]: row["on_hold"] for row in ada.get("/accounts").json()["items"]}

    endings.withdraw(escalation, reason="It was none", by=escalation.handler.as_actor(), now=NOW)

    assert (held, ada.get(path).json()["on_hold"]) == (True, False)
    assert listed == {escalation.account_id: True, other.pk: False}
    assert ada.get("/holds", standing="true").json()["items"] == []
    assert len(ada.get("/holds", standing="false", account=escalation.account_id).json()["items"]) == 1
    assert ada.get("/holds", account=other.pk).json()["items"] == []


def test_holds_take_a_constant_number_of_queries(ada, django_assert_num_queries):
    csm = make.chain()[0]
    for rows in (2, 6):
        for _ in range(rows):
            make.escalation(of=make.account(csm=csm))
        with django_assert_num_queries(5):
            assert len(ada.get("/holds").json()["items"]) >= rows


def test_whoever_is_in_a_team_that_was_asked_for_help_sees_the_case_and_says_that_it_is_there():
    escalation, team, sam = make.escalation(), make.team(), make.member("Sam Reyes", Role.RESPONDER)
    team.members.add(sam)
    help_ = helps.ask(escalation, what="Logs of Monday", team=team, by=escalation.handler.as_actor(), now=NOW)
    path = f"/escalations/{escalation.key}"

    shown = Caller(sam).get(path)
    given = Caller(sam).post(f"{path}/helps/{help_.pk}/give", {"answer": "Attached."})

    assert (shown.status_code, given.status_code) == (200, 200)
    help_.refresh_from_db()
    assert help_.is_given


def test_an_insight_is_added_told_said_better_and_retired(ada):
    account = make.account()
    path = f"/accounts/{account.pk}/insights"

    added = ada.post(path, {"kind": "upsets", "text": "Calls before nine", "tells_the_team": True})
    changed = ada.patch(f"/insights/{added.json()['id']}", {"text": "Any call before nine"})
    retired = ada.post(f"/insights/{changed.json()['id']}/retire")

    assert added.status_code == 201
    assert [delivery.name for delivery in Delivery.objects.all()] == ["Tom Okafor"]
    assert (changed.json()["kind"], changed.json()["text"]) == ("upsets", "Any call before nine")
    assert retired.json()["retired_at"] is not None
    assert ada.get(path).json()["items"] == []
    assert len(ada.get(path, retired="true").json()["items"]) == 2
    assert set(says(ada.post(path, {"kind": "gossip", "text": "A"}))) == {"kind"}
    assert set(says(ada.post(path, {"kind": "helps", "text": " "}))) == {"text"}
    assert ada.patch("/insights/999", {"text": "A"}).status_code == 404


def test_a_purchase_is_added_corrected_and_removed(ada):
    path = f"/accounts/{make.account().pk}/purchases"

    added = ada.post(path, {"what": "Forty seats", "on": "2026-10-01", "amount": "12000"})
    one = f"/purchases/{added.json()['id']}"
    changed = ada.patch(one, {"amount": None, "currency": "GBP"})

    assert (added.status_code, added.json()["currency"]) == (201, "EUR")
    assert (changed.json()["what"], changed.json()["amount"], changed.json()["currency"]) == (
        "Forty seats",
        None,
        "GBP",
    )
    assert ada.get(path).json()["items"] == [changed.json()]
    assert set(says(ada.post(path, {"what": "Seats", "on": "2027-10-01"}))) == {"on"}
    assert ada.delete(one).status_code == 204
    assert ada.delete(one).status_code == 404


def test_one_plans_changes_and_ends_ones_absence():
    tom, nadia, _ = make.chain()
    caller, sami = Caller(tom), make.member("Sami Haddad")
    path = f"/members/{tom.pk}/absences"
    body = {"from_at": NOW + DAY, "until_at": NOW + 5 * DAY, "stand_in": nadia.pk}

    planned = caller.post(path, body)
    one = f"/absences/{planned.json()['id']}"
    changed = caller.patch(one, {"stand_in": sami.pk})
    listed = caller.get("/absences", member=tom.pk)
    ended = caller.post(f"{one}/end", now=NOW + 2 * DAY)

    assert planned.status_code == 201
    assert changed.json()["stand_in"] == {"id": sami.pk, "name": "Sami Haddad"}
    assert changed.json()["until_at"] == planned.json()["until_at"]
    assert listed.json()["items"] == [changed.json()]
    assert caller.get("/absences", standing="true").json()["items"] == []
    assert ended.status_code == 204
    assert caller.get("/absences", now=NOW + 2 * DAY).json()["items"] == []
    later = body | {"from_at": NOW + 8 * DAY, "until_at": NOW + 9 * DAY}
    assert set(says(caller.post(path, later | {"stand_in": tom.pk}))) == {"stand_in"}
    assert caller.post(f"/members/{nadia.pk}/absences", body).status_code == 403


def test_whoever_stands_in_has_the_part_of_the_handler_and_loses_it():
    escalation = make.escalation()
    rex = make.member("Rex Pond", Role.RESPONDER)
    absence = make.absence(escalation.handler, rex, lasts=DAY)
    caller, path = Caller(rex), f"/escalations/{escalation.key}"

    during = caller.post(f"{path}/trend", {"trend": "declining"})
    mine = caller.get("/promises").json()["count"]

    assert (during.status_code, mine) == (200, 1)
    assert caller.get(path, now=absence.until_at).status_code == 404


def test_gaps_are_listed_by_kind(ada):
    cedar = Account.objects.create(name="Cedar")

    (group,) = ada.get("/reports/gaps").json()

    assert (group["key"], group["count"]) == ("without_csm", 1)
    assert group["gaps"] == [{"name": "Cedar", "says": "nobody looks after them", "account": cedar.pk, "member": None}]


def test_what_waits_for_oneself_is_one_read():
    escalation = make.escalation(problems=("Orders arrive twice",))
    claire = make.member("Claire Morel", Role.RESPONDER)
    problem = escalation.problems.get()
    handler = escalation.handler.as_actor()
    problems.change(problem, status="in work", owner=claire, team=None, next_step="", by=handler, now=NOW)
    helps.ask(escalation, what="The queue", asked_of=claire, by=handler, now=NOW)

    hers = Caller(claire, scope="read").get("/me/duties").json()
    nobodys = Caller(make.member("Sami Haddad"), scope="read").get("/me/duties").json()

    assert [(each["words"], each["escalation"]) for each in hers["problems"]] == [
        ("Orders arrive twice", escalation.key)
    ]
    assert [each["what"] for each in hers["helps"]] == ["The queue"] and hers["decisions"] == []
    assert nobodys == {"decisions": [], "helps": [], "problems": [], "meetings": []}
