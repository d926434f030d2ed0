"""The morning digest and the weekly overview: once, in the morning, only with something to say."""

import datetime as dt
from itertools import groupby

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amends.directory import absences
from amends.directory.actor import Role
from amends.directory.models import Member, Preference
from amends.escalations.actions import digests, helps, problems, promises, updates, watchers
from amends.escalations.models import Escalation
from amends.outbox.letters import Letter, render
from amends.outbox.models import Delivery
from amends.worker.tick import tick
from tests import crowd, make

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
FRIDAY = dt.datetime(2026, 11, 20, 7, 0, tzinfo=dt.UTC)  # eight in Berlin
MONDAY = FRIDAY + dt.timedelta(days=3)


def wants(member, *, first=FRIDAY, **fields):
    return Preference.objects.create(member=member, **{"wants_digest": True} | fields, next_look_at=first)


@pytest.fixture
def escalation(world):
    """One that Ruth handles, told already, at the account of Tom, opened by somebody else."""
    escalation = make.escalation(by=make.member("Olga Open"), severity="high", problems=("Orders arrive twice",))
    updates.log(
        escalation,
        channel="call",
        text="We are on it.",
        at=world.now,
        contact=escalation.contact,
        by=escalation.handler.as_actor(),
        now=world.now,
    )
    return escalation


def promise(escalation, due_at, what="The cause", owner=None):
    return promises.make(
        escalation,
        what=what,
        due_at=due_at,
        kind="deliverable",
        owner=owner,
        by=escalation.handler.as_actor(),
        now=make.THURSDAY,
    )


def letters(what="digest"):
    found = Delivery.objects.filter(identity__contains=f"|{what}:").order_by("id")
    return {delivery.name: Letter.read(delivery.letter) for delivery in found}


def digests_of(member):
    found = Delivery.objects.filter(identity__contains=f"member:{member.pk}|digest:").order_by("id")
    return [Letter.read(delivery.letter) for delivery in found]


def lines(letter, heading):
    return [f"{line.label} ({line.note})" for part in letter.sections if part.heading == heading for line in part.lines]


def test_a_digest_says_what_one_owes_what_waits_and_what_changed(world, escalation):
    ruth = escalation.handler
    wants(ruth)
    promise(escalation, world.now + 2 * HOUR, "The cause")
    promise(escalation, FRIDAY + 5 * HOUR, "The list")
    promise(escalation, MONDAY, "The date")
    nadia = Member.objects.get(name="Nadia Brandt")
    helps.ask(escalation, what="A word with the vendor", asked_of=ruth, by=nadia.as_actor(), now=world.now)
    problems.solve(escalation.problems.get(), by=nadia.as_actor(), now=world.now + 8 * HOUR)

    world.passes(days=1)

    letter = letters()[ruth.name]
    key = f"Brightwater Foods {escalation.account.name.split()[-1]}, {escalation.key}"
    assert lines(letter, "Overdue") == [f"Since Thu 19 Nov, 12:00: The cause ({key})"]
    assert f"13:00: The list ({key})" in lines(letter, "Due today")
    assert not any("The date" in line for line in lines(letter, "Due today"))
    assert lines(letter, "Help asked of you") == [f"A word with the vendor ({key}, asked by Nadia Brandt)"]
    assert lines(letter, "What changed")[0].startswith(f"{key} (Nadia Brandt solved “Orders arrive twice”.")
    assert letter.heading == "Friday, 20 November"
    assert letter.subject.startswith("Today: 1 overdue, ")
    url = f"http://desk.fernhill.example/escalations/{escalation.key}/"
    assert {line.url for part in letter.sections for line in part.lines} == {url}


def test_it_arrives_as_a_mail_with_all_its_lines(world, escalation, mailbox):
    wants(escalation.handler)
    promise(escalation, FRIDAY + 5 * HOUR, "The list")
    world.passes(hours=20)
    Delivery.objects.exclude(identity__contains="|digest:").update(state="sent", settled_at=world.now)
    world.mail_goes_to(mailbox.url)

    world.passes(hours=3)

    mails = [mail for mail in mailbox.take_all() if mail.subject.startswith("Today:")]
    assert len(mails) == 1
    assert "Due today\n- " in mails[0].text
    assert "13:00: The list" in mails[0].text


def test_a_decision_that_waits_for_one_stands_in_it(world):
    account = make.account(spend=None)
    make.playbook()
    escalation = make.escalation(of=account, why_unqualified="Their founder asked for it")
    assert escalation.status == Escalation.Status.REQUESTED
    wants(escalation.handler)

    world.passes(days=1)

    assert lines(letters()[escalation.handler.name], "Waiting for your decision")


def test_nobody_gets_the_same_digest_twice(world, escalation):
    preference = wants(escalation.handler)
    promise(escalation, FRIDAY + 5 * HOUR)
    world.passes(hours=23)
    Preference.objects.filter(pk=preference.pk).update(next_look_at=FRIDAY)

    tick(world.now)

    assert Delivery.objects.filter(identity__contains="|digest:").count() == 1


