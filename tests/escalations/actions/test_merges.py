"""The same thing twice: added to the open one, or merged into it. Nothing is lost, and nothing rings anew."""

import pytest

from amends.directory.actor import CLOCK, Role
from amends.escalations import invariants, mails, texts
from amends.escalations.actions import criteria, decisions, endings, escalations, merges, problems, promises, updates
from amends.escalations.hearing import Heard
from amends.escalations.models import Escalation, Help, Hold, Watcher
from tests import make
from tests.escalations.actions.requested import requested
from tests.escalations.reading import DAY, HOUR, forbids, kinds_of, refuses, subjects_to
from tests.world import rings, told

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY


def two(**heard):
    first = make.escalation(problems=("Doubled",))
    return first, make.escalation(
        of=first.account, **{"reason": "The same again", "problems": ("Wrong stock",)} | heard
    )


def merged(second, first, *, by=CLOCK, now=NOW, reason="One cause."):
    merges.merge(second, into=first, reason=reason, by=by, now=now)
    return Escalation.objects.get(pk=second.pk), Escalation.objects.get(pk=first.pk)


# Merging


def test_merged_it_is_withdrawn_and_says_where_it_goes_on():
    first, second = two()

    second, first = merged(second, first)

    assert (second.status, second.merged_into, second.closed_at, second.next_look_at) == ("withdrawn", first, NOW, None)
    assert second.events.get(kind="escalation.merged").words["other"] == first.key
    assert first.events.get(kind="escalation.took_in").words["other"] == second.key
    assert invariants.breaches(NOW) == []


def test_what_is_open_goes_along_and_what_is_settled_stays():
    first, second = two(problems=("Wrong stock", "Slow", "Rude"))
    solved = second.problems.get(words="Slow")
    problems.solve(solved, by=CLOCK, now=NOW)
    kept = second.promises.get()
    updates.log(second, channel="call", text="We know.", at=NOW, by=CLOCK, now=NOW)
    listed = promises.make(second, what="A list", due_at=NOW + 2 * DAY, kind="deliverable", by=CLOCK, now=NOW)
    agreed = criteria.add(second, words="No order doubled for a week", by=CLOCK, now=NOW)
    needed = Help.objects.create(escalation=second, what="A word", asked_of=first.handler, asked_at=NOW)
    olga = make.member("Olga")
    Watcher.objects.create(escalation=second, member=olga, at=NOW)

    second, first = merged(second, first)

    assert [problem.words for problem in first.problems.all()] == ["Doubled", "Wrong stock", "Rude"]
    assert list(second.problems.all()) == [solved] and list(second.promises.all()) == [kept]
    listed.refresh_from_db()
    assert (listed.escalation, listed.due_at) == (first, NOW + 2 * DAY)
    assert list(first.exit_criteria.all()) == [agreed] and list(first.helps.all()) == [needed]
    assert [watcher.member for watcher in first.watchers.all()] == [olga]


def test_the_handler_who_goes_on_owes_what_the_other_owed():
    first, second = two()
    petra, klaus = make.member("Petra", Role.MANAGER), make.member("Klaus")
    escalations.hand_to(second, handler=petra, reason="x", by=CLOCK, now=NOW)
    theirs = promises.make(second, what="A list", due_at=NOW + DAY, owner=klaus, by=CLOCK, now=NOW)

    merged(second, first)

    theirs.refresh_from_db()
    owed = first.promises.filter(kind="acknowledgement")
    assert {promise.owner for promise in owed} == {first.handler} and theirs.owner == klaus


def test_what_was_rung_does_not_ring_anew_and_goes_on_from_there(world):
    first, second = two()
    updates.log(first, channel="call", text="We are on it.", at=NOW, by=CLOCK, now=NOW)
    late = second.promises.get()
    world.passes(hours=2)
    before = [ring.once for ring in rings(second) if ring.once.startswith(late.subject)]

    merges.merge(second, into=first, reason="One cause.", by=CLOCK, now=world.now)
    world.works()
    at_once = [ring for ring in rings(first) if ring.once and ring.once.startswith(late.subject)]
    world.passes(hours=3)
    later = [ring.once for ring in rings(first) if ring.once and ring.once.startswith(late.subject)]

    assert before and not at_once
    assert later and not set(later) & set(before)


