"""What was heard, completed: what changes, what follows from it, and what does not move."""

import pytest

from amends.directory.actor import CLOCK, Role
from amends.directory.models import Organisation
from amends.escalations import boards, terms
from amends.escalations.actions import endings, escalations, hearings, moves, problems, promises, updates
from amends.escalations.models import Escalation, Promise
from amends.lib.errors import Refused
from tests import make
from tests.escalations.reading import DAY, HOUR, forbids, kinds_of, letters_to, refuses
from tests.world import told

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY  # Thursday 10:00 in Berlin, 09:00 in Lisbon
LATER = NOW + HOUR


def completed(case, *, by=CLOCK, now=LATER, **changes):
    hearings.complete(case, said=changes, by=by, now=now)
    return Escalation.objects.get(pk=case.pk)


def untold(**changes):
    return make.escalation(customer_should_know=False, why_not_told="Nobody there could see it.", **changes)


# What is filled in


def test_what_could_not_be_said_on_the_phone_is_filled_in_and_listed():
    case = make.escalation()

    case = completed(
        case,
        impact="impaired",
        mood="upset",
        expectation="To be told first",
        since_at=NOW - DAY,
        tried_first=("Their CSM has spoken with them.",),
    )

    assert (case.mood, case.expectation, case.since_at) == ("upset", "To be told first", NOW - DAY)
    event = case.events.get(kind="heard.completed")
    assert event.personal.words["changes"] == (
        "what it does to them: Work is impaired; mood: Upset; what they expected: To be told first; "
        "since: Wed 18 Nov, 09:00 in Lisbon; tried first: Their CSM has spoken with them."
    )


def test_nothing_new_leaves_nothing_on_the_timeline():
    case = make.escalation()
    before = kinds_of(case)

    completed(case)

    assert kinds_of(case) == before


def test_what_cannot_have_been_heard_is_refused_and_leaves_nothing():
    case = make.escalation()

    for says, field, changes in [
        ("Say in a few words", "reason", {"reason": " "}),
        ("still to come", "since_at", {"since_at": LATER + HOUR}),
        ("still to come", "until_at", {"until_at": LATER + HOUR}),
        ("ended before it began", "until_at", {"since_at": NOW, "until_at": NOW - HOUR}),
        ("no impact", "impact", {"impact": "end of days"}),
        ("no category", "category", {"category": "weather"}),
        ("Say why the customer need not know.", "why_not_told", {"customer_should_know": False}),
    ]:
        with pytest.raises(Refused) as refused:
            completed(case, **changes)
        assert refused.value.field == field and says.lower() in refused.value.sentence.lower(), field


def test_a_contact_who_has_left_meanwhile_may_stay_but_is_not_newly_named():
    case = make.escalation()
    maria, rui = case.contact, make.contact(case.account, "Rui Costa", has_left=True)
    maria.has_left = True
    maria.save()

    assert completed(case, mood="calm").contact == maria
    with refuses("Rui Costa has left", "contact"):
        completed(case, contact=rui)


def test_further_problems_come_onto_the_plan_and_open_what_was_resolved():
    case = make.escalation(problems=("Doubled",))
    problems.solve(case.problems.get(), by=CLOCK, now=NOW)
    endings.resolve(case, by=CLOCK, now=NOW)

    case = completed(case, problems=("Stock is wrong", " "))

    assert [problem.words for problem in case.problems.all()] == ["Doubled", "Stock is wrong"]
    assert case.status == "open"


def test_who_opened_it_may_complete_it_and_others_without_the_right_may_not():
    sam, olga = make.member("Sam", Role.SALES), make.member("Olga", Role.SALES)
    case = make.escalation(by=sam)

    assert completed(case, by=sam.as_actor(), problems=("Stock is wrong",), mood="upset").mood == "upset"
    with forbids("complete what was heard"):
        completed(case, by=olga.as_actor(), mood="calm")


def test_what_is_over_is_not_completed():
    case = make.escalation()
    endings.withdraw(case, reason="None", by=CLOCK, now=NOW)

    with refuses("This escalation is over."):
        completed(case, mood="upset")


# What follows


def test_the_severity_follows_what_is_heard_and_says_why_but_no_due_time_moves():
    case = make.escalation()
    promise, target_at = case.promises.get(), case.target_at

    case = completed(case, impact="stopped")

    assert (case.severity, case.proposed_severity, case.target_at) == ("critical", "critical", target_at)
    assert case.promises.get().due_at == promise.due_at
    event = case.events.get(kind="severity.changed")
    assert (event.words["old"], event.words["new"]) == ("High", "Critical")
    assert event.personal.words["reason"].startswith("Critical, because their business has stopped")
    assert case.because[0] == event.personal.words["reason"]


def test_a_severity_that_a_person_chose_stays():
    chosen_at_once = make.escalation(severity="low")
    chosen_later = make.escalation(of=chosen_at_once.account)
    escalations.change_severity(chosen_later, severity="low", reason="They wait gladly.", by=CLOCK, now=NOW)

    for case in (chosen_at_once, chosen_later):
        case = completed(case, impact="stopped")
        assert (case.severity, case.proposed_severity) == ("low", "critical")


