"""The ledger of facts: what it takes to state, confirm and refute; who disputes; who hears that a customer was told."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from amends.directory.actor import CLOCK, Role
from amends.escalations.actions import citations, endings, facts, files, merges, updates
from amends.escalations.actions.files import File
from amends.escalations.models import Citation, Dispute, Escalation, Fact
from tests import make
from tests.escalations.reading import HOUR, MINUTE, forbids, kinds_of, letters_to, refuses

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY + HOUR
LATER = NOW + HOUR
DOUBLED = "214 orders were sent twice."
SHOWN = {"source": "Order journal", "evidence": "Query of 12 November, attached."}


@pytest.fixture
def escalation():
    return make.escalation(problems=("Every order arrives twice",))


def of_a_team(name="Priya Raman", team="Development", role=Role.RESPONDER):
    member = make.member(name, role)
    make.team(team).members.add(member)
    return member


def stated(escalation, words=DOUBLED, *, by=None, now=NOW, **more):
    by = by.as_actor() if by else escalation.handler.as_actor()
    return facts.state(escalation, words=words, by=by, now=now, **more)


def confirmed(escalation, words=DOUBLED, **more):
    return stated(escalation, words, is_confirmed=True, **SHOWN, **more)


def told(escalation, *cited, by=None, now=NOW):
    """An update that cites them."""
    by = (by or escalation.handler).as_actor()
    update = updates.send(escalation, text="This we know.", to=[escalation.contact], by=by, now=now)
    citations.cite(update, citations.checked(escalation, cited), by=by, now=now)
    return update


# Stating and settling


def test_what_is_stated_is_under_investigation_and_stands_on_the_timeline(escalation):
    priya = of_a_team()

    fact = stated(escalation, f"  {DOUBLED} ", by=priya, source="Order journal", problem=escalation.problems.get())

    assert (fact.words, fact.state, fact.by, fact.at) == (DOUBLED, "investigating", priya, NOW)
    event = escalation.events.first()
    assert (event.kind, event.words) == ("fact.stated", {"fact_id": fact.pk})
    assert event.personal.words == {"fact": DOUBLED}


def test_it_is_confirmed_with_its_source_and_evidence_and_the_handler_hears(escalation):
    priya = of_a_team()
    fact = stated(escalation, by=priya)

    with refuses("Say where it comes from", "source"):
        facts.confirm(fact, evidence="Query", by=priya.as_actor(), now=LATER)
    with refuses("Say what shows it", "evidence"):
        facts.confirm(fact, source="Order journal", by=priya.as_actor(), now=LATER)
    facts.confirm(fact, **SHOWN, by=priya.as_actor(), now=LATER)

    fact.refresh_from_db()
    assert (fact.state, fact.settled_by, fact.settled_at, fact.is_certain) == ("confirmed", priya, LATER, True)
    assert letters_to(escalation.handler)[-1].letter["subject"].endswith("a fact is confirmed")


def test_what_is_stated_as_confirmed_needs_the_same_at_once(escalation):
    with refuses("Say what shows it", "evidence"):
        stated(escalation, is_confirmed=True, source="Order journal")

    assert confirmed(escalation).is_certain
    assert kinds_of(escalation)[-2:] == ["fact.stated", "fact.confirmed"]
    assert Fact.objects.count() == 1


def test_what_seemed_to_show_it_stays_on_the_timeline_when_it_is_refuted(escalation):
    by, unshown = escalation.handler.as_actor(), stated(escalation, "The depots are wrong.")
    fact = confirmed(escalation)

    facts.refute(fact, evidence="The journal counted retries.", by=by, now=LATER)
    facts.refute(unshown, evidence="They are right.", by=by, now=LATER)

    fact.refresh_from_db()
    says = [event.personal.words["evidence"] for event in escalation.events.filter(kind="fact.refuted").order_by("id")]
    assert fact.evidence == "The journal counted retries."
    assert says == [
        f"The journal counted retries. Until now this seemed to show it: {SHOWN['evidence']}",
        "They are right.",
    ]


def test_refuting_needs_evidence_and_reopening_a_reason(escalation):
    fact, by = confirmed(escalation), escalation.handler.as_actor()

    with refuses("Say what shows that it is not so", "evidence"):
        facts.refute(fact, evidence=" ", by=by, now=LATER)
    facts.refute(fact, evidence="The journal counted retries.", by=by, now=LATER)
    with refuses("is refuted already. Investigate it again first"):
        facts.confirm(fact, by=by, now=LATER)
    with refuses("Say why", "reason"):
        facts.reopen(fact, reason="", by=by, now=LATER)
    facts.reopen(fact, reason="Retries were orders, too.", by=by, now=LATER)

    fact.refresh_from_db()
    assert (fact.state, fact.settled_at, fact.evidence) == ("investigating", None, "The journal counted retries.")
    with refuses("under investigation already"):
        facts.reopen(fact, reason="x", by=by, now=LATER)
    assert kinds_of(escalation)[-2:] == ["fact.refuted", "fact.reopened"]


def test_the_database_keeps_nothing_settled_without_what_shows_it(escalation):
    fact = stated(escalation)

    for wrong in ({"state": "confirmed", "source": "x", "settled_at": NOW}, {"state": "refuted", "evidence": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Fact.objects.filter(pk=fact.pk).update(**wrong)


def test_files_show_it_and_are_the_facts(escalation):
    fact = stated(escalation, files=[File("journal.csv", b"a,b")])
    by = escalation.handler.as_actor()

    facts.confirm(fact, **SHOWN, files=[File("query.sql.txt", b"select")], by=by, now=LATER)
    files.attach(escalation, name="more.csv", content=b"c", fact=fact, by=by, now=LATER)

    assert [file.name for file in fact.attachments.all()] == ["journal.csv", "query.sql.txt", "more.csv"]
    with refuses("belongs to another escalation", "fact"):
        files.attach(make.escalation(), name="x.csv", content=b"x", fact=fact, by=CLOCK, now=LATER)


def test_it_is_said_better_until_the_customer_was_told(escalation):
    fact, by = confirmed(escalation), escalation.handler.as_actor()

    facts.change(fact, words="216 orders were sent twice.", evidence="Counted again.", by=by, now=LATER)
    told(escalation, fact)
    with refuses("The customer was told it in these words", "words"):
        facts.change(fact, words="Some orders were sent twice.", by=by, now=LATER)
    with refuses("what shows it stays", "evidence"):
        facts.change(fact, evidence="", by=by, now=LATER)

    event = escalation.events.get(kind="fact.changed")
    assert event.personal.words["fact"] == DOUBLED
    assert event.personal.words["changes"] == ("it says now “216 orders were sent twice.”; evidence: “Counted again.”")


def test_those_who_solve_and_who_handle_state_facts_and_sales_do_not(escalation):
    assert stated(escalation, by=make.member(role=Role.RESPONDER))
    sam = make.member("Sam", Role.SALES)
    with forbids("You may not state facts"):
        stated(escalation, by=sam)
    Escalation.objects.filter(pk=escalation.pk).update(handler=sam)
    escalation.refresh_from_db()
    assert stated(escalation, by=sam)


def test_it_can_be_stated_when_all_is_over_and_wakes_no_clock(escalation):
    endings.withdraw(escalation, reason="A drill", by=escalation.handler.as_actor(), now=NOW)

    stated(escalation)

    assert Escalation.objects.get(pk=escalation.pk).next_look_at is None


# Disputes


def test_a_team_disputes_and_until_that_is_settled_nothing_is_certain(escalation):
    claire, fact = of_a_team("Claire", "Support"), confirmed(escalation)

    dispute = facts.dispute(fact, words="Ours says 180.", by=claire.as_actor(), now=LATER)

    assert (dispute.team.name, fact.is_certain, fact.counts_as) == ("Support", False, "investigating")
    assert list(Fact.objects.certain()) == [] and list(Fact.objects.uncertain()) == [fact]
    assert letters_to(escalation.handler)[-1].letter["subject"].endswith("Support disputes a fact")
    with refuses("Support disputes it already", "team"):
        facts.dispute(fact, words="Still.", by=claire.as_actor(), now=LATER)

    facts.settle(dispute, answer="Counted together: 214.", by=escalation.handler.as_actor(), now=LATER + HOUR)

    fact.refresh_from_db()
    assert fact.is_certain and list(Fact.objects.certain()) == [fact]
    assert "Counted together: 214." in letters_to(claire)[-1].letter["paragraphs"][0]
    with refuses("settled already"):
        facts.settle(dispute, answer="x", by=CLOCK, now=LATER)


def test_what_is_disputed_is_not_confirmed_before_that_is_settled(escalation):
    claire, fact = of_a_team("Claire", "Support"), stated(escalation)
    facts.dispute(fact, words="Ours says 180.", by=claire.as_actor(), now=NOW)

    with refuses("Support disputes it: “Ours says 180.” Settle that first"):
        facts.confirm(fact, **SHOWN, by=CLOCK, now=LATER)
    facts.refute(fact, evidence="It is 180.", by=CLOCK, now=LATER)

    # To refute it is the answer.
    assert Dispute.objects.get().answer == "Refuted: It is 180."
    assert "a fact is refuted" in letters_to(claire)[-1].letter["subject"]


def test_one_disputes_for_a_team_of_ones_own(escalation):
    fact, sam = confirmed(escalation), make.member("Sam", Role.SALES)
    field, support = make.team("Field sales"), make.team("Support")

    with refuses("you belong to none", "team"):
        facts.dispute(fact, words="No", by=sam.as_actor(), now=NOW)
    field.members.add(sam)
    with refuses("You do not belong to Support", "team"):
        facts.dispute(fact, words="No", team=support, by=sam.as_actor(), now=NOW)
    mine = facts.dispute(fact, words="No", by=sam.as_actor(), now=NOW)
    support.members.add(sam)
    with refuses("for which of your teams", "team"):
        facts.dispute(fact, words="No", by=sam.as_actor(), now=NOW)
    with forbids("only read"):
        facts.dispute(fact, words="No", team=support, by=sam.as_actor(may_write=False), now=NOW)

    facts.settle(mine, answer="We were wrong.", by=sam.as_actor(), now=LATER)
    with forbids("You may not state facts"):
        facts.settle(
            facts.dispute(fact, words="No", by=of_a_team("Eve", "Ops").as_actor(), now=NOW),
            answer="x",
            by=sam.as_actor(),
            now=LATER,
        )


# What the customer was told


def test_who_told_it_as_certain_hears_that_it_is_certain_no_longer(escalation):
    tom, priya = escalation.account.csm, of_a_team()
    fact = confirmed(escalation)
    update = told(escalation, fact, by=tom)

    facts.refute(fact, evidence="The journal counted retries.", by=priya.as_actor(), now=LATER)

    for member in {tom, escalation.handler}:
        letter = letters_to(member)[-1].letter
        assert letter["subject"].endswith("the customer was told what is certain no longer")
        assert letter["paragraphs"][-1].startswith("The customer was told this as certain: ")
    assert escalation.events.first().words["cited_at"] == update.at.isoformat()
    assert list(Citation.objects.to_be_corrected()) == list(update.citations.all())


@pytest.mark.parametrize("doubt", ["reopen", "dispute"])
def test_what_is_in_question_is_to_be_corrected_and_no_longer_once_it_is_certain_again(escalation, doubt):
    claire, fact = of_a_team("Claire", "Support"), confirmed(escalation)
    told(escalation, fact)

    if doubt == "reopen":
        facts.reopen(fact, reason="Another log", by=claire.as_actor(), now=LATER)
    else:
        dispute = facts.dispute(fact, words="Another log", by=claire.as_actor(), now=LATER)
    assert Citation.objects.to_be_corrected().count() == 1
    if doubt == "reopen":
        facts.confirm(fact, by=claire.as_actor(), now=LATER)
    else:
        facts.settle(dispute, answer="The same log", by=CLOCK, now=LATER)

    assert not Citation.objects.to_be_corrected().exists()


def test_nobody_is_told_to_correct_what_was_only_told_as_open(escalation):
    fact = stated(escalation)
    told(escalation, fact)

    facts.refute(fact, evidence="No.", by=of_a_team().as_actor(), now=LATER)

    assert not Citation.objects.to_be_corrected().exists()
    assert letters_to(escalation.handler)[-1].letter["subject"].endswith("a fact is refuted")


def test_merged_the_ledger_goes_along_with_its_files_and_with_what_was_told(escalation):
    other = make.escalation(of=escalation.account, reason="The same again")
    fact = confirmed(other, files=[File("journal.csv", b"a")])
    told(other, fact)

    merges.merge(other, into=escalation, reason="One cause", by=CLOCK, now=LATER)
    fact.refresh_from_db()
    facts.refute(fact, evidence="No.", by=of_a_team().as_actor(), now=LATER + MINUTE)

    assert list(escalation.facts.all()) == [fact] and not other.facts.exists()
    assert Citation.objects.to_be_corrected().filter(fact__escalation=escalation).exists()


def test_the_database_refuses_to_cite_what_is_refuted_or_as_certain_what_is_not(escalation):
    open_one, wrong = stated(escalation), stated(escalation, "No order was lost.")
    facts.refute(wrong, evidence="Two were.", by=CLOCK, now=NOW)
    update = told(escalation)

    for fact, was_confirmed in ((wrong, False), (open_one, True)):
        with pytest.raises(DatabaseError, match="not cited"), transaction.atomic():
            Citation.objects.create(update=update, fact=fact, was_confirmed=was_confirmed, words="x")
    cited = Citation.objects.create(update=update, fact=open_one, was_confirmed=False, words="x")
    with pytest.raises(DatabaseError, match="not cited"), transaction.atomic():
        Citation.objects.filter(pk=cited.pk).update(was_confirmed=True)


def test_what_was_confirmed_since_somebody_chose_it_is_not_corrected():
    escalation = make.escalation()
    first = facts.state(escalation, words="No order was lost.", by=CLOCK, now=make.THURSDAY)
    chosen = Fact.objects.get(pk=first.pk)
    facts.confirm(first, source="The log", evidence="Line 3", by=CLOCK, now=make.THURSDAY)

    with refuses("is confirmed", "corrects"):
        facts.state(escalation, words="Two were lost.", corrects=chosen, by=CLOCK, now=make.THURSDAY)


def test_two_who_have_the_same_fact_open_do_not_settle_it_twice(escalation):
    fact, by = stated(escalation), escalation.handler.as_actor()
    open_elsewhere = Fact.objects.get(pk=fact.pk)
    facts.refute(fact, evidence="Half of the journal.", by=by, now=LATER)

    with refuses("is refuted already. Investigate it again first"):
        facts.confirm(open_elsewhere, **SHOWN, by=by, now=LATER)

    assert "fact.confirmed" not in kinds_of(escalation)


def test_nor_a_dispute(escalation):
    fact = confirmed(escalation)
    dispute = facts.dispute(fact, words="It was 107.", by=of_a_team().as_actor(), now=NOW)
    open_elsewhere = Dispute.objects.get(pk=dispute.pk)
    facts.settle(dispute, answer="Counted together: 214.", by=CLOCK, now=LATER)

    with refuses("That is settled already."):
        facts.settle(open_elsewhere, answer="It was 107.", by=CLOCK, now=LATER)

    assert Dispute.objects.get().answer == "Counted together: 214."


# One in place of another


def test_of_a_fact_and_what_stands_in_its_place_one_alone_is_confirmed(escalation):
    first = confirmed(escalation)
    facts.refute(first, evidence="The journal was read twice.", by=CLOCK, now=NOW)
    second = confirmed(escalation, "107 orders were sent twice.", corrects=first)
    facts.reopen(first, reason="The journal was right after all.", by=CLOCK, now=LATER)

    with refuses("was stated in place of “214 orders were sent twice.”"):
        facts.confirm(first, **SHOWN, by=CLOCK, now=LATER)
    with refuses("Refute “107 orders were sent twice.” first, or investigate it again."):
        facts.confirm(first, **SHOWN, by=CLOCK, now=LATER)

    facts.refute(second, evidence="Half of the journal.", by=CLOCK, now=LATER)
    facts.confirm(first, by=CLOCK, now=LATER)
    facts.reopen(second, reason="Counted anew.", by=CLOCK, now=LATER)
    with refuses("Refute “214 orders were sent twice.” first"):
        facts.confirm(second, by=CLOCK, now=LATER)


def test_what_is_confirmed_and_disputed_is_refuted_before_another_is_confirmed_in_its_place(escalation):
    first = confirmed(escalation)
    priya = of_a_team()
    disputed = facts.dispute(first, words="It was 107.", by=priya.as_actor(), now=NOW)

    with refuses("Refute “214 orders were sent twice.” first"):
        confirmed(escalation, "107 orders were sent twice.", corrects=first)
    second = stated(escalation, "107 orders were sent twice.", corrects=first)
    facts.settle(disputed, answer="Counted together: 214.", by=CLOCK, now=LATER)

    with refuses("Refute “214 orders were sent twice.” first"):
        facts.confirm(second, **SHOWN, by=CLOCK, now=LATER)
    assert list(Fact.objects.certain()) == [first]


def test_merged_ledgers_keep_that_one_alone_of_the_two_is_confirmed(escalation):
    first = confirmed(escalation)
    facts.refute(first, evidence="The journal was read twice.", by=CLOCK, now=NOW)
    confirmed(escalation, "107 orders were sent twice.", corrects=first)
    facts.reopen(first, reason="The journal was right after all.", by=CLOCK, now=NOW)
    into = make.escalation(of=escalation.account)

    merges.merge(escalation, into=into, reason="The same orders.", by=CLOCK, now=NOW)

    with refuses("one of them alone is confirmed"):
        facts.confirm(into.facts.get(pk=first.pk), **SHOWN, by=CLOCK, now=LATER)