def test_sales_keeps_still_while_the_other_goes_on():
    first, second = two()

    merged(second, first)

    assert Hold.objects.get(lifted_at=None).escalation == first
    assert "hold.remains" in kinds_of(second) and "hold.lifted" not in kinds_of(second)


def test_a_resolved_one_is_open_again_where_something_to_solve_comes_in():
    first, second = two()
    problems.solve(first.problems.get(), by=CLOCK, now=NOW)
    endings.resolve(first, by=CLOCK, now=NOW)

    _, first = merged(second, first)

    assert first.status == "open"


def test_a_request_merged_into_an_open_one_is_no_longer_asked_for():
    asked = requested()
    first = make.escalation(of=asked.case.account, why_unqualified="x", by=asked.nadia)

    second, first = merged(asked.case, first)

    assert second.decisions.get().verdict == "overtaken" and first.status == "open"
    with refuses(f"It goes on in {first.key}"):
        decisions.accept(second, by=asked.nadia.as_actor(), now=NOW)


def test_where_they_are_to_know_of_one_they_are_to_know_of_both():
    first, second = two()
    hidden = make.escalation(of=first.account, customer_should_know=False, why_not_told="Unseen.")
    other = make.escalation(of=first.account, customer_should_know=False, why_not_told="Unseen.")

    _, hidden = merged(second, hidden, now=NOW + HOUR)
    other, first = merged(other, first)

    assert hidden.customer_should_know and hidden.silent_since == NOW + HOUR
    assert [promise.kind for promise in hidden.promises.open()] == ["acknowledgement"]
    assert not first.promises.filter(kind="look").exists() and other.promises.get().status == "kept"


def test_what_cannot_be_merged():
    first, second = two()
    elsewhere = make.escalation()
    asked = requested()
    opened = make.escalation(of=asked.case.account, why_unqualified="x", by=asked.nadia)
    over = make.escalation(of=first.account)
    endings.withdraw(over, reason="x", by=CLOCK, now=NOW)

    with refuses("this very escalation", "into"):
        merged(first, first)
    with refuses("is of another account", "into"):
        merged(first, elsewhere)
    with refuses("This escalation is over."):
        merged(first, over)
    with refuses("This escalation is over."):
        merged(over, first)
    with refuses("still waits for a decision", "into"):
        merged(opened, asked.case)
    with refuses("Say what shows that it is the same.", "reason"):
        merged(second, first, reason=" ")
    with forbids("steer this escalation"):
        merged(second, first, by=make.member("Sam", Role.SALES).as_actor())


def test_each_handler_hears_of_it():
    first, second = two()
    petra = make.member("Petra", Role.MANAGER)
    escalations.hand_to(second, handler=petra, reason="x", by=CLOCK, now=NOW)

    merged(second, first)

    assert second.key in subjects_to(petra)[-1] and first.key in subjects_to(first.handler)[-1]


# Adding


def added(case, *, by=CLOCK, now=NOW + DAY, **heard):
    merges.add(case, heard=Heard(**{"reason": "Now the labels too", "channel": "mail"} | heard), by=by, now=now)
    return Escalation.objects.get(pk=case.pk)


def acknowledged():
    case = make.escalation()
    updates.log(case, channel="call", text="We are on it.", at=NOW, by=CLOCK, now=NOW)
    return case


def test_a_second_call_comes_onto_the_open_one():
    case = acknowledged()

    case = added(case, problems=("Labels are blank",), outcome_wanted="A list", mood="furious", patience="gone")

    assert Escalation.objects.count() == 1
    assert [problem.words for problem in case.problems.all()] == ["Labels are blank"]
    heard = case.updates.get(direction="in")
    assert (heard.channel, heard.at) == ("mail", NOW + DAY)
    assert heard.text == "“Labels are blank”\nThey want: A list"
    assert (case.mood, case.patience, case.last_heard_at) == ("furious", "gone", NOW + DAY)
    assert case.events.get(kind="escalation.added_to").words["update"] == heard.pk
    # Furious: the playbook takes it for one step graver.
    assert case.severity == "critical"


def test_they_told_us_something_and_wait_so_a_fresh_acknowledgement_is_owed():
    case = added(acknowledged(), reported_at=NOW + DAY - HOUR)

    owed = case.promises.open().get(kind="acknowledgement")
    assert owed.due_at == NOW + DAY


