"""The few reads across nouns: what they show, and that their queries do not grow with the rows."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amends.clock import engine
from amends.directory.actor import CLOCK, Role
from amends.escalations import access, boards, health, listing, situations
from amends.escalations.actions import endings, problems, promises, updates
from amends.escalations.models import Escalation, Event, EventWords, Problem, Promise
from amends.escalations.timeline import kinds
from tests import make
from tests.escalations.reading import DAY, HOUR, MINUTE

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY
BERLIN = "Europe/Berlin"


def promised(escalation, *, due_at, what="An answer", **changes):
    return promises.make(escalation, what=what, due_at=due_at, by=CLOCK, now=NOW, **changes)


def test_today_sorts_every_open_promise_of_mine_by_nearness():
    escalation = make.escalation()
    ruth = escalation.handler
    acknowledgement = escalation.promises.get()
    soon = promised(escalation, due_at=NOW + 2 * HOUR, what="Soon")
    tonight = promised(escalation, due_at=NOW + 13 * HOUR, what="Tonight")
    sunday = promised(escalation, due_at=NOW + 3 * DAY, what="Sunday")
    monday = promised(escalation, due_at=NOW + 4 * DAY, what="Monday")

    board = boards.today(ruth.as_actor(), whose="mine", zone=BERLIN, now=NOW + 90 * MINUTE)

    assert [(group.name, [promise.pk for promise in group.promises]) for group in board.groups] == [
        ("overdue", [acknowledgement.pk]),
        ("soon", [soon.pk]),
        ("today", [tonight.pk]),
        ("week", [sunday.pk]),
        ("later", [monday.pk]),
    ]
    assert (board.count, board.overdue, board.left_out) == (5, 1, 0)


def test_a_day_ends_at_midnight_where_the_reader_is():
    escalation = make.escalation()
    promised(escalation, due_at=dt.datetime(2026, 11, 19, 23, 30, tzinfo=dt.UTC), what="00:30 in Berlin")

    def group_in(zone):
        board = boards.today(escalation.handler.as_actor(), whose="mine", zone=zone, now=NOW)
        return next(group.name for group in board.groups if group.promises[0].what == "00:30 in Berlin")

    assert group_in(BERLIN) == "week"
    assert group_in("Europe/Lisbon") == "today"


def test_on_a_sunday_this_week_ends_at_midnight():
    escalation = make.escalation()
    sunday = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
    promises.make(escalation, what="Monday", due_at=sunday + DAY, by=CLOCK, now=sunday)

    board = boards.today(escalation.handler.as_actor(), whose="mine", zone=BERLIN, now=sunday)

    assert [group.name for group in board.groups] == ["overdue", "later"]


def test_mine_my_teams_and_all_are_three_views_of_the_same():
    make.organisation()
    make.playbook()
    tom, nadia, ruth = make.chain()
    lea = make.member("Lea", reports_to=nadia)
    escalation = make.escalation(of=make.account(csm=tom), by=tom)
    stranger = make.member("Otto", Role.MANAGER)
    for owner in (tom, lea, nadia, stranger):
        promised(escalation, due_at=NOW + DAY, what=owner.name, owner=owner)

    def seen(member, whose):
        board = boards.today(member.as_actor(), whose=whose, zone=BERLIN, now=NOW)
        return {promise.owner.name for group in board.groups for promise in group.promises}

    assert seen(tom, "mine") == {"Tom Okafor"}
    assert seen(tom, "team") == {"Tom Okafor", "Lea"}
    assert seen(nadia, "team") == {"Nadia Brandt", "Tom Okafor", "Lea"}
    assert seen(tom, "all") == {"Tom Okafor", "Lea", "Nadia Brandt", "Otto", ruth.name}
    assert seen(stranger, "team") == {"Otto"}


def test_who_leads_somebody_does_not_see_what_those_beside_them_promised():
    make.organisation()
    make.playbook()
    tom, nadia, ruth = make.chain()
    omar = make.member("Omar", Role.MANAGER, reports_to=ruth)
    escalation = make.escalation(of=make.account(csm=tom), by=tom)
    promised(escalation, due_at=NOW + DAY, owner=tom)
    promised(escalation, due_at=NOW + DAY, owner=omar)

    board = boards.today(nadia.as_actor(), whose="team", zone=BERLIN, now=NOW)

    assert [promise.owner for group in board.groups for promise in group.promises] == [tom]


def test_what_is_over_or_history_is_not_on_today():
    over, history = make.escalation(), make.escalation()
    endings.withdraw(over, reason="x", by=CLOCK, now=NOW)
    Escalation.objects.filter(pk=history.pk).update(imported_key="status-1", next_look_at=None)
    ruth = history.handler

    assert boards.today(ruth.as_actor(), whose="all", zone=BERLIN, now=NOW).count == 0
    assert boards.overdue_count(ruth.as_actor(), NOW + DAY) == 0
    assert listing.counts(ruth.as_actor(), NOW + DAY)["overdue"] == 0


def test_the_number_beside_today_counts_my_overdue_promises():
    escalation = make.escalation()

    assert boards.overdue_count(escalation.handler.as_actor(), NOW + HOUR) == 0
    assert boards.overdue_count(escalation.handler.as_actor(), NOW + HOUR + MINUTE) == 1
    assert boards.overdue_count(make.member().as_actor(), NOW + DAY) == 0
    assert boards.overdue_count(CLOCK, NOW + DAY) == 0


def test_a_row_shows_the_next_promise_both_tracks_and_how_far_the_plan_is():
    escalation = make.escalation(problems=("Doubled", "Nobody called back"))
    problems.solve(escalation.problems.first(), by=CLOCK, now=NOW)
    promised(escalation, due_at=NOW + DAY)

    (row,) = boards.rows(Escalation.objects.all(), NOW + DAY)

    assert row.next_promise == escalation.promises.get(kind="acknowledgement")
    assert (row.solved, row.problems, row.day) == (1, 2, 2)
    assert row.tell.health == health.Health.OFF_TRACK
    assert row.worse == row.tell


def test_both_boards_ring_for_a_silence_when_the_clock_does():
    escalation = make.escalation()
    promised(escalation, due_at=NOW + 60 * DAY)
    updates.log(escalation, channel="call", text="We are on it.", at=NOW, by=CLOCK, now=NOW)
    escalation = access.find(escalation.key, seen_by=CLOCK)
    rings_at = next(
        alarm.at for alarm in engine.foresee(situations.one(escalation), NOW) if alarm.tell == "silence.noticed"
    )

    def tracks(now):
        (row,) = boards.rows(Escalation.objects.all(), now)
        return {row.tell, boards.case(escalation, now).tell}

    assert [track.because for track in tracks(rings_at)] == ["Nothing is overdue."]
    assert [track.because for track in tracks(rings_at + MINUTE)] == [
        "The customer has heard nothing for longer than this severity allows."
    ]


def test_a_case_parts_what_is_open_from_what_is_settled():
    escalation = make.escalation()
    late, early = promised(escalation, due_at=NOW + HOUR), promised(escalation, due_at=NOW + 5 * HOUR)
    updates.log(
        escalation, channel="call", text="x", at=NOW + 2 * HOUR, keeps=[late, early], by=CLOCK, now=NOW + 2 * HOUR
    )
    fresh = promised(escalation, due_at=NOW + 2 * DAY)

    found = boards.case(escalation, NOW + 3 * HOUR)

    assert found.next_promise.what == promises.AN_UPDATE
    assert found.also_promised == [fresh]
    assert (found.kept_in_time, found.missed) == (1, 2)


def test_the_timeline_is_newest_first_with_what_was_said_and_goes_on_where_it_stopped():
    escalation = make.escalation(problems=("Doubled",))
    update = updates.log(escalation, channel="call", text="We spoke.", at=NOW, by=CLOCK, now=NOW + HOUR)

    first, more = boards.timeline(escalation, zone=BERLIN, now=NOW + DAY, limit=4)
    rest, end = boards.timeline(escalation, zone=BERLIN, now=NOW + DAY, before=more, limit=4)

    assert [line.entry.kind for line in first + rest] == list(
        escalation.events.order_by("-at", "-id").values_list("kind", flat=True)
    )
    assert end is None
    assert [line.update for line in first + rest if line.entry.kind == "update.logged"] == [update]
    assert all(line.update is None for line in first + rest if line.entry.kind != "update.logged")


def test_entries_of_one_moment_are_each_shown_once():
    escalation = make.escalation(problems=tuple("abcdefgh"))

    shown, more = [], None
    for _ in range(6):
        lines, more = boards.timeline(escalation, zone=BERLIN, now=NOW, before=more, limit=2)
        shown += [line.entry.id for line in lines]
        if more is None:
            break

    assert shown == sorted(shown, reverse=True)
    assert len(shown) == len(set(shown)) == escalation.events.count()


# Queries


def queries(act) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        act()
    return len(seen)


def more_of_everything(escalation, number):
    """So many more escalations, promises, problems and events, without their acts, which would take long."""
    copies = [
        Escalation(
            **{
                field.attname: getattr(escalation, field.attname)
                for field in Escalation._meta.concrete_fields
                if field.name != "id"
            }
        )
        for _ in range(number)
    ]
    made = Escalation.objects.bulk_create(copies)
    rows = [*made, *[escalation] * number]
    Promise.objects.bulk_create(
        Promise(escalation=one, what="x", owner=one.handler, to=one.contact, made_at=NOW, due_at=NOW + HOUR, zone="UTC")
        for one in rows
    )
    Problem.objects.bulk_create(Problem(escalation=one, words="x", rank=1, owner=one.handler) for one in rows)
    events = Event.objects.bulk_create(
        Event(escalation=escalation, kind="promise.kept", at=NOW, by_name="x", words={}) for _ in range(number)
    )
    EventWords.objects.bulk_create(EventWords(event=event, words={"what": "x"}) for event in events)


def test_no_board_asks_more_with_three_hundred_rows_than_with_ten():
    escalation = make.escalation(problems=("Doubled",))
    updates.log(escalation, channel="call", text="x", at=NOW, by=CLOCK, now=NOW)
    ruth = escalation.handler.as_actor()

    def all_boards():
        fresh = access.find(escalation.key, seen_by=ruth)

        def read_rows():
            for row in boards.rows(Escalation.objects.all(), NOW):
                str(row.escalation.account), str(row.escalation.handler), row.worse

        def read_case():
            for promise in boards.case(fresh, NOW).promises:
                str(promise.owner), str(promise.to), str(promise.escalation.account), promise.moved_from

        def read_today():
            for group in boards.today(ruth, whose="all", zone=BERLIN, now=NOW).groups:
                for promise in group.promises:
                    str(promise.escalation.account), str(promise.to), str(promise.owner)

        def read_timeline():
            for line in boards.timeline(fresh, zone=BERLIN, now=NOW, limit=500)[0]:
                str(line.update and line.update.by)

        return [queries(read) for read in (read_rows, read_case, read_today, read_timeline)]

    more_of_everything(escalation, 10)
    with_ten = all_boards()
    more_of_everything(escalation, 290)

    assert all_boards() == with_ten
    assert max(with_ten) <= 8
    assert kinds.by_name("promise.kept")


def test_today_says_how_many_did_not_fit():
    escalation = make.escalation()
    more_of_everything(escalation, 150)

    board = boards.today(escalation.handler.as_actor(), whose="mine", zone=BERLIN, now=NOW)

    assert sum(len(group.promises) for group in board.groups) == boards.MOST_ROWS
    assert board.count == 301
    assert board.left_out == 101
