"""What must always be true of facts, causes and notices: each breach is found and named, past every act."""

import pytest

from amends.directory.actor import CLOCK, COMMAND_LINE
from amends.directory.models import Contact
from amends.escalations import invariants
from amends.escalations.actions import cause_notices, causes, facts, meetings, merges, updates
from amends.escalations.meetings import Invited
from amends.escalations.models import AffectedAccount, CauseNotice, CauseNoticePart, Citation, Fact, Meeting, Promise
from tests import make
from tests.escalations.reading import DAY, HOUR, MINUTE

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY + HOUR
SHOWN = {"source": "Order journal", "evidence": "A query.", "is_confirmed": True}


def breaches(now=NOW):
    return [(breach.invariant, breach.subject, breach.says) for breach in invariants.breaches(now)]


@pytest.fixture
def escalation():
    return make.escalation()


@pytest.fixture
def corrected(escalation):
    """A fact that was told as certain and refuted, and what was told in its place."""
    by, shown = escalation.handler.as_actor(), {"by": CLOCK, "now": NOW}
    told = {"to": [escalation.contact], "by": by, "now": NOW}
    first = facts.state(escalation, words="214 came twice.", **SHOWN, **shown)
    updates.send(escalation, text="This we know.", cites=[first], **told)
    facts.refute(first, evidence="It was read twice.", **shown)
    second = facts.state(escalation, words="107 came twice.", corrects=first, **SHOWN, **shown)
    updates.send(escalation, text="We were wrong.", cites=[second], **told)
    return first, second


@pytest.fixture
def notice():
    """A notice that told one account."""
    make.organisation()
    make.playbook()
    _, nadia, _ = make.chain()
    account = make.account("Alder Clinics", csm=nadia.reports.get())
    make.contact(account)
    cause = make.cause(now=NOW)
    causes.mark(cause, [account], how_we_know="They run 4.2", by=COMMAND_LINE, now=NOW)
    begun = make.cause_notice(cause, by=nadia, now=NOW)
    cause_notices.claim("here", now=NOW)
    while cause_notices.tell_next(begun, place="here", now=NOW):
        pass
    return begun


def test_what_the_acts_leave_behind_breaches_nothing(escalation, corrected, notice):
    into, last = make.escalation(of=escalation.account), make.escalation(of=escalation.account)
    merges.merge(escalation, into=into, reason="One cause.", by=CLOCK, now=NOW)
    merges.merge(into, into=last, reason="One cause.", by=CLOCK, now=NOW)
    causes.clear(AffectedAccount.objects.get(), reason="They run 4.1.", by=COMMAND_LINE, now=NOW)

    assert last.facts.count() == 2
    assert breaches() == []


def test_two_that_contradict_each_other_and_are_both_confirmed_are_found(escalation, corrected):
    first, _ = corrected
    Fact.objects.filter(pk=first.pk).update(state="confirmed")

    ((invariant, subject, says),) = breaches()
    assert (invariant, subject) == ("facts", escalation.key)
    assert says == "“107 came twice.” stands in place of “214 came twice.”, and both are confirmed. Refute one."


def test_a_fact_that_stands_in_place_of_one_of_another_case_is_found(escalation):
    elsewhere = facts.state(make.escalation(), words="It rains.", by=CLOCK, now=NOW)
    fact = facts.state(escalation, words="It does not.", by=CLOCK, now=NOW)
    Fact.objects.filter(pk=fact.pk).update(corrects=elsewhere)

    assert breaches() == [
        ("facts", escalation.key, "“It does not.” stands in place of “It rains.”, which is of another case.")
    ]


def test_a_fact_that_was_told_in_another_case_is_found(escalation, corrected):
    other = make.escalation(of=escalation.account)
    Fact.objects.update(escalation=other)

    assert {(invariant, subject) for invariant, subject, _ in breaches()} == {("facts", escalation.key)}
    assert breaches()[0][2] == f"“214 came twice.” was told there, and is a fact of {other.key}."


def test_what_counts_as_put_right_by_an_update_that_says_nothing_of_it_is_found(escalation, corrected):
    first, _ = corrected
    silent = updates.send(
        escalation, text="Good morning.", to=[escalation.contact], by=escalation.handler.as_actor(), now=NOW
    )
    Citation.objects.filter(fact=first).update(corrected_in=silent)

    assert breaches() == [
        ("facts", escalation.key, "“214 came twice.” counts as put right by an update that says nothing of it.")
    ]


