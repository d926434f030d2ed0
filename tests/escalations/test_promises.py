"""Keeping, moving, giving up, releasing; and never silent. Promising: `actions/test_promises.py`."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.directory.actor import CLOCK
from amends.escalations.actions import endings, promises, updates
from amends.escalations.actions.updates import Next
from amends.escalations.models import Promise
from amends.escalations.models.promise import lateness
from tests import make
from tests.escalations.reading import DAY, HOUR, MINUTE, kinds_of, refuses, subjects_to

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY
DUE = NOW + 6 * HOUR
SECOND = dt.timedelta(seconds=1)
NEXT_DAY_AT_FOUR = dt.datetime(2026, 11, 20, 16, 0, tzinfo=dt.UTC)  # 16:00 in Lisbon


def promised(escalation=None, *, what="The root cause", due_at=DUE, **changes):
    return promises.make(
        escalation or make.escalation(),
        what=what,
        due_at=due_at,
        by=CLOCK,
        now=NOW,
        **{"kind": "deliverable"} | changes,
    )


def called(escalation, *, at, now=None, **changes):
    return updates.log(escalation, channel="call", text="We spoke.", at=at, by=CLOCK, now=now or at, **changes)


# Keeping


@pytest.mark.parametrize(
    ("late_by", "status"),
    [
        (-2 * HOUR, "kept"),
        (0 * SECOND, "kept"),
        (3 * SECOND, "kept"),
        (3.1 * SECOND, "kept late"),
        (MINUTE, "kept late"),
    ],
)
def test_what_rounds_to_no_tenth_of_a_minute_is_in_time(late_by, status):
    promise = promised()

    called(promise.escalation, at=DUE + late_by, keeps=[promise])

    promise.refresh_from_db()
    assert promise.status == status
    assert promise.settled_at == DUE + late_by
    assert promise.late_by == lateness(DUE, DUE + late_by)
    assert promise.was_missed == (status == "kept late")


@given(st.integers(-100_000, 100_000))
def test_lateness_is_within_three_seconds_of_the_truth(milliseconds):
    late = lateness(DUE, DUE + dt.timedelta(milliseconds=milliseconds))

    assert abs(late * 6 - milliseconds / 1000) <= 3


def test_it_is_the_updates_own_moment_that_counts_and_not_when_it_was_written_down():
    promise = promised()

    called(promise.escalation, at=DUE - MINUTE, now=DUE + 3 * HOUR, keeps=[promise])

    promise.refresh_from_db()
    assert (promise.status, promise.late_by) == ("kept", -10)


def test_a_promise_kept_late_says_by_how_much():
    promise = promised()

    called(promise.escalation, at=DUE + 85 * MINUTE, keeps=[promise])

    event = promise.escalation.events.get(kind="promise.kept_late", words__promise=promise.pk)
    assert event.words["late"] == "1 h 25 min"


def test_what_was_said_before_a_promise_was_made_cannot_have_kept_it():
    promise = promised()

    with refuses("said before this was promised, so it cannot have kept it", "keeps"):
        called(promise.escalation, at=NOW - MINUTE, now=DUE + HOUR, keeps=[promise])

    promise.refresh_from_db()
    assert promise.status == "open"


def test_a_call_is_written_down_to_the_minute_so_the_seconds_before_it_count_with_it():
    escalation = make.escalation(now=NOW + 40 * SECOND)

    called(escalation, at=NOW, now=NOW + MINUTE)

    assert escalation.promises.get(kind="acknowledgement").status == "kept"


def test_what_is_settled_cannot_be_kept_again():
    promise = promised()
    called(promise.escalation, at=NOW + HOUR, keeps=[promise])

    with refuses("“The root cause” is kept already", "keeps"):
        called(promise.escalation, at=NOW + 2 * HOUR, keeps=[promise])


def test_only_what_was_told_in_this_escalation_keeps_or_moves_its_promises():
    promise = promised()
    elsewhere = called(make.escalation(), at=NOW + HOUR)
    heard = called(promise.escalation, at=NOW + HOUR, direction="in")

    for update, says in ((elsewhere, "said in another escalation"), (heard, "was heard from the customer")):
        with refuses(says, "keeps"):
            promises.keep(promise, update=update, by=CLOCK, now=NOW + HOUR)
        with refuses(says, "told_by"):
            promises.move(promise, due_at=NOW + DAY, told_by=update, reason="Late.", by=CLOCK, now=NOW + HOUR)


# Moving


def moved(promise, *, told_at, due_at=NOW + 2 * DAY, reason="The vendor needs longer."):
    update = called(promise.escalation, at=told_at)
    return promises.move(promise, due_at=due_at, told_by=update, reason=reason, by=CLOCK, now=told_at)


def test_told_before_it_was_due_a_promise_is_moved_and_the_new_one_points_at_it():
    petra = make.member("Petra")
    promise = promised(channel="call", owner=petra)

    new = moved(promise, told_at=DUE - MINUTE)

    promise.refresh_from_db()
    assert (promise.status, promise.settled_at, promise.reason) == ("moved", DUE - MINUTE, "The vendor needs longer.")
    assert not promise.was_missed
    assert (new.moved_from, new.what, new.kind, new.channel, new.to, new.owner) == (
        promise,
        promise.what,
        promise.kind,
        promise.channel,
        promise.to,
        petra,
    )
    assert (new.status, new.due_at) == ("open", NOW + 2 * DAY)


def test_told_at_the_very_moment_is_in_time():
    promise = promised()

    moved(promise, told_at=DUE)

    promise.refresh_from_db()
    assert promise.status == "moved"


def test_told_after_it_was_due_it_stays_missed_and_the_new_one_is_made_all_the_same():
    promise = promised()
    escalation = promise.escalation

    new = moved(promise, told_at=DUE + SECOND)

    promise.refresh_from_db()
    assert (promise.status, promise.reason) == ("broken", "The vendor needs longer.")
    assert promise.was_missed
    assert new.moved_from == promise
    assert kinds_of(escalation)[-2:] == ["promise.broken", "promise.made"]


def test_a_promise_can_be_moved_again_and_again():
    first = promised()

    second = moved(first, told_at=NOW + HOUR, due_at=NOW + 2 * DAY)
    third = moved(second, told_at=NOW + 2 * HOUR, due_at=NOW + 3 * DAY)

    assert third.moved_from.moved_from == first
    with refuses("is moved in time already"):
        moved(first, told_at=NOW + 3 * HOUR)


@pytest.mark.parametrize(
    ("due_at", "reason", "says", "field"),
    [
        (NOW + HOUR, "x", "has passed already", "due_at"),
        (DUE, "x", "is the time it has now", "due_at"),
        (NOW + DAY, " ", "Say why it moves", "reason"),
        (NOW + 732 * DAY, "x", "more than two years ahead", "due_at"),
    ],
)
def test_a_move_needs_another_moment_ahead_and_a_reason(due_at, reason, says, field):
    promise = promised()

    with refuses(says, field):
        moved(promise, told_at=NOW + HOUR, due_at=due_at, reason=reason)


def test_what_was_said_before_a_promise_was_made_cannot_have_moved_it():
    promise = promised()
    earlier = called(promise.escalation, at=NOW - HOUR, now=NOW)

    with refuses("said before this was promised", "told_by"):
        promises.move(promise, due_at=NOW + DAY, told_by=earlier, reason="x", by=CLOCK, now=NOW + HOUR)


def test_an_owner_who_has_left_since_hands_the_new_one_to_the_handler():
    petra = make.member("Petra")
    promise = promised(owner=petra)
    petra.is_active = False
    petra.save()

    new = moved(Promise.objects.get(pk=promise.pk), told_at=NOW + HOUR)

    assert new.owner == promise.escalation.handler


# Giving up, releasing


@pytest.mark.parametrize(("act", "status"), [(promises.give_up, "broken"), (promises.release, "released")])
def test_giving_up_the_last_promise_makes_the_next_by_the_cadence(act, status):
    escalation = make.escalation()
    only = escalation.promises.get()

    act(only, reason="They did not want it.", by=CLOCK, now=NOW + HOUR)

    only.refresh_from_db()
    assert (only.status, only.reason, only.settled_at) == (status, "They did not want it.", NOW + HOUR)
    following = escalation.promises.get(status="open")
    assert (following.what, following.due_at) == (promises.AN_UPDATE, NOW.replace(hour=16))


def test_where_something_else_is_promised_giving_up_makes_nothing_more():
    promise = promised()

    promises.give_up(promise, reason="It cannot be had.", by=CLOCK, now=NOW + HOUR)

    assert [left.kind for left in promise.escalation.promises.open()] == ["acknowledgement"]


def test_a_broken_promise_counts_as_missed_and_a_released_one_in_no_rate():
    broken, released = promised(), promised()

    promises.give_up(broken, reason="It cannot be had.", by=CLOCK, now=NOW + HOUR)
    promises.release(released, reason="They waived it.", by=CLOCK, now=NOW + HOUR)

    assert broken in Promise.objects.missed(NOW + HOUR)
    assert released not in Promise.objects.missed(NOW + 9 * DAY)


def test_the_handler_hears_of_a_broken_promise():
    promise = promised()

    promises.give_up(promise, reason="It cannot be had.", by=CLOCK, now=NOW + HOUR)

    assert "promise broken" in subjects_to(promise.escalation.handler)[-1]


@pytest.mark.parametrize("act", [promises.give_up, promises.release])
def test_giving_up_needs_a_reason_and_an_open_promise(act):
    promise = promised()

    with refuses("Say why", "reason"):
        act(promise, reason=" ", by=CLOCK, now=NOW)
    act(promise, reason="x", by=CLOCK, now=NOW)
    with refuses("already"):
        act(promise, reason="x", by=CLOCK, now=NOW)


# Never silent


def test_keeping_the_last_promise_makes_the_next():
    escalation = make.escalation()

    called(escalation, at=NOW + HOUR)

    promise = escalation.promises.get(status="open")
    assert (promise.what, promise.due_at) == (promises.AN_UPDATE, NEXT_DAY_AT_FOUR)


def test_where_nobody_has_told_them_anything_today_they_hear_today():
    escalation = make.escalation()
    tomorrow = NOW + DAY

    called(escalation, at=NOW + HOUR)
    promises.release(escalation.promises.get(status="open"), reason="x", by=CLOCK, now=tomorrow)

    assert escalation.promises.get(status="open").due_at == NEXT_DAY_AT_FOUR


def test_where_they_were_told_an_hour_ago_they_hear_on_the_next_day():
    escalation = make.escalation()

    called(escalation, at=NOW + HOUR)
    promises.release(escalation.promises.get(status="open"), reason="x", by=CLOCK, now=NOW + 2 * HOUR)

    assert escalation.promises.get(status="open").due_at == NEXT_DAY_AT_FOUR


def test_an_old_call_written_down_today_is_not_a_word_of_today():
    escalation = make.escalation()

    called(escalation, at=NOW + HOUR, now=NOW + DAY)

    assert escalation.promises.get(status="open").due_at == NEXT_DAY_AT_FOUR


def test_a_promise_made_with_the_update_is_the_next_and_no_other_is_made():
    escalation = make.escalation()

    called(escalation, at=NOW + HOUR, then=Next("The root cause", NOW + 2 * DAY, "call"))

    promise = escalation.promises.get(status="open")
    assert (promise.what, promise.due_at, promise.channel) == ("The root cause", NOW + 2 * DAY, "call")


def test_the_next_update_follows_the_severity_and_the_customers_own_time():
    high, critical = make.escalation(), make.escalation(impact="stopped")
    low = make.escalation(impact="trust", severity="low")

    assert promises.next_by_cadence(high, NOW + 8 * HOUR) == NEXT_DAY_AT_FOUR
    assert promises.next_by_cadence(critical, NOW) == NOW + 4 * HOUR
    assert promises.next_by_cadence(low, NOW) == dt.datetime(2026, 11, 24, 10, 0, tzinfo=dt.UTC)


def test_what_is_over_owes_nothing_more():
    escalation = make.escalation()
    endings.withdraw(escalation, reason="x", by=CLOCK, now=NOW)

    assert promises.owe_next(escalation, by=CLOCK, now=NOW) is None


def test_missed_is_what_was_kept_late_broken_or_is_open_past_due():
    on_time, late, open_still, broken = (promised(what=what) for what in ("a", "b", "c", "d"))
    called(on_time.escalation, at=DUE, keeps=[on_time])
    called(late.escalation, at=DUE + HOUR, keeps=[late])
    promises.give_up(broken, reason="x", by=CLOCK, now=NOW)

    missed = Promise.objects.filter(kind="deliverable").missed(DUE + HOUR)

    assert {promise.what for promise in missed} == {"b", "c", "d"}
    assert open_still.is_overdue(DUE + HOUR)
    assert not open_still.is_overdue(DUE)
