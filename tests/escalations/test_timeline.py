"""The timeline: every kind of event is told by some act, reads as a sentence, and stays for ever."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from amends.clock.situations import Tell
from amends.directory.actor import CLOCK, IMPORTER, MAILBOX, SENDER, Role
from amends.escalations import boards, customer_links
from amends.escalations.actions import (
    bounces,
    cause_notices,
    causes,
    citations,
    corrections,
    criteria,
    customer_answers,
    decisions,
    deliveries,
    endings,
    escalations,
    facts,
    files,
    hearings,
    helps,
    history,
    leave_outs,
    losses,
    merges,
    notes,
    plans,
    playbooks,
    problems,
    promises,
    requests,
    tickets,
    updates,
    watchers,
)
from amends.escalations.actions import customer_links as links
from amends.escalations.hearing import Heard
from amends.escalations.models import Escalation, Event, EventWords, Promise
from amends.escalations.timeline import kinds, sentences
from amends.inbox.messages import Bounce
from amends.outbox.models import Delivery
from amends.playbook import versions
from tests import make
from tests.escalations.actions.requested import requested
from tests.escalations.mail.writing import answer_address, arrives
from tests.escalations.meetings import planned
from tests.escalations.reading import DAY, HOUR, MINUTE

NOW = make.THURSDAY
BERLIN = "Europe/Berlin"
UNTOLD = {"why_not_told": "Unseen.", "why_unqualified": "They ask loudly."}


def everything_happens(world) -> list[Escalation]:
    """Three escalations in which every kind of event occurs, by real acts and the real clock."""
    told = _a_case_from_end_to_end(world)
    silent = make.escalation(now=world.now)
    by = silent.handler.as_actor()
    asked = problems.name(silent, words="Stock is wrong", by=by, now=world.now)
    requests.make(asked, what="The count", due_at=world.now + DAY, by=by, now=world.now)
    far = promises.make(silent, what="A new tenant", due_at=world.now + 60 * DAY, kind="fix_date", by=by, now=world.now)
    updates.log(silent, channel="call", text="x", at=world.now, keeps=[], by=by, now=world.now)
    for routine in silent.promises.open().exclude(pk=far.pk):
        promises.release(routine, reason="They waived it.", by=by, now=world.now)
    for days in (2, 22, 8):
        world.sleeps(days=days)
    endings.withdraw(silent, reason="They left.", by=CLOCK, now=world.now)
    past = '{"key": "k-1", "account": "Elsewhere", "reason": "Slow", "severity": null, "reported_at": null, '
    past += '"opened_at": "2026-11-01T09:00:00+00:00", "resolved_at": null, "closed_at": null, "outcome": null, '
    past += '"updates": [], "promises": []}'
    history.bring_in([past], by=IMPORTER, now=world.now)
    imported = Escalation.objects.get(imported_key="k-1")
    history.adopt(imported, handler=silent.handler, by=CLOCK, now=world.now)
    inside = [
        _inside_and_put_right(world),
        _written_about(world),
        _on_their_page(world),
        _found_out(world),
        *_behind_it(world),
    ]
    return [told, silent, imported, *_requests_and_merges(world), *inside, planned.all_that_happens(world)]


def _behind_it(world) -> list[Escalation]:
    """A cause is found, solved, taken up again and taken off; and somebody is told of it first."""
    case, now = make.escalation(now=world.now), world.now
    cause = make.cause(of=case, now=now)
    other = make.contact(make.account())
    causes.mark(cause, [other.account], how_we_know="The same gateway", by=CLOCK, now=now)
    make.cause_notice(cause, now=now)
    notice = cause_notices.claim("here", now=now)
    while cause_notices.tell_next(notice, place="here", now=now):
        pass
    causes.solve(cause, done="A check of each number", by=CLOCK, now=now)
    causes.reopen(cause, reason="It happens again", by=CLOCK, now=now)
    causes.unlink(cause, case, reason="It is something else", by=CLOCK, now=now)
    return [case, Escalation.objects.get(account=other.account)]


def _on_their_page(world) -> Escalation:
    """All that a customer does on their page."""
    case, now = make.escalation(now=world.now, problems=("Orders arrive twice",)), world.now
    link = links.give(case, contact=case.contact, by=CLOCK, now=now)
    maria, problem = customer_links.who(link), case.problems.get()
    links.opened(link, by=maria, now=now)
    links.send_again(link, by=maria, now=now)
    customer_answers.confirm_plan(link, order=[problem.pk], by=maria, now=now)
    customer_answers.something_is_missing(link, words="The labels.", by=maria, now=now)
    asked = requests.make(problem, what="The count", due_at=now + DAY, by=CLOCK, now=now)
    customer_answers.answer_request(link, request=asked, words="214", by=maria, now=now)
    customer_answers.propose_times(link, moments=[now + DAY], words="", by=maria, now=now)
    customer_answers.rate(link, heard=4, words="", by=maria, now=now)
    problems.solve(problem, by=CLOCK, now=now)
    endings.resolve(case, by=CLOCK, now=now)
    link = links.give(case, contact=case.contact, by=CLOCK, now=now)
    customer_answers.say_not_over(link, words="The labels.", by=maria, now=now)
    customer_answers.say_over(link, words="", by=maria, now=now)
    links.revoke(link, by=CLOCK, now=now)
    return case


def _written_about(world) -> Escalation:
    """Answered by mail, by a person and by a machine; a mail of ours came back; and one came after the end."""
    case, now = make.escalation(now=world.now), world.now
    arrives(to=answer_address(case), now=now)
    arrives(to=answer_address(case), Auto_Submitted="auto-replied", now=now)
    updates.send(case, text="We found it.", to=[case.contact], by=case.handler.as_actor(), now=now)
    sent = Delivery.objects.filter(subject=case.subject, audience="customer")
    sent.update(state="sent", settled_at=now)
    bounces.came_back([Bounce("", True, False, "5.1.1", "No such user", sent.get().message_id)], by=MAILBOX, now=now)
    endings.withdraw(case, reason="They left.", by=CLOCK, now=now)
    arrives(to=answer_address(case), now=now)
    return case


def _inside_and_put_right(world) -> Escalation:
    """Noted, watched, helped; what was written down wrongly put right; and judged by a newer playbook."""
    case, now = make.escalation(now=world.now), world.now
    by, olga = case.handler.as_actor(), make.member("Olga Weiss", Role.RESPONDER)
    notes.write(case, text="The queue was full.", by=by, now=now)
    files.attach(case, name="queue.txt", content=b"full", by=by, now=now)
    for who in (by, olga.as_actor()):
        watchers.add(case, member=olga, by=who, now=now)
        watchers.remove(case, member=olga, by=who, now=now)
    needed = [helps.ask(case, what="Logs", asked_of=olga, by=by, now=now) for _ in range(2)]
    helps.give(needed[0], answer="Attached.", by=olga.as_actor(), now=now)
    helps.withdraw(needed[1], reason="Found them.", by=by, now=now)
    wrong = updates.log(case, channel="call", text="We spoke.", at=now, by=by, now=now)
    right = corrections.correct(
        wrong,
        reason="It was a meeting.",
        channel="meeting",
        text="We met.",
        at=now,
        direction="out",
        contact=None,
        minutes=None,
        by=by,
        now=now,
    )
    corrections.strike(right, reason="It was another customer.", by=by, now=now)
    mail = updates.send(case, text="We found it.", to=[case.contact], by=by, now=now)
    corrections.take_back(mail, by=by, now=now)
    make.playbook(versions.shipped().replace("weekly on Tuesday", "weekly on Monday"), now=now)
    playbooks.adopt(case, reason="The new rhythm fits them.", by=by, now=now)
    other = make.escalation(of=case.account, now=now)
    endings.withdraw(other, reason="Twice.", by=CLOCK, now=now)
    return case


def _found_out(world) -> Escalation:
    """A fact is stated, said better, disputed and confirmed; the customer is told, and it is not so after all."""
    case = make.escalation(now=world.now)
    by, now = case.handler.as_actor(), world.now
    shown = {"source": "Order journal", "evidence": "A query."}
    fact = facts.state(case, words="214 came twice.", by=by, now=now)
    facts.change(fact, words="214 orders came twice.", by=by, now=now)
    dispute = facts.dispute(fact, words="It was 180.", team=make.team("Support"), by=CLOCK, now=now)
    facts.settle(dispute, answer="Counted together: 214.", by=by, now=now)
    facts.confirm(fact, **shown, by=by, now=now)
    citations.cite(updates.send(case, text="See below.", to=[case.contact], by=by, now=now), [fact], by=by, now=now)
    facts.reopen(fact, reason="Another log.", by=by, now=now)
    facts.refute(fact, evidence="It was 219.", by=by, now=now)
    citations.correct(fact, how="On the phone.", by=by, now=now)
    return case


def _requests_and_merges(world) -> list[Escalation]:
    """Asked for, given back, asked again, accepted; declined; completed, looked at, added to and merged."""
    asked = requested(now=world.now)
    case, nadia = asked.case, {"by": asked.nadia.as_actor()}
    declined = requested(now=world.now, of=case.account)
    world.passes(hours=6)
    decisions.give_back(case, steps="Ring finance.", now=world.now, **nadia)
    decisions.ask_again(case, done="Rang them.", by=asked.tom.as_actor(), now=world.now)
    decisions.accept(case, now=world.now, **nadia)
    decisions.decline(declined.case, reason="It is the same.", now=world.now, **nadia)
    untold = make.escalation(of=case.account, customer_should_know=False, now=world.now, **UNTOLD)
    hearings.look_again(untold, why_not_told="Still unseen.", now=world.now, **nadia)
    hearings.complete(untold, said={"mood": "upset"}, now=world.now, **nadia)
    merges.add(untold, heard=Heard("And the labels"), now=world.now, **nadia)
    merges.merge(untold, into=case, reason="One cause.", now=world.now, **nadia)
    return [case, declined.case, untold]


def _a_case_from_end_to_end(world) -> Escalation:
    case = make.escalation(problems=("Orders arrive twice", "Nobody called back"), now=world.now)
    by, petra = case.handler.as_actor(), make.member("Petra Lang", Role.MANAGER)
    first, second = case.problems.all()
    problems.change(first, status="in work", owner=petra, team=None, next_step="Read the queue", by=by, now=world.now)
    problems.estimate(first, eta_at=world.now + 2 * DAY, reason="The vendor says so.", by=by, now=world.now)
    _the_plan_is_agreed(case, by, world.now)
    escalations.change_severity(case, severity="critical", reason="They stand still.", by=by, now=world.now)
    escalations.set_trend(case, trend="declining", by=by, now=world.now)
    world.passes(hours=3)
    updates.send(case, text="We found it.", to=[case.contact], by=by, now=world.now)
    delivery = Delivery.objects.get(audience="customer")
    losses.tell(delivery, kinds.UPDATE_NOT_DELIVERED, "No such mailbox", by=SENDER, now=world.now)
    losses.tell(delivery, kinds.UPDATE_MAYBE_DELIVERED, "The line broke", by=SENDER, now=world.now)
    for state, act in (("dead", deliveries.try_again), ("maybe", deliveries.mark_sent)):
        Delivery.objects.filter(pk=delivery.pk).update(state=state, settled_at=world.now)
        act(delivery, by=CLOCK, now=world.now)
    _everybody_hears(case, by, world.now)
    updates.log(case, channel="call", direction="in", text="Still twice.", at=world.now, by=by, now=world.now)
    cause = promises.make(case, what="The cause", due_at=world.now + DAY, kind="deliverable", by=by, now=world.now)
    spoke = updates.log(case, channel="call", text="We spoke.", at=world.now, by=by, now=world.now)
    cause = promises.move(
        cause, due_at=world.now + 2 * DAY, told_by=spoke, reason="The vendor is slow.", by=by, now=world.now
    )
    promises.give_up(cause, reason="It cannot be had.", by=by, now=world.now)
    updates.log(case, channel="call", text="x", at=world.now, keeps=list(case.promises.open()), by=by, now=world.now)
    problems.solve(first, by=by, now=world.now)
    problems.take_up_again(first, reason="Two more.", by=by, now=world.now)
    problems.solve(first, by=by, now=world.now)
    problems.decline(second, reason="They were called.", by=by, now=world.now)
    escalations.hand_to(case, handler=petra, reason="Ruth is away.", by=by, now=world.now)
    endings.resolve(case, by=CLOCK, now=world.now)
    endings.close(case, outcome="recovered", confirmed_by="Maria", by=CLOCK, now=world.now)
    endings.reopen(case, reason="It is back.", by=CLOCK, now=world.now)
    return case


def _the_plan_is_agreed(case, by, now) -> None:
    """The customer is asked, confirms an order that does not last, and says what ends it."""
    problem, order = case.problems.first(), list(case.problems.values_list("pk", flat=True))
    asked = requests.make(problem, what="The count", due_at=now + DAY, by=by, now=now)
    requests.answer(asked, answer="214", by=by, now=now)
    asked = requests.make(problem, what="The notes", due_at=now + DAY, by=by, now=now)
    requests.withdraw(asked, reason="We have them.", by=by, now=now)
    plans.confirm(case, order=order, contact=case.contact, how="call", at=now, by=by, now=now)
    plans.reorder(case, order=order[::-1], by=by, now=now)
    plans.reorder(case, order=order, by=by, now=now)
    tickets.unlink(tickets.link(problem, url="https://tracker.example/1", by=by, now=now), by=by, now=now)
    criterion = criteria.add(case, words="No order doubled", by=by, now=now)
    criteria.meet(criterion, by=by, now=now)
    criteria.unmeet(criterion, by=by, now=now)
    criteria.remove(criterion, reason="They trust us.", by=by, now=now)


def _everybody_hears(case, by, now) -> None:
    """Who reported it is left out and told again; the team and executives read more than the customer."""
    leave_outs.leave_out(case, contact=case.contact, reason="On leave", until=now.date() + DAY, by=by, now=now)
    leave_outs.tell_again(case, contact=case.contact, by=by, now=now)
    inside = {"for_team": "They think of leaving us.", "for_executives": "No help needed just now."}
    updates.send(case, text="More.", to=[case.contact], by=by, now=now, **inside)


def entries_of(escalation, now):
    lines, more = boards.timeline(escalation, zone=BERLIN, now=now, limit=5000)
    assert more is None
    return [line.entry for line in lines]


@pytest.mark.django_db
def test_every_kind_happens_and_reads_as_a_whole_sentence(world):
    happened = everything_happens(world)

    entries = [entry for escalation in happened for entry in entries_of(escalation, world.now)]

    assert {entry.kind for entry in entries} == {kind.name for kind in kinds.every()}
    for entry in entries:
        assert "(erased)" not in entry.sentence, entry
        assert "{" not in entry.sentence
        assert "None" not in entry.sentence
        assert entry.by


@pytest.mark.django_db
def test_personal_words_stand_apart_and_erasing_them_leaves_an_entry_that_says_so(world):
    happened = everything_happens(world)
    kept = {event.pk: event.words for event in Event.objects.all()}

    EventWords.objects.all().delete()

    for event in Event.objects.select_related("escalation"):
        kind = kinds.by_name(event.kind)
        assert not kind.personal & set(event.words), event.kind
        assert event.words == kept[event.pk]
    for escalation in happened:
        for entry in entries_of(escalation, world.now):
            named = [word for word in kinds.by_name(entry.kind).personal if f"{{{word}}}" in _sentence(entry.kind)]
            assert ("(erased)" in entry.sentence) == bool(named), entry


@pytest.mark.django_db
def test_words_may_be_erased_one_by_one():
    escalation = make.escalation()
    words = EventWords.objects.get(event__kind="promise.made")

    words.words = {"what": words.words["what"]}
    words.save()

    sentence = next(entry.sentence for entry in entries_of(escalation, NOW) if entry.kind == "promise.made")
    assert sentence.startswith("promised (erased) “Acknowledge")


def _sentence(kind: str) -> str:
    return kinds.by_name(kind).sentence


@pytest.mark.django_db
def test_the_database_refuses_to_change_or_delete_an_event():
    event = make.escalation().events.first()
    statements = [
        "UPDATE escalations_event SET by_name = 'Nobody'",
        "DELETE FROM escalations_event",
        f"UPDATE escalations_event SET words = '{{}}' WHERE id = {event.pk}",
    ]

    for statement in statements:
        with pytest.raises(DatabaseError, match="never"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(by_name="Nobody")

    assert Event.objects.filter(by_name="Nobody").count() == 0
    event.refresh_from_db()


@pytest.mark.django_db
def test_the_same_telling_cannot_be_written_twice():
    escalation = make.escalation()
    words = {"escalation": escalation, "kind": "promise.overdue", "at": NOW, "by_name": "x", "once": "promise:1:2"}
    Event.objects.create(**words)

    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.create(**words)
    Event.objects.create(**words | {"escalation": make.escalation()})


def test_every_tell_of_the_clock_is_a_kind_of_event():
    for tell in Tell:
        assert kinds.by_name(tell.value).name == tell.value


def test_kinds_are_nouns_and_what_happened_to_them():
    for kind in kinds.every():
        noun, _, past = kind.name.partition(".")
        assert noun.isalpha()
        assert past.replace("_", "").isalpha()
        assert len(kind.name) <= 40
        assert kind.sentence[0].islower()


@given(st.text(max_size=40))
def test_what_people_type_is_never_read_as_a_placeholder(text):
    said = sentences.say(kinds.PROBLEM_NAMED, {"problem": text}, zone=BERLIN, now=NOW)

    assert said == f"named a problem: “{text}”".strip()


def test_moments_read_in_the_readers_zone():
    words = {"what": "The cause", "reason": "x", "due_at": NOW.isoformat()}

    berlin = sentences.say(kinds.PROMISE_BROKEN, words, zone=BERLIN, now=NOW)
    tokyo = sentences.say(kinds.PROMISE_BROKEN, words, zone="Asia/Tokyo", now=NOW)

    assert "Thu 19 Nov, 10:00" in berlin
    assert "Thu 19 Nov, 18:00" in tokyo


@pytest.mark.django_db
def test_what_did_not_happen_is_on_no_timeline():
    escalation = make.escalation()
    before = escalation.events.count()

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        promises.make(escalation, what="x", due_at=NOW + HOUR, by=CLOCK, now=NOW)
        raise ZeroDivisionError

    assert escalation.events.count() == before
    assert Promise.objects.count() == 1
    assert dt.timedelta(minutes=1) == MINUTE
