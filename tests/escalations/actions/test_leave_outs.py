"""Nobody is left off: who should be told gets it, or is left out with a reason, until a day, with a trace."""

import datetime as dt

import pytest

from amends.directory.actor import Role
from amends.escalations import hearers
from amends.escalations.actions import leave_outs, merges, moves, promises, updates
from amends.escalations.actions.leave_outs import Leave
from tests import make
from tests.escalations.reading import DAY, HOUR, MINUTE, forbids, kinds_of, letters_to, refuses

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY
TODAY = NOW.date()


@pytest.fixture
def case():
    """Reported by Maria; Rui must hear of everything at the account, Ana need not."""
    escalation = make.escalation()
    make.contact(escalation.account, "Rui Costa", must_hear=True)
    make.contact(escalation.account, "Ana Lima")
    return escalation


def named(case, name):
    return case.account.contacts.get(name=name)


def send(case, *names, now=NOW, **more):
    to = [named(case, name) for name in names]
    return updates.send(case, text="We found it.", to=to, by=case.handler.as_actor(), now=now, **more)


def told(case, now=NOW):
    return [contact.name for contact in hearers.of(case, now)]


def test_who_reported_it_and_who_must_hear_are_told_as_long_as_a_mail_reaches_them(case):
    make.contact(case.account, "Gone Gil", must_hear=True, has_left=True)
    make.contact(case.account, "Mute Mia", must_hear=True, email="")
    make.contact(make.account(), "Other Ole", must_hear=True)

    assert told(case) == ["Maria Duarte", "Rui Costa"]


def test_an_update_is_refused_where_one_of_them_is_left_off(case):
    with refuses("Rui Costa should be told of this. Choose them too, or leave them out", field="to"):
        send(case, "Maria Duarte")
    with refuses("Maria Duarte and Rui Costa should be told", field="to"):
        send(case, "Ana Lima")

    assert not case.updates.exists()
    send(case, "Maria Duarte", "Rui Costa")


def test_leaving_out_is_part_of_sending_and_stands_on_the_timeline(case):
    rui = named(case, "Rui Costa")

    send(case, "Maria Duarte", leaving_out=[Leave(rui, " He asked for it. ", TODAY + 3 * DAY)])
    send(case, "Maria Duarte", now=NOW + HOUR)

    (row,) = case.leave_outs.all()
    assert (row.reason, row.until_at, row.last_on) == (
        "He asked for it.",
        dt.datetime(2026, 11, 23, tzinfo=dt.UTC),
        TODAY + 3 * DAY,
    )
    event = case.events.get(kind="contact.left_out")
    assert event.personal.words == {"contact": "Rui Costa", "reason": "He asked for it."}
    assert event.words["until"] == "22 Nov 2026"
    assert not letters_to(rui)


def test_when_the_day_is_over_they_are_told_again_without_anybody_doing_anything(case):
    rui = named(case, "Rui Costa")
    send(case, "Maria Duarte", leaving_out=[Leave(rui, "Away", TODAY + DAY)])
    over = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)

    assert told(case, over - MINUTE) == ["Maria Duarte"]
    assert told(case, over) == ["Maria Duarte", "Rui Costa"]
    with refuses("Rui Costa should be told", field="to"):
        send(case, "Maria Duarte", now=over)


def test_who_is_written_to_is_left_out_no_longer(case):
    send(case, "Maria Duarte", leaving_out=[Leave(named(case, "Rui Costa"), "Away", TODAY + DAY)])

    send(case, "Maria Duarte", "Rui Costa", now=NOW + HOUR)

    assert told(case, NOW + HOUR) == ["Maria Duarte", "Rui Costa"]
    assert "contact.told_again" in kinds_of(case)
    assert case.leave_outs.get().ended_at == NOW + HOUR


def test_somebody_may_have_them_told_again_before_the_day(case):
    rui, by = named(case, "Rui Costa"), case.handler.as_actor()
    leave_outs.leave_out(case, contact=rui, reason="Away", until=TODAY, by=by, now=NOW)
    leave_outs.leave_out(case, contact=rui, reason="Away longer", until=TODAY + DAY, by=by, now=NOW + MINUTE)

    leave_outs.tell_again(case, contact=rui, by=by, now=NOW + HOUR)

    assert told(case, NOW + HOUR) == ["Maria Duarte", "Rui Costa"]
    assert [row.ended_at for row in case.leave_outs.order_by("id")] == [NOW + MINUTE, NOW + HOUR]
    with refuses("Rui Costa is not left out, or not any more.", field="contact"):
        leave_outs.tell_again(case, contact=rui, by=by, now=NOW + HOUR)


@pytest.mark.parametrize(
    ("name", "reason", "days", "says", "field"),
    [
        ("Rui Costa", " ", 1, "Why is Rui Costa not told?", "reason"),
        ("Rui Costa", "Away", -1, "That day has passed.", "until"),
        ("Rui Costa", "Away", 31, "30 days are the most.", "until"),
        ("Ana Lima", "Away", 1, "Ana Lima gets nothing unless you choose them.", "contact"),
    ],
)
def test_leaving_out_needs_somebody_a_reason_and_a_day_that_is_near(case, name, reason, days, says, field):
    contact, by = named(case, name), case.handler.as_actor()

    with refuses(says, field=field):
        leave_outs.leave_out(case, contact=contact, reason=reason, until=TODAY + days * DAY, by=by, now=NOW)


