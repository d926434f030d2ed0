"""What a merge took along while somebody had its page open: they are told where it is, and nothing is written there."""

import pytest

from amends.directory.actor import CLOCK
from amends.escalations import invariants
from amends.escalations.actions import citations, customer_answers, facts, helps, merges, promises, updates
from amends.escalations.actions import customer_links as links
from amends.escalations.customer_links import who
from amends.escalations.models import CustomerLink, Dispute, Escalation, Fact, Help, Promise
from tests import make
from tests.escalations.actions.test_facts import of_a_team, told
from tests.escalations.reading import DAY, HOUR, MINUTE, kinds_of, refuses

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY
LATER = NOW + 2 * HOUR
SHOWN = {"source": "Order journal", "evidence": "A query."}


@pytest.fixture
def case():
    """With a fact that was told as certain and is disputed, two promises and a call for help."""
    found = make.escalation()
    by = found.handler.as_actor()
    fact = facts.state(found, words="No order was lost.", is_confirmed=True, **SHOWN, by=by, now=NOW)
    told(found, fact)
    facts.dispute(fact, words="Ours says two.", by=of_a_team().as_actor(), now=NOW)
    promises.make(found, what="A list", kind="deliverable", due_at=NOW + 2 * DAY, by=by, now=NOW)
    helps.ask(found, what="A word", asked_of=found.handler, by=by, now=NOW)
    return found


def merged(case):
    """As another has merged it meanwhile; answers with what goes on, in which all is that one has open here."""
    into = make.escalation(of=case.account)
    merges.merge(Escalation.objects.get(pk=case.pk), into=into, reason="One cause.", by=CLOCK, now=NOW + HOUR)
    return into


WITH_CASE = {"by": CLOCK, "now": LATER}
ON_FACTS = {
    "confirm": lambda fact: facts.confirm(fact, **WITH_CASE),
    "refute": lambda fact: facts.refute(fact, evidence="Two were.", **WITH_CASE),
    "reopen": lambda fact: facts.reopen(fact, reason="A log", **WITH_CASE),
    "change": lambda fact: facts.change(fact, source="Another log", **WITH_CASE),
    "dispute": lambda fact: facts.dispute(fact, words="No", team=make.team("Support"), **WITH_CASE),
    "correct": lambda fact: citations.correct(fact, how="On the phone", **WITH_CASE),
}


@pytest.mark.parametrize("act", ON_FACTS.values(), ids=ON_FACTS)
def test_nobody_acts_on_a_fact_that_is_another_cases_by_now(case, act):
    fact = Fact.objects.select_related("escalation").get()
    into = merged(case)
    before = kinds_of(case)

    with refuses(f"It belongs to {into.key} by now. Open it there."):
        act(fact)

    assert kinds_of(case) == before and "fact.changed" not in kinds_of(into)


def test_nor_settles_a_dispute_of_one(case):
    dispute = Dispute.objects.select_related("fact__escalation").get()
    into = merged(case)

    with refuses(f"It belongs to {into.key} by now. Open it there."):
        facts.settle(dispute, answer="Counted together.", **WITH_CASE)

    assert Dispute.objects.get().settled_at is None


ON_PROMISES = {
    "keep": lambda promise, said: promises.keep(promise, update=said, **WITH_CASE),
    "move": lambda promise, said: promises.move(
        promise, due_at=NOW + 3 * DAY, told_by=said, reason="More logs", **WITH_CASE
    ),
    "give up": lambda promise, said: promises.give_up(promise, reason="No.", **WITH_CASE),
    "release": lambda promise, said: promises.release(promise, reason="Waived.", **WITH_CASE),
}


@pytest.mark.parametrize("act", ON_PROMISES.values(), ids=ON_PROMISES)
def test_nobody_settles_a_promise_that_is_another_cases_by_now(case, act):
    promise = Promise.objects.select_related("escalation").get(what="A list")
    said = updates.log(case, channel="call", text="We spoke.", at=NOW + MINUTE, by=CLOCK, now=NOW + MINUTE)
    into = merged(case)
    before = kinds_of(case)

    with refuses(f"It belongs to {into.key} by now. Open it there."):
        act(promise, said)

    promise.refresh_from_db()
    assert (promise.status, promise.escalation) == ("open", into)
    assert kinds_of(case) == before
    assert invariants.breaches(NOW + HOUR) == []


