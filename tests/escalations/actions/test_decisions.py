"""Taking on what was requested: who is asked, until when, and what each answer does."""

import datetime as dt

import pytest

from amends.directory import absences
from amends.directory.actor import CLOCK, Role
from amends.escalations.actions import decisions, endings, escalations, promises, updates
from amends.escalations.hearing import Heard
from amends.escalations.models import Decision, Escalation, Hold
from tests import make
from tests.escalations.actions.requested import requested, small_account
from tests.escalations.reading import DAY, HOUR, forbids, kinds_of, letters_to, refuses, subjects_to
from tests.world import told

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY  # Thursday 10:00 in Berlin
Status = Escalation.Status


# Asking


def test_what_does_not_qualify_is_requested_and_its_handler_is_asked_within_four_working_hours():
    asked = requested()

    decision = decisions.pending(asked.case)
    assert (asked.case.status, asked.case.accepted_at) == (Status.REQUESTED, None)
    assert decision and (decision.asked_of, decision.asked_by) == (asked.nadia, asked.tom)
    assert decision.due_at == dt.datetime(2026, 11, 19, 13, 0, tzinfo=dt.UTC)
    assert kinds_of(asked.case)[0] == "escalation.requested"


def test_what_does_not_qualify_is_only_opened_with_a_reason():
    with refuses("None of these holds", "why_unqualified"):
        requested(why_unqualified=" ")


def test_meanwhile_the_word_to_the_customer_is_with_who_asked():
    asked = requested()

    assert asked.case.promises.get().owner == asked.tom
    assert asked.case.promises.get().kind == "acknowledgement"


def test_where_who_asked_may_tell_the_customer_nothing_the_word_is_with_the_csm():
    asked = requested(by=make.member("Sam", Role.SALES))

    assert asked.case.promises.get().owner == asked.tom


def test_who_is_asked_gets_a_mail_of_it_even_where_others_read_of_it_elsewhere():
    account = small_account()
    heard = Heard("Invoices are wrong", why_unqualified="They write for the press.")

    case = escalations.open(account, heard=heard, is_request=True, is_told=True, by=CLOCK, now=NOW)

    assert case.status == Status.REQUESTED
    assert any("Please decide" in subject for subject in subjects_to(case.handler))


def test_who_opens_what_they_handle_themselves_has_decided():
    account = small_account()
    heard = Heard("Invoices are wrong", why_unqualified="They write for the press.")

    case = escalations.open(account, heard=heard, by=account.csm.reports_to.as_actor(), now=NOW)

    assert (case.status, case.accepted_at, decisions.pending(case)) == (Status.OPEN, NOW, None)


def test_nobody_names_themselves_to_decide_where_their_role_may_not():
    account = small_account()
    heard = Heard("Invoices are wrong", why_unqualified="They write for the press.")

    with refuses("Name a manager, or leave it to the playbook.", "handler"):
        escalations.open(account, heard=heard, handler=account.csm, by=account.csm.as_actor(), now=NOW)


def test_nobody_hands_a_request_to_themselves_to_decide_on_it():
    asked = requested()

    with forbids("decide on this request"):
        escalations.hand_to(asked.case, handler=asked.tom, reason="I know them.", by=asked.tom.as_actor(), now=NOW)


def test_handed_on_the_new_handler_is_asked_and_the_old_one_no_longer():
    asked = requested()
    first = decisions.pending(asked.case)

    escalations.hand_to(asked.case, handler=asked.ruth, reason="Leave.", by=asked.nadia.as_actor(), now=NOW + HOUR)

    first.refresh_from_db()
    assert (first.verdict, first.decided_at) == ("overtaken", NOW + HOUR)
    assert decisions.pending(asked.case).asked_of == asked.ruth
    assert letters_to(asked.ruth)[-1].letter["acts"][0]["label"] == "Accept"


