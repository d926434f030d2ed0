"""Which escalations one may see, and that the rest are simply not there."""

import pytest

from amends.directory.actor import Role
from amends.escalations import access, boards
from amends.escalations.actions import problems, promises
from amends.escalations.models import Escalation
from tests import make
from tests.escalations.reading import DAY

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY


@pytest.mark.parametrize("role", ["csm", "manager", "executive", "administrator"])
def test_those_who_steer_see_every_escalation(role):
    escalation = make.escalation()
    member = make.member("Petra", Role(role))

    assert access.find(escalation.key, seen_by=member.as_actor()) == escalation


@pytest.mark.parametrize("role", ["responder", "sales"])
def test_others_see_nothing_that_they_have_no_part_in(role):
    escalation = make.escalation(problems=("Doubled",))
    member = make.member("Petra", Role(role)).as_actor()

    with pytest.raises(access.NotFound) as hidden:
        access.find(escalation.key, seen_by=member)
    with pytest.raises(access.NotFound) as missing:
        access.find("ESC-9999", seen_by=member)

    # The same words, so that nobody learns that it exists.
    assert str(hidden.value).replace(escalation.key, "KEY") == str(missing.value).replace("ESC-9999", "KEY")
    assert not access.promises_visible_to(member).exists()
    assert boards.today(member, whose="all", zone="UTC", now=NOW).count == 0


def handles(escalation, member):
    Escalation.objects.filter(pk=escalation.pk).update(handler=member)


def opened(escalation, member):
    Escalation.objects.filter(pk=escalation.pk).update(opened_by=member)


def looks_after_the_account(escalation, member):
    escalation.account.csm = member
    escalation.account.save()


def sits_in_the_account_team(escalation, member):
    make.seat(escalation.account, member)


def owns_a_promise(escalation, member):
    promises.make(escalation, what="x", due_at=NOW + DAY, owner=member, by=escalation.handler.as_actor(), now=NOW)


def owns_a_problem(escalation, member):
    problems.name(escalation, words="x", owner=member, by=escalation.handler.as_actor(), now=NOW)


def is_in_the_team_of_a_problem(escalation, member):
    platform = make.team()
    platform.members.add(member)
    problems.name(escalation, words="x", team=platform, by=escalation.handler.as_actor(), now=NOW)


@pytest.mark.parametrize(
    "part",
    [
        handles,
        opened,
        looks_after_the_account,
        sits_in_the_account_team,
        owns_a_promise,
        owns_a_problem,
        is_in_the_team_of_a_problem,
    ],
)
def test_whoever_has_a_part_in_it_sees_it_and_it_alone(part):
    escalation, other = make.escalation(), make.escalation()
    sam = make.member("Sam", Role.SALES)

    part(escalation, sam)

    assert list(access.visible_to(sam.as_actor())) == [escalation]
    assert other not in access.visible_to(sam.as_actor())
    assert {promise.escalation for promise in access.promises_visible_to(sam.as_actor())} == {escalation}


def test_many_parts_show_it_once():
    escalation = make.escalation()
    sam = make.member("Sam", Role.SALES)
    for part in (owns_a_promise, owns_a_promise, owns_a_problem, sits_in_the_account_team):
        part(escalation, sam)

    assert access.visible_to(sam.as_actor()).count() == 1
    assert access.promises_visible_to(sam.as_actor()).count() == 3


@pytest.mark.parametrize("key", ["", "ESC-", "ESC-0", "999", "x", "ESC--1", "ESC-1001; DROP", "9" * 40])
def test_a_key_that_names_nothing_finds_nothing(key):
    with pytest.raises(access.NotFound):
        access.find(key, seen_by=make.member("Ada", Role.ADMINISTRATOR).as_actor())
