"""Planning a meeting, changing it and calling it off: what is promised, who is told, what calendars get."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from amends.directory.actor import CLOCK, Role
from amends.directory.models import Member, Seat
from amends.escalations import access, invariants, meetings
from amends.escalations.actions import corrections, problems, updates
from amends.escalations.actions import meetings as acts
from amends.escalations.meetings import Invited
from amends.escalations.models import Escalation, Meeting
from tests import make
from tests.escalations.meetings.planned import AT, LEADS, NOW, PRESENCE, a_case, calendar, handler, of, plan
from tests.escalations.reading import DAY, HOUR, forbids, kinds_of, letters_to, refuses

pytestmark = pytest.mark.django_db


# What a plan is


def test_a_meeting_with_the_customer_is_a_word_to_them_and_a_promise():
    case = a_case()

    meeting = plan(case)

    promise = meeting.promise
    assert (promise.due_at, promise.channel, promise.to, promise.status) == (AT, "meeting", case.contact, "open")
    assert (meeting.zone, meeting.minutes, meeting.sequence) == ("Europe/Lisbon", 30, 0)
    told = meeting.invitations.get()
    assert "Thu 19 Nov, 15:00 in Lisbon, for 30 minutes" in told.text
    assert "1. What happened, in your words" in told.text
    assert promise.made_with == told and case.acknowledged_at == NOW
    assert kinds_of(case)[-1] == "meeting.planned"
    assert invariants.breaches(NOW) == []


def test_its_agenda_is_its_kinds_and_how_to_lead_it_is_for_whoever_leads():
    case, ruth = a_case(), make.member("Olga Rehn", Role.EXECUTIVE)

    meeting = plan(case, also=[ruth])

    theirs, ours, hers = (letters_to(who)[-1] for who in (case.contact, handler(case), ruth))
    assert meeting.agenda.splitlines()[0] == "What happened, in your words"
    assert "defend" in str(ours.letter) and "defend" not in str(theirs.letter) + str(hers.letter)
    assert dict(hers.letter["facts"])["Your part"].startswith("Empathy and presence")


def test_the_final_one_asks_what_the_playbook_asks_at_the_end():
    case = a_case()

    asked = meetings.agenda(case, "final")

    assert asked.splitlines() == list(case.playbook.document.closing.questions)


def test_everybody_gets_the_same_meeting_from_the_address_that_answers_come_to(settings: Any):
    settings.MAIL_COMES_IN = True
    case, ruth = a_case(), make.member("Olga Rehn", Role.EXECUTIVE)

    meeting = plan(case, also=[ruth])

    copies = [letters_to(who)[-1] for who in (case.contact, handler(case), ruth)]
    events = [calendar(copy) for copy in copies]
    assert {method for method, _ in events} == {"REQUEST"}
    assert {str(event["UID"]) for _, event in events} == {meeting.uid}
    assert {str(event["ORGANIZER"]) for _, event in events} == {f"mailto:{meeting.organiser}"}
    assert {copy.letter["sender"] for copy in copies} == {meeting.organiser}
    assert meeting.organiser.startswith(f"desk+e{case.pk}-")
    assert [str(each) for each in events[0][1]["ATTENDEE"]] == [
        f"mailto:{who.email}" for who in (case.contact, handler(case), ruth)
    ]
    assert [copy.audience for copy in copies] == ["customer", "inside", "inside"]


def test_whoever_plans_it_and_is_in_it_has_said_yes():
    case = a_case()

    meeting = plan(case)

    assert (of(meeting, handler(case)).answer, of(meeting, case.contact).answer) == ("accepted", "needs_action")


def test_who_is_in_a_meeting_sees_its_case_and_who_is_not_does_not():
    case, guest, other = a_case(), make.member("Gita", Role.RESPONDER), make.member("Otto", Role.RESPONDER)

    plan(case, also=[guest])

    assert [case in access.visible_to(who.as_actor()) for who in (guest, other)] == [True, False]
    assert case.notices.filter(member=guest).exists()
    assert len(letters_to(guest)) == 1


def test_among_ourselves_nobody_outside_hears_and_nothing_is_promised():
    case = a_case()
    before = case.promises.count()

    meeting = plan(case, kind="internal")

    assert (meeting.promise, meeting.invitations.count(), case.promises.count()) == (None, 0, before)
    assert meeting.zone == "Europe/Lisbon"


def test_below_ones_own_words_stand_when_where_and_what_about():
    case = a_case()

    meeting = plan(case, text="Dear Maria, sorry for the silence on Friday.\n\nNadia", agenda="What happened")

    assert meeting.invitations.get().text == (
        "Dear Maria, sorry for the silence on Friday.\n\nNadia\n\n"
        "When: Thu 19 Nov, 15:00 in Lisbon, for 30 minutes\n\n"
        "Where: https://meet.example/brightwater\n\n"
        "What we would like to speak about:\n1. What happened"
    )


@pytest.mark.parametrize(
    ("words", "is_named"),
    [
        ("Shall we speak today at 15:00?", True),
        ("Shall we speak on Thursday 19 November, 15:00?", True),
        ("Shall we speak today at 16:00, Berlin time?", True),
        ("Shall we speak today at 15:00, Berlin time?", False),
        ("Shall we speak today at 3 pm Eastern?", False),
        ("Shall we speak on Thursday?", False),
        ("You rang on Wednesday at 15:00, and nobody answered.", False),
    ],
)
def test_words_that_name_when_it_begins_stay_as_they_are(words: str, is_named: bool):
    meeting = plan(a_case(), text=words)

    said = meeting.invitations.get().text
    assert (said == words) is is_named
    assert ("When: Thu 19 Nov, 15:00 in Lisbon" in said) is not is_named


def test_what_is_planned_for_that_time_already_is_not_planned_twice():
    """Sent again because no answer came, or gone back to: nobody is invited twice."""
    case = a_case()
    first = plan(case)

    with refuses("Such a meeting is planned for that time already.", "starts_at"):
        plan(case)
    acts.call_off(first, reason="Jan is ill", by=handler(case).as_actor(), now=NOW)
    again = plan(case)

    first.refresh_from_db()
    assert (first.state, again.state) == ("cancelled", "planned")


def test_a_change_in_ones_own_words_says_the_new_time_below():
    meeting = plan(a_case())

    acts.change(
        meeting,
        starts_at=AT + DAY,
        reason="Our line is down.",
        text="Dear Maria, I am sorry: it has to be later.",
        by=CLOCK,
        now=NOW + HOUR,
    )

    said = meeting.invitations.order_by("-id").first()
    assert said and said.text.startswith(
        "Dear Maria, I am sorry: it has to be later.\n\nWhen: Fri 20 Nov, 15:00 in Lisbon"
    )


def test_an_invitation_begins_no_thread_and_is_no_mail_to_be_taken_back():
    case = a_case()
    meeting = plan(case)

    sent = updates.send(case, text="We found it.", to=[case.contact], by=CLOCK, now=NOW + HOUR)

    assert sent.subject.startswith("Every order arrives twice")
    with refuses("call it off"):
        corrections.take_back(meeting.invitations.get(), by=CLOCK, now=NOW)


@pytest.mark.parametrize(
    ("said", "says", "field"),
    [
        ({"starts_at": NOW}, "still ahead", "starts_at"),
        ({"starts_at": NOW + 800 * DAY}, "Look at the year", "starts_at"),
        ({"minutes": 481}, "8 hours", "minutes"),
        ({"minutes": 0}, "1 minute", "minutes"),
        ({"kind": "party"}, "not a kind", "kind"),
        ({"contacts": []}, "who of the customer", "contacts"),
        ({"members": []}, "who of us", "members"),
        ({"zone": "Mars/Base"}, "time zone", "zone"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(said: dict[str, Any], says: str, field: str):
    case = a_case()

    with refuses(says, field):
        plan(case, **said)

    assert not Meeting.objects.exists()


def test_who_cannot_be_invited_is_refused_by_name():
    case, gone = a_case(), make.member("Gone", is_active=False)
    rui = make.contact(case.account, "Rui Lopes", email="")
    elsewhere = make.contact(make.account(), "Somebody Else")

    with refuses("Rui Lopes has no mail address", "contacts"):
        plan(case, contacts=[rui])
    with refuses("is not at Brightwater", "contacts"):
        plan(case, contacts=[elsewhere])
    with refuses("not here any more", "members"):
        plan(case, members=[Invited(gone, LEADS)])
    with refuses("Nobody of the customer", "contacts"):
        plan(case, kind="internal", contacts=[case.contact])
    with forbids():
        acts.plan(
            case,
            kind="status",
            starts_at=AT,
            minutes=30,
            contacts=[case.contact],
            members=[Invited(handler(case))],
            by=make.member("Sam", Role.SALES).as_actor(),
            now=NOW,
        )


# Who should be asked


def people(case: Escalation, kind: str) -> list[tuple[str, str]]:
    return [(each.person.name, each.part) for each in meetings.propose(case, kind, NOW)]


def handled_by_a_manager(**account: Any) -> tuple[Escalation, Member, Member]:
    case, boss = a_case(**account), make.member("Olga Rehn", Role.EXECUTIVE)
    case.handler = nadia = make.member("Nadia Brandt", Role.MANAGER, reports_to=boss)
    case.save()
    Seat.objects.create(account=case.account, member=boss, part=Seat.Part.SPONSOR)
    return case, nadia, boss


def test_an_executive_joins_the_first_contact_of_a_key_account_and_the_handler_leads():
    case, nadia, boss = handled_by_a_manager()

    proposed = meetings.propose(case, "first_contact", NOW)

    found = {each.person: each for each in proposed}
    assert found[nadia].part == LEADS and found[boss].part == PRESENCE
    assert "key account" in found[boss].why and "Nadia Brandt leads" in found[boss].why
    assert found[case.contact].is_ours is False
    assert boss.name not in dict(people(case, "status"))


def test_no_executive_is_asked_for_a_small_account_and_without_a_sponsor_any_is():
    key, small = a_case(), make.escalation(of=make.account(spend=Decimal(60000)))
    key.handler = make.member("Nadia Brandt", Role.MANAGER)

    assert "presence" in dict(people(key, "first_contact")).values()
    assert "presence" not in dict(people(small, "first_contact")).values()


def test_the_handlers_manager_joins_every_follow_up_and_experts_come_from_the_plan():
    (case, _, boss), priya = handled_by_a_manager(), make.member("Priya", Role.RESPONDER)
    problem = case.problems.first()
    problems.change(problem, owner=priya, by=CLOCK, now=NOW)

    assert (boss.name, "presence") in people(case, "follow_up")
    assert ("Priya", "expert") in people(case, "status")
    assert "Priya" not in dict(people(case, "first_contact"))
    problems.solve(problem, by=CLOCK, now=NOW)
    assert "Priya" not in dict(people(case, "status"))


@pytest.mark.parametrize(
    ("available", "at", "says"),
    [
        (None, AT, ""),
        (None, NOW + 13 * HOUR, "early or late"),
        (None, NOW + 2 * DAY, "weekend"),
        ({"thursday": ["09:00-12:00"]}, AT, "outside the hours"),
        ({"thursday": ["14:00-16:00"]}, AT, ""),
        ({"saturday": ["08:00-12:00"]}, NOW + 2 * DAY, ""),
    ],
)
def test_it_warns_of_a_time_at_which_one_does_not_talk_with_them(available: Any, at: dt.datetime, says: str):
    case = a_case()
    case.contact.available = available

    found = meetings.warnings(case, starts_at=at, ends_at=at + HOUR / 2, contacts=[case.contact], members=[], now=NOW)

    assert [says in each for each in found] == ([True] if says else [])


def test_it_warns_of_who_is_away_then():
    case, olga, otto = a_case(), make.member("Olga"), make.member("Otto")
    make.absence(olga, otto)

    (found,) = meetings.warnings(case, starts_at=AT, ends_at=AT + HOUR, contacts=[], members=[olga, otto], now=NOW)

    assert found.startswith("Olga is away") and "Otto stands in" in found