def test_nobody_gets_it_and_is_left_out_at_once(case):
    rui = named(case, "Rui Costa")

    with refuses("Rui Costa gets this.", field="to"):
        send(case, "Maria Duarte", "Rui Costa", leaving_out=[Leave(rui, "Away", TODAY + DAY)])


def test_who_may_not_tell_leaves_nobody_out(case):
    rui, sales = named(case, "Rui Costa"), make.member(role=Role.SALES).as_actor()

    with forbids():
        leave_outs.leave_out(case, contact=rui, reason="Away", until=TODAY, by=sales, now=NOW)


def test_no_news_goes_to_all_of_them_and_to_whoever_has_the_promise(case):
    ana, by = named(case, "Ana Lima"), case.handler.as_actor()
    updates.log(case, channel="call", text="On it.", at=NOW, by=by, now=NOW)
    case.promises.open().update(to=ana)
    leave_outs.leave_out(case, contact=case.contact, reason="Away", until=TODAY + DAY, by=by, now=NOW)

    update = updates.send_no_news(case, by=by, now=NOW + HOUR)

    assert updates.names(update) == "Ana Lima, Rui Costa"
    assert update.text.startswith("Dear Ana Lima")


def test_a_promise_that_moves_by_mail_is_told_to_all_of_them(case):
    by = case.handler.as_actor()
    promise = promises.make(case, what="The cause", due_at=NOW + DAY, kind="deliverable", by=by, now=NOW)

    move = {"reason": "More logs", "text": "It moves.", "to": [named(case, "Ana Lima")]}
    moves.by_mail(promise, due_at=NOW + 2 * DAY, by=by, now=NOW, **move)

    assert updates.names(case.updates.get()) == "Ana Lima, Maria Duarte, Rui Costa"


def test_who_reported_what_was_merged_into_it_hears_of_what_goes_on(case):
    other = make.escalation(of=case.account, contact=named(case, "Ana Lima"))
    merges.merge(other, into=case, reason="The same", by=case.handler.as_actor(), now=NOW + MINUTE)

    assert told(case, NOW + HOUR) == ["Maria Duarte", "Ana Lima", "Rui Costa"]


def left_out_and_merged(case, contact, *, until=TODAY + 3 * DAY):
    """Left out of another one of theirs, which is then merged into this; what moves was said before."""
    by = case.handler.as_actor()
    other = make.escalation(of=case.account, contact=named(case, "Ana Lima"))
    leave_outs.leave_out(other, contact=contact, reason="On leave", until=until, by=by, now=NOW)
    moves = merges.what_moves(other, NOW + HOUR)
    merges.merge(other, into=case, reason="The same", by=make.member("Eve").as_actor(), now=NOW + HOUR)
    return moves


@pytest.mark.parametrize("name", ["Ana Lima", "Rui Costa"])
def test_who_was_left_out_of_what_is_merged_stays_left_out_until_that_day_and_the_handler_hears(case, name):
    contact = named(case, name)

    moves = left_out_and_merged(case, contact)

    assert "1 contact who is left out, until the day that was said" in moves
    assert contact.name not in told(case, NOW + 2 * HOUR) and contact.name in told(case, NOW + 4 * DAY)
    said = updates.send_no_news(case, by=case.handler.as_actor(), now=NOW + 2 * HOUR)
    assert contact.name not in updates.names(said)
    event = case.events.get(kind="contact.left_out")
    assert event.personal.words == {"contact": name, "reason": "On leave"}
    says = f"{case.key} {case.account}: {name} is left out for a while"
    assert letters_to(case.handler)[-1].letter["subject"] == says
    assert case.leave_outs.get().by == case.handler


def test_who_is_left_out_of_what_goes_on_already_is_so_as_was_said_there(case):
    rui, by = named(case, "Rui Costa"), case.handler.as_actor()
    leave_outs.leave_out(case, contact=rui, reason="Let go", until=TODAY + 2 * DAY, by=by, now=NOW)

    left_out_and_merged(case, rui, until=TODAY + 9 * DAY)

    assert case.leave_outs.get().reason == "Let go"
    assert kinds_of(case).count("contact.left_out") == 1
    assert "Rui Costa" in told(case, NOW + 5 * DAY)


def test_who_was_told_again_before_the_merge_is_not_left_out_anew(case):
    rui, by = named(case, "Rui Costa"), case.handler.as_actor()
    other = make.escalation(of=case.account)
    leave_outs.leave_out(other, contact=rui, reason="On leave", until=TODAY + 3 * DAY, by=by, now=NOW)
    leave_outs.tell_again(other, contact=rui, by=by, now=NOW + MINUTE)

    merges.merge(other, into=case, reason="The same", by=by, now=NOW + HOUR)

    assert not case.leave_outs.exists() and "Rui Costa" in told(case, NOW + HOUR)


def test_it_takes_as_many_queries_for_many_as_for_few(case, django_assert_num_queries):
    for number in range(20):
        make.contact(case.account, f"Contact {number}", must_hear=True, email=f"c{number}@brightwater.example")

    with django_assert_num_queries(2):
        assert len(hearers.of(case, NOW)) == 22
