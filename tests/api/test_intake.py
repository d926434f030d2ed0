"""What comes in, over the API: qualification, decisions, what was heard, additions, merging."""

import pytest

from amends.directory.actor import Role
from amends.escalations.actions import updates
from amends.escalations.models import Escalation
from tests import make
from tests.api.calling import NOW, Caller, says
from tests.escalations.actions.requested import requested, small_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked():
    return requested()


def body_of(response, status=200):
    assert response.status_code == status, response.content
    return response.json()


def test_a_proposal_says_whether_it_qualifies_and_whether_a_decision_is_asked():
    big, small = make.account(), small_account()
    make.organisation()
    tom, nadia = Caller(small.csm), Caller(small.csm.reports_to)

    good = body_of(tom.post("/escalations/proposal", {"account": big.pk, "reason": "Slow", "category": "outage"}))
    poor = body_of(tom.post("/escalations/proposal", {"account": small.pk, "reason": "Slow"}))
    hers = body_of(nadia.post("/escalations/proposal", {"account": small.pk, "reason": "Slow"}))

    assert good["qualifies"] and not good["asks_decision"]
    assert [each["name"] for each in good["holds"]] == [
        "Their spend or potential is considerable",
        "Their service or their data is at stake",
    ]
    assert not poor["qualifies"] and poor["asks_decision"] and len(poor["misses"]) == 4
    # Who would handle it herself has decided.
    assert not hers["asks_decision"]


def test_everything_that_was_heard_is_opened_and_shown():
    account = small_account()
    tom = Caller(account.csm)
    typed = {
        "account": account.pk,
        "reason": "Third wrong invoice",
        "category": "contract",
        "patience": "short",
        "sentiment": "uneasy",
        "tried_first": ["Their CSM has spoken with them."],
        "tried": "Two calls",
        "since_at": "2026-11-18T09:00:00Z",
        "until_at": "2026-11-18T13:00:00Z",
    }

    refused = tom.post("/escalations", typed)
    shown = body_of(tom.post("/escalations", {**typed, "why_unqualified": "They write for the press."}), 201)

    assert "None of these holds" in says(refused)["why_unqualified"]
    assert shown["status"] == "requested" and shown["accepted_at"] is None
    assert shown["decision"]["verdict"] == "" and shown["decision"]["asked_of"]["name"] == "Nadia Brandt"
    assert {name: shown[name] for name in typed if name != "account"} == {
        name: typed[name] for name in typed if name != "account"
    }
    assert shown["opened_by"]["name"] == "Tom Okafor" and shown["qualifies_by"] == []


def test_a_request_is_given_back_asked_again_and_accepted(asked):
    tom, nadia = Caller(asked.tom), Caller(asked.nadia)
    here = f"/escalations/{asked.case.key}"

    given_back = body_of(nadia.post(f"{here}/give-back", {"steps": "Ring finance."}))
    again = body_of(tom.post(f"{here}/ask-again", {"done": "Rang them."}))
    accepted = body_of(nadia.post(f"{here}/accept"))
    twice = nadia.post(f"{here}/accept")

    assert (given_back["status"], given_back["decision"]["words"]) == ("requested", "Ring finance.")
    assert again["decision"]["verdict"] == "" and accepted["status"] == "open"
    assert twice.status_code == 422 and twice.json()["detail"] == "This was decided already."


def test_what_is_filled_in_changes_only_what_is_said():
    case = make.escalation(expectation="A call", since_at=make.THURSDAY)
    tom = Caller(case.account.csm)
    here = f"/escalations/{case.key}/heard"

    shown = body_of(tom.patch(here, {"impact": "stopped", "since_at": None, "problems": ["Stock is wrong"]}))
    refused = tom.patch(here, {"customer_should_know": False})
    strange = tom.patch(here, {"weather": "fine"})

    assert (shown["severity"], shown["since_at"], shown["expectation"]) == ("critical", None, "A call")
    assert case.problems.get().words == "Stock is wrong" and Escalation.objects.get().contact == case.contact
    assert "why_not_told" in says(refused) and strange.status_code == 422


def test_an_addition_owes_a_fresh_acknowledgement():
    case = make.escalation()
    handler = case.handler
    updates.log(case, channel="call", text="We know.", at=make.THURSDAY, by=handler.as_actor(), now=make.THURSDAY)

    body_of(Caller(case.account.csm).post(f"/escalations/{case.key}/additions", {"reason": "Now the labels"}))

    assert case.promises.open().filter(kind="acknowledgement", made_at=NOW).exists()


def test_merged_the_answer_is_the_one_that_goes_on():
    first = make.escalation()
    second = make.escalation(of=first.account)
    tom, sam = Caller(first.account.csm), Caller(make.member("Sam", Role.SALES))
    make.seat(first.account, make.member())

    unknown = tom.post(f"/escalations/{second.key}/merge", {"into": "ESC-9999", "reason": "One cause"})
    hidden = sam.post(f"/escalations/{second.key}/merge", {"into": first.key, "reason": "One cause"})
    goes_on = body_of(tom.post(f"/escalations/{second.key}/merge", {"into": first.key, "reason": "One cause"}))
    merged = body_of(tom.get(f"/escalations/{second.key}"))

    assert "into" in says(unknown) and hidden.status_code == 404
    assert goes_on["key"] == first.key
    assert (merged["status"], merged["merged_into"]) == ("withdrawn", first.key)


def test_a_look_that_finds_nothing_says_why():
    case = make.escalation(customer_should_know=False, why_not_told="Unseen.")
    tom = Caller(case.account.csm)
    here = f"/escalations/{case.key}/look"

    refused = tom.post(here, {"may_know": False})
    shown = body_of(tom.post(here, {"may_know": False, "why_not_told": "Still unseen."}))
    known = body_of(tom.post(here, {"may_know": True}))

    assert "why_not_told" in says(refused) and shown["why_not_told"] == "Still unseen."
    assert known["customer_should_know"] is True


def test_the_links_in_a_mail_are_not_given_to_who_reads_the_outbox(asked):
    nadia = Caller(asked.nadia)
    deliveries = body_of(nadia.get("/deliveries"))["items"]

    for delivery in deliveries:
        assert "/decide/" not in nadia.get(f"/deliveries/{delivery['id']}").content.decode()


def test_a_caller_whom_nobody_knows_yet_becomes_a_contact_through_every_door():
    account = make.account()
    maria, tom = make.contact(account), Caller(account.csm)
    make.playbook()

    case = body_of(tom.post("/escalations", {"account": account.pk, "reason": "Slow", "caller_name": "Rui Pires"}), 201)
    here = f"/escalations/{case['key']}"
    heard = body_of(tom.patch(f"{here}/heard", {"caller_name": "maria duarte"}))
    body_of(tom.post(f"{here}/additions", {"reason": "And wrong", "problems": ["Wrong"], "caller_name": "Eva Sá"}))
    both = tom.post("/escalations", {"account": account.pk, "reason": "x", "contact": maria.pk, "caller_name": "Rui"})

    assert case["contact"]["name"] == "Rui Pires"
    assert heard["contact"]["id"] == maria.pk
    assert set(account.contacts.values_list("name", flat=True)) == {"Maria Duarte", "Rui Pires", "Eva Sá"}
    assert "not both" in says(both)["caller_name"]


def test_nobody_is_taken_for_the_caller_who_was_not_named():
    account = make.account()
    make.contact(account)
    make.playbook()

    case = body_of(Caller(account.csm).post("/escalations", {"account": account.pk, "reason": "Slow"}), 201)

    assert case["contact"] is None
