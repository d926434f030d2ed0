"""The clock at work on real rows: whatever was missed, late or repeated, each due thing is told once."""

import datetime as dt
from collections import Counter

import pytest
from django.db import connection
from django.db.models import Count

from amends.directory.actor import COMMAND_LINE
from amends.directory.models import Account
from amends.escalations import invariants
from amends.escalations.actions import endings, looks, promises, updates
from amends.escalations.models import Escalation, Event, Parked, Promise
from amends.outbox.models import Delivery
from amends.playbook import versions
from amends.worker.tick import tick
from tests import crowd, make
from tests.world import World, rings, told

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)
HOUR = 60 * MINUTE
DAY = 24 * HOUR

SIMPLE = {
    "  standard:": """  standard:
    rungs:
      - {when: 1 hour before, tells: [owner]}
      - {when: when due, tells: [owner, handler]}
      - {when: 1 hour after, tells: [handler, "handler's manager"]}
    then_every: 30 minutes
    at_most: 4
    afterwards: 1 day
""",
}


def simple_playbook(**replaced: str) -> str:
    """The shipped playbook with a ladder that can be counted on one's fingers: 3 rungs, 4 nags, then one a day."""
    text = versions.shipped()
    before, _, rest = text.partition("  standard:\n")
    _, _, after = rest.partition("\n\n  decision:\n")
    text = f"{before}{SIMPLE['  standard:']}\n  decision:\n{after}"
    for old, new in replaced.items():
        text = text.replace(old, new)
    return text


def acknowledged(world: World):
    """An escalation whose customer has heard the first word, so that only what a test promises rings."""
    make.playbook(simple_playbook())
    escalation = make.escalation(severity="medium")
    handler = escalation.handler.as_actor()
    updates.log(escalation, channel="call", text="We know.", at=world.now, by=handler, now=world.now)
    for promise in escalation.promises.open():
        Promise.objects.filter(pk=promise.pk).update(due_at=world.now + 25 * DAY)
    return escalation


def promised(escalation, due_at: dt.datetime, now: dt.datetime, what: str = "The root cause") -> Promise:
    return promises.make(
        escalation,
        what=what,
        due_at=due_at,
        kind=Promise.Kind.DELIVERABLE,
        by=escalation.handler.as_actor(),
        now=now,
    )


def rung(promise: Promise) -> list[tuple[dt.datetime, str]]:
    """When a promise rang, and as what."""
    return [(event.at, event.kind) for event in rings(promise.escalation) if event.words.get("promise") == promise.pk]


def test_a_promise_rings_by_its_ladder_and_no_more(world):
    escalation = acknowledged(world)
    due_at = world.now + 5 * HOUR
    promise = promised(escalation, due_at, world.now)

    world.passes(hours=9)

    assert rung(promise) == [
        (due_at - HOUR, "promise.reminded"),
        (due_at, "promise.overdue"),
        (due_at + HOUR, "promise.overdue"),
        *[(due_at + HOUR + number * 30 * MINUTE, "promise.overdue") for number in (1, 2, 3, 4)],
    ]


def test_a_thousand_passes_over_one_missed_promise_tell_what_the_ladder_tells(world):
    """F13."""
    escalation = acknowledged(world)
    ladder = escalation.playbook.document.ladder("standard")
    promise = promised(escalation, world.now + 5 * HOUR, world.now)
    start = world.now

    for number in range(1000):
        tick(start + number * (9 * HOUR / 1000))

    assert len(rung(promise)) == len(ladder.rungs) + ladder.at_most == 7
    for _ in range(100):
        tick(start + 9 * HOUR)
    assert len(rung(promise)) == 7
    posted = Delivery.objects.filter(wanted_while=promise.subject).values("identity").annotate(n=Count("id"))
    assert {row["n"] for row in posted} == {1}


def test_a_clock_that_is_restarted_each_minute_of_a_day_misses_nothing(world):
    """F7: 1,440 passes that know nothing of one another, promises due all over the day; each rings in its minute."""
    start, owners = world.now, crowd.members(10)
    due = crowd.promises(
        144, due_at=start + 90 * MINUTE, made_at=start - MINUTE, owners=owners, apart=dt.timedelta(minutes=9, seconds=1)
    )

    for minute in range(1441):
        tick(start + minute * MINUTE)

    told_at = dict(
        Event.objects.filter(kind="promise.overdue", once__endswith=":2").values_list("words__promise", "at")
    )
    late = [told_at[promise.pk] - promise.due_at for promise in due if promise.due_at <= start + DAY]
    assert len(late) == 144
    assert min(late) >= dt.timedelta()
    assert max(late) < MINUTE
    assert not Event.objects.values("escalation", "once").annotate(n=Count("id")).filter(n__gt=1)
    assert invariants.breaches(start + DAY) == []


