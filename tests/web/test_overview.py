"""The executive overview, and asking for help on a case."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from amends.directory.actor import Role
from amends.directory.models import Member
from amends.escalations.actions import helps
from amends.escalations.models import Help
from tests import make

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY


def client_of(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


def test_an_executive_reads_who_is_escalated_what_is_at_stake_and_what_is_needed_from_whom():
    escalation = make.escalation(of=make.account("Brightwater Foods", spend=Decimal(412_000)))
    sam = make.member("Sam Reyes", Role.EXECUTIVE)
    helps.ask(escalation, what="A word with their board", asked_of=sam, by=escalation.handler.as_actor(), now=NOW)

    page = client_of(sam).get("/overview/").content.decode()

    assert "One account is escalated, with €\N{NO-BREAK SPACE}412,000 a year at stake." in page
    assert "Sam Reyes" in page
    assert "A word with their board" in page
    assert f"/escalations/{escalation.key}/" in page


def test_with_nobody_escalated_it_says_so_and_what_it_is_for():
    page = client_of(make.member("Sam Reyes", Role.EXECUTIVE)).get("/overview/").content.decode()

    assert "Nobody is escalated" in page
    assert "what help is needed from whom" in page


def test_the_page_takes_as_many_queries_for_many_accounts_as_for_one(django_assert_max_num_queries):
    tom, *_ = make.chain()
    for number in range(15):
        make.escalation(of=make.account(f"Account {number}", csm=tom))
    client = client_of(make.member("Sam Reyes", Role.EXECUTIVE))
    client.get("/overview/")

    with django_assert_max_num_queries(24):
        client.get("/overview/")


def test_the_handler_asks_and_who_is_asked_says_that_it_is_there():
    escalation, sam = make.escalation(), make.member("Sam Reyes", Role.RESPONDER)
    handler = client_of(escalation.handler)
    form = {"what": "Logs of Monday", "whom": f"member:{sam.pk}"}

    assert handler.post(f"/escalations/{escalation.key}/help/", form).status_code == 302

    (help_,) = Help.objects.all()
    page = client_of(sam).get(f"/escalations/{escalation.key}/").content.decode()
    assert "Logs of Monday" in page
    assert f"/escalations/{escalation.key}/help/{help_.pk}/give/" in page
    given = client_of(sam).post(f"/escalations/{escalation.key}/help/{help_.pk}/give/", {"answer": "Attached."})
    assert given.status_code == 302
    help_.refresh_from_db()
    assert help_.is_given


def test_whoever_is_in_a_team_that_was_asked_sees_the_case_and_says_that_it_is_there():
    escalation, team = make.escalation(), make.team("Infrastructure")
    lin = make.member("Lin Wu", Role.RESPONDER)
    team.members.add(lin)
    help_ = helps.ask(escalation, what="Logs of Monday", team=team, by=escalation.handler.as_actor(), now=NOW)

    page = client_of(lin).get(f"/escalations/{escalation.key}/").content.decode()
    given = client_of(lin).post(f"/escalations/{escalation.key}/help/{help_.pk}/give/", {"answer": "Attached."})

    assert f"/escalations/{escalation.key}/help/{help_.pk}/give/" in page
    assert given.status_code == 302
    help_.refresh_from_db()
    assert help_.is_given


def test_nothing_typed_is_lost_when_nobody_was_chosen():
    escalation = make.escalation()

    answer = client_of(escalation.handler).post(
        f"/escalations/{escalation.key}/help/", {"what": "Logs of Monday", "whom": ""}
    )

    assert answer.status_code == 422
    assert "Logs of Monday" in answer.content.decode()
    assert "Choose a member or a team." in answer.content.decode()


def test_help_of_another_case_is_not_there():
    escalation, other = make.escalation(), make.escalation()
    sam = make.member("Sam Reyes")
    help_ = helps.ask(other, what="A call", asked_of=sam, by=other.handler.as_actor(), now=NOW)

    answer = client_of(escalation.handler).get(f"/escalations/{escalation.key}/help/{help_.pk}/give/")

    assert answer.status_code == 404
