"""What the clock tells of meetings: the page before, how it was, the notes, and that a customer is met at all."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from amends.clock.situations import notes_key
from amends.directory.actor import CLOCK, Role
from amends.escalations.actions import corrections, looks, meeting_notes, meetings, merges, updates
from amends.escalations.meetings import Invited
from amends.escalations.models import Escalation, Meeting
from amends.escalations.wanted import still_wanted
from amends.outbox.models import Delivery
from amends.playbook.versions import shipped
from tests import make
from tests.escalations.meetings.planned import AT, LEADS, NOW, PRESENCE, a_case, handler, hold, plan
from tests.escalations.reading import DAY, HOUR, MINUTE, letters_to
from tests.world import World, rings

pytestmark = pytest.mark.django_db


def rang(case: Escalation, kind: str) -> list[dt.datetime]:
    """When the clock told it, to the minute."""
    return [event.at.replace(second=0, microsecond=0) for event in rings(case) if event.kind == f"meeting.{kind}"]


def rungs_of_notes(case: Escalation) -> list[int]:
    """Which rungs of the ladder for notes were told, one after another."""
    return [event.words["rung"] for event in rings(case) if event.kind == "meeting.notes_due"]


def last_to(person: object, subject: str) -> Delivery:
    return [each for each in letters_to(person) if each.letter["subject"].startswith(subject)][-1]  # type: ignore[arg-type]


def test_a_page_to_read_goes_once_two_hours_before_to_those_who_do_not_lead(world: World):
    case, olga = a_case(expectation="That orders arrive once"), make.member("Olga Rehn", Role.EXECUTIVE)
    plan(case, also=[olga])

    world.passes(hours=6)

    assert rang(case, "brief") == [AT - 2 * HOUR]
    letter = last_to(olga, "Before you meet Brightwater Foods").letter
    facts = dict(letter["facts"])
    assert facts["Your part"].startswith("Empathy and presence") and handler(case).name in facts["Who comes"]
    assert "412,000 a year" in facts["Spend"] and "Every order arrives twice" in facts["Their problems"]
    assert facts["They expected"] == "That orders arrive once"
    assert not [each for each in letters_to(handler(case)) if each.letter["subject"].startswith("Before you meet")]


def test_the_page_says_of_what_is_known_of_them_what_upsets_and_what_helps(world: World):
    case, olga = a_case(), make.member("Olga Rehn", Role.EXECUTIVE)
    for kind, text in (("helps", "A call before a mail."), ("history", "With us since 2014."), ("upsets", "To wait.")):
        case.account.insights.create(kind=kind, text=text, at=NOW)
    plan(case, also=[olga])

    world.passes(hours=6)

    facts = dict(last_to(olga, "Before you meet Brightwater Foods").letter["facts"])
    assert facts["Before you speak with them"] == (
        "What upsets them: To wait.\nWhat helps: A call before a mail.\nWhat has been: With us since 2014."
    )


def test_one_that_is_planned_at_short_notice_is_briefed_at_once_and_one_that_is_moved_again(world: World):
    case, olga = a_case(), make.member("Olga Rehn", Role.EXECUTIVE)
    meeting = plan(case, also=[olga], starts_at=NOW + HOUR)
    world.passes(minutes=10)
    meetings.change(meeting, starts_at=AT + DAY, reason="x", by=CLOCK, now=world.now)

    world.passes(hours=30)

    assert rang(case, "brief") == [NOW, AT + DAY - 2 * HOUR]


def test_who_joins_after_the_page_was_sent_gets_it_at_once_and_once(world: World):
    case, olga, priya = a_case(), make.member("Olga Rehn", Role.EXECUTIVE), make.member("Priya")
    meeting = plan(case, also=[olga])
    world.passes(hours=5)
    everybody = [Invited(handler(case), LEADS), Invited(olga, PRESENCE), Invited(priya)]

    meetings.change(meeting, members=everybody, by=CLOCK, now=world.now)
    meetings.change(meeting, members=everybody[:2], by=CLOCK, now=world.now)
    meetings.change(meeting, members=everybody, place="Room 4", by=CLOCK, now=world.now)
    world.passes(hours=1)

    assert rang(case, "brief") == [AT - 2 * HOUR, NOW + 5 * HOUR]
    for who in (olga, priya):
        assert len([each for each in letters_to(who) if each.letter["subject"].startswith("Before you meet")]) == 1
    assert dict(last_to(priya, "Before you meet").letter["facts"])["Your part"].startswith("You take part.")


def test_who_led_and_leads_no_longer_gets_the_page_too(world: World):
    case, olga = a_case(), make.member("Olga Rehn", Role.EXECUTIVE)
    meeting = plan(case, also=[olga])
    world.passes(hours=5)

    theirs = [Invited(handler(case), PRESENCE), Invited(olga, LEADS)]
    meetings.change(meeting, members=theirs, by=CLOCK, now=world.now)

    assert last_to(handler(case), "Before you meet Brightwater Foods")


def test_who_joins_while_the_page_is_still_to_come_gets_it_with_the_others(world: World):
    case, olga, priya = a_case(), make.member("Olga Rehn", Role.EXECUTIVE), make.member("Priya")
    meeting = plan(case, also=[olga])
    world.passes(hours=1)
    ours = [Invited(handler(case), LEADS), Invited(olga, PRESENCE), Invited(priya)]
    meetings.change(meeting, members=ours, by=CLOCK, now=world.now)
    world.passes(hours=4)

    meetings.change(meeting, starts_at=AT + DAY, members=ours[:2], reason="x", by=CLOCK, now=world.now)
    meetings.change(meeting, members=ours, by=CLOCK, now=world.now)

    assert rang(case, "brief") == [AT - 2 * HOUR]


def test_nobody_is_briefed_where_only_who_leads_is_there(world: World):
    case = a_case()
    plan(case)

    world.passes(hours=6)

    assert rang(case, "brief") == []


def test_a_meeting_of_which_nobody_says_how_it_was_is_asked_after_each_working_day(world: World):
    case = a_case()
    meeting = plan(case)

    world.passes(days=2)
    asked = rang(case, "unsettled")
    hold(meeting, now=world.now)
    world.passes(days=3)

    assert asked == [AT + 45 * MINUTE, AT + 45 * MINUTE + DAY]
    assert rang(case, "unsettled") == asked
    letter = last_to(handler(case), "Was the meeting").letter
    assert letter["acts"][0]["url"].endswith(f"/escalations/{case.key}/meetings/{meeting.pk}/")
    # Its promise is rung for by the meeting alone.
    assert not [event for event in rings(case) if event.words.get("promise") == meeting.promise_id]


def test_notes_ring_by_the_ladder_until_they_are_sent(world: World):
    case = a_case()
    meeting = plan(case, starts_at=NOW + HOUR)
    world.passes(hours=2)
    hold(meeting, now=world.now)
    assert meeting.notes_due_at == NOW + 7 * HOUR  # Thursday 17:00 in Berlin

    world.passes(hours=9)
    before = rang(case, "notes_due")
    meeting_notes.send(meeting, text="Dear Maria,", to=[case.contact], by=CLOCK, now=world.now)
    world.passes(days=2)

    assert before == [NOW + 5 * HOUR, NOW + 7 * HOUR]
    assert rang(case, "notes_due") == before
    assert last_to(handler(case), "Send the notes of the meeting").letter["acts"][0]["label"] == "Send the notes"


def test_notes_of_one_that_was_held_after_all_ring_from_the_beginning(world: World):
    case = a_case()
    meeting = plan(case, starts_at=NOW + HOUR)
    world.passes(hours=2)
    hold(meeting, now=world.now)
    world.passes(hours=9)
    before = rungs_of_notes(case)
    stale = list(Delivery.objects.filter(wanted_while__startswith="notes:"))
    corrections.strike(meeting.held_update, reason="Not so.", by=CLOCK, now=world.now)
    world.passes(hours=13)

    meeting = hold(Meeting.objects.get(), at=world.now, now=world.now)
    world.passes(hours=9)

    assert rungs_of_notes(case) == before * 2 != []
    fresh = list(Delivery.objects.filter(wanted_while=notes_key(meeting.pk, meeting.settled_at)))
    assert len(fresh) == len(stale)
    assert still_wanted([*stale, *fresh]) == {each.pk for each in fresh}


def test_what_was_rung_of_notes_is_not_rung_again_where_their_case_is_merged(world: World):
    case = a_case()
    other = make.escalation(of=case.account, contact=case.contact)
    meeting = plan(case, starts_at=NOW + HOUR)
    world.passes(hours=2)
    hold(meeting, now=world.now)
    world.passes(hours=9)
    before = rungs_of_notes(case)

    merges.merge(case, into=other, reason="The same.", by=CLOCK, now=world.now)
    world.passes(hours=2)

    assert (len(before), rungs_of_notes(other)) == (2, [])


def test_a_case_of_a_week_without_a_meeting_is_told_to_its_handler_each_working_day_until_one_is_planned(
    world: World,
):
    case = a_case()

    world.passes(days=8)
    missing = rang(case, "missing")
    plan(case, now=world.now, starts_at=world.now + 2 * DAY)
    world.passes(days=1)

    assert missing == [NOW + 7 * DAY + 15 * MINUTE]
    assert rang(case, "missing") == missing
    leads_to = resolve(urlsplit(last_to(handler(case), "Nobody has met Brightwater").letter["acts"][0]["url"]).path)
    assert (leads_to.url_name, leads_to.kwargs) == ("plan_meeting", {"key": case.key})


def test_from_each_meeting_a_week_begins_anew_and_one_among_ourselves_begins_none(world: World):
    case = a_case()
    met, ours = plan(case), plan(case, kind="internal", starts_at=AT + DAY)
    world.passes(days=2)
    hold(met, now=world.now)
    hold(ours, now=world.now)
    meeting_notes.waive(met, reason="They want no more.", by=CLOCK, now=world.now)

    world.passes(days=6)

    assert rang(case, "missing") == [AT + 7 * DAY + 15 * MINUTE]


@pytest.mark.parametrize("direction", ["in", "out"])
def test_a_meeting_that_was_only_written_down_is_one_and_struck_it_is_none(world: World, direction: str):
    case = a_case()
    world.passes(days=5)
    at = world.now - HOUR
    met = updates.log(case, channel="meeting", direction=direction, text="x", at=at, by=CLOCK, now=world.now)
    world.passes(days=6)
    before = rang(case, "missing")

    corrections.strike(met, reason="That was another customer.", by=CLOCK, now=world.now)
    world.passes(hours=1)

    assert before == []
    assert rang(case, "missing") == [NOW + 11 * DAY]


def test_a_call_is_no_meeting(world: World):
    case = a_case()
    world.passes(days=5)
    updates.log(case, channel="call", text="x", at=world.now, by=CLOCK, now=world.now)

    world.passes(days=3)

    assert rang(case, "missing") == [NOW + 7 * DAY + 15 * MINUTE]


def test_where_the_playbook_has_never_asked_for_a_meeting_nobody_rings_for_one(world: World):
    older = [line for line in shipped().splitlines() if "at_least_every" not in line]
    make.playbook("\n".join(older))
    case = a_case()

    world.passes(days=9)

    assert rang(case, "missing") == []


def test_where_the_customer_need_not_know_nobody_is_asked_to_meet_them(world: World):
    case = make.escalation(customer_should_know=False, why_not_told="Nobody there noticed.")

    world.passes(days=9)

    assert rang(case, "missing") == []


def test_what_is_settled_meanwhile_is_no_longer_told(world: World):
    case, late = a_case(), make.escalation()
    meeting = plan(case)
    world.sleeps(days=8)
    waiting = {each.wanted_while: each for each in Delivery.objects.exclude(wanted_while="")}
    about = [waiting[meeting.subject], next(each for key, each in waiting.items() if key.startswith("unmet:"))]
    assert still_wanted(about) == {each.pk for each in about}

    hold(meeting, now=world.now)
    plan(late, now=world.now, starts_at=world.now + HOUR)

    assert still_wanted(about) == set()
    notes = rang(case, "notes_due")
    world.works()
    assert len(rang(case, "notes_due")) == len(notes) + 1
    (ring,) = Delivery.objects.filter(
        wanted_while=notes_key(meeting.pk, meeting.settled_at), address=handler(case).email
    )[:1]
    meeting_notes.waive(meeting, reason="They want no more.", by=CLOCK, now=world.now)
    assert still_wanted([ring]) == set()


def test_a_meeting_of_a_case_that_is_over_asks_nothing(world: World):
    case = a_case()
    meeting = plan(case, kind="internal")
    Escalation.objects.filter(pk=case.pk).update(status="declined", next_look_at=None)

    world.passes(days=1)

    assert meeting.is_unsettled(world.now) and rang(case, "unsettled") == []


def test_what_was_rung_of_an_earlier_time_is_not_told_once_the_meeting_has_another(world: World):
    case, olga = a_case(), make.member("Olga Rehn", Role.EXECUTIVE)
    meeting = plan(case, also=[olga])
    world.sleeps(hours=7)
    world.works()
    rung = [*Delivery.objects.filter(wanted_while__startswith="meeting:")]
    assert still_wanted(rung) == {each.pk for each in rung} != set()

    meetings.change(meeting, place="Room 2", by=CLOCK, now=world.now)
    assert still_wanted(rung) == {each.pk for each in rung}
    meetings.change(meeting, starts_at=world.now + DAY, reason="They asked.", by=CLOCK, now=world.now)

    assert still_wanted(rung) == set()


def test_many_meetings_are_asked_about_in_as_many_queries_as_a_few(world: World):
    def asks(count: int) -> int:
        for _ in range(count):
            plan(make.escalation(), now=world.now, starts_at=world.now + HOUR)
        world.works()
        world.now += 2 * HOUR
        with CaptureQueriesContext(connection) as asked:
            looks.look_at_due(world.now)
        return len(asked)

    few, many = asks(2), asks(8)

    assert few == many
    assert Delivery.objects.filter(wanted_while__startswith="meeting:").count() == 10