def test_after_three_days_down_each_of_a_thousand_is_told_once_within_the_rate_limit(world, mailbox):
    """F8."""
    world.mail_goes_to(mailbox.url, per_minute=10)
    crowd.promises(1000, due_at=world.now + 4 * HOUR, made_at=world.now, owners=crowd.members(40))
    tick(world.now)
    assert not Event.objects.exists()

    world.sleeps(days=3)

    assert Counter(Event.objects.values_list("kind", flat=True)) == {"promise.overdue": 1000}
    assert Delivery.objects.count() == 1000
    first = mailbox.take_all()
    assert len(first) <= 10
    world.passes(minutes=6)
    letters = [*first, *mailbox.take_all()]
    assert len(letters) == len({mail.to for mail in letters}) == 40
    named = Counter(
        line for mail in letters for line in mail.text.splitlines() if line.startswith(("Overdue", "- Overdue"))
    )
    assert sum(mail.text.count("Promise ") for mail in letters) >= 1000, named


def test_a_late_notice_says_when_it_was_due_and_goes_to_the_highest_rung(world):
    escalation = acknowledged(world)
    promise = promised(escalation, world.now + 5 * HOUR, world.now)

    world.sleeps(days=3)

    assert told(escalation) == ["promise.overdue"]
    [ring] = rings(escalation)
    assert ring.words["due_at"] == promise.due_at.isoformat()
    assert ring.words["rung"] == 2
    assert {"Nadia Brandt", "Ruth Adeyemi"} & set(ring.words["told"].replace(" and ", ", ").split(", "))


def test_more_than_any_batch_due_at_once_are_told_in_one_pass_oldest_first(world):
    """F14, with five batches and a rest; `make bench` does it with ten thousand."""
    due_at = world.now + 4 * HOUR
    due = crowd.promises(
        1_010, due_at=due_at, made_at=world.now, owners=crowd.members(20), apart=dt.timedelta(milliseconds=1)
    )
    tick(world.now)

    tick(due_at + MINUTE)

    order = list(Event.objects.filter(kind="promise.overdue").order_by("id").values_list("words__promise", flat=True))
    assert order == [promise.pk for promise in due]
    assert set(Event.objects.values_list("at", flat=True)) == {due_at + MINUTE}


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd", ""])
def test_one_that_always_raises_is_parked_and_shown_and_the_others_are_on_time(world, zone):
    """F5, at the clock."""
    due_at = world.now + 4 * HOUR
    due = crowd.promises(450, due_at=due_at, made_at=world.now, owners=crowd.members(450))
    broken = due[100].escalation
    Account.objects.filter(pk=broken.account_id).update(zone=zone)

    for _ in range(3):
        tick(due_at)

    assert Event.objects.filter(kind="promise.overdue", at=due_at).count() == 449
    assert [(parked.escalation_id, parked.tries) for parked in Parked.objects.all()] == [(broken.pk, 1)]
    tick(due_at + looks.PARK_FOR)
    assert Parked.objects.get().tries == 2

    Account.objects.filter(pk=broken.account_id).update(zone="Europe/Lisbon")
    tick(due_at + 2 * looks.PARK_FOR)
    assert not Parked.objects.exists()
    assert told(broken) == ["promise.overdue"]


def test_one_whose_telling_raises_is_parked_and_the_others_of_its_batch_are_told(world):
    """F5: a mark that should not be there breaks the whole transaction of a batch; it is redone one by one."""
    due_at = world.now + 4 * HOUR
    due = crowd.promises(50, due_at=due_at, made_at=world.now, owners=crowd.members(5))
    tick(world.now)
    once = f"{due[7].subject}:2"
    Event.objects.create(escalation=due[7].escalation, kind="promise.overdue", at=world.now, by_name="?", once=once)

    tick(due_at)

    assert Event.objects.filter(at=due_at).count() == 49
    assert Parked.objects.get().escalation_id == due[7].escalation_id


def test_what_was_due_shortly_before_midnight_is_not_repeated_after_it(world):
    """F12."""
    escalation = acknowledged(world)
    due_at = dt.datetime(2026, 11, 20, 22, 55, tzinfo=dt.UTC)  # 23:55 in Berlin
    promise = promised(escalation, due_at, world.now)

    world.passes(hours=14, minutes=59)  # to 23:59 UTC

    assert [at for at, _ in rung(promise)] == []
    world.now = due_at - MINUTE
    for minute in range(12):
        tick(world.now + minute * MINUTE)
    assert [at for at, _ in rung(promise)][-1:] == [due_at]
    assert len([at for at, _ in rung(promise) if at >= due_at]) == 1


def test_two_promises_on_one_day_are_two_notices(world):
    """F12."""
    escalation = acknowledged(world)
    one = promised(escalation, world.now + 3 * HOUR, world.now, "The root cause")
    two = promised(escalation, world.now + 3 * HOUR, world.now, "The new date")

    world.passes(hours=3)

    assert len(rung(one)) == len(rung(two)) == 2
    assert len({delivery.identity for delivery in Delivery.objects.filter(is_alarm=True)}) == 4


