"""What one playbook says otherwise than another: nothing goes unsaid, and it reads as a person would say it."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.clock.cadences import Cadence
from amends.clock.cadences import parse as parse_cadence
from amends.clock.spans import Span
from amends.playbook.differences import differences
from amends.playbook.document import Document, load
from amends.playbook.fields import Part
from amends.playbook.versions import shipped

SHIPPED = load(shipped())
GITLAB = load((Path(__file__).parents[2] / "playbooks" / "gitlab.yaml").read_text(encoding="utf-8"))


def changes(*pairs: tuple[str, str]) -> list[str]:
    """What is said where some words of the shipped playbook are replaced, each where it stands first."""
    text = shipped()
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    return [str(each) for each in differences(SHIPPED, load(text))]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "cadence: every working day at 16:00",
            "cadence: every 2 hours",
            "Severity High: cadence “every 2 hours” instead of “every working day at 16:00”",
        ),
        (
            "may_offer_up_to: 25000",
            "may_offer_up_to: 30000",
            "Level 2 (Director): may offer up to 30,000 instead of 25,000",
        ),
        (
            "spend_at_least: 1000000",
            "spend_at_least: 2000000",
            "Level 3 (Executive): when: spend at least 2,000,000 instead of 1,000,000",
        ),
        (
            "mood_in: [furious]\n\n",
            "mood_in: [furious, upset]\n\n",
            "Bump: when: mood furious or upset instead of furious",
        ),
        ("health_below: 50\n", "health_below: 50\n        - advocate: true\n", "Bump: when: also if advocate"),
        ("        - strategic: true\n        - renewal", "        - renewal", "Bump: when: no longer if strategic"),
        (
            "trust: {key: medium",
            "trust: {key: critical",
            "Matrix: Trust has suffered, key account: Critical instead of Medium",
        ),
        ("    target: 14 days\n", "", "Severity Critical: target as for all instead of 14 days"),
        ("  GBP: 1.16\n", "  GBP: 1.16\n  CHF: 1.05\n", "Rates: new: CHF 1.05"),
        ("  GBP: 1.16\n", "", "Rates: GBP removed"),
        ("assumed_impact: impaired", "assumed_impact: trust", "Assumed impact: “trust” instead of “impaired”"),
        (
            "{when: halfway, tells: [owner]}",
            "{when: halfway, tells: [owner, administrators]}",
            "Ladder “first answer”: rung “halfway”: tells owner and administrators instead of owner",
        ),
        (
            "hours: organisation",
            'hours: {monday: ["09:00-12:00"], tuesday: ["09:00-12:00"], wednesday: ["09:00-12:00"]}',
            "Calendar “office”: hours Monday to Wednesday 09:00-12:00 instead of organisation",
        ),
        ("  within: 30 days", "  within: 3 weeks", "Target: within 3 weeks instead of 30 days"),
        (
            "somebody is in charge of it until it is solved",
            "I am in charge",
            "Texts: acknowledgement: “We are working on it now, and I am in charge.” "
            "instead of “We are working on it now, and somebody is in charge of it until it is solved.”",
        ),
        (
            "    - Is everything solved that you expected us to solve?\n",
            "",
            "Closing: questions: without “Is everything solved that you expected us to solve?”",
        ),
    ],
)
def test_a_change_is_one_sentence_under_its_part(old: str, new: str, says: str):
    assert changes((old, new)) == [says]


def test_what_is_added_is_told_whole_and_what_is_gone_by_its_name():
    bump = "        - mood_in: [furious]\n\n", "        - mood_in: [furious]\n  - {by: 2, when: {health_below: 20}}\n\n"

    assert changes(bump) == ["Bump 2: new: when health below 20, by 2"]
    assert "Ladder “urgent”: removed" in [str(each) for each in differences(SHIPPED, GITLAB)]


def test_a_renamed_entry_stays_the_same_entry():
    assert changes(("name: Low", "name: Minor"), ("name: Their business has stopped", "name: All has stopped")) == [
        "Severity Low: name “Minor” instead of “Low”",
        "Impact Their business has stopped: name “All has stopped” instead of “Their business has stopped”",
    ]


def test_another_order_is_said_where_order_means_something():
    turned = SHIPPED.model_copy(update={"impacts": SHIPPED.impacts[::-1]})

    assert [str(each) for each in differences(SHIPPED, turned)] == [
        "Impacts: the order is now Trust has suffered, Single people are held up, Work is impaired "
        "and Their business has stopped"
    ]


def test_comments_and_layout_are_no_difference():
    assert (
        changes(("# What it does to the customer's business.", "# Something else."), ("GBP: 1.16", "GBP: 1.160")) == []
    )


@pytest.mark.parametrize("document", [SHIPPED, GITLAB], ids=["shipped", "gitlab"])
def test_nothing_differs_from_itself(document: Document):
    assert differences(document, document) == ()


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where a single value stands, through parts, lists and names."""
    match value:
        case Part():
            for name in type(value).model_fields:
                yield from paths(getattr(value, name), (*path, name))
        case dict():
            for key, entry in value.items():
                yield from paths(entry, (*path, key))
        case tuple() if path[-1] != "hours":
            for place, entry in enumerate(value):
                yield from paths(entry, (*path, place))
        # Where a whole part could stand there is no single value.
        case None if path[-1] in ("when", "alternatives", "decision"):
            return
        case _:
            yield path


