"""Which escalations one may see, and that the rest are simply not there."""

import pytest

from amends.directory import absences
from amends.directory.actor import COMMAND_LINE, Role
from amends.escalations import access, boards
from amends.escalations.actions import facts, helps, notes, problems, promises, saved_views, watchers
from amends.escalations.models import Escalation, Fact
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
    problems.name(escalation, words="x", team=team_of(member), by=escalation.handler.as_actor(), now=NOW)


def watches(escalation, member):
    watchers.add(escalation, member=member, by=escalation.handler.as_actor(), now=NOW)


def was_mentioned(escalation, member):
    notes.write(escalation, text="Look", mentions=[member], by=escalation.handler.as_actor(), now=NOW)


def was_asked_for_help(escalation, member):
    helps.ask(escalation, what="x", asked_of=member, by=escalation.handler.as_actor(), now=NOW)


def is_in_a_team_that_was_asked(escalation, member):
    helps.ask(escalation, what="x", team=team_of(member), by=escalation.handler.as_actor(), now=NOW)


def stated_a_fact(escalation, member):
    fact = facts.state(escalation, words="x", by=COMMAND_LINE, now=NOW)
    Fact.objects.filter(pk=fact.pk).update(by=member)


def disputed_a_fact(escalation, member):
    fact = facts.state(escalation, words="x", by=COMMAND_LINE, now=NOW)
    facts.dispute(fact, words="No", team=team_of(member), by=member.as_actor(), now=NOW)


def team_of(member):
    platform = make.team()
    platform.members.add(member)
    return platform


# Each in the words of the guide, and whether it is also the part of who stands in.
PARTS = {
    "opened it": (opened, True),
    "handles it": (handles, True),
    "looks after the account as CSM": (looks_after_the_account, True),
    "has a seat in the account team": (sits_in_the_account_team, False),
    "owns a promise": (owns_a_promise, True),
    "owns a problem": (owns_a_problem, True),
    "is in the team of a problem": (is_in_the_team_of_a_problem, False),
    "watches it": (watches, False),
    "was mentioned in a note": (was_mentioned, False),
    "was asked for help": (was_asked_for_help, True),
    "is in a team that was asked for help": (is_in_a_team_that_was_asked, False),
    "stated or settled a fact": (stated_a_fact, True),
    "disputed a fact": (disputed_a_fact, True),
}


@pytest.mark.parametrize("part", PARTS)
def test_whoever_has_a_part_in_it_sees_it_and_it_alone(part):
    escalation, other = make.escalation(), make.escalation()
    sam = make.member("Sam", Role.SALES)

    PARTS[part][0](escalation, sam)

    assert list(access.visible_to(sam.as_actor())) == [escalation]
    assert other not in access.visible_to(sam.as_actor())
    assert {promise.escalation for promise in access.promises_visible_to(sam.as_actor())} == {escalation}


@pytest.mark.parametrize("part", PARTS)
def test_who_stands_in_sees_what_is_theirs_to_do_meanwhile(part):
    escalation = make.escalation()
    sam, sue = make.member("Sam", Role.SALES), make.member("Sue", Role.SALES)
    has_it, passes_on = PARTS[part]

    has_it(escalation, sam)
    make.absence(sam, sue)

    assert access.visible_to(absences.actor_of(sue, NOW)).exists() is passes_on


def test_what_one_may_see_is_one_question_however_much_there_is(django_assert_num_queries):
    sam = make.member("Sam", Role.SALES)
    for _ in range(3):
        escalation = make.escalation()
        for has_it, _ in PARTS.values():
            has_it(escalation, sam)

    with django_assert_num_queries(1):
        assert len(access.visible_to(sam.as_actor())) == 3


def test_many_parts_show_it_once():
    escalation = make.escalation()
    sam = make.member("Sam", Role.SALES)
    for part in (owns_a_promise, owns_a_promise, owns_a_problem, sits_in_the_account_team):
        part(escalation, sam)

    assert access.visible_to(sam.as_actor()).count() == 1
    assert access.promises_visible_to(sam.as_actor()).count() == 3


def test_one_has_ones_own_views_of_the_list_and_those_that_others_share():
    sam, nadia = make.member("Sam", Role.SALES), make.member("Nadia Brandt", Role.ADMINISTRATOR)
    for member, name, is_shared in ((sam, "Mine", False), (nadia, "Hers", False), (nadia, "Ours", True)):
        saved_views.keep(name=name, query="view=open", is_shared=is_shared, by=member.as_actor(), now=NOW)

    assert {view.name for view in access.views_visible_to(sam.as_actor())} == {"Mine", "Ours"}
    # Nobody looks into what somebody keeps to themselves, whatever their role.
    assert {view.name for view in access.views_visible_to(nadia.as_actor())} == {"Hers", "Ours"}
    # The command line is nobody, and keeps none.
    assert {view.name for view in access.views_visible_to(COMMAND_LINE)} == {"Ours"}


@pytest.mark.parametrize("key", ["", "ESC-", "ESC-0", "999", "x", "ESC--1", "ESC-1001; DROP", "9" * 40])
def test_a_key_that_names_nothing_finds_nothing(key):
    with pytest.raises(access.NotFound):
        access.find(key, seen_by=make.member("Ada", Role.ADMINISTRATOR).as_actor())
