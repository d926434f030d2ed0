"""Opening an escalation with the customer on the phone."""

import datetime as dt
import html
import re

import pytest

from amends.directory.actor import Role
from amends.directory.models import Contact
from amends.escalations.models import Escalation
from amends.outbox.models import Delivery
from tests import make
from tests.web.filled import filled

pytestmark = pytest.mark.django_db

FORM = {"channel": "phone", "found_by": "customer", "affects_customer": "yes", "customer_should_know": "yes"}


@pytest.fixture
def brightwater(client):
    make.organisation()
    make.playbook()
    account = make.account("Brightwater Foods")
    make.contact(account, "Maria Duarte")
    client.force_login(account.csm)
    return account


def test_two_fields_are_enough(client, brightwater):
    answer = client.post("/escalations/new/", {**FORM, "account": "brightwater foods", "reason": "Orders doubled"})

    escalation = Escalation.objects.get()
    assert answer.status_code == 302 and answer["Location"] == f"/escalations/{escalation.key}/"
    assert escalation.account == brightwater and escalation.contact is None
    assert escalation.severity and escalation.because
    assert Delivery.objects.filter(address=escalation.handler.email).exists()


def test_everything_that_was_heard_is_kept(client, brightwater):
    client.post(
        "/escalations/new/",
        {
            **FORM,
            "account": "Bright",
            "reason": "Orders doubled since the release",
            "contact": "Rui Teixeira",
            "mood": "furious",
            "impact": "",
            "problem": ["Every order arrives twice", "", "We cannot trust the stock"],
            "expectation": "To be told before their board was",
            "outcome_wanted": "One number that I can show my board",
            "since_at": "2026-11-10T22:10",
        },
    )

    escalation = Escalation.objects.get()
    assert [problem.words for problem in escalation.problems.all()] == [
        "Every order arrives twice",
        "We cannot trust the stock",
    ]
    assert escalation.contact == Contact.objects.get(name="Rui Teixeira", account=brightwater)
    assert escalation.mood == "furious" and escalation.outcome_wanted == "One number that I can show my board"
    # Typed on a clock in Berlin.
    assert escalation.since_at == dt.datetime(2026, 11, 10, 21, 10, tzinfo=dt.UTC)


