"""Watching, and what everybody around is told: at the opening, at changes, at the end."""

import pytest

from amends.directory.actor import Role
from amends.directory.models import Member
from amends.escalations import access, told
from amends.escalations.actions import endings, escalations, notices, promises, watchers
from amends.escalations.models import Notice
from tests import make
from tests.escalations.reading import DAY, HOUR, forbids, kinds_of, letters_to, refuses, subjects_to

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY + HOUR


@pytest.fixture
def escalation():
    return make.escalation()


@pytest.fixture
def petra():
    return make.member("Petra Lang", Role.SALES)


def test_one_watches_it_oneself_and_stops(escalation, petra):
    watchers.add(escalation, member=petra, by=petra.as_actor(), now=NOW)
    watchers.add(escalation, member=petra, by=petra.as_actor(), now=NOW)

    assert [watcher.member for watcher in escalation.watchers.all()] == [petra]
    watchers.remove(escalation, member=petra, by=petra.as_actor(), now=NOW)
    watchers.remove(escalation, member=petra, by=petra.as_actor(), now=NOW)

    assert not escalation.watchers.exists()
    assert kinds_of(escalation)[-2:] == ["watching.begun", "watching.ended"]
    assert letters_to(petra) == []


def test_who_steers_has_others_watch_it_who_are_told_and_may_see_it(escalation, petra):
    handler = escalation.handler.as_actor()

    watchers.add(escalation, member=petra, by=handler, now=NOW)

    assert access.find(escalation.key, seen_by=petra.as_actor()) == escalation
    (delivery,) = letters_to(petra)
    assert delivery.letter["subject"].endswith("Ruth Adeyemi has you watch it")
    assert "how it ends" in delivery.letter["paragraphs"][1]
    watchers.remove(escalation, member=petra, by=handler, now=NOW)
    assert kinds_of(escalation)[-2:] == ["watcher.added", "watcher.removed"]
    with pytest.raises(access.NotFound):
        access.find(escalation.key, seen_by=petra.as_actor())


def test_who_does_not_steer_has_nobody_else_watch_it(escalation, petra):
    with forbids("steer"):
        watchers.add(escalation, member=make.member(), by=petra.as_actor(), now=NOW)
    with forbids("steer"):
        watchers.remove(escalation, member=make.member(), by=petra.as_actor(), now=NOW)


def test_who_has_left_watches_nothing(escalation, petra):
    Member.objects.update(is_active=False)

    with refuses("not here any more", "member"):
        watchers.add(escalation, member=petra, by=escalation.handler.as_actor(), now=NOW)


def test_the_account_team_hears_at_the_opening_and_sales_that_outreach_is_on_hold(petra):
    account = make.account()
    make.seat(account, petra)

    escalation = make.escalation(of=account)

    (delivery,) = letters_to(petra)
    words = " ".join(delivery.letter["paragraphs"])
    assert f"Sales outreach to {account} is on hold from now on: no offers, no campaigns" in words
    assert "Ruth Adeyemi speaks for all of us" in words
    assert "have a part in" in delivery.letter["because"]
    mine = letters_to(escalation.handler)[0].letter
    assert "You handle it." in mine["paragraphs"][1]
    assert mine["because"] == f"You get this because you handle {escalation.key}."
    assert "on hold" not in " ".join(mine["paragraphs"])


def test_watchers_and_account_team_hear_of_major_changes_and_of_the_end_and_of_nothing_small(petra):
    account = make.account()
    make.seat(account, petra)
    escalation = make.escalation(of=account)
    wendy, ruth = make.member("Wendy Watts"), escalation.handler
    watchers.add(escalation, member=wendy, by=wendy.as_actor(), now=NOW)

    act = {"by": ruth.as_actor(), "now": NOW}
    promises.make(escalation, what="A list", due_at=NOW + DAY, **act)
    escalations.set_trend(escalation, trend="declining", **act)
    escalations.change_severity(escalation, severity="low", reason="They said so", **act)
    escalations.hand_to(escalation, handler=escalation.account.csm, reason="Knows them", **act)
    endings.withdraw(escalation, reason="A drill", **act)

    heard = [notice.event.kind for notice in Notice.objects.filter(member=wendy).order_by("id")]
    assert heard == ["severity.changed", "handler.changed", "escalation.withdrawn"]
    assert [subject.partition(": ")[2] for subject in subjects_to(petra)[1:]] == [
        "severity changed",
        "handler changed",
        "escalation withdrawn",
        "outreach may go on",
    ]


def test_what_one_was_told_is_seen_once_and_stays_seen(escalation):
    tom = escalation.account.csm
    ruth = escalation.handler
    assert told.unseen_count(ruth.as_actor()) == 1

    assert notices.see(escalation, by=ruth.as_actor(), now=NOW) == 1
    assert notices.see(escalation, by=ruth.as_actor(), now=NOW + HOUR) == 0

    assert Notice.objects.get(member=ruth).seen_at == NOW
    assert told.unseen_count(ruth.as_actor()) == 0
    escalations.hand_to(escalation, handler=tom, reason="Knows them", by=ruth.as_actor(), now=NOW)
    other = make.escalation(of=make.account("Moss & Co", csm=tom), by=ruth)
    assert told.unseen_count(tom.as_actor()) == 2
    assert notices.see(other, by=tom.as_actor(), now=NOW) == 1
    assert notices.see_all(by=tom.as_actor(), now=NOW) == 1


def test_opening_the_page_again_writes_nothing(escalation, django_assert_num_queries):
    ruth = escalation.handler.as_actor()
    notices.see(escalation, by=ruth, now=NOW)

    with django_assert_num_queries(1) as asked:
        notices.see(escalation, by=ruth, now=NOW)

    assert asked[0]["sql"].startswith("SELECT")


def test_a_notice_of_a_case_that_one_may_see_no_longer_is_not_there(petra):
    account = make.account()
    seat = make.seat(account, petra)
    make.escalation(of=account)
    assert told.unseen_count(petra.as_actor()) == 1

    seat.delete()

    assert told.unseen_count(petra.as_actor()) == 0
    assert not told.mine(petra.as_actor()).exists()


def test_receipts_say_who_has_seen_it_and_who_not_yet(petra, django_assert_num_queries):
    account = make.account()
    make.seat(account, petra)
    escalation = make.escalation(of=account)
    ruth = escalation.handler
    notices.see(escalation, by=ruth.as_actor(), now=NOW)
    opened = escalation.events.get(kind="escalation.opened")

    with django_assert_num_queries(1):
        (receipt,) = told.receipts([opened.pk]).values()

    assert (receipt.seen, receipt.unseen, receipt.told) == ([ruth], [petra], 2)
