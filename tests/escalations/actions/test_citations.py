"""What the customer is told of facts: in which words, and how it is put right."""

import pytest

from amends.directory.actor import CLOCK, Role
from amends.escalations import citing
from amends.escalations.actions import citations, corrections, facts, updates
from amends.escalations.actions.leave_outs import Leave
from amends.escalations.models import Citation, Escalation, Fact
from tests import make
from tests.escalations.actions.test_facts import DOUBLED, LATER, NOW, confirmed, of_a_team, stated, told
from tests.escalations.reading import DAY, HOUR, forbids, refuses

pytestmark = pytest.mark.django_db
LOST = "No order was lost."
DEPOT = "The labels come from another table."


@pytest.fixture
def escalation():
    return make.escalation(problems=("Every order arrives twice",))


@pytest.fixture
def ledger(escalation):
    """Two certain facts, one open, one disputed, one refuted; stated in another order."""
    depot = stated(escalation, DEPOT)
    doubled, lost = confirmed(escalation, now=NOW + HOUR), confirmed(escalation, LOST, now=NOW + 2 * HOUR)
    stock = confirmed(escalation, "Stock is off by 214.", now=NOW)
    facts.dispute(stock, words="By 180.", by=of_a_team("Claire", "Support").as_actor(), now=NOW)
    wrong = stated(escalation, "The warehouse scanned twice.")
    facts.refute(wrong, evidence="Scanner log", by=CLOCK, now=NOW)
    return {"depot": depot, "doubled": doubled, "lost": lost, "stock": stock, "wrong": wrong}


def test_what_is_certain_may_be_cited_and_the_rest_as_open_but_nothing_refuted(
    escalation, ledger, django_assert_num_queries
):
    with django_assert_num_queries(1):
        found = citing.citable(escalation)
        says = citing.paragraphs(found)
        assert len(citing.ledger(escalation)) == 5

    assert [fact.words for fact in found] == [DOUBLED, LOST, DEPOT, "Stock is off by 214."]
    assert says == [
        f"What we know for certain:\n• {DOUBLED}\n• {LOST}",
        f"What we are still looking into, and do not know yet:\n• {DEPOT}\n• Stock is off by 214.",
    ]
    assert citing.paragraphs([]) == [] and len(citing.paragraphs([ledger["depot"]])) == 1


def test_what_is_cited_stands_above_the_signature(escalation, ledger):
    by = escalation.handler.as_actor()
    typed = f"Dear Maria Duarte,\n\nwe found it.\n\n{by.name}"

    sent = updates.send(escalation, text=typed, to=[escalation.contact], cites=[ledger["lost"]], by=by, now=NOW)

    cited = f"What we know for certain:\n• {LOST}"
    assert sent.text == f"Dear Maria Duarte,\n\nwe found it.\n\n{cited}\n\n{by.name}"


def test_what_is_cited_stands_above_what_somebody_signs_in_their_own_way(escalation, ledger):
    by = escalation.handler.as_actor()
    typed = f"We found it.\n\nAll the best,\n{by.name.split()[0]}"

    sent = updates.send(escalation, text=typed, to=[escalation.contact], cites=[ledger["lost"]], by=by, now=NOW)

    cited = f"What we know for certain:\n• {LOST}"
    assert sent.text == f"We found it.\n\n{cited}\n\nAll the best,\n{by.name.split()[0]}"


def test_a_citation_keeps_what_the_customer_was_told(escalation, ledger):
    update = told(escalation, ledger["depot"], ledger["lost"], ledger["stock"])

    assert [(cited.words, cited.was_confirmed) for cited in update.citations.all()] == [
        (LOST, True),
        (DEPOT, False),
        ("Stock is off by 214.", False),
    ]


def test_what_is_refuted_or_of_another_case_is_not_cited(escalation, ledger):
    with refuses("“The warehouse scanned twice.” is refuted", "facts"):
        citations.checked(escalation, [ledger["wrong"]])
    with refuses("belongs to another escalation", "facts"):
        citations.checked(make.escalation(), [ledger["lost"]])
    assert citations.checked(escalation, []) == []


