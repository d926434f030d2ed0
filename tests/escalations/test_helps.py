"""Help that a handler needs, and the overview in which executives read it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from amends.directory.actor import Actor, Role
from amends.directory.models import Account
from amends.escalations import overviews
from amends.escalations.actions import decisions, endings, helps
from amends.escalations.models import Escalation
from amends.escalations.overviews import Overview
from tests import crowd, make
from tests.escalations.reading import DAY, HOUR, forbids, kinds_of, refuses, subjects_to

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY


def of_an_executive() -> Actor:
    return make.member("Ines Ahlberg", Role.EXECUTIVE).as_actor()


def seen_by_an_executive() -> Overview:
    return overviews.overview(of_an_executive(), NOW + HOUR)


def test_who_is_asked_is_told_and_may_say_that_it_is_there():
    escalation = make.escalation()
    by, sam = escalation.handler.as_actor(), make.member("Sam Reyes", Role.RESPONDER)

    help_ = helps.ask(escalation, what="A queue of their own", asked_of=sam, by=by, now=NOW)
    helps.give(help_, answer="Set up at noon.", by=sam.as_actor(), now=NOW + HOUR)

    assert any("help asked" in subject for subject in subjects_to(sam))
    assert kinds_of(escalation)[-2:] == ["help.asked", "help.given"]
    assert (help_.settled_at, help_.is_given, help_.answer) == (NOW + HOUR, True, "Set up at noon.")
    assert any("help given" in subject for subject in subjects_to(escalation.handler))


def test_everybody_of_a_team_that_is_asked_may_say_that_it_is_there():
    escalation, team = make.escalation(), make.team("Infrastructure")
    lin, stranger = make.member("Lin Wu", Role.RESPONDER), make.member("Ola Berg", Role.RESPONDER)
    team.members.add(lin)
    help_ = helps.ask(escalation, what="Logs of Monday", team=team, by=escalation.handler.as_actor(), now=NOW)

    with forbids("You may not say that: Infrastructure may"):
        helps.give(help_, answer="Here they are.", by=stranger.as_actor(), now=NOW + HOUR)
    assert helps.needed(escalation, lin.as_actor()) == [(help_, True)]
    assert helps.needed(escalation, stranger.as_actor()) == [(help_, False)]

    helps.give(help_, answer="Here they are.", by=lin.as_actor(), now=NOW + HOUR)
    assert helps.needed(escalation, lin.as_actor()) == []


def test_help_is_asked_of_one_with_words_and_settled_once():
    escalation = make.escalation()
    by, sam, team = escalation.handler.as_actor(), make.member("Sam Reyes"), make.team()

    with refuses("Say what is needed", "what"):
        helps.ask(escalation, what=" ", asked_of=sam, by=by, now=NOW)
    with refuses("one member, or one team", "asked_of"):
        helps.ask(escalation, what="A call", by=by, now=NOW)
    with refuses("one member, or one team", "asked_of"):
        helps.ask(escalation, what="A call", asked_of=sam, team=team, by=by, now=NOW)

    help_ = helps.ask(escalation, what="A call", asked_of=sam, by=by, now=NOW)
    with refuses("Say why it is needed no longer", "answer"):
        helps.withdraw(help_, reason="", by=by, now=NOW)
    helps.withdraw(help_, reason="They rang themselves.", by=by, now=NOW)
    with refuses("settled already"):
        helps.give(help_, answer="Done", by=by, now=NOW)


def test_who_is_asked_sees_the_case_though_their_role_would_not():
    escalation, sam = make.escalation(), make.member("Sam Reyes", Role.SALES)

    helps.ask(escalation, what="The contract", asked_of=sam, by=escalation.handler.as_actor(), now=NOW)

    assert overviews.access.find(escalation.key, seen_by=sam.as_actor()) == escalation


def test_each_account_is_at_stake_once_in_the_playbooks_currency():
    tom, *_ = make.chain()
    twice = make.account("Brightwater", csm=tom, spend=Decimal(412_000))
    dollars = make.account("Copper Kettle", csm=tom, spend=Decimal(100_000), currency="USD")
    crowns = make.account("Norrland", csm=tom, spend=Decimal(900_000), currency="SEK", health=20)
    nothing = make.account("Petit Havre", csm=tom, spend=None, health=20)
    for account in (twice, twice, dollars, crowns, nothing):
        make.escalation(of=account)

    found = seen_by_an_executive()

    assert (found.escalations, found.escalated_accounts) == (5, 4)
    assert str(found.stake.total).replace("\N{NO-BREAK SPACE}", " ") == "€ 504,000"
    assert (found.stake.unknown, found.stake.unconverted) == (1, 1)
    assert [row.account.name for row in found.accounts].count("Brightwater") == 1


def test_those_with_most_at_stake_stand_first_whatever_they_pay_in_and_last_of_whom_nobody_can_say():
    tom, *_ = make.chain()
    for name, spend, currency in (
        ("In crowns", 9_000_000, "SEK"),
        ("In dollars", 120_000, "USD"),
        ("In pounds", 100_000, "GBP"),
        ("Nobody knows", None, "EUR"),
        ("In euros", 111_000, "EUR"),
    ):
        account = make.account(name, csm=tom, spend=spend and Decimal(spend), currency=currency)
        make.escalation(of=account, severity="high", why_unqualified="They asked twice.")

    found = seen_by_an_executive()

    names = [row.account.name for row in found.accounts]
    assert names[:3] == ["In pounds", "In euros", "In dollars"]
    assert set(names[3:]) == {"In crowns", "Nobody knows"}


def test_those_that_do_not_fit_have_the_least_at_stake_and_are_counted():
    crowd.promises(53, due_at=NOW + DAY, made_at=NOW, owners=crowd.members(53))
    few, yen, unknown, *many = Account.objects.order_by("pk")
    Account.objects.filter(pk__in=[account.pk for account in many]).update(spend=1_000, currency="EUR")
    Account.objects.filter(pk=few.pk).update(spend=1_050, currency="USD")
    Account.objects.filter(pk=yen.pk).update(spend=9_000_000, currency="JPY")
    Account.objects.filter(pk=unknown.pk).update(spend=None)

    found = seen_by_an_executive()

    assert {row.account.pk for row in found.accounts} == {account.pk for account in many}
    assert (found.left_out, found.escalated_accounts) == (3, 53)
    assert found.stake.total.amount == 50 * 1_000 + Decimal("966.00")
    assert (found.stake.unknown, found.stake.unconverted) == (1, 1)


def test_what_is_needed_from_the_reader_stands_first():
    escalation, ruth, sam = make.escalation(), make.member("Ruth Adeyemi", Role.EXECUTIVE), make.member("Sam Reyes")
    for whom in (sam, ruth):
        helps.ask(escalation, what="A call", asked_of=whom, by=escalation.handler.as_actor(), now=NOW)

    found = overviews.overview(ruth.as_actor(), NOW + HOUR)

    assert [(needed.whom, needed.is_mine) for needed in found.helps] == [("Ruth Adeyemi", True), ("Sam Reyes", False)]


def test_what_is_over_is_at_stake_no_longer_and_its_help_is_not_needed():
    escalation = make.escalation()
    by, sam = escalation.handler.as_actor(), make.member("Sam Reyes")
    helps.ask(escalation, what="A call", asked_of=sam, by=by, now=NOW)
    assert [(needed.whom, len(needed.helps)) for needed in seen_by_an_executive().helps] == [("Sam Reyes", 1)]

    endings.withdraw(escalation, reason="The wrong account.", by=by, now=NOW)

    found = seen_by_an_executive()
    assert (found.escalations, found.accounts, found.helps) == (0, [], [])
    assert found.stake.total.amount == 0


def test_a_request_counts_and_what_was_declined_does_not():
    small = make.account(spend=Decimal(900))
    escalation = make.escalation(of=small, why_unqualified="They asked twice.", by=make.member("Ida"))
    assert escalation.status == Escalation.Status.REQUESTED
    assert seen_by_an_executive().escalations == 1

    decisions.decline(escalation, reason="Support answers today.", by=escalation.handler.as_actor(), now=NOW)

    assert seen_by_an_executive().escalations == 0


def test_the_overview_takes_as_many_queries_for_many_as_for_one(django_assert_max_num_queries):
    tom, *_ = make.chain()
    for number in range(12):
        escalation = make.escalation(of=make.account(f"Account {number}", csm=tom))
        helps.ask(
            escalation, what="A call", asked_of=make.member("Sam Reyes"), by=escalation.handler.as_actor(), now=NOW
        )
    reader = of_an_executive()

    with django_assert_max_num_queries(13):
        found = overviews.overview(reader, NOW + DAY)
        assert [str(row.worse.worse.health) for row in found.accounts]

    assert len(found.helps) == 12