def test_the_level_stays_and_says_what_the_playbook_would_say_now():
    case = make.escalation()

    case = completed(case, asks_for_level=3)

    assert case.level == 2
    assert case.because[1].startswith("Level 2, as it was opened. By what is known now the playbook would say: Level 3")


# Whether the customer needs to know


def test_no_to_yes_owes_the_acknowledgement_at_once_counted_from_now():
    case = untold()
    look = case.promises.get()

    case = completed(case, customer_should_know=True, why_not_told="", now=NOW + 2 * HOUR)

    look.refresh_from_db()
    owed = case.promises.open().get()
    assert look.status == "kept" and owed.kind == "acknowledgement"
    assert owed.due_at == NOW + 3 * HOUR and case.why_not_told == ""


def test_yes_to_no_needs_the_reason_and_lets_go_of_what_was_only_routine():
    case = make.escalation()
    list_of_orders = promises.make(case, what="A list", due_at=NOW + 3 * DAY, kind="deliverable", by=CLOCK, now=NOW)

    case = completed(case, customer_should_know=False, why_not_told="It was another tenant.")

    assert {promise.kind: promise.status for promise in case.promises.all()} == {
        "acknowledgement": "released",
        "deliverable": "open",
    }
    assert case.promises.open().get() == list_of_orders


def test_yes_to_no_with_nothing_else_promised_leaves_the_look_that_is_owed_to_ourselves():
    case = completed(make.escalation(), customer_should_know=False, why_not_told="It was another tenant.")

    assert (case.promises.open().get().kind, case.promises.open().get().to) == (Promise.Kind.LOOK, None)


def test_what_was_missed_before_stays_missed_when_they_need_not_know_after_all():
    case = completed(
        make.escalation(), customer_should_know=False, why_not_told="It was another tenant.", now=NOW + DAY
    )

    assert case.promises.get(kind="acknowledgement").status == "broken"


def test_nobody_is_pressed_to_tell_a_customer_who_need_not_know(world):
    case = untold()

    world.passes(days=4)

    assert set(told(case)) <= {"promise.reminded", "promise.overdue"}
    for delivery in letters_to(case.handler)[1:]:
        letter = delivery.letter
        assert letter["paragraphs"] == [
            "Does the customer need to know of it by now? If so, say it on the case; if not, say there why not."
        ]
        assert [act["label"] for act in letter["acts"]] == ["Look at it", f"Open {case.key}"]
        assert "customer has been told" not in letter["because"]


def test_silence_counts_from_when_they_may_know():
    case = untold()
    organisation = Organisation.current()
    assert terms.silent_until(case, organisation) is None

    hearings.may_know(case, by=CLOCK, now=NOW + 10 * DAY)

    case.refresh_from_db()
    assert case.silent_since == NOW + 10 * DAY
    assert boards.case(case, NOW + 10 * DAY).tell.because != "The customer has heard nothing for too long."


def test_looked_at_again_the_look_is_kept_and_the_next_one_promised():
    case = untold()
    with refuses("Say why", "why_not_told"):
        hearings.look_again(case, why_not_told="", by=CLOCK, now=LATER)

    hearings.look_again(case, why_not_told="Still nobody there could see it.", by=CLOCK, now=LATER)

    first, second = case.promises.all()
    assert (first.status, first.kept_by, second.kind, second.status) == ("kept", None, "look", "open")
    assert case.why_not_told == "Still nobody there could see it."
    assert "heard.looked" in kinds_of(case)


def test_what_the_customer_is_to_know_is_not_looked_at_again():
    with refuses("The customer is to know of it. Tell them."):
        hearings.look_again(make.escalation(), why_not_told="x", by=CLOCK, now=NOW)


def test_a_customer_who_need_not_know_is_told_nothing_until_somebody_says_that_they_may():
    case = untold()
    with refuses("Say first that they may know.", "may_know"):
        updates.send(case, text="We found it.", to=[case.contact], by=CLOCK, now=NOW)
    with refuses("Say first that they may know.", "may_know"):
        updates.log(case, channel="call", text="We spoke.", at=NOW, by=CLOCK, now=NOW)
    updates.log(case, channel="call", direction="in", text="What was that?", at=NOW, by=CLOCK, now=NOW)

    hearings.may_know(case, by=case.handler.as_actor(), now=NOW)
    updates.send(case, text="We found it.", to=[case.contact], by=case.handler.as_actor(), now=NOW)

    assert case.promises.get(kind="acknowledgement").status == "kept"


def test_a_look_is_neither_kept_by_a_word_nor_moved_nor_promised_by_anybody():
    case = untold()
    look = case.promises.get()

    with refuses("Nobody outside waits for that.", None):
        moves.by_word(look, due_at=NOW + DAY, reason="x", channel="call", text="x", at=NOW, by=CLOCK, now=NOW)
    with refuses("a kind of promise", "kind"):
        promises.make(case, what="A look", due_at=NOW + DAY, kind="look", by=CLOCK, now=NOW)


def test_an_untold_one_closes_with_nothing_said():
    case = untold()
    endings.resolve(case, by=CLOCK, now=NOW)

    endings.close(case, outcome="recovered", why_unconfirmed="They never knew.", by=CLOCK, now=NOW)

    assert case.promises.get().status == "released"