def test_an_update_that_cites_its_correction_puts_it_right(escalation, ledger):
    told(escalation, ledger["lost"])
    facts.refute(ledger["lost"], evidence="Two were.", by=CLOCK, now=LATER)
    right = confirmed(escalation, "Two orders were lost.", corrects=ledger["lost"], now=LATER)
    assert [owed.fact for owed in citing.to_be_corrected(escalation)] == [ledger["lost"]]

    update = told(escalation, right, now=LATER)

    assert citing.to_be_corrected(escalation) == []
    cited = Citation.objects.get(fact=ledger["lost"])
    assert (cited.corrected_at, cited.corrected_in, cited.corrected_by) == (LATER, update, escalation.handler)


def test_so_does_one_that_tells_the_same_fact_as_open_until_it_is_told_as_certain_anew(escalation, ledger):
    told(escalation, ledger["lost"])
    facts.reopen(ledger["lost"], reason="A third log", by=CLOCK, now=LATER)

    told(escalation, ledger["lost"], now=LATER)

    assert citing.to_be_corrected(escalation) == []
    facts.confirm(ledger["lost"], by=CLOCK, now=LATER)
    told(escalation, ledger["lost"], now=LATER)
    facts.refute(ledger["lost"], evidence="Two were.", by=CLOCK, now=LATER)
    assert len(citing.to_be_corrected(escalation)) == 1


def test_what_was_taken_back_told_nobody_and_corrected_nothing(escalation, ledger, settings):
    settings.RECALL_SECONDS = 10
    by = escalation.handler.as_actor()
    told(escalation, ledger["lost"])
    taken = told(escalation, ledger["doubled"], now=LATER)
    corrections.take_back(taken, by=by, now=LATER)
    for name in ("lost", "doubled"):
        facts.refute(ledger[name], evidence="No.", by=CLOCK, now=LATER)
    assert [owed.fact for owed in citing.to_be_corrected(escalation)] == [ledger["lost"]]

    right = stated(escalation, "Two orders were lost.", corrects=ledger["lost"])
    corrections.take_back(told(escalation, right, now=LATER), by=by, now=LATER)

    assert [owed.fact for owed in citing.to_be_corrected(escalation)] == [ledger["lost"]]


def test_somebody_who_tells_the_customer_writes_down_how_they_heard(escalation, ledger):
    fact, by = ledger["lost"], escalation.handler.as_actor()
    told(escalation, fact)
    with refuses("Nothing that the customer was told"):
        citations.correct(fact, how="On the phone", by=by, now=LATER)
    facts.refute(fact, evidence="Two were.", by=CLOCK, now=LATER)

    with forbids():
        citations.correct(fact, how="x", by=make.member(role=Role.RESPONDER).as_actor(), now=LATER)
    with refuses("Say how the customer heard", "how"):
        citations.correct(fact, how=" ", by=by, now=LATER)
    citations.correct(fact, how="On the phone, to Maria.", by=by, now=LATER)

    assert citing.to_be_corrected(escalation) == []
    event = escalation.events.get(kind="fact.corrected")
    assert event.personal.words == {"fact": LOST, "how": "On the phone, to Maria."}


def test_what_is_to_be_corrected_is_told_by_a_row_as_by_the_database(escalation, ledger, settings):
    settings.RECALL_SECONDS = 10
    by = escalation.handler.as_actor()
    for name in ("lost", "doubled"):
        told(escalation, ledger[name])
    facts.refute(ledger["lost"], evidence="Two were.", by=CLOCK, now=LATER)
    right = stated(escalation, "Two were lost.", corrects=ledger["lost"])

    def owed():
        by_rows = {
            cited.pk for fact in Fact.objects.with_all() for cited in fact.citations.all() if cited.is_to_be_corrected
        }
        assert by_rows == set(Citation.objects.to_be_corrected().values_list("pk", flat=True))
        return len(by_rows)

    assert owed() == 1
    update = told(escalation, right, now=LATER)
    assert owed() == 0
    corrections.take_back(update, by=by, now=LATER)
    assert owed() == 1


def test_what_is_right_is_owed_to_everybody_who_was_told_what_is_not(escalation, ledger):
    rui, by = make.contact(escalation.account, "Rui Costa"), escalation.handler.as_actor()
    told(escalation, ledger["lost"])
    facts.refute(ledger["lost"], evidence="Three orders are gone", by=by, now=LATER)
    right = facts.state(
        escalation,
        words="Three orders were lost.",
        corrects=ledger["lost"],
        is_confirmed=True,
        source="Log",
        evidence="Their numbers",
        by=by,
        now=LATER,
    )

    away = Leave(escalation.contact, "On a plane", (LATER + DAY).date())
    updates.send(escalation, text="Three were lost.", to=[rui], cites=[right], leaving_out=[away], by=by, now=LATER)
    still = citing.to_be_corrected(escalation)
    updates.send(escalation, text="Three were lost.", to=[escalation.contact], cites=[right], by=by, now=LATER)

    assert [owed.words for owed in still] == [LOST]
    assert citing.to_be_corrected(escalation) == []