def test_nor_gives_help_that_is_needed_in_another_case_by_now(case):
    help_ = Help.objects.select_related("escalation").get()
    into = merged(case)

    with refuses(f"It belongs to {into.key} by now. Open it there."):
        helps.give(help_, answer="Done.", **WITH_CASE)

    assert "help.given" not in kinds_of(case)


def test_opened_anew_there_all_of_it_is_done_there(case):
    into = merged(case)
    fact, promise = into.facts.get(), into.promises.get(what="A list")

    facts.refute(fact, evidence="Two were.", **WITH_CASE)
    promises.release(promise, reason="Waived.", **WITH_CASE)

    assert {"fact.refuted", "promise.released"} <= set(kinds_of(into))


def test_the_customer_is_not_refused_and_what_they_say_stands_where_it_goes_on(case):
    given = links.give(case, contact=case.contact, by=CLOCK, now=NOW)
    link = CustomerLink.objects.select_related("escalation__merged_into", "contact").get(pk=given.pk)
    assert link.case == case
    into = merged(case)

    customer_answers.answer(link, words="It is worse today.", by=who(link), now=LATER)
    customer_answers.rate(link, heard=4, words="", by=who(link), now=LATER)

    into.refresh_from_db()
    assert [update.text for update in into.updates.filter(channel="page")] == ["It is worse today."]
    assert into.last_heard_at == LATER and into.ratings.exists()
    assert "rating.given" not in kinds_of(case)


# An acknowledgement counts from the report that it answers


def reported(*, earlier, later, first_goes_on):
    """Two reports of one account, one of them merged into the other; answers with what goes on and what was owed."""
    one = make.escalation(now=NOW, reported_at=NOW - earlier)
    two = make.escalation(of=one.account, now=NOW + 2 * HOUR, reported_at=NOW + 2 * HOUR - later)
    owed = [one.promises.get(), two.promises.get()]
    escalation, into = (two, one) if first_goes_on else (one, two)
    merges.merge(escalation, into=into, reason="One cause.", by=CLOCK, now=NOW + 3 * HOUR)
    return into, owed


def called(case, *, at):
    updates.log(case, channel="call", text="We are on it.", at=at, by=CLOCK, now=NOW + 4 * HOUR)


def statuses(owed):
    for promise in owed:
        promise.refresh_from_db()
    return [promise.status.split()[0] for promise in owed]


@pytest.mark.parametrize("first_goes_on", [True, False])
def test_a_call_between_two_reports_acknowledges_the_first_of_them_whichever_goes_on(first_goes_on):
    case, owed = reported(earlier=0 * HOUR, later=0 * HOUR, first_goes_on=first_goes_on)

    called(case, at=NOW + HOUR)
    assert statuses(owed) == ["kept", "open"]
    called(case, at=NOW + 3 * HOUR)
    assert statuses(owed) == ["kept", "kept"]


@pytest.mark.parametrize("first_goes_on", [True, False])
def test_each_counts_from_its_own_report_and_not_from_when_it_was_written_down(first_goes_on):
    case, owed = reported(earlier=DAY, later=30 * MINUTE, first_goes_on=first_goes_on)

    called(case, at=NOW + HOUR)
    assert statuses(owed) == ["kept", "open"]
    called(case, at=NOW + 2 * HOUR - 30 * MINUTE)

    assert statuses(owed) == ["kept", "kept"]


def test_a_call_before_the_first_report_still_acknowledges_nothing():
    case, owed = reported(earlier=HOUR, later=0 * HOUR, first_goes_on=False)

    with refuses("That was said before they told us of this", field="keeps"):
        updates.log(
            case,
            channel="call",
            text="Good morning.",
            at=NOW - 2 * HOUR,
            keeps=[case.promises.get(pk=owed[0].pk)],
            by=CLOCK,
            now=NOW + 4 * HOUR,
        )


@pytest.mark.parametrize("first_goes_on", [True, False])
def test_what_was_reported_first_and_written_down_last_is_all_that_a_call_before_the_other_acknowledges(first_goes_on):
    case, owed = reported(earlier=0 * HOUR, later=3 * HOUR, first_goes_on=first_goes_on)

    called(case, at=NOW - 30 * MINUTE)

    assert statuses(owed) == ["open", "kept"]
