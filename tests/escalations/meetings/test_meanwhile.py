"""What happens to a meeting from outside: people leave or lose their address, its case ends or is merged."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amends.directory import contacts
from amends.directory.actor import CLOCK
from amends.escalations import invariants
from amends.escalations.actions import endings, meeting_notes, merges, problems, updates
from amends.escalations.actions import meetings as acts
from amends.escalations.models import Escalation, Meeting, Promise
from tests import make
from tests.escalations.meetings.planned import NOW, a_case, calendar, handler, hold, plan
from tests.escalations.reading import HOUR, letters_to, refuses

pytestmark = pytest.mark.django_db
GONE = {"has_left": True}
UNREACHABLE = {"email": ""}


@pytest.mark.parametrize("what", [GONE, UNREACHABLE])
def test_who_is_not_reached_any_more_keeps_nobody_from_calling_off_the_meeting(what: dict[str, Any]):
    case = a_case()
    rui = make.contact(case.account, "Rui Costa")
    meeting = plan(case, contacts=[case.contact, rui])
    before = len(letters_to(rui))
    contacts.change(rui, by=CLOCK, now=NOW, **what)

    acts.call_off(meeting, reason="They are in an audit.", agreed=True, by=CLOCK, now=NOW + HOUR)

    assert calendar(letters_to(case.contact)[-1])[0] == "CANCEL"
    assert len(letters_to(rui)) == before
    assert [each.contact for each in meeting.invitations.last().recipients.all()] == [case.contact]


@pytest.mark.parametrize("what", [GONE, UNREACHABLE])
def test_where_nobody_of_them_is_left_the_meeting_is_called_off_for_ours(what: dict[str, Any]):
    case = a_case()
    meeting = plan(case)
    contacts.change(case.contact, by=CLOCK, now=NOW, **what)

    acts.call_off(meeting, reason="Nobody is left.", by=CLOCK, now=NOW + HOUR)

    assert meeting.invitations.count() == 1
    assert calendar([each for each in letters_to(handler(case)) if each.letter["calendar"]][-1])[0] == "CANCEL"
    assert Promise.objects.get(pk=meeting.promise_id).status == "broken"
    assert invariants.breaches(NOW + HOUR) == []


@pytest.mark.parametrize("what", [GONE, UNREACHABLE])
def test_who_is_not_reached_any_more_keeps_no_escalation_from_ending(what: dict[str, Any]):
    case = a_case()
    rui = make.contact(case.account, "Rui Costa")
    plan(case, contacts=[case.contact, rui])
    contacts.change(rui, by=CLOCK, now=NOW, **what)

    endings.withdraw(case, reason="It was no escalation.", by=CLOCK, now=NOW + HOUR)

    assert calendar(letters_to(case.contact)[-1])[0] == "CANCEL"
    assert invariants.breaches(NOW + HOUR) == []


@pytest.mark.parametrize("what", [GONE, UNREACHABLE])
def test_who_is_not_reached_any_more_is_taken_out_of_the_meeting_without_a_word(what: dict[str, Any]):
    case = a_case()
    rui = make.contact(case.account, "Rui Costa")
    meeting = plan(case, contacts=[case.contact, rui])
    before = len(letters_to(rui))
    contacts.change(rui, by=CLOCK, now=NOW, **what)

    acts.change(meeting, contacts=[case.contact], by=CLOCK, now=NOW + HOUR)

    assert len(letters_to(rui)) == before
    assert {each.name for each in meeting.attendances.all()} == {"Maria Duarte", handler(case).name}


def test_what_was_planned_among_ourselves_is_called_off_after_the_end_too():
    case = a_case()
    ours = plan(case, kind="internal")
    for problem in case.problems.all():
        problems.decline(problem, reason="It was theirs.", by=CLOCK, now=NOW)
    updates.log(case, channel="call", text="It works.", at=NOW, by=CLOCK, now=NOW)
    endings.resolve(case, by=CLOCK, now=NOW)
    waived = {criterion.pk: "Not asked for." for criterion in case.exit_criteria.all()}
    endings.close(case, outcome="recovered", confirmed_by="Maria", waived=waived, by=CLOCK, now=NOW + HOUR)

    acts.call_off(ours, reason="No need.", by=CLOCK, now=NOW + HOUR)

    assert Meeting.objects.get(pk=ours.pk).state == "cancelled"
    assert calendar(letters_to(handler(case))[-1])[0] == "CANCEL"


def test_what_is_planned_with_the_customer_is_settled_before_it_is_closed():
    case = a_case()
    meeting = plan(case)
    for problem in case.problems.all():
        problems.decline(problem, reason="It was theirs.", by=CLOCK, now=NOW)
    endings.resolve(case, by=CLOCK, now=NOW)

    with refuses("We talk: a first conversation” is still planned. Say how it was, or call it off."):
        endings.close(case, outcome="recovered", confirmed_by="Maria", by=CLOCK, now=NOW + HOUR)

    assert Meeting.objects.get(pk=meeting.pk).is_planned


def test_before_it_is_closed_the_notes_of_what_was_held_are_sent_or_said_not_to_be_needed():
    case = a_case()
    meeting = hold(plan(case, starts_at=NOW + HOUR), now=NOW + 2 * HOUR)
    for problem in case.problems.all():
        problems.decline(problem, reason="It was theirs.", by=CLOCK, now=NOW)
    endings.resolve(case, by=CLOCK, now=NOW + 2 * HOUR)
    waived = {criterion.pk: "Not asked for." for criterion in case.exit_criteria.all()}
    how: dict[str, Any] = {"outcome": "recovered", "confirmed_by": "Maria", "waived": waived, "by": CLOCK}

    with refuses("The notes of the meeting of 19 Nov 2026 are awaited. Send them, or say why there are none."):
        endings.close(case, **how, now=NOW + 3 * HOUR)
    meeting_notes.waive(meeting, reason="They wrote their own.", by=CLOCK, now=NOW + 3 * HOUR)
    endings.close(case, **how, now=NOW + 3 * HOUR)

    assert Escalation.objects.get(pk=case.pk).status == "closed"


def test_whoever_read_a_meeting_before_its_case_was_merged_does_nothing_to_the_old_case():
    case = a_case()
    other = make.escalation(of=case.account, reason="The same again")
    ours = plan(other, kind="internal")
    read = Meeting.objects.get(pk=ours.pk)
    merges.merge(other, into=case, reason="One cause.", by=CLOCK, now=NOW + HOUR)

    with refuses(f"belongs to {case.key} by now"):
        hold(read)

    assert Meeting.objects.get(pk=ours.pk).escalation == case


def test_people_are_held_in_the_order_of_their_numbers_whatever_that_of_their_names():
    case = a_case()
    others = [make.member(name) for name in ("Priya", "Rosa")]
    held = re.compile(r'FROM "directory_member" WHERE "directory_member"."id" = (\d+)')

    with CaptureQueriesContext(connection) as asked:
        plan(case, also=others[::-1])

    numbers = [int(found[1]) for query in asked if (found := held.search(query["sql"]))]
    assert [number for number in numbers if number in {other.pk for other in others}] == [other.pk for other in others]


def test_who_has_an_address_that_no_calendar_takes_is_not_invited():
    case, odd = a_case(), make.member("Rosa", email='"rosa m"@fernhill.example')

    with refuses("No calendar takes the address of Rosa", "members"):
        plan(case, also=[odd])


@pytest.mark.parametrize("ends", ["called off", "withdrawn"])
def test_who_was_invited_learns_that_it_is_off_though_they_need_not_know_of_the_rest(ends: str):
    case = a_case()
    meeting = plan(case)
    Escalation.objects.filter(pk=case.pk).update(customer_should_know=False, why_not_told="It was ours alone.")

    if ends == "called off":
        acts.call_off(meeting, reason="It was ours alone.", agreed=True, by=CLOCK, now=NOW + HOUR)
    else:
        endings.withdraw(Escalation.objects.get(pk=case.pk), reason="It was ours alone.", by=CLOCK, now=NOW + HOUR)

    assert calendar(letters_to(case.contact)[-1])[0] == "CANCEL"