def test_what_is_right_may_be_told_to_one_after_another_of_those_who_were_told(escalation, ledger):
    maria, rui = escalation.contact, make.contact(escalation.account, "Rui Costa")
    by, cited = escalation.handler.as_actor(), [ledger["lost"]]
    updates.send(escalation, text="None was lost.", to=[maria, rui], cites=cited, by=by, now=NOW)
    facts.dispute(ledger["lost"], words="One was.", by=of_a_team("Priya", "Development").as_actor(), now=NOW + HOUR)
    open_again = escalation.facts.get(pk=ledger["lost"].pk)

    updates.send(escalation, text="We look again.", to=[maria], cites=cited, by=by, now=LATER)
    still = citing.to_be_corrected(escalation)
    to_tell = citing.to_tell(escalation, [open_again])
    away = Leave(maria, "On a plane", (LATER + DAY).date())
    updates.send(escalation, text="We look.", to=[rui], cites=cited, leaving_out=[away], by=by, now=LATER + HOUR)

    assert [owed.words for owed in still] == [LOST] and to_tell == {rui.pk}
    assert citing.to_be_corrected(escalation) == []


# One in place of another in place of another


def replaced(escalation, fact, words):
    """The fact is refuted, and this one is stated in its place."""
    facts.refute(fact, evidence="Their numbers", by=CLOCK, now=LATER)
    return confirmed(escalation, words, corrects=fact, now=LATER)


def test_what_is_right_at_last_puts_right_all_in_whose_place_it_stands(escalation, ledger, django_assert_num_queries):
    rui, by = make.contact(escalation.account, "Rui Costa"), escalation.handler.as_actor()
    told(escalation, ledger["lost"])
    two = replaced(escalation, ledger["lost"], "Two orders were lost.")
    away = Leave(escalation.contact, "On a plane", (LATER + DAY).date())
    updates.send(escalation, text="Two were.", to=[rui], cites=[two], leaving_out=[away], by=by, now=LATER)
    three = replaced(escalation, two, "Three orders were lost.")
    four = replaced(escalation, three, "Four orders were lost.")
    assert [owed.fact for owed in citing.to_be_corrected(escalation)] == [ledger["lost"], two]

    to = [escalation.contact, rui]
    updates.send(escalation, text="Four were.", to=to, cites=[four], by=by, now=LATER)

    assert citing.to_be_corrected(escalation) == []
    cited = citations.checked(escalation, [four])
    with django_assert_num_queries(1):
        assert citing.put_right_by(escalation, cited) == {ledger["lost"].pk, two.pk, three.pk}


def test_what_is_certain_stands_for_what_came_before_it(escalation, ledger):
    told(escalation, ledger["lost"])
    facts.refute(ledger["lost"], evidence="Their numbers", by=CLOCK, now=LATER)
    two = stated(escalation, "Two orders were lost.", corrects=ledger["lost"])
    perhaps = stated(escalation, "Three orders were lost.", corrects=two)
    assert citing.instead_of(escalation, ledger["lost"]) == perhaps
    facts.confirm(two, source="Log", evidence="Two lines", by=CLOCK, now=LATER)
    case = Escalation.objects.get()

    told(case, perhaps, now=LATER)

    assert citing.instead_of(case, ledger["lost"]) == two
    assert [owed.fact for owed in citing.to_be_corrected(case)] == [ledger["lost"]]
    told(case, two, now=LATER)
    assert citing.to_be_corrected(case) == []


def test_what_is_refuted_stands_in_place_of_nothing(escalation, ledger):
    two = replaced(escalation, ledger["lost"], "Two orders were lost.")
    facts.refute(two, evidence="Their numbers", by=CLOCK, now=LATER)

    assert citing.instead_of(escalation, ledger["lost"]) is None
    three = stated(escalation, "Three orders were lost.", corrects=two)

    case = Escalation.objects.get()
    assert [citing.instead_of(case, fact) for fact in (ledger["lost"], two, three)] == [three, three, None]