def put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """The same with one value replaced. Nothing is checked, so that even what may not be is told apart."""
    if not path:
        return new
    first, *rest = path
    if isinstance(value, Part):
        return value.model_copy(update={first: put(getattr(value, first), tuple(rest), new)})
    if isinstance(value, dict):
        return {**value, first: put(value[first], tuple(rest), new)}
    return (*value[:first], put(value[first], tuple(rest), new), *value[first + 1 :])


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        value = getattr(value, step) if isinstance(value, Part) else value[step]
    return value


def another(value: Any) -> st.SearchStrategy[Any]:
    """Some other value of the same kind."""
    match value:
        case bool():
            return st.just(not value)
        case int():
            return st.integers(1, 99).filter(lambda other: other != value)
        case Decimal():
            return st.decimals(1, 9_999_999, places=2).filter(lambda other: other != value)
        case Span():
            return st.builds(Span, st.integers(1, 400), st.just("working hours")).filter(lambda other: other != value)
        case Cadence():
            return st.sampled_from(["every 7 hours", "weekly on Monday at 09:00"]).map(parse_cadence)
        case dt.date():
            return st.dates().filter(lambda other: other != value)
        case _:
            return st.from_regex(r"[a-z]{3,12}( [a-z]{3,8})?", fullmatch=True).filter(lambda other: other != value)


ALL = [(document, path) for document in (SHIPPED, GITLAB) for path in paths(document)]


@given(st.data())
def test_no_single_change_goes_unsaid_and_its_part_is_named(data: st.DataObject):
    document, path = data.draw(st.sampled_from(ALL))
    value = at(document, path)
    # A matrix names severities, and can name no others.
    cells = st.sampled_from([each.key for each in document.severities if each.key != value])
    new = put(document, path, data.draw(cells if path[0] == "matrix" else another(value)))

    found = differences(document, new)

    assert found
    assert any(each.part.lower().startswith(path[0][:4]) for each in found), (path, found)
    assert all(each.says for each in found)


def test_the_whole_document_is_walked_by_that_test():
    assert {path[0] for _, path in ALL} == {name for name in Document.model_fields if getattr(SHIPPED, name) != ()} | {
        name for name in Document.model_fields if getattr(GITLAB, name) != ()
    }


@given(st.sampled_from([path for document, path in ALL if document is SHIPPED and isinstance(path[-1], int)]))
def test_an_entry_that_is_taken_out_or_said_twice_is_told(path: tuple[Any, ...]):
    entries = at(SHIPPED, path[:-1])
    less = put(SHIPPED, path[:-1], entries[: path[-1]] + entries[path[-1] + 1 :])
    twice = put(SHIPPED, path[:-1], (*entries, entries[path[-1]]))

    assert differences(SHIPPED, less) and differences(less, SHIPPED)
    assert differences(SHIPPED, twice)


def test_what_has_no_words_of_its_own_is_told_all_the_same():
    twice = SHIPPED.bumps[0].when.model_copy(update={"alternatives": SHIPPED.bumps[0].when.alternatives * 2})
    new = SHIPPED.model_copy(update={"bumps": (SHIPPED.bumps[0].model_copy(update={"when": twice}),)})

    assert [str(each) for each in differences(SHIPPED, new)] == ["Bumps: written in another way"]
