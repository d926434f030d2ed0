"""The document laid out for readers: every part is there, in words."""

import pytest

from amends.playbook.document import Document, load
from amends.playbook.reading import Section, sections
from amends.playbook.versions import shipped
from amends.playbook.words import plain, said


@pytest.fixture
def found() -> dict[str, Section]:
    return {section.name: section for section in sections(load(shipped()))}


def test_every_part_that_says_something_has_a_section_and_single_values_stand_together(found):
    document = load(shipped())
    single = [fact.label for fact in found["general"].facts]

    assert single == ["Name", "Currency", "Rates", "Assumed impact"]
    parts = set(Document.model_fields) - {"name", "currency", "rates", "assumed_impact"}
    assert {name for name in parts if getattr(document, name)} == set(found) - {"general"}


def test_severities_are_a_table_of_clocks(found):
    severities = found["severities"]
    high = severities.rows[1]

    assert (high.name, high.key) == ("High", "high")
    told = dict(zip(severities.columns, high.cells, strict=True))
    assert told["Acknowledge within"] == "1 working hour" and told["Cadence"] == "every working day at 16:00"
    assert told["Target"] == ""


def test_the_matrix_is_told_in_names(found):
    matrix = found["matrix"]

    assert matrix.columns == ("Key account", "Account of middle weight", "Smaller account")
    assert matrix.rows[3].name == "Trust has suffered" and matrix.rows[3].cells == ("Medium", "Low", "Low")


def test_a_ladder_tells_its_rungs_one_by_one(found):
    urgent = next(row for row in found["ladders"].rows if row.name == "Urgent")

    assert urgent.facts[0].lines[0] == "1 hour before: tells owner"
    assert urgent.facts[0].lines[-1] == "30 minutes after: tells handler’s manager and executives"


def test_texts_keep_their_lines_and_replies_their_names(found):
    texts = {fact.label: fact for fact in found["texts"].facts}

    assert texts["No news"].is_text and texts["No news"].says.startswith("Dear {contact},\n\n")
    assert texts["What we understood"].is_text


def test_conditions_are_clauses():
    document = load(shipped())

    assert said(document.level(3).when) == "spend at least 1,000,000 or asked for level 3"
    assert said(document.bumps[0].when) == "strategic, renewal within 90 days, health below 50 or mood furious"


def test_plain_values_are_what_was_written():
    written = plain(load(shipped()))

    assert written["severities"][1]["cadence"] == "every working day at 16:00"
    assert written["bumps"][0]["when"]["any"][1]["renewal_within"] == "90 days"
    assert written["levels"][1]["may_offer_up_to"] == "25000"
    assert written["matrix"]["trust"]["key"] == "medium"
