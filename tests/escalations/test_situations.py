"""From rows to the picture that the clock decides by, and the look at many."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amends.clock.engine import foresee
from amends.clock.situations import Tell
from amends.directory.actor import CLOCK
from amends.directory.models import Account
from amends.escalations import situations
from amends.escalations.actions import endings, escalations, looks, promises, updates
from amends.escalations.models import Escalation, Mark, Parked
from tests import make
from tests.escalations.reading import DAY, HOUR, MINUTE
from tests.world import rings, told

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY


def test_only_open_promises_are_in_the_picture():
    escalation = make.escalation()
    acknowledgement = escalation.promises.get()
    updates.log(escalation, channel="call", text="x", at=NOW, by=CLOCK, now=NOW)
    fix = promises.make(escalation, what="x", due_at=NOW + DAY, kind="fix_date", by=CLOCK, now=NOW)

    seen = situations.one(escalation)

    assert acknowledgement.pk not in {promise.id for promise in seen.promises}
    assert (fix.pk, False) in {(promise.id, promise.is_acknowledgement) for promise in seen.promises}
    assert seen.zone == "Europe/Lisbon"


def test_silence_counts_from_the_last_word_or_from_when_we_began():
    escalation = make.escalation()

    assert escalation.silent_since == NOW
    updates.log(escalation, channel="call", text="x", at=NOW - HOUR, by=CLOCK, now=NOW)
    assert escalation.silent_since == NOW
    updates.log(escalation, channel="call", text="x", at=NOW + HOUR, by=CLOCK, now=NOW + HOUR)
    assert escalation.silent_since == NOW + HOUR


def test_what_is_over_or_unadopted_history_has_no_clock():
    over, history = make.escalation(), make.escalation()
    endings.withdraw(over, reason="x", by=CLOCK, now=NOW)
    Escalation.objects.filter(pk=history.pk).update(imported_key="k")

    assert not situations.one(over).is_open
    assert not situations.one(history).is_open
    assert foresee(situations.one(over), NOW) == []


def test_many_are_read_in_as_few_queries_as_one():
    first = make.escalation()

    def queries(ids):
        with CaptureQueriesContext(connection) as seen:
            for picture in situations.read(ids).values():
                picture.situation()
        return len(seen)

    one = queries([first.pk])
    many = queries([first.pk, *(make.escalation().pk for _ in range(5))])

    assert one == many <= 8


def test_an_unkept_promise_climbs_its_ladder_and_nags_until_somebody_tells_the_customer(world):
    escalation = make.escalation()

    world.passes(hours=7)  # Thursday 17:00 in Berlin, when they close
    rang = [(event.at, event.kind, event.words["rung"]) for event in rings(escalation)]
    updates.log(escalation, channel="call", text="x", at=world.now, by=CLOCK, now=world.now)
    world.passes(hours=12)

    assert rang[:4] == [
        (NOW + 30 * MINUTE, "promise.reminded", 0),
        (NOW + HOUR, "promise.overdue", 1),
        (NOW + 2 * HOUR, "promise.overdue", 2),
        (NOW + 4 * HOUR, "promise.overdue", 3),
    ]
    acknowledgement = escalation.promises.get(kind="acknowledgement")
    assert [event.once for event in rings(escalation)][:4] == [f"{acknowledgement.subject}:{rung}" for rung in range(4)]
    later = [event for event in rings(escalation) if event.at > NOW + 7 * HOUR]
    assert acknowledgement.pk not in {event.words.get("promise") for event in later}


def test_a_clock_that_slept_through_it_all_tells_it_once(world):
    escalation = make.escalation()

    world.sleeps(days=20)
    world.works()

    assert told(escalation) == ["promise.overdue", "meeting.missing"]
    assert rings(escalation)[0].words["rung"] == 2
    assert rings(escalation)[0].words["due_at"] == (NOW + HOUR).isoformat()


def test_looking_when_nothing_is_due_writes_nothing_but_when_to_look_again(world):
    escalation = make.escalation()
    world.works()
    before = escalation.events.count()

    Escalation.objects.update(next_look_at=NOW)
    world.works()

    escalation.refresh_from_db()
    assert escalation.events.count() == before
    assert NOW < escalation.next_look_at <= NOW + DAY


def test_a_clock_that_went_back_repeats_nothing(world):
    escalation = make.escalation()
    world.passes(hours=3)
    before = told(escalation)

    Escalation.objects.update(next_look_at=NOW)
    world.now = NOW + HOUR
    world.works()

    assert told(escalation) == before


def test_an_escalation_that_cannot_be_read_is_parked_and_the_others_are_on_time(world):
    broken, sound = make.escalation(), make.escalation()
    Account.objects.filter(pk=broken.account_id).update(zone="Europe/Atlantis")

    world.passes(hours=1)

    parked = Parked.objects.get()
    assert parked.escalation == broken
    assert "Atlantis" in parked.trouble
    assert parked.tries > 1
    assert told(broken) == []
    assert told(sound) == ["promise.reminded", "promise.overdue"]


def test_what_was_parked_goes_on_once_it_is_mended(world):
    escalation = make.escalation()
    Account.objects.update(zone="Europe/Atlantis")
    world.passes(hours=1)

    Account.objects.update(zone="Europe/Lisbon")
    world.passes(minutes=15)

    assert not Parked.objects.exists()
    assert told(escalation) == ["promise.overdue"]


def test_what_changes_between_deciding_and_telling_is_left_for_the_next_look():
    escalation = make.escalation()
    stale = {escalation.pk: (escalation.version - 1, escalation.next_look_at)}

    looks._finish(stale, NOW + HOUR)

    assert told(escalation) == []
    assert not Mark.objects.exists()


def test_a_severity_that_changes_changes_the_ladder_and_not_the_promise(world):
    escalation = make.escalation()
    ruth = escalation.handler.as_actor()
    escalations.change_severity(escalation, severity="critical", reason="x", by=ruth, now=NOW)

    world.passes(hours=1, minutes=15)

    executives = [event for event in rings(escalation) if event.words["rung"] == 2]
    assert executives[0].at == NOW + HOUR + 15 * MINUTE
    assert escalation.promises.get().due_at == NOW + HOUR


def test_the_page_says_what_comes_next():
    escalation = make.escalation()

    ahead = foresee(situations.one(escalation), NOW)

    assert [(item.at, item.tell) for item in ahead] == [
        (NOW + 30 * MINUTE, Tell.PROMISE_REMINDED),
        (NOW + 7 * DAY + 15 * MINUTE, Tell.MEETING_MISSING),
        (NOW + 23 * DAY, Tell.TARGET_NEAR),
    ]
    assert ahead[0].at.tzinfo == dt.UTC