def test_a_request_that_nobody_decides_on_rings_and_its_customer_waits_no_less(world):
    asked = requested()

    world.passes(hours=8)

    rung = told(asked.case)
    assert "decision.due" in rung and "promise.overdue" in rung


# Accepting


def test_accepted_it_is_open_and_what_was_owed_goes_to_the_handler():
    asked = requested()

    decisions.accept(asked.case, by=asked.nadia.as_actor(), now=NOW + HOUR)

    decision = asked.case.decisions.get()
    assert (asked.case.status, asked.case.accepted_at, asked.case.handler) == (Status.OPEN, NOW + HOUR, asked.nadia)
    assert (decision.verdict, decision.decided_by, decision.decided_at) == ("accepted", asked.nadia, NOW + HOUR)
    assert asked.case.promises.get().owner == asked.nadia
    assert asked.case.key in subjects_to(asked.tom)[-1]


def test_what_was_promised_by_somebody_else_stays_theirs_when_it_is_accepted():
    asked = requested()
    klaus = make.member("Klaus")
    fix = promises.make(asked.case, what="A list", due_at=NOW + DAY, kind="deliverable", owner=klaus, by=CLOCK, now=NOW)

    decisions.accept(asked.case, by=asked.nadia.as_actor(), now=NOW)

    fix.refresh_from_db()
    assert fix.owner == klaus


def test_a_manager_who_accepts_what_another_was_asked_takes_charge():
    asked = requested()

    decisions.accept(asked.case, by=asked.ruth.as_actor(), now=NOW)

    assert asked.case.handler == asked.ruth and asked.case.promises.get().owner == asked.ruth


def test_who_stands_in_accepts_for_the_one_who_is_away():
    asked = requested()
    petra = make.member("Petra", Role.RESPONDER)
    absences.plan(asked.nadia, from_at=NOW, until_at=NOW + 3 * DAY, stand_in=petra, by=CLOCK, now=NOW)

    decisions.accept(asked.case, by=absences.actor_of(petra, NOW + HOUR), now=NOW + HOUR)

    assert (asked.case.status, asked.case.handler) == (Status.OPEN, asked.nadia)
    assert asked.case.decisions.get().decided_by == petra


def test_who_asked_does_not_decide():
    asked = requested()

    for act in (
        lambda by: decisions.accept(asked.case, by=by, now=NOW),
        lambda by: decisions.decline(asked.case, reason="No", by=by, now=NOW),
        lambda by: decisions.give_back(asked.case, steps="Ring", by=by, now=NOW),
        lambda by: decisions.close_with_note(asked.case, note="Done", by=by, now=NOW),
    ):
        with forbids("decide on this request"):
            act(asked.tom.as_actor())


def test_what_was_decided_is_not_decided_again():
    asked = requested()
    decisions.accept(asked.case, by=asked.nadia.as_actor(), now=NOW)

    with refuses("This was decided already."):
        decisions.decline(asked.case, reason="No", by=asked.ruth.as_actor(), now=NOW)


# Declining, giving back, closing with a note


def test_declined_it_is_over_with_a_reason_and_nothing_is_owed():
    asked = requested()
    with refuses("Say why", "reason"):
        decisions.decline(asked.case, reason=" ", by=asked.nadia.as_actor(), now=NOW)

    decisions.decline(asked.case, reason="Support has it in hand.", by=asked.nadia.as_actor(), now=NOW + 8 * HOUR)

    case = Escalation.objects.get(pk=asked.case.pk)
    assert (case.status, case.closed_at, case.next_look_at) == (Status.DECLINED, NOW + 8 * HOUR, None)
    # Overdue by then; a request that was none has missed nothing.
    assert [promise.status for promise in case.promises.all()] == ["released"]
    assert not Hold.objects.filter(lifted_at=None).exists()
    assert case.decisions.get().words == "Support has it in hand."
    assert asked.case.key in subjects_to(asked.tom)[-1]