@pytest.mark.parametrize(
    ("mornings", "count"),
    [
        (("2026-11-20T09:30+09:00", "2026-11-21T08:30+09:00"), 1),
        (("2026-11-19T09:30+09:00", "2026-11-20T08:30+09:00"), 2),
        (("2026-11-20T08:30+09:00", "2026-11-20T09:30+09:00"), 1),
    ],
    ids=["no digest on a Saturday", "two days, one in UTC", "one day, two in UTC"],
)
def test_who_reads_far_away_and_moves_their_morning_gets_one_each_day_of_theirs(world, escalation, mornings, count):
    ruth = escalation.handler
    Member.objects.filter(pk=ruth.pk).update(zone="Asia/Tokyo")
    preference = wants(ruth)
    promise(escalation, make.THURSDAY + HOUR)

    for morning in map(dt.datetime.fromisoformat, mornings):
        at = morning.astimezone(dt.UTC)
        Preference.objects.filter(pk=preference.pk).update(digest_at=morning.time(), next_look_at=at)
        tick(at)

    assert len(digests_of(ruth)) == count


def test_nothing_to_say_is_no_mail_and_the_next_morning_is_looked_after(world):
    make.organisation()
    preference = wants(make.member())

    tick(FRIDAY)

    assert not letters()
    preference.refresh_from_db()
    assert preference.next_look_at == MONDAY


def test_it_comes_each_working_morning_and_on_no_other(world, escalation):
    wants(escalation.handler)
    promise(escalation, world.now + HOUR)

    world.passes(days=7)

    mornings = [
        delivery.posted_at for delivery in Delivery.objects.filter(identity__contains="|digest:").order_by("id")
    ]
    assert mornings == [FRIDAY, *(MONDAY + dt.timedelta(days=n) for n in range(4))]


@pytest.mark.parametrize(("wakes", "comes"), [("10:59", True), ("11:00", False)])
def test_after_downtime_it_comes_only_while_it_is_still_morning(world, escalation, wakes, comes):
    """Eleven in UTC is noon in Berlin."""
    preference = wants(escalation.handler)
    promise(escalation, FRIDAY + 5 * HOUR)

    tick(dt.datetime.fromisoformat(f"2026-11-20T{wakes}+00:00"))

    assert bool(letters()) is comes
    preference.refresh_from_db()
    assert preference.next_look_at == MONDAY


def test_after_weeks_of_downtime_there_is_one(world, escalation):
    wants(escalation.handler)
    promise(escalation, FRIDAY + 5 * HOUR)

    tick(MONDAY + dt.timedelta(days=14))

    assert Delivery.objects.filter(identity__contains="|digest:").count() == 1


def test_who_reads_elsewhere_gets_it_in_their_own_morning(world, escalation):
    Member.objects.filter(pk=escalation.handler_id).update(zone="America/New_York")
    wants(escalation.handler)
    promise(escalation, FRIDAY + 9 * HOUR)

    world.passes(days=1, hours=6)

    [delivery] = Delivery.objects.filter(identity__contains="|digest:")
    assert delivery.posted_at == dt.datetime(2026, 11, 20, 13, 0, tzinfo=dt.UTC)


def test_who_is_away_gets_none_and_who_stands_in_gets_theirs(world, escalation):
    ruth, tom = escalation.handler, escalation.account.csm
    wants(ruth)
    wants(tom)
    promise(escalation, FRIDAY + 5 * HOUR, "The list")
    absences.plan(
        ruth, from_at=world.now, until_at=world.now + 48 * HOUR, stand_in=tom, by=ruth.as_actor(), now=world.now
    )

    world.passes(days=1)

    assert set(letters()) == {tom.name}
    letter = letters()[tom.name]
    assert any(line.endswith(f"for {ruth.name})") for line in lines(letter, "Due today"))
    assert lines(letter, "For whom you stand in") == [f"{ruth.name} (until Sat 21 Nov, 10:00)"]


def test_who_has_left_gets_none(world, escalation):
    wants(escalation.handler)
    promise(escalation, FRIDAY + 5 * HOUR)
    Member.objects.filter(pk=escalation.handler_id).update(is_active=False)

    tick(FRIDAY)

    assert not letters()


def test_a_watcher_reads_what_others_did_but_not_what_they_did_themselves(world, escalation):
    sam = make.member("Sam Watts", Role.CSM)
    wants(sam)
    watchers.add(escalation, member=sam, by=sam.as_actor(), now=world.now)
    problems.solve(escalation.problems.get(), by=sam.as_actor(), now=world.now + 8 * HOUR)
    tick(FRIDAY)
    assert not any("solved" in line for line in lines(letters()[sam.name], "What changed"))

    escalation.refresh_from_db()
    problems.take_up_again(
        escalation.problems.get(),
        reason="It is back",
        by=escalation.handler.as_actor(),
        now=FRIDAY + 8 * HOUR,
    )
    tick(MONDAY)

    [_, line] = [line for each in digests_of(sam) for line in lines(each, "What changed")]
    assert "took “Orders arrive twice” up again: It is back" in line