@pytest.mark.parametrize(
    ("zone", "spoken", "instant"),
    [
        # The night in which 02:30 does not exist, and the night in which it comes twice: the first one counts.
        ("Europe/Berlin", "2027-03-28 02:30", "2027-03-28 01:30+00:00"),
        ("Europe/Berlin", "2026-10-25 02:30", "2026-10-25 00:30+00:00"),
        ("America/New_York", "2027-03-14 02:30", "2027-03-14 07:30+00:00"),
        ("America/New_York", "2026-11-01 01:30", "2026-11-01 05:30+00:00"),
        ("Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03 15:45+00:00"),
        ("Australia/Lord_Howe", "2027-04-04 01:45", "2027-04-03 14:45+00:00"),
    ],
)
def test_a_promise_in_the_night_of_the_changing_clocks_rings_once_and_at_its_instant(world, zone, spoken, instant):
    """F11."""
    from zoneinfo import ZoneInfo

    due_at = dt.datetime.fromisoformat(spoken).replace(tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)
    assert due_at == dt.datetime.fromisoformat(instant)
    world.now = due_at - 12 * HOUR
    escalation = acknowledged(world)
    promise = promised(escalation, due_at, world.now)

    world.passes(hours=12)
    for minute in range(120):
        tick(due_at + minute * MINUTE)

    assert [at for at, kind in rung(promise) if kind == "promise.reminded"] == [due_at - HOUR]
    assert [at for at, _ in rung(promise)].count(due_at) == 1
    assert [at - due_at for at, kind in rung(promise) if kind == "promise.overdue"] == [
        dt.timedelta(),
        HOUR,
        HOUR + 30 * MINUTE,
    ]


def test_a_promise_that_is_made_anew_while_the_clock_holds_the_old_picture_tells_nothing_of_the_old(world):
    """F10, at the clock: it reads and decides; a person moves the promise; what it decided is not told."""
    escalation = acknowledged(world)
    promise = promised(escalation, world.now + HOUR, world.now)
    tick(world.now)
    batch = looks._stamps(Escalation.objects.filter(pk=escalation.pk))
    now = promise.due_at
    decided = looks._decide([escalation.pk], now)
    assert decided[0].look.due

    promises.give_up(promise, reason="It cannot be known.", by=escalation.handler.as_actor(), now=now)
    looks._tell(batch, decided, now)

    assert rung(promise) == [] or all(kind == "promise.reminded" for _, kind in rung(promise))
    assert "promise.overdue" not in told(escalation)


def test_what_another_clock_has_told_meanwhile_is_not_told_again(world):
    """F9, where two clocks cannot share the work: both have read and decided, one is first."""
    escalation = acknowledged(world)
    promise = promised(escalation, world.now + HOUR, world.now)
    tick(world.now)
    batch = looks._stamps(Escalation.objects.filter(pk=escalation.pk))
    decided = looks._decide([escalation.pk], promise.due_at)

    tick(promise.due_at)
    looks._tell(batch, decided, promise.due_at)

    assert [at for at, _ in rung(promise)] == [promise.due_at]


def test_a_closed_escalation_is_told_of_no_more(world):
    """F10."""
    escalation = acknowledged(world)
    promised(escalation, world.now + HOUR, world.now)
    endings.withdraw(escalation, reason="Mistaken", by=escalation.handler.as_actor(), now=world.now)
    before = told(escalation)

    world.passes(days=40)

    assert told(escalation) == before


def test_another_playbook_changes_nothing_for_what_is_under_way(world):
    """F34: neither dates nor ladders, even where the new one knows its severity no more."""
    escalation = acknowledged(world)
    promise = promised(escalation, world.now + 5 * HOUR, world.now)
    target = escalation.target_at
    changed = simple_playbook(**{"key: medium": "key: middling", ": medium": ": middling"}).replace(
        "then_every: 30 minutes", "then_every: 5 minutes"
    )

    newer = versions.adopt(changed, by=COMMAND_LINE, now=world.now)
    world.passes(hours=9)

    escalation.refresh_from_db()
    assert escalation.playbook != newer
    assert (escalation.target_at, Promise.objects.get(pk=promise.pk).due_at) == (target, promise.due_at)
    assert len(rung(promise)) == 7
    assert not Parked.objects.exists()


def test_looking_again_at_once_tells_nothing(world):
    escalation = acknowledged(world)
    promised(escalation, world.now + 5 * HOUR, world.now)
    world.passes(days=3)
    before = Event.objects.count()

    for _ in range(10):
        tick(world.now)

    assert Event.objects.count() == before


def test_a_pass_with_nothing_to_do_asks_once_a_subject_and_takes_no_lock(world, django_assert_num_queries):
    escalation = acknowledged(world)
    tick(world.now)
    assert escalation.events.exists()

    with django_assert_num_queries(2 if connection.vendor == "sqlite" else 4) as asked:
        tick(world.now)

    assert not [query["sql"] for query in asked if "IMMEDIATE" in query["sql"]]


def test_a_pass_that_would_take_too_long_ends_early_and_loses_nothing(world):
    due_at = world.now + HOUR
    crowd.promises(250, due_at=due_at, made_at=world.now, owners=crowd.members(2))

    first = tick(due_at, at_most=dt.timedelta())
    rest = tick(due_at)

    assert (first, rest) == (0, 250)
