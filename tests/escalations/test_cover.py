"""Cover for the absent: an escalation and a promise never rest with somebody who is not here."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from amends.directory import absences as directory_absences
from amends.directory.actor import COMMAND_LINE, Actor, Role
from amends.directory.models import Absence, Member
from amends.escalations import access, authority, boards, handlers, invariants
from amends.escalations.actions import (
    absences,
    corrections,
    decisions,
    endings,
    escalations,
    members,
    problems,
    promises,
    updates,
)
from amends.escalations.authority import Act
from amends.escalations.errors import Forbidden, Refused
from amends.escalations.models import Escalation
from amends.escalations.models.escalation import EPOCH
from amends.escalations.timeline.audiences import everyone
from amends.outbox.models import Delivery
from tests import make
from tests.escalations.actions.requested import requested
from tests.escalations.reading import subjects_to
from tests.world import World, rings

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


@pytest.fixture
def sami() -> Member:
    """Sees little of their own: only what they stand in for."""
    return make.member("Sami Haddad", Role.RESPONDER)


def goes_away(
    member: Member, stand_in: Member, *, at: dt.datetime = NOW, lasts: dt.timedelta = 14 * DAY, by: Actor | None = None
) -> Absence:
    return absences.plan(
        member, from_at=at, until_at=at + lasts, stand_in=stand_in, by=by or member.as_actor(), now=min(at, NOW)
    )


def at_work(member: Member, now: dt.datetime = NOW) -> Actor:
    return directory_absences.actor_of(member, now)


def rung_for(escalation: Escalation) -> list[tuple[dt.datetime, str]]:
    return [(event.at, event.words["told"]) for event in rings(escalation)]


def test_in_the_middle_of_a_ladder_the_stand_in_is_rung_and_after_it_the_member_again(world: World, sami: Member):
    escalation, ida = make.escalation(), make.member("Ida Berg", Role.MANAGER)
    escalations.hand_to(escalation, handler=ida, reason="Knows them", by=escalation.handler.as_actor(), now=NOW)
    # The acknowledgement is overdue from Thursday on, and rings every few working hours.
    leaves, returns = NOW + DAY, NOW + 5 * DAY

    goes_away(ida, sami, at=leaves, lasts=returns - leaves)
    world.passes(days=8)

    before, during, after = (
        " ".join(who for at, who in rung_for(escalation) if begin <= at < end)
        for begin, end in ((NOW, leaves), (leaves, returns), (returns, world.now))
    )
    assert "Ida Berg" in before and "Sami Haddad" not in before
    assert "Sami Haddad" in during and "Ida Berg" not in during
    assert "Ida Berg" in after and "Sami Haddad" not in after


def test_an_executive_who_is_away_is_stood_in_for_where_all_executives_are_rung(world: World, sami: Member):
    escalation = make.escalation(severity="critical")
    goes_away(Member.objects.get(role=Role.EXECUTIVE), sami)

    world.passes(hours=8)

    assert "Sami Haddad" in rung_for(escalation)[-1][1]


def test_notices_go_to_who_stands_in(sami: Member):
    escalation = make.escalation()
    goes_away(escalation.handler, sami)
    Delivery.objects.all().delete()

    escalations.change_severity(
        escalation, severity="low", reason="It is a label", by=escalation.account.csm.as_actor(), now=NOW
    )

    told = set(Delivery.objects.values_list("name", flat=True))
    assert "Sami Haddad" in told and "Nadia Brandt" not in told


def test_where_all_who_stand_in_are_away_the_first_hears(sami: Member):
    nadia = make.member("Nadia Brandt")
    # No act lets it come to this; rows that somebody wrote by hand might.
    for one, other in ((nadia, sami), (sami, nadia)):
        Absence.objects.create(member=one, stand_in=other, from_at=NOW, until_at=NOW + DAY)

    assert everyone(NOW).present(nadia.pk) == nadia


def test_who_stands_in_sees_and_may_what_the_handler_may_and_no_longer(sami: Member):
    escalation = make.escalation()
    goes_away(escalation.handler, sami)

    during, after = at_work(sami), at_work(sami, NOW + 14 * DAY)

    assert access.find(escalation.key, seen_by=during) == escalation
    assert all(authority.may(during, act, escalation) for act in authority.HANDLER_TOO)
    assert not authority.may(during, Act.CHANGE_ACCOUNTS)
    assert not authority.may(after, Act.CLOSE, escalation)
    with pytest.raises(access.NotFound):
        access.find(escalation.key, seen_by=after)
    updates.log(escalation, channel="call", text="Rang them.", at=NOW, by=during, now=NOW)


def test_who_stands_in_for_whoever_opened_it_hears_sees_and_may_withdraw_the_request(sami: Member):
    asked = requested(by=make.member("Sal Berg", Role.SALES))
    goes_away(asked.case.opened_by, sami)

    decisions.give_back(asked.case, steps="Read the contract", by=asked.nadia.as_actor(), now=NOW + HOUR)
    case = access.find(asked.case.key, seen_by=at_work(sami))
    endings.withdraw(case, reason="It was a drill", by=at_work(sami), now=NOW + HOUR)

    assert any("given back" in subject for subject in subjects_to(sami))
    assert case.status == Escalation.Status.WITHDRAWN


def test_what_became_of_an_update_is_told_to_the_handler_while_its_author_is_away(sami: Member):
    escalation = make.escalation()
    tom, handler = escalation.account.csm, escalation.handler
    update = updates.log(escalation, channel="call", text="On it.", at=NOW, by=tom.as_actor(), now=NOW)
    goes_away(tom, sami)
    before = len(subjects_to(sami))

    corrections.strike(update, reason="It was another customer", by=make.member("Ida").as_actor(), now=NOW + HOUR)

    assert "struck" in subjects_to(handler)[-1]
    assert len(subjects_to(sami)) == before


def test_today_and_its_count_hold_what_those_promised_for_whom_one_stands_in(sami: Member):
    escalation = make.escalation(now=NOW - 5 * DAY)
    goes_away(escalation.handler, sami)

    today = boards.today(at_work(sami), whose="mine", zone="Europe/Berlin", now=NOW)

    assert today.count == today.overdue == boards.overdue_count(at_work(sami), NOW) == 1
    assert boards.overdue_count(at_work(sami, NOW + 14 * DAY), NOW + 14 * DAY) == 0


def test_whoever_would_take_charge_but_is_away_is_stood_in_for(sami: Member):
    account = make.account()
    nadia = account.csm.reports_to
    for lead in (nadia, nadia.reports_to):
        goes_away(lead, sami)

    assert handlers.choose("the CSM's manager", account, account.csm.as_actor(), NOW) == sami
    assert make.escalation(of=account).handler == sami


@pytest.mark.parametrize("what", ["handler", "promise", "problem"])
def test_choosing_who_is_away_is_refused_and_the_stand_in_named(sami: Member, what: str):
    escalation, ida = make.escalation(), make.member("Ida Berg", Role.MANAGER)
    goes_away(ida, sami)
    by: dict[str, Any] = {"by": escalation.handler.as_actor(), "now": NOW}

    with pytest.raises(Refused) as refused:
        match what:
            case "handler":
                escalations.hand_to(escalation, handler=ida, reason="Knows them", **by)
            case "promise":
                promises.make(escalation, what="A list", due_at=NOW + DAY, owner=ida, **by)
            case "problem":
                problems.name(escalation, words="Slow", owner=ida, **by)

    assert refused.value.sentence == "Ida Berg is away until Thu 3 Dec, 10:00. Choose Sami Haddad, who stands in."
    assert refused.value.field in ("handler", "owner")


def test_a_problem_stays_with_who_is_away_while_other_things_of_it_change(sami: Member):
    escalation = make.escalation()
    by: dict[str, Any] = {"by": escalation.handler.as_actor(), "now": NOW}
    ida = make.member("Ida Berg")
    problem = problems.name(escalation, words="Slow", owner=ida, **by)
    goes_away(ida, sami)

    problems.change(problem, status="in work", owner=ida, team=None, next_step="Measure", **by)

    problem.refresh_from_db()
    assert problem.owner == ida


def test_they_themselves_their_lead_and_an_administrator_say_when_somebody_is_away(sami: Member):
    tom, nadia, ruth = make.chain()
    ada = make.member("Ada Min", Role.ADMINISTRATOR)

    allowed = [each for each in (tom, nadia, ada, ruth, sami) if absences.may_plan(each.as_actor(), tom)]

    assert allowed == [tom, nadia, ada]
    assert not absences.may_plan(tom.as_actor(may_write=False), tom)
    with pytest.raises(Forbidden, match="You may not say when Tom Okafor is away"):
        goes_away(tom, sami, by=ruth.as_actor())


def test_who_stands_in_for_the_lead_may_say_so_too(sami: Member):
    tom, nadia, _ = make.chain()
    goes_away(nadia, sami)

    assert absences.may_plan(at_work(sami), tom)


def test_both_hear_of_it_but_not_the_one_who_said_so(sami: Member):
    tom, nadia, _ = make.chain()

    absence = goes_away(tom, sami, by=nadia.as_actor())
    planned = {each.name: each.letter["subject"] for each in Delivery.objects.all()}
    Delivery.objects.all().delete()
    absences.end(absence, by=tom.as_actor(), now=NOW + DAY)
    (ended,) = Delivery.objects.all()

    assert set(planned) == {"Tom Okafor", "Sami Haddad"}
    assert planned["Sami Haddad"] == "Sami Haddad stands in for Tom Okafor, until Thu 3 Dec, 10:00"
    assert (ended.name, ended.letter["subject"]) == ("Sami Haddad", "Sami Haddad no longer stands in for Tom Okafor")


def test_planning_and_ending_wake_what_hangs_on_them_and_nothing_else(world: World, sami: Member):
    mine, other = make.escalation(), make.escalation()
    owned = make.escalation()
    promises.make(owned, what="A list", due_at=NOW + DAY, owner=mine.handler, by=owned.handler.as_actor(), now=NOW)
    world.works()

    absence = goes_away(mine.handler, sami)
    woken = set(Escalation.objects.filter(next_look_at=EPOCH))
    world.works()
    absences.end(absence, by=mine.handler.as_actor(), now=NOW + HOUR)

    assert woken == set(Escalation.objects.filter(next_look_at=EPOCH)) == {mine, owned}
    assert other not in woken


def test_no_open_escalation_has_a_handler_away_without_anybody_who_is_here(sami: Member):
    escalation = make.escalation()
    goes_away(escalation.handler, sami)
    assert invariants.breaches(NOW) == []

    Absence.objects.create(member=sami, stand_in=escalation.handler, from_at=NOW, until_at=NOW + DAY)

    assert [(breach.subject, breach.says.partition(",")[0]) for breach in invariants.breaches(NOW)] == [
        (escalation.key, "Its handler is away")
    ]


def test_who_stands_in_does_not_leave_before_somebody_else_does(sami: Member):
    tom, _, _ = make.chain()
    absence = goes_away(tom, sami, at=NOW + DAY)

    with pytest.raises(Refused, match="stands in for Tom Okafor from Fri 20 Nov, 10:00 until Fri 4 Dec, 10:00"):
        members.leave(sami, by=COMMAND_LINE, now=NOW)

    absences.change(absence, stand_in=make.member("Ida Berg"), by=COMMAND_LINE, now=NOW)
    members.leave(sami, by=COMMAND_LINE, now=NOW)