def test_a_responder_reads_what_their_team_was_asked_for_and_nothing_of_cases_that_are_not_theirs(world, escalation):
    sam, other = make.member("Sam Field", Role.RESPONDER), make.member("Ola Berg", Role.RESPONDER)
    team = make.team()
    team.members.add(sam)
    wants(sam)
    wants(other)
    ruth = escalation.handler
    helps.ask(escalation, what="Somebody from the team", team=team, by=ruth.as_actor(), now=world.now)

    tick(FRIDAY)

    assert set(letters()) == {sam.name}
    assert lines(letters()[sam.name], "Help asked of you")[0].startswith("Somebody from the team")


def test_many_digests_take_as_many_queries_as_few(world, escalation):
    ruth = escalation.handler
    wants(ruth)
    promise(escalation, FRIDAY + 5 * HOUR)
    watchers.add(escalation, member=ruth, by=ruth.as_actor(), now=world.now)
    few = _queries(FRIDAY)
    for number in range(20):
        member = make.member(f"Watcher {number}")
        wants(member, first=MONDAY)
        watchers.add(escalation, member=member, by=member.as_actor(), now=world.now)
        promise(escalation, MONDAY + 5 * HOUR, owner=member)
    problems.solve(escalation.problems.get(), by=ruth.as_actor(), now=FRIDAY + 8 * HOUR)

    many = _queries(MONDAY)

    assert len(letters()) == 21
    assert many <= few + 1


def _queries(now):
    with CaptureQueriesContext(connection) as asked:
        digests.post_due(now)
    return len(asked)


def test_digests_and_alarms_take_turns_so_that_neither_waits_for_all_of_the_others(world):
    members = crowd.members(60)
    Member.objects.update(zone="Europe/Berlin")
    crowd.promises(250, due_at=FRIDAY, made_at=world.now, owners=members)
    for member in members:
        wants(member)

    tick(FRIDAY)

    order = Delivery.objects.order_by("id").values_list("is_alarm", flat=True)
    assert [(is_alarm, len(list(batch))) for is_alarm, batch in groupby(order)] == [
        (True, 200),
        (False, 25),
        (True, 50),
        (False, 35),
    ]


# The weekly overview


def test_the_overview_comes_on_the_first_working_morning_of_the_week(world, escalation):
    wants(escalation.handler, wants_digest=False, wants_weekly=True)

    world.passes(days=12)

    posted = Delivery.objects.filter(identity__contains="|weekly:").order_by("id")
    assert [delivery.posted_at for delivery in posted] == [MONDAY, MONDAY + dt.timedelta(days=7)]


def test_it_says_what_is_at_stake_and_first_what_is_needed_from_its_reader(world, escalation):
    ruth = escalation.handler
    other = make.member("Anna Above", Role.EXECUTIVE)
    wants(ruth, wants_digest=False, wants_weekly=True, first=MONDAY)
    helps.ask(escalation, what="A budget", asked_of=other, by=ruth.as_actor(), now=world.now)
    helps.ask(escalation, what="A call to their board", asked_of=ruth, by=other.as_actor(), now=world.now)

    tick(MONDAY)

    letter = letters("weekly")[ruth.name]
    assert letter.subject.startswith("1 account is escalated, with €")
    assert [line.partition(":")[0] for line in lines(letter, "Help needed")] == ["You", "Anna Above"]
    [account] = lines(letter, "Who is escalated")
    assert account.startswith(escalation.account.name)
    assert "Ruth Adeyemi handles it" in account
    assert letter.paragraphs[1] == (
        "1 promise is overdue, 0 escalations are past the target, 0 accounts renew within 90 days."
    )


def test_who_may_not_see_the_overview_gets_none_though_they_once_chose_it(world, escalation):
    sam = make.member("Sam Field", Role.RESPONDER)
    wants(sam, wants_digest=False, wants_weekly=True, first=MONDAY)

    tick(MONDAY)

    assert not letters("weekly")


def test_nobody_escalated_is_no_mail(world):
    make.organisation()
    make.playbook()
    wants(make.member(role=Role.EXECUTIVE), wants_digest=False, wants_weekly=True, first=MONDAY)

    tick(MONDAY)

    assert not letters("weekly")


def test_a_letter_with_sections_reads_as_text_and_as_html(world, escalation):
    wants(escalation.handler)
    promise(escalation, FRIDAY + 5 * HOUR, "<b>The list</b>")
    tick(FRIDAY)

    rendered = render(letters()[escalation.handler.name], organisation="Fernhill")

    assert "<h2" in rendered.html
    assert "&lt;b&gt;The list" in rendered.html
    assert "<b>The list</b>" in rendered.text
