"""Two have the same form open: each writes what they changed, and undoes nothing of what the other did meanwhile."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from amends.directory import purchases
from amends.directory.actor import COMMAND_LINE, Role
from amends.directory.models import Absence, Account, Contact, Member, Purchase, Team
from amends.escalations.actions import hearings, problems
from amends.escalations.models import Escalation, Promise
from amends.lib import wall
from tests import make
from tests.web.filled import filled

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(client: Client) -> Member:
    """Who has a form open, and takes her time."""
    make.organisation()
    member = make.member("Anna Sommer", Role.ADMINISTRATOR)
    client.force_login(member)
    return member


def opened(client: Client, path: str, action: str = "") -> dict[str, Any]:
    return filled(client.get(path).content.decode(), action)


# What was heard


def test_what_another_decided_meanwhile_stands_although_an_older_form_is_saved(client, anna):
    case = make.escalation(now=wall.now(), customer_should_know=False, why_not_told="They asked for quiet.")
    here = f"/escalations/{case.key}/heard/"
    typed = opened(client, here, here)
    hearings.may_know(case, by=case.handler.as_actor(), now=wall.now())

    answer = client.post(here, typed | {"mood": "upset"})

    case.refresh_from_db()
    assert answer.status_code == 302 and case.mood == "upset"
    assert case.customer_should_know and case.why_not_told == ""
    owed = case.promises.get(kind=Promise.Kind.ACKNOWLEDGEMENT)
    assert owed.status == "open"
    assert case.events.filter(kind="heard.completed").first().personal.words["changes"] == "mood: Upset."


def test_a_form_of_what_was_heard_that_nobody_touches_changes_nothing(client, anna):
    case = make.escalation(
        now=wall.now(),
        expectation="One line\nand another",
        since_at=wall.now() - dt.timedelta(days=1),
        tried_first=("Their CSM has spoken with them.",),
        asks_for_level=2,
        mood="calm",
    )
    here = f"/escalations/{case.key}/heard/"
    before = Escalation.objects.values().get()

    client.post(here, opened(client, here, here))

    assert Escalation.objects.values().get() == before


def test_of_two_who_change_the_same_the_later_one_holds_and_only_there(client, anna):
    case = make.escalation(now=wall.now(), mood="calm", patience="patient")
    here = f"/escalations/{case.key}/heard/"
    typed = opened(client, here, here)
    said = {"mood": "furious", "patience": "gone", "tried_first": ("Their CSM has spoken with them.",)}
    hearings.complete(case, said=said, by=case.handler.as_actor(), now=wall.now())

    client.post(here, typed | {"mood": "disappointed"})

    case.refresh_from_db()
    assert (case.mood, case.patience, len(case.tried_first)) == ("disappointed", "gone", 1)


def test_what_is_emptied_is_empty_and_who_told_us_too(client, anna):
    case = make.escalation(now=wall.now(), mood="calm", expectation="A call")
    here = f"/escalations/{case.key}/heard/"
    typed = opened(client, here, here)

    client.post(here, typed | {"expectation": "", "contact": ""})

    case.refresh_from_db()
    assert (case.expectation, case.contact, case.mood) == ("", None, "calm")


def test_a_form_that_came_back_still_knows_how_it_began(client, anna):
    case = make.escalation(now=wall.now(), mood="calm")
    here = f"/escalations/{case.key}/heard/"
    typed = opened(client, here, here)
    hearings.complete(case, said={"patience": "gone"}, by=case.handler.as_actor(), now=wall.now())

    back = client.post(here, typed | {"reason": "", "mood": "upset"})
    client.post(here, filled(back.content.decode(), here) | {"reason": case.reason})

    case.refresh_from_db()
    assert back.status_code == 422
    assert (case.mood, case.patience) == ("upset", "gone")


@pytest.mark.parametrize("begun", ["", "no list", "[1]", "[" * 90_000])
def test_a_form_that_does_not_say_how_it_began_means_all_that_it_holds(client, anna, begun):
    case = make.escalation(now=wall.now(), mood="calm", patience="gone")
    here = f"/escalations/{case.key}/heard/"
    typed = opened(client, here, here)

    client.post(here, typed | {"begun": begun, "mood": "upset", "patience": ""})

    case.refresh_from_db()
    assert (case.mood, case.patience) == ("upset", "")


# The plan


def test_a_problem_keeps_what_another_has_said_of_it_meanwhile(client, anna):
    case = make.escalation(now=wall.now(), problems=("Every order arrives twice",))
    problem, petra = case.problems.get(), make.member("Petra Lang")
    here = f"/escalations/{case.key}/problems/{problem.pk}/"
    typed = opened(client, here, f"{here}change/")
    who = {"by": case.handler.as_actor(), "now": wall.now()}
    problems.change(problem, status="in work", owner=petra, next_step="Read the queue", **who)

    answer = client.post(f"{here}change/", typed | {"resources": "A machine"})

    problem.refresh_from_db()
    assert answer.status_code == 302 and problem.resources == "A machine"
    assert (problem.status, problem.owner, problem.next_step) == ("in work", petra, "Read the queue")


# Whom we serve, and who we are


def test_forms_of_the_directory_keep_what_another_has_changed_meanwhile(client, anna):
    now = wall.now()
    account, team = make.account("Brightwater Foods", health=40, mail_domains=["b.example"]), make.team()
    maria, tom = make.contact(account), make.member("Tom Okafor", phone="1")
    bought = purchases.add(account, what="Licence", on=dt.date(2026, 1, 2), by=COMMAND_LINE, now=now)
    away = make.absence(tom, make.member("Ben Castell"), now=now)
    cara = make.member("Cara Nunes")
    meant = [
        (f"/accounts/{account.pk}/change/", account, {"health": 70}, {"industry": "Food"}),
        (f"/accounts/{account.pk}/contacts/{maria.pk}/", maria, {"phone": "+351 1"}, {"title": "COO"}),
        (f"/accounts/{account.pk}/purchases/{bought.pk}/", bought, {"amount": Decimal("9.00")}, {"what": "Seats"}),
        (f"/people/{tom.pk}/", tom, {"phone": "2"}, {"title": "Lead"}),
        (f"/people/teams/{team.pk}/", team, {"kind": Team.Kind.SUPPORT}, {"name": "Platform"}),
        (f"/people/{tom.pk}/absences/{away.pk}/", away, {"stand_in": cara}, {"why": "On leave"}),
    ]
    for path, row, theirs, hers in meant:
        page = client.get(path).content.decode()
        typed = filled(page, path if f'action="{path}"' in page else "")
        model: Any = type(row)
        model.objects.filter(pk=row.pk).update(**theirs)

        answer = client.post(path, typed | hers)

        row.refresh_from_db()
        assert answer.status_code == 302, path
        assert {name: getattr(row, name) for name in (theirs | hers)} == theirs | hers, path
    assert {Account, Contact, Purchase, Member, Team, Absence} == {type(row) for _, row, _, _ in meant}
