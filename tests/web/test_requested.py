"""A request on its pages: who decides, what was given back, filled in, added, merged."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amends.directory.actor import CLOCK, Role
from amends.escalations.actions import customer_links, decisions, merges, updates
from amends.escalations.models import Escalation
from amends.lib import wall
from tests import make
from tests.escalations.actions.requested import requested, small_account
from tests.escalations.reading import HOUR, MINUTE
from tests.web.customers import look
from tests.web.test_intake import FORM

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked():
    return requested(now=wall.now() - MINUTE, tried="Two calls")


def page_of(client, case):
    answer = client.get(f"/escalations/{case.key}/")
    assert answer.status_code == 200
    return answer.content.decode()


# Deciding


def test_who_may_decide_sees_the_ways_and_others_who_is_asked(client, asked):
    client.force_login(asked.nadia)
    hers = page_of(client, asked.case)
    client.force_login(asked.tom)
    his = page_of(client, asked.case)

    assert "Requested, not decided yet" in hers and "Nadia Brandt</b> is asked" not in hers
    assert f"/escalations/{asked.case.key}/accept/" in hers and "They write for the trade press." in hers
    assert "Nadia Brandt is asked to decide by" in his and "Two calls" in his
    assert f"/escalations/{asked.case.key}/accept/" not in his


def test_the_customer_reads_who_is_asked_until_somebody_has_taken_charge(asked):
    case, nadia = asked.case, asked.nadia
    link = customer_links.give(case, contact=case.contact, by=nadia.as_actor(), now=wall.now())

    before = look(link)
    decisions.accept(case, by=nadia.as_actor(), now=wall.now())
    after = look(link)

    assert "<b>Nadia Brandt</b> is asked to take charge of it." in before and "is in charge" not in before
    assert "<b>Nadia Brandt</b> is in charge." in after


def test_whoever_asked_may_withdraw_the_request_and_nothing_that_is_open(client, asked):
    client.force_login(asked.tom)
    address = f"/escalations/{asked.case.key}/withdraw/"
    offered = address in page_of(client, asked.case)

    answer = client.post(address, {"reason": "They found it themselves"})

    asked.case.refresh_from_db()
    assert offered and answer.status_code == 302 and asked.case.status == "withdrawn"
    assert not asked.case.promises.open().exists()
    accepted = requested(of=small_account(name="Moss & Pine"), now=wall.now())
    decisions.accept(accepted.case, by=accepted.nadia.as_actor(), now=wall.now())
    client.force_login(accepted.tom)
    refused = client.post(f"/escalations/{accepted.case.key}/withdraw/", {"reason": "They found it themselves"})
    assert refused.status_code == 403


@pytest.mark.parametrize(
    ("way", "typed", "status"),
    [
        ("accept", {}, "open"),
        ("decline", {"reason": "Support has it."}, "declined"),
        ("give-back", {"steps": "Ring them."}, "requested"),
        ("close-with-note", {"note": "Settled.", "outcome": "recovered"}, "closed"),
    ],
)
def test_each_way_from_the_case(client, asked, way, typed, status):
    client.force_login(asked.nadia)
    address = f"/escalations/{asked.case.key}/{way}/"

    shown = client.get(address)
    answer = client.post(address, typed)

    assert shown.status_code == 200 and answer.status_code == 302
    assert Escalation.objects.get().status == status


@pytest.mark.parametrize("way", ["decline", "give-back", "close-with-note"])
def test_what_needs_words_is_refused_without_them(client, asked, way):
    client.force_login(asked.nadia)

    answer = client.post(f"/escalations/{asked.case.key}/{way}/", {"outcome": "recovered"})

    assert answer.status_code == 422 and Escalation.objects.get().status == "requested"


def test_what_was_given_back_shows_the_next_steps_and_can_be_asked_again(client, asked):
    decisions.give_back(asked.case, steps="Ring finance.", by=asked.nadia.as_actor(), now=wall.now())
    client.force_login(asked.tom)

    page = page_of(client, asked.case)
    empty = client.post(f"/escalations/{asked.case.key}/ask-again/", {"done": " "})
    answer = client.post(f"/escalations/{asked.case.key}/ask-again/", {"done": "Rang them."})

    assert "Nadia Brandt gave this back" in page and "Ring finance." in page
    assert empty.status_code == 422 and answer.status_code == 302
    assert decisions.pending(asked.case)


def test_today_says_what_waits_for_my_decision_in_one_query_more(client, asked):
    client.force_login(asked.nadia)
    client.get("/")

    with CaptureQueriesContext(connection) as few:
        page = client.get("/").content.decode()
    for number in range(5):
        more = requested(now=wall.now() - MINUTE, of=small_account(name=f"Moss & Co {number}"))
        decisions.overtake(more.case, by=CLOCK, now=wall.now())
        Escalation.objects.filter(pk=more.case.pk).update(handler=asked.nadia)
        more.case.refresh_from_db()
        decisions.ask(more.case, by=CLOCK, now=wall.now())
    with CaptureQueriesContext(connection) as many:
        client.get("/")

    assert "Waiting for your decision" in page and "Third invoice in a row is wrong" in page
    assert len(many) == len(few)
    client.force_login(asked.tom)
    assert "Waiting for your decision" not in client.get("/").content.decode()


def test_the_list_has_a_view_of_what_is_requested(client, asked):
    other = make.escalation()
    client.force_login(asked.tom)

    page = client.get("/escalations/?view=requested").content.decode()

    assert asked.case.key in page and other.key not in page


# What was heard


def test_what_was_heard_is_filled_in_later(client):
    case = make.escalation(expectation="A call")
    client.force_login(case.account.csm)

    shown = client.get(f"/escalations/{case.key}/heard/").content.decode()
    answer = client.post(
        f"/escalations/{case.key}/heard/",
        {
            **FORM,
            "reason": case.reason,
            "contact": case.contact.name,
            "expectation": "A call",
            "mood": "upset",
            "patience": "short",
            "impact": "stopped",
            "category": "product",
            "sentiment": "uneasy",
            "asks_for_level": "3",
            "tried_first": ["Their CSM has spoken with them."],
            "problem": ["Stock is wrong"],
        },
    )

    case = Escalation.objects.get()
    assert "A call" in shown and answer.status_code == 302
    assert (case.mood, case.patience, case.category, case.sentiment) == ("upset", "short", "product", "uneasy")
    assert (case.asks_for_level, case.tried_first) == (3, ["Their CSM has spoken with them."])
    assert case.severity == "critical" and case.problems.get().words == "Stock is wrong"


def test_what_cannot_have_been_heard_comes_back_with_all_that_was_typed(client):
    case = make.escalation()
    client.force_login(case.account.csm)

    answer = client.post(
        f"/escalations/{case.key}/heard/",
        {**FORM, "reason": "", "since_at": "yesterday", "outcome_wanted": "A <b>list</b>", "problem": ["Stock"]},
    )

    page = answer.content.decode()
    assert answer.status_code == 422 and "A &lt;b&gt;list&lt;/b&gt;" in page and "Stock" in page
    assert "Say in a few words what it is about." in page and "id_since_at-error" in page


def test_a_no_is_shown_on_the_case_and_looked_at_again(client):
    case = make.escalation(customer_should_know=False, why_not_told="Nobody could see it.", now=wall.now())
    client.force_login(case.handler)
    address = f"/escalations/{case.key}/look/"

    page = page_of(client, case)
    refused = client.post(address, {"may_know": "no", "why_not_told": ""})
    looked = client.post(address, {"may_know": "no", "why_not_told": "Still nobody."})
    yes = client.post(address, {"may_know": "yes"})

    assert "The customer need not know" in page and "we look again by" in page and "hears from us by" not in page
    assert refused.status_code == 422 and looked.status_code == yes.status_code == 302
    assert Escalation.objects.get().promises.open().get().kind == "acknowledgement"


# The same thing twice


def test_a_second_escalation_is_offered_as_an_addition_to_the_open_one(client):
    case = make.escalation(now=wall.now() - HOUR)
    updates.log(case, channel="call", text="We know.", at=wall.now() - HOUR, by=CLOCK, now=wall.now() - HOUR)
    client.force_login(case.account.csm)
    typed = {**FORM, "account": case.account.name, "reason": "Now the labels", "problem": ["Blank labels"]}

    aside = client.post("/escalations/new/foresee/", typed).content.decode()
    answer = client.post(f"/escalations/{case.key}/additions/", {**typed, "contact": "Rui Sá"})

    assert f"Add to {case.key} instead" in aside and f"/escalations/{case.key}/additions/" in aside
    assert answer.status_code == 302 and answer["Location"] == f"/escalations/{case.key}/"
    assert Escalation.objects.count() == 1 and case.problems.get().words == "Blank labels"
    assert case.updates.get(direction="in").contact.name == "Rui Sá"


def test_an_addition_that_cannot_be_comes_back_with_all_that_was_typed(client):
    case, other = make.escalation(), make.escalation()
    client.force_login(case.account.csm)
    typed = {**FORM, "account": other.account.name, "reason": "Labels", "problem": ["Blank labels"], "contact": "Rui"}

    answer = client.post(f"/escalations/{case.key}/additions/", typed)

    page = answer.content.decode()
    assert answer.status_code == 422 and "is of another account" in page and "Blank labels" in page
    assert not other.account.contacts.filter(name="Rui").exists() and not case.account.contacts.filter(name="Rui")


def test_merging_shows_what_moves_and_says_where_it_goes_on(client):
    first = make.escalation()
    second = make.escalation(of=first.account, problems=("Wrong stock",))
    client.force_login(first.account.csm)
    address = f"/escalations/{second.key}/merge/"

    shown = client.get(address).content.decode()
    refused = client.post(address, {"into": first.key, "reason": ""})
    answer = client.post(address, {"into": first.key, "reason": "One cause."})
    merged = page_of(client, second)

    assert "1 problem of the plan" in shown and "1 promise, at its time" in shown and first.key in shown
    assert "Merge it <kbd>" in shown
    assert refused.status_code == 422 and answer.status_code == 302
    assert "It is the same as" in merged and f'href="/escalations/{first.key}/"' in merged
    assert f"Merged into {first.key}" in client.get("/escalations/?view=closed").content.decode()


def test_with_no_other_open_one_there_is_nothing_to_merge_into(client):
    case = make.escalation()
    client.force_login(case.account.csm)

    shown = client.get(f"/escalations/{case.key}/merge/").content.decode()
    answer = client.post(f"/escalations/{case.key}/merge/", {"into": "ESC-9999", "reason": "x"})

    assert "There is nothing to merge it into." in shown and answer.status_code == 422
    assert "Merge it <kbd>" not in shown and "Not now" in shown


def test_whoever_brings_something_in_is_not_sent_to_what_they_may_not_see(client):
    case = make.escalation()
    sam = make.member("Sam", Role.SALES)
    make.seat(case.account, sam)
    client.force_login(sam)

    answer = client.post(
        f"/escalations/{case.key}/additions/", {**FORM, "account": case.account.name, "reason": "Labels"}
    )

    assert answer.status_code == 302
    assert merges.what_moves(case, wall.now())