def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(client, brightwater):
    answer = client.post(
        "/escalations/new/",
        {**FORM, "account": "Nobody & Sons", "reason": "", "problem": ["<b>It broke</b>"], "expectation": "A call"},
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "There is no account called “Nobody &amp; Sons”" in page
    assert "Say in a few words what it is about." in page
    assert "&lt;b&gt;It broke&lt;/b&gt;" in page and "A call" in page
    assert not Escalation.objects.exists()


def test_an_account_that_is_not_known_is_added_on_the_way_by_who_may(client, brightwater):
    typed = {**FORM, "account": "Nobody & Sons", "reason": "Orders doubled"}
    where = "/accounts/new/?name=Nobody%20%26%20Sons&amp;then=escalation"

    refused = client.post("/escalations/new/", typed).content.decode()
    form = client.get(html.unescape(where)).content.decode()
    data = filled(form) | {"name": "Nobody and Sons"}
    added = client.post(html.unescape(where), data)

    assert where in refused
    assert 'value="Nobody &amp; Sons"' in form and re.search(r'<input[^>]*name="name"[^>]*data-asked', form)
    assert added["Location"] == "/escalations/new/?account=Nobody+and+Sons"
    back = client.get(added["Location"]).content.decode()
    assert "Go on with what you heard." in back
    assert re.search(r'<input[^>]*name="account"[^>]*value="Nobody and Sons"[^>]*data-asked', back)


def test_who_may_not_add_accounts_reads_who_may(client, brightwater):
    client.force_login(make.member("Ben", Role.SALES))

    page = client.post("/escalations/new/", {**FORM, "account": "Nobody", "reason": "Orders doubled"}).content.decode()

    assert "ask one of them" in page and "/accounts/new/" not in page


def test_a_name_that_fits_several_accounts_is_asked_back(client, brightwater):
    make.account("Brightwater Logistics", csm=brightwater.csm)

    answer = client.post("/escalations/new/", {**FORM, "account": "Brightwater", "reason": "Orders doubled"})

    assert "Several accounts are called like that: Brightwater Foods, Brightwater Logistics" in answer.content.decode()


def test_a_no_to_telling_them_needs_a_reason(client, brightwater):
    said_no = {**FORM, "account": "Brightwater Foods", "reason": "A typo", "customer_should_know": "no"}

    refused = client.post("/escalations/new/", said_no)
    accepted = client.post("/escalations/new/", {**said_no, "why_not_told": "They asked not to hear of typos."})

    assert refused.status_code == 422 and "Say why the customer need not know." in refused.content.decode()
    assert accepted.status_code == 302


def test_another_severity_than_proposed_needs_a_reason(client, brightwater):
    graver = {**FORM, "account": "Brightwater Foods", "reason": "Orders doubled", "severity": "critical"}

    refused = client.post("/escalations/new/", graver)
    accepted = client.post("/escalations/new/", {**graver, "severity_reason": "Their board meets tonight."})

    assert refused.status_code == 422 and "The playbook proposes another severity." in refused.content.decode()
    assert accepted.status_code == 302
    assert Escalation.objects.get().severity_reason == "Their board meets tonight."


def test_beside_the_form_stands_what_saving_will_cause(client, brightwater):
    early = client.post("/escalations/new/foresee/", {**FORM, "account": "", "reason": ""}).content.decode()
    page = client.post("/escalations/new/foresee/", {**FORM, "account": "Brightwater Foods"}).content.decode()

    assert "Name the account" in early
    assert "Acknowledge by" in page and "because" in page and "Maria Duarte" in page
    assert Escalation.objects.count() == 0


def test_what_is_foreseen_is_what_saving_promises(client, brightwater):
    early = {**FORM, "account": "Brightwater Foods", "reason": "Orders doubled", "reported_at": "2026-01-08T10:00"}

    page = client.post("/escalations/new/foresee/", early).content.decode()
    client.post("/escalations/new/", early)

    owed = Escalation.objects.get().promises.get()
    assert owed.kind == "acknowledgement"
    assert f'datetime="{owed.due_at:%Y-%m-%dT%H:%M}' in page and "overdue already" in page


def test_who_is_not_to_know_is_owed_no_acknowledgement_but_we_look_again(client, brightwater):
    untold = {**FORM, "account": "Brightwater Foods", "reason": "A typo", "customer_should_know": "no"}

    page = client.post("/escalations/new/foresee/", untold).content.decode()
    client.post("/escalations/new/", {**untold, "why_not_told": "They asked not to hear of typos."})

    owed = Escalation.objects.get().promises.get()
    assert owed.kind == "look"
    assert "No acknowledgement is owed" in page and "Acknowledge by" not in page
    assert f'datetime="{owed.due_at:%Y-%m-%dT%H:%M}' in page


def test_names_are_offered_while_typing(client, brightwater):
    assert "Brightwater Foods" in client.get("/escalations/new/accounts/?account=water").content.decode()
    assert "option" not in client.get("/escalations/new/accounts/?account=").content.decode()


def test_anyone_can_open_one(client, brightwater):
    for role in Role:
        client.force_login(make.member(role=role))
        answer = client.post("/escalations/new/", {**FORM, "account": "Brightwater Foods", "reason": f"Seen by {role}"})
        assert answer.status_code == 302, role


def test_nobody_is_taken_for_the_caller_who_was_not_named_but_the_only_contact_is_offered_for_the_mail(
    client, brightwater
):
    client.post("/escalations/new/", {**FORM, "account": "Brightwater Foods", "reason": "Orders doubled"})
    escalation = Escalation.objects.get()

    only = client.get(f"/escalations/{escalation.key}/").context["composer"]["to"].value()
    make.contact(brightwater, "Aaron Able", email="aaron@brightwater.example")
    one_of_two = client.get(f"/escalations/{escalation.key}/").context["composer"]["to"].value()

    assert escalation.contact is None
    assert (only, one_of_two) == ([brightwater.contacts.get(name="Maria Duarte").pk], [])


def test_a_new_caller_is_no_contact_yet_where_the_rest_is_refused(client, brightwater):
    typed = {**FORM, "account": "Brightwater Foods", "reason": "A typo", "contact": "Rui Teixeira"}

    answer = client.post("/escalations/new/", {**typed, "customer_should_know": "no"})

    assert answer.status_code == 422 and not Contact.objects.filter(name="Rui Teixeira").exists()


def test_more_problems_than_one_form_takes_are_refused_and_none_is_lost(client, brightwater):
    typed = {**FORM, "account": "Brightwater Foods", "reason": "Many", "problem": [f"Problem {n}" for n in range(21)]}

    answer = client.post("/escalations/new/", typed)

    page = answer.content.decode()
    assert answer.status_code == 422 and "20 problems at once are the most; these are 21." in page
    assert "Problem 0<" in page and "Problem 20<" in page
    assert not Escalation.objects.exists()


def test_the_same_form_sent_twice_opens_one_and_is_answered_alike(client, brightwater):
    typed = filled(client.get("/escalations/new/").content.decode(), "/escalations/new/")
    typed |= {"account": "Brightwater Foods", "reason": "Orders doubled", "problem": ["It is slow"]}

    first = client.post("/escalations/new/", typed)
    second = client.post("/escalations/new/", typed)

    assert first["Location"] == second["Location"] == f"/escalations/{Escalation.objects.get().key}/"


def test_who_goes_back_and_types_something_else_opens_another(client, brightwater):
    typed = filled(client.get("/escalations/new/").content.decode(), "/escalations/new/")
    typed |= {"account": "Brightwater Foods", "reason": "Orders doubled"}

    client.post("/escalations/new/", typed)
    client.post("/escalations/new/", typed | {"reason": "The labels are wrong"})

    assert Escalation.objects.count() == 2


def test_what_was_refused_may_be_mended_and_what_is_added_twice_is_added_once(client, brightwater):
    escalation = make.escalation(of=brightwater)
    here = f"/escalations/{escalation.key}/additions/"
    typed = filled(client.get("/escalations/new/").content.decode(), "/escalations/new/")
    typed |= {"account": "Brightwater Foods", "reason": "", "problem": ["The labels are wrong"]}

    refused = client.post(here, typed)
    answers = [client.post(here, typed | {"reason": "Now the labels"})["Location"] for _ in range(2)]

    assert refused.status_code == 422
    assert answers == [f"/escalations/{escalation.key}/"] * 2
    assert [problem.words for problem in escalation.problems.all()] == ["The labels are wrong"]
