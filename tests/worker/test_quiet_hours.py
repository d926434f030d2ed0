"""Quiet hours: held with the reason, one message when they end, nothing that is over; the urgent comes through."""

import datetime as dt

import pytest

from amends.directory.actor import Role
from amends.directory.models import Member, Preference
from amends.escalations.actions import preferences, promises, updates
from amends.escalations.timeline.reaching import in_quiet_hours
from amends.outbox.models import Delivery
from tests import make
from tests.escalations.actions.requested import requested
from tests.world import told

pytestmark = pytest.mark.django_db
State = Delivery.State
HOUR = dt.timedelta(hours=1)
QUIET = {"quiet_from": dt.time(20, 0), "quiet_until": dt.time(8, 0)}


@pytest.fixture
def escalation(world):
    """One whose handler, in Berlin, wants to be left alone from eight to eight."""
    escalation = make.escalation(severity="high")
    Preference.objects.create(member=escalation.handler, **QUIET)
    Delivery.objects.update(state=State.SENT, settled_at=world.now)
    acknowledge(escalation, world)
    return escalation


def acknowledge(escalation, world):
    updates.log(
        escalation,
        channel="call",
        text="We are on it.",
        at=world.now,
        contact=escalation.contact,
        by=escalation.handler.as_actor(),
        now=world.now,
    )


def promise(escalation, world, hours, what="The cause"):
    return promises.make(
        escalation,
        what=what,
        due_at=world.now + hours * HOUR,
        kind="deliverable",
        by=escalation.handler.as_actor(),
        now=world.now,
    )


def alarms_of(member):
    return Delivery.objects.filter(address=member.email, is_alarm=True)


def test_an_alarm_in_the_night_waits_until_the_morning_and_says_so(world, escalation, mailbox):
    world.mail_goes_to(mailbox.url)
    world.now = world.now.replace(hour=18)
    promise(escalation, world, hours=3)
    world.works()
    evening = len(mailbox.to(escalation.handler.email))

    world.passes(hours=5)

    waiting = alarms_of(escalation.handler).filter(state=State.WAITING)
    assert "promise.overdue" in told(escalation)
    assert {delivery.held_because for delivery in waiting} == {"Quiet hours until Fri 20 Nov, 08:00 in Berlin"}
    assert {delivery.next_try_at for delivery in waiting} == {make.THURSDAY.replace(hour=7) + dt.timedelta(days=1)}
    assert len(mailbox.to(escalation.handler.email)) == evening
    mailbox.take_all()


def test_what_was_held_leaves_as_one_message_when_they_end_however_few(world, escalation, mailbox):
    world.mail_goes_to(mailbox.url)
    world.now = world.now.replace(hour=18)
    promise(escalation, world, hours=3, what="The cause")
    promise(escalation, world, hours=4, what="The list")
    world.passes(hours=6)
    mailbox.take_all()

    world.now = world.now.replace(day=20, hour=7, minute=0)
    world.works()

    [mail] = [mail for mail in mailbox.take_all() if mail.to == escalation.handler.email]
    assert mail.subject.endswith("alarms need you")
    assert "The cause" in mail.text
    assert "The list" in mail.text


@pytest.mark.parametrize("way", ["chat", "mail"])
def test_a_decision_that_was_held_with_others_leads_to_its_case_and_gives_no_signed_link_away(
    world, chatroom, mailbox, way
):
    asked = requested()
    Preference.objects.create(
        member=asked.nadia,
        alarms_by=way,
        chat_url=chatroom.url,
        quiet_from=dt.time(9),
        quiet_until=dt.time(8),
    )
    Delivery.objects.update(state=State.SENT, settled_at=world.now)
    world.chat_goes_out()
    world.mail_goes_to(mailbox.url)

    world.passes(days=2)

    posts = [post["message"] for post in chatroom.posts]
    mails = [mail.text for mail in mailbox.take_all() if mail.to == asked.nadia.email]
    together = "".join(text for text in [*posts, *mails] if "Each line is one alarm." in text)
    assert "it waits for a decision" in together
    assert f"http://desk.fernhill.example/escalations/{asked.case.key}/" in together
    assert "/decide/" not in together


