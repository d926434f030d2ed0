"""Search from anywhere: the same results in the same order on either database."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amends.directory.actor import CLOCK, Role
from amends.directory.models import Account, Contact
from amends.escalations.actions import corrections, facts, merges, notes, updates
from amends.escalations.models import Escalation, Note, Passage, Update, Watcher
from amends.escalations.search import finding
from tests import make
from tests.make import THURSDAY

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def found(typed: str, *, actor=None, **how) -> list[tuple[str, str]]:
    """Every hit, group by group, as its noun and what it is called or says."""
    results = finding.find(actor or _all_seeing(), typed, **how)
    return [(hit.noun, says(hit)) for group in results.groups for hit in group.hits]


def says(hit: finding.Hit) -> str:
    pieces = hit.title if hit.noun in ("account", "contact", "escalation") else hit.passage
    return "".join(piece.text for piece in pieces)


def names(typed: str) -> list[str]:
    return [name for noun, name in found(typed) if noun == "account"]


def _all_seeing():
    return make.member(role=Role.EXECUTIVE).as_actor()


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Brightwater Foods", "brightwater"),
        ("Brightwater Foods", "BRIGHT"),
        ("Brightwater Foods", "foods bright"),
        ("Müller & Söhne", "muller"),
        ("Müller & Söhne", "MÜLLER söh"),
        ("Mu\u0308ller offen", "müller"),
        ("Straßenbau Groß", "strassenbau gross"),
        ("Strassenbau Gross", "straßenbau groß"),
        ("Café Élysée", "cafe elysee"),
        ("Łódź Dairy", "lodz"),
        ("Smørrebrød Ærø", "smorrebrod aero"),
        ("Þórshöfn", "thorshofn"),
        ("İstanbul Gıda", "istanbul gida"),
        ("Ελληνικά Τρόφιμα", "ΕΛΛΗΝΙΚΆ"),
        ("Молоко Ёлка", "МОЛОКО ёлка"),
        ("東京都庁 食品", "東京"),
        ("서울 식품", "서울"),
        ("O’Brien’s", "o'brien"),
        ("Peek-a-Boo", "peek a boo"),
        ("AC/DC 24/7", "24/7"),
        ("Vin de Loire 1er cru", "1er"),
        ("ＦＵＬＬ width", "ｆｕｌｌ"),
        ("x²y", "x²y"),
        ("naïve coöp", "naive\tcoop"),
        ("ﬁrst ligature", "ﬁrst"),
        ("Ǆungla", "ǆungla"),
        ("हिन्दी नाम", "हिन्दी"),
        ("مطعم بغداد", "بغداد"),
        ("100 % & more", "100 more"),
        ("A" * 150, "a" * 90),
    ],
)
def test_an_account_is_found_as_people_write_it(name, typed):
    make.account(name)
    make.account("Somebody Else")

    assert names(typed) == [name]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Brightwater", "right"),
        ("Brightwater", "bright foods"),
        ("Brightwater Foods", "brig foods"),
        ("Brightwater", "brightwaters"),
        ("東京都庁", "京都"),
        ("Mueller", "müller"),
    ],
)
def test_a_word_is_found_from_its_beginning_and_only_the_last_may_be_begun(name, typed):
    make.account(name)

    assert names(typed) == []


@pytest.mark.parametrize(
    "typed",
    [
        '"',
        '""',
        "*",
        "a* OR b*",
        "NEAR(a b)",
        "name:x",
        "-moss",
        "NOT moss",
        "^moss",
        "'; DROP TABLE x; --",
        "moss:*",
        "(",
        "a & | b",
        "!moss",
        "{words} : moss",
        "+",
        "\\",
        "%",
        "\x00moss",
        "<->",
        "\ud800",
        " ",
        "",
        "😀",
        "a" * 3000,
    ],
)
def test_nothing_typed_is_taken_for_an_order(typed):
    make.account("Moss")

    finding.find(_all_seeing(), typed)


def test_an_operator_is_a_word_like_any_other():
    make.account("Salt OR Pepper")
    make.account("Salt NOT Sugar")

    assert names("salt or") == ["Salt OR Pepper"]
    assert names("salt NOT su") == ["Salt NOT Sugar"]


def test_the_key_that_is_typed_stands_first():
    first = make.escalation(reason="Orders arrive twice")
    for _ in range(3):
        make.escalation(reason=f"Like {first.key} and {first.key} again", of=first.account)

    results = finding.find(_all_seeing(), first.key.lower())

    assert results.exact == first
    assert results.groups[0].hits[0].id == first.pk
    assert finding.find(_all_seeing(), first.key.removeprefix("ESC-")).exact == first


def test_names_come_before_texts_whole_words_before_begun_ones_and_then_the_newest():
    arthurs = make.account("Arthur’s Deli")
    art = make.account("Art Supplies")
    artisan = make.account("Artisan Bread")
    escalation = make.escalation(of=arthurs, reason="Art is missing", problems=("No art on the labels",))
    by = escalation.handler.as_actor()
    for text in ("The art is back", "Artwork was sent"):
        updates.log(escalation, channel="call", text=text, at=THURSDAY, by=by, now=THURSDAY)
    notes.write(escalation, text="Ask the art team", by=by, now=THURSDAY)
    facts.state(escalation, words="Labels are printed twice", source="Art server", by=by, now=THURSDAY)

    assert found("art") == [
        ("account", art.name),
        ("account", artisan.name),
        ("account", arthurs.name),
        ("contact", "Maria Duarte"),
        ("escalation", f"{escalation.key} Arthur’s Deli: Art is missing"),
        ("problem", "No art on the labels"),
        ("update", "The art is back"),
        ("update", "Artwork was sent"),
        ("note", "Ask the art team"),
        ("fact", "Labels are printed twice · Art server"),
    ]


def test_an_escalation_and_a_contact_are_found_with_the_name_of_their_account():
    escalation = make.escalation(of=make.account("Brightwater Foods"), reason="Orders doubled")
    make.escalation(of=make.account("Moss"), reason="Orders doubled")

    assert found("brightwater orders") == [("escalation", f"{escalation.key} Brightwater Foods: Orders doubled")]
    assert ("contact", "Maria Duarte") in found("maria brightwater")


def test_a_contact_is_found_by_their_address_and_their_number():
    account = make.account("Moss")
    make.contact(account, "Rui Sá", email="rui.sa@moss-foods.example", phone="+351 21 555 0199")

    for typed in ("rui.sa@moss-foods.example", "moss-foods", "rui sa", "+351 21 555", "5550199 rui"):
        assert (("contact", "Rui Sá") in found(typed)) == (typed != "5550199 rui")


def test_what_changes_is_found_by_its_new_words_and_no_longer_by_the_old():
    escalation = make.escalation(of=make.account("Brightwater"), reason="Orders doubled")
    Account.objects.filter(pk=escalation.account_id).update(name="Clearwater")
    Escalation.objects.filter(pk=escalation.pk).update(reason="Invoices doubled")
    Contact.objects.filter(account=escalation.account).update(name="Rui Sá")

    assert found("clearwater maria duarte") == found("brightwater doubled") == found("orders") == []
    assert [noun for noun, _ in found("clearwater")] == ["account", "contact", "escalation"]
    assert [noun for noun, _ in found("clearwater invoices")] == ["escalation"]
    assert [noun for noun, _ in found("rui clearwater")] == ["contact"]


def test_what_is_gone_is_not_found():
    account = make.account("Brightwater")
    make.contact(account, "Rui Sá")

    account.contacts.all().delete()
    account.delete()

    assert found("rui") == found("brightwater") == []
    assert not Passage.objects.exists()


def test_words_that_are_erased_are_found_no_longer():
    escalation = make.escalation()
    note = Note.objects.create(escalation=escalation, text="Her number is 555 0199", at=THURSDAY)

    Note.objects.filter(pk=note.pk).update(text="")

    assert found("5550199") == found("0199") == []


def test_what_was_struck_is_found_no_longer():
    escalation = make.escalation()
    by = escalation.handler.as_actor()
    wrong = updates.log(escalation, channel="call", text="We refund it all", at=THURSDAY, by=by, now=THURSDAY)
    assert found("refund") == [("update", "We refund it all")]

    corrections.strike(wrong, reason="That was another customer", by=by, now=THURSDAY + HOUR)

    assert found("refund") == []


def test_what_is_written_in_bulk_is_found_too():
    account = make.account("Moss")
    Contact.objects.bulk_create(Contact(account=account, name=f"Person {number}") for number in range(1200))
    escalation = make.escalation(of=account)
    Update.objects.bulk_create(
        Update(escalation=escalation, direction="in", channel="mail", at=THURSDAY, logged_at=THURSDAY, text=f"Line {n}")
        for n in range(30)
    )

    assert found("person 1077") == [("contact", "Person 1077")]
    assert [text for _, text in found("line", limit=3)] == ["Line 29", "Line 28", "Line 27"]


def test_there_is_more_than_fits_and_it_says_so():
    for number in range(4):
        make.account(f"Moss {number}")

    (group,) = finding.find(_all_seeing(), "moss", limit=3).groups
    (all_of_them,) = finding.find(_all_seeing(), "moss", limit=4).groups

    assert [says(hit) for hit in group.hits] == ["Moss 3", "Moss 2", "Moss 1"]
    assert group.has_more and not all_of_them.has_more


def test_only_one_noun_is_looked_for_where_one_is_asked():
    make.escalation(of=make.account("Orders & Co"), reason="Orders doubled")

    assert [noun for noun, _ in found("orders", only="escalation")] == ["escalation"]


def test_who_sees_some_escalations_finds_nothing_of_the_others():
    seen = make.escalation(reason="Orders doubled", problems=("Orders come twice",))
    hidden = make.escalation(reason="Orders vanished", problems=("Orders are gone",))
    for escalation in (seen, hidden):
        by = escalation.handler.as_actor()
        updates.log(escalation, channel="call", text="Your orders", at=THURSDAY, by=by, now=THURSDAY)
        notes.write(escalation, text="Orders, orders", by=by, now=THURSDAY)
        facts.state(escalation, words="Orders are sent twice", by=by, now=THURSDAY)
    ben = make.member("Ben Castell", Role.SALES)
    make.seat(seen.account, ben)

    mine = finding.find(ben.as_actor(), "orders", limit=1)

    assert {hit.escalation.pk for group in mine.groups for hit in group.hits} == {seen.pk}
    assert [group.noun for group in mine.groups] == ["escalation", "problem", "update", "note", "fact"]
    assert not any(group.has_more for group in mine.groups)
    assert finding.find(ben.as_actor(), hidden.key).is_empty
    assert finding.find(ben.as_actor(), hidden.key).exact is None


def test_a_problem_that_was_merged_is_found_by_those_who_see_where_it_goes_on_and_by_no_others():
    goes_on = make.escalation()
    merged = make.escalation(of=goes_on.account, problems=("Labels are blank",))
    facts.state(merged, words="Labels are right in Porto", by=CLOCK, now=THURSDAY)
    sees_the_one, sees_the_other = make.member("Sam", Role.SALES), make.member("Eve", Role.SALES)
    Watcher.objects.create(escalation=goes_on, member=sees_the_one, at=THURSDAY)
    Watcher.objects.create(escalation=merged, member=sees_the_other, at=THURSDAY)

    merges.merge(merged, into=goes_on, reason="One cause.", by=CLOCK, now=THURSDAY)
    Watcher.objects.filter(escalation=goes_on, member=sees_the_other).delete()

    assert found("labels", actor=sees_the_one.as_actor()) == [
        ("problem", "Labels are blank"),
        ("fact", "Labels are right in Porto"),
    ]
    assert found("labels", actor=sees_the_other.as_actor()) == []


def test_the_words_are_marked_where_they_stand_and_nothing_is_lost():
    escalation = make.escalation(reason="Every order of Müller arrives twice")
    text = "Long before it. " * 30 + "Then Müller rang <b>again</b> about orders." + " And so on." * 40
    notes.write(escalation, text=text, by=escalation.handler.as_actor(), now=THURSDAY)

    (hit,) = finding.find(_all_seeing(), "muller order", only="note").groups[0].hits

    assert [piece.text for piece in hit.passage if piece.is_marked] == ["Müller", "orders"]
    assert "<b>again</b>" in says(hit) and says(hit).startswith("… ") and says(hit).endswith(" …")
    assert len(says(hit)) < 180


def test_the_number_of_queries_does_not_grow():
    actor = _all_seeing()
    make.escalation(of=make.account("Orders 0"), reason="Orders doubled", problems=("Orders",))

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            finding.find(actor, "orders")
        return len(captured)

    few = queries()
    for number in range(5):
        escalation = make.escalation(of=make.account(f"Orders {number + 1}"), reason="Orders doubled")
        notes.write(escalation, text="Orders", by=escalation.handler.as_actor(), now=THURSDAY)

    assert few <= queries() <= 10