def test_what_is_put_right_by_what_came_in_its_place_after_several_steps_is_no_breach(escalation):
    by, shown = escalation.handler.as_actor(), {"by": CLOCK, "now": NOW}
    told = {"to": [escalation.contact], "by": by, "now": NOW}
    first = facts.state(escalation, words="214 came twice.", **SHOWN, **shown)
    updates.send(escalation, text="This we know.", cites=[first], **told)
    facts.refute(first, evidence="It was read twice.", **shown)
    second = facts.state(escalation, words="107 came twice.", corrects=first, **shown)
    facts.refute(second, evidence="It was read twice.", **shown)
    third = facts.state(escalation, words="53 came twice.", corrects=second, **SHOWN, **shown)

    right = updates.send(escalation, text="We were wrong.", cites=[third], **told)

    assert Citation.objects.get(fact=first).corrected_in == right
    assert breaches() == []
    Fact.objects.filter(pk=third.pk).update(corrects=None)
    says = "“214 came twice.” counts as put right by an update that says nothing of it."
    assert breaches() == [("facts", escalation.key, says)]


def test_a_contact_who_is_one_of_us_is_found(escalation):
    contact, ours = escalation.contact, escalation.handler.email
    Contact.objects.filter(pk=contact.pk).update(email=ours.upper())

    says = f"{ours.upper()} is the address of {contact} there, and of one of us. Take it off the contact."
    assert breaches() == [("contact", escalation.account.name, says)]
    Contact.objects.update(has_left=True)
    assert breaches() == []


def told_again(case, fact):
    """What was told is told once more, and that counts as putting right what was told before."""
    by = case.handler.as_actor()
    update = updates.send(case, text="Once more.", to=[case.contact], cites=[fact], by=by, now=NOW + HOUR)
    Citation.objects.filter(fact=fact).exclude(update=update).update(corrected_at=NOW + HOUR, corrected_in=update)


def test_to_tell_it_as_certain_once_more_puts_nothing_right_and_as_open_it_does(escalation):
    certain = facts.state(escalation, words="Labels are wrong.", **SHOWN, by=CLOCK, now=NOW)
    doubted = facts.state(escalation, words="Stock is off.", **SHOWN, by=CLOCK, now=NOW)
    by = escalation.handler.as_actor()
    updates.send(escalation, text="We know.", to=[escalation.contact], cites=[certain, doubted], by=by, now=NOW)
    facts.reopen(doubted, reason="Another log", by=CLOCK, now=NOW)

    told_again(escalation, certain)
    told_again(escalation, doubted)

    assert breaches(NOW + HOUR) == [
        ("facts", escalation.key, "“Labels are wrong.” counts as put right by an update that says nothing of it.")
    ]


def test_a_linked_account_that_is_not_marked_as_affected_is_found(escalation):
    cause = make.cause(of=escalation, now=NOW)
    AffectedAccount.objects.all().delete()

    says = f"{escalation.key} comes of it, and {escalation.account} is not marked as affected."
    assert breaches() == [("cause", cause.key, says)]


def test_who_counts_as_told_in_a_case_of_somebody_else_is_found(notice):
    CauseNoticePart.objects.update(escalation=make.escalation(by=notice.by))

    assert breaches() == [
        ("notice", notice.cause.key, "Alder Clinics counts as told in a case that is not theirs."),
    ]


def test_who_was_told_without_a_promise_is_found(notice):
    Promise.objects.update(made_with=None)

    says = "Alder Clinics was told, and nothing was promised to them with it. Promise what comes next."
    assert breaches() == [("notice", notice.cause.key, says)]


def test_a_notice_that_is_over_and_left_somebody_waiting_or_is_in_hand_is_found(notice):
    key = notice.cause.key
    CauseNoticePart.objects.update(outcome="")
    assert breaches() == [("notice", key, "“Orders sent twice” has gone out, and some were not told by it.")]

    CauseNoticePart.objects.update(outcome="told")
    CauseNotice.objects.update(leased_by="here")

    assert breaches() == [("notice", key, "“Orders sent twice” is over, and somebody is still at it.")]


def test_a_notice_that_is_over_and_of_which_ours_had_no_letter_is_found(notice):
    CauseNotice.objects.update(announced_to=0)

    says = "“Orders sent twice” is over, and who handles the cases that it opened had no letter of some."
    assert breaches(now=CauseNotice.objects.get().ended_at + 4 * MINUTE) == []
    assert breaches(now=CauseNotice.objects.get().ended_at + 5 * MINUTE) == [("notice", notice.cause.key, says)]


def test_two_notices_of_one_cause_that_go_out_at_once_are_found(notice):
    CauseNotice.objects.update(state="waiting", ended_at=None)
    second = CauseNotice(cause=notice.cause, subject="x", text="x", next_what="x", next_at=NOW + DAY, at=NOW)
    second.save()

    assert breaches() == [("notice", notice.cause.key, "Two notices of it go out at once. Stop one.")]


def test_a_meeting_that_was_held_and_is_still_promised_is_found(escalation):
    meetings.plan(
        escalation,
        kind="status",
        starts_at=NOW + DAY,
        minutes=30,
        members=[Invited(escalation.handler)],
        contacts=[escalation.contact],
        by=escalation.handler.as_actor(),
        now=NOW,
    )
    Meeting.objects.update(state="held", held_at=NOW, settled_at=NOW)

    assert breaches() == [("meeting", escalation.key, "A meeting was held, and is still promised.")]