def test_one_that_was_held_alone_leaves_as_itself(world, escalation, mailbox):
    world.mail_goes_to(mailbox.url)
    world.now = world.now.replace(hour=18)
    promise(escalation, world, hours=3)
    world.passes(hours=4)
    held = alarms_of(escalation.handler).filter(state=State.WAITING)
    Delivery.objects.filter(pk__in=held.values_list("pk", flat=True)[1:]).delete()
    mailbox.take_all()

    world.now = world.now.replace(day=20, hour=7, minute=0)
    world.sender.deliver()

    [mail] = mailbox.take_all()
    assert mail.subject.startswith(("Due", "Overdue"))


def test_what_is_no_longer_wanted_by_then_does_not_leave(world, escalation, mailbox):
    world.mail_goes_to(mailbox.url)
    world.now = world.now.replace(hour=18)
    made = promise(escalation, world, hours=3)
    world.passes(hours=4)
    mailbox.take_all()
    promises.release(made, reason="They waived it", by=escalation.handler.as_actor(), now=world.now)

    world.now = world.now.replace(day=20, hour=7, minute=0)
    world.sender.deliver()

    assert [mail for mail in mailbox.take_all() if mail.to == escalation.handler.email] == []
    held = alarms_of(escalation.handler).filter(wanted_while=made.subject).exclude(state=State.SENT)
    assert set(held.values_list("state", flat=True)) == {State.NOT_NEEDED}


def test_an_alarm_of_a_severity_that_is_watched_day_and_night_comes_through(world, mailbox):
    world.now = world.now.replace(hour=21)
    escalation = make.escalation(severity="critical", now=world.now)
    Preference.objects.create(member=escalation.handler, **QUIET)
    Delivery.objects.update(state=State.SENT, settled_at=world.now)
    world.mail_goes_to(mailbox.url)

    world.passes(hours=1)

    mails = [mail for mail in mailbox.take_all() if mail.to == escalation.handler.email]
    assert mails
    assert not alarms_of(escalation.handler).exclude(held_because="").exists()


def test_a_notice_of_such_a_case_waits_all_the_same(world):
    world.now = world.now.replace(hour=21)
    tom, _, ruth = make.chain()
    Preference.objects.create(member=ruth, **QUIET)

    make.escalation(of=make.account(csm=tom), severity="critical", now=world.now)

    notice = Delivery.objects.get(identity__contains=f"notice|member:{ruth.pk}|")
    assert notice.held_because == "Quiet hours until Fri 20 Nov, 08:00 in Berlin"


def test_what_was_written_before_they_began_does_not_leave_in_them(world, escalation, mailbox):
    """The sender stood still for a while."""
    world.now = world.now.replace(hour=16)
    promise(escalation, world, hours=2)
    world.passes(hours=2.5)
    assert alarms_of(escalation.handler).filter(state=State.WAITING, held_because="").exists()

    world.now = world.now.replace(hour=20)
    world.mail_goes_to(mailbox.url)
    world.sender.deliver()

    assert mailbox.to(escalation.handler.email) == []
    assert not alarms_of(escalation.handler).filter(state=State.WAITING, held_because="").exists()
    mailbox.take_all()


def test_who_wants_to_be_reached_again_gets_at_once_what_was_held(world, escalation, mailbox):
    world.mail_goes_to(mailbox.url)
    world.now = world.now.replace(hour=18)
    promise(escalation, world, hours=3)
    world.passes(hours=4)
    mailbox.take_all()
    handler = escalation.handler

    preferences.change(handler, quiet_from=None, quiet_until=None, by=handler.as_actor(), now=world.now)
    world.sender.deliver()

    assert [mail.to for mail in mailbox.take_all()] == [handler.email]


def test_the_others_of_a_rung_hear_at_once(world, escalation, mailbox):
    """Nothing is dropped, and the ladder goes on: who is not left alone hears."""
    above = make.member("Vera Lind", Role.EXECUTIVE)
    Member.objects.filter(pk=escalation.handler_id).update(reports_to=above)
    world.mail_goes_to(mailbox.url)
    world.now = world.now.replace(hour=18)
    promise(escalation, world, hours=3)
    world.passes(days=1)

    assert [mail for mail in mailbox.take_all() if mail.to == above.email]


def test_asking_who_is_left_alone_takes_as_many_queries_for_many_as_for_one(
    world, escalation, django_assert_max_num_queries
):
    world.now = world.now.replace(hour=21)
    for number in range(30):
        promise(escalation, world, hours=1, what=f"Thing {number}")
    world.passes(hours=2)
    waiting = list(alarms_of(escalation.handler))
    assert len(waiting) >= 30

    with django_assert_max_num_queries(3):
        in_quiet_hours(waiting, world.now)