def test_given_back_it_stays_requested_with_the_next_steps_and_nobody_is_pressed_to_decide(world):
    asked = requested()

    decisions.give_back(asked.case, steps="Ring finance first.", by=asked.nadia.as_actor(), now=NOW)
    world.passes(hours=8)

    given_back = asked.case.decisions.get()
    assert (asked.case.status, given_back.verdict) == (Status.REQUESTED, "given back")
    assert given_back.words == "Ring finance first."
    assert "decision.due" not in told(asked.case) and "promise.overdue" in told(asked.case)
    with refuses("nobody has asked for a decision again yet"):
        decisions.accept(asked.case, by=asked.nadia.as_actor(), now=world.now)


def test_asked_again_with_what_was_done_there_is_something_new_to_decide():
    asked = requested()
    with refuses("Nadia Brandt is asked already."):
        decisions.ask_again(asked.case, done="Rang them.", by=asked.tom.as_actor(), now=NOW)
    decisions.give_back(asked.case, steps="Ring finance first.", by=asked.nadia.as_actor(), now=NOW)
    with refuses("Say what was done", "done"):
        decisions.ask_again(asked.case, done="", by=asked.tom.as_actor(), now=NOW)

    again = decisions.ask_again(asked.case, done="Finance is at a loss.", by=asked.tom.as_actor(), now=NOW + DAY)

    assert Decision.objects.count() == 2 and decisions.pending(asked.case) == again
    letter = letters_to(asked.nadia)[-1].letter
    assert letter["subject"].startswith("Please decide: Saltmarsh") and letter["acts"][0]["label"] == "Accept"


def test_closed_with_a_note_it_is_over_and_what_was_left_out_is_waived_by_name():
    asked = requested(problems=("The invoice is wrong",))
    with refuses("Say how it was settled", "note"):
        decisions.close_with_note(asked.case, note="", by=asked.nadia.as_actor(), now=NOW)

    closure = decisions.close_with_note(
        asked.case, note="I rang them; a credit note is out.", by=asked.nadia.as_actor(), now=NOW + HOUR
    )

    case = Escalation.objects.get(pk=asked.case.pk)
    assert (case.status, case.closed_at, case.next_look_at) == (Status.CLOSED, NOW + HOUR, None)
    assert (closure.outcome, closure.note) == ("recovered", "I rang them; a credit note is out.")
    assert [waiver.what for waiver in closure.waivers.all()] == [
        "The customer’s word that it is over",
        "A first word to the customer",
        "Solved: The invoice is wrong",
    ]
    assert case.problems.get().status == "declined" and case.promises.get().status == "released"


def test_only_what_is_requested_is_decided_on_or_asked_for_again():
    case = make.escalation()

    with refuses("This was decided already."):
        decisions.accept(case, by=case.handler.as_actor(), now=NOW)
    with refuses("Only what is requested can be asked for again."):
        decisions.ask_again(case, done="x", by=CLOCK, now=NOW)


def test_withdrawn_nobody_is_asked_any_more():
    asked = requested()

    endings.withdraw(asked.case, reason="They were calmed.", by=asked.nadia.as_actor(), now=NOW)

    assert asked.case.decisions.get().verdict == "overtaken"


@pytest.mark.parametrize("role", [Role.RESPONDER, Role.SALES])
def test_whoever_asked_withdraws_the_request_though_they_may_tell_the_customer_nothing(role):
    asked = requested(by=make.member("Sal Berg", role))

    endings.withdraw(asked.case, reason="They were calmed.", by=asked.case.opened_by.as_actor(), now=NOW)

    assert asked.case.status == "withdrawn"
    assert not asked.case.promises.open().exists()


def test_a_word_to_the_customer_can_be_said_before_anybody_has_decided():
    asked = requested()

    updates.log(asked.case, channel="call", text="We look into it.", at=NOW, by=asked.tom.as_actor(), now=NOW)

    assert asked.case.promises.get(kind="acknowledgement").status == "kept"
    assert asked.case.promises.open().get().owner == asked.tom