def test_only_a_word_said_since_then_acknowledges_it():
    case = added(acknowledged())
    owed = case.promises.open().get(kind="acknowledgement")
    later = NOW + DAY + HOUR

    updates.log(case, channel="call", text="Before.", at=NOW + HOUR, by=CLOCK, now=later)
    owed.refresh_from_db()
    assert owed.status == "open"
    updates.log(case, channel="call", text="We know of both.", at=later, by=CLOCK, now=later)

    owed.refresh_from_db()
    assert owed.status != "open"


def test_where_the_first_is_not_acknowledged_yet_one_word_answers_both():
    case = added(make.escalation())

    assert case.promises.open().filter(kind="acknowledgement").count() == 1


def test_the_reason_is_ours_and_never_stands_among_the_words_of_the_customer():
    case = added(make.escalation(), reason="Their CFO is bluffing, be firm")

    text = texts.fill("acknowledgement", case, contact=case.contact, next_at=NOW + 2 * DAY, by=CLOCK, now=NOW + DAY)
    said = updates.send_no_news(case, by=CLOCK, now=NOW + DAY + HOUR)

    assert not case.problems.exists() and case.updates.get(direction="in").text == ""
    assert case.events.get(kind="escalation.added_to").personal.words["reason"] == "Their CFO is bluffing, be firm"
    assert "bluffing" not in "\n".join([text, mails.subject(case), said.subject, said.text])


def test_what_is_said_again_stands_as_heard_and_the_severity_follows():
    case = make.escalation(category="product", impact="hindered", mood="upset", expectation="A call")
    assert case.severity != "critical"

    case = added(case, impact="stopped", sentiment="worried", category="delivery", asks_for_level=3)

    assert (case.impact, case.sentiment, case.category, case.asks_for_level) == ("stopped", "worried", "delivery", 3)
    assert (case.severity, case.proposed_severity) == ("critical", "critical")
    assert "what it does to them" in case.events.get(kind="heard.completed").personal.words["changes"]


def test_what_is_not_said_again_stays_as_it_was_heard():
    heard = {"category": "product", "impact": "hindered", "mood": "upset", "patience": "short", "sentiment": "uneasy"}
    case = make.escalation(**heard, asks_for_level=2)
    before = {name: getattr(case, name) for name in (*heard, "asks_for_level", "reason", "severity", "because")}

    case = added(case)

    assert {name: getattr(case, name) for name in before} == before
    assert "heard.completed" not in kinds_of(case)


def test_what_the_playbook_does_not_know_is_refused_and_nothing_is_added():
    case = make.escalation()

    with refuses("no impact", "impact"):
        added(case, impact="end of days")

    assert not case.updates.exists() and "escalation.added_to" not in kinds_of(case)


def test_what_we_found_ourselves_was_not_heard_from_them():
    case = added(acknowledged(), found_by="us")

    assert not case.updates.filter(direction="in").exists()
    assert case.promises.open().filter(kind="acknowledgement").exists()


def test_what_they_need_not_know_of_owes_them_nothing():
    case = added(acknowledged(), found_by="us", customer_should_know=False, why_not_told="Unseen.")

    assert not case.promises.open().filter(kind="acknowledgement").exists()


@pytest.mark.parametrize("role", Role)
def test_whoever_may_open_one_may_add_to_one_also_where_the_customer_was_not_to_know(role):
    sam = make.member("Sam", role).as_actor()
    untold = make.escalation(customer_should_know=False, why_not_told="Unseen.")

    assert added(acknowledged(), by=sam, problems=("Labels are blank",)).problems.exists()
    untold = added(untold, by=sam)

    assert untold.customer_should_know and untold.promises.open().get().kind == "acknowledgement"


def test_nothing_is_added_to_what_is_over_nor_what_cannot_have_been_heard():
    case = acknowledged()

    with refuses("Say in a few words", "reason"):
        added(case, reason="")
    endings.withdraw(case, reason="x", by=CLOCK, now=NOW)
    with refuses("Reopen it before you add to it"):
        added(case)


def test_told_marks_are_left_where_they_are_of_use(world):
    first, second = two()
    world.passes(hours=2)

    merges.merge(second, into=first, reason="One cause.", by=CLOCK, now=world.now)

    assert "promise.overdue" in told(second)
    assert not second.marks.filter(key__startswith="promise:").exists()
