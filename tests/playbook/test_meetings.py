"""What a playbook says of meetings, and what holds where it says nothing."""

import pytest

from amends.clock.spans import Span
from amends.playbook.differences import differences
from amends.playbook.document import BadDocument, Document, load
from amends.playbook.versions import shipped

SECTION = """meetings:
  at_least_every: 1 week
  brief: 2 hours before
  executives_for: [key]
  tells: [handler]
"""


def written(section: str) -> Document:
    text = shipped()
    assert SECTION in text
    return load(text.replace(SECTION, section))


def test_a_playbook_from_before_there_were_meetings_is_valid_and_asks_for_none_that_it_never_asked_for():
    before, ours = written("").meetings, load(shipped()).meetings

    assert before.model_copy(update={"executives_for": ("key",), "at_least_every": Span(1, "weeks")}) == ours
    assert (before.at_least_every, before.brief_ahead) == (None, Span(2, "hours"))
    assert all(getattr(before.protocols, kind).agenda for kind in type(before.protocols).model_fields)


@pytest.mark.parametrize(
    ("section", "says"),
    [
        ("meetings: {brief: 2 hours after}", "how long before the meeting"),
        ("meetings: {brief: when due}", "how long before the meeting"),
        ("meetings: {executives_for: [kye]}", "Did you mean “key”?"),
        ("meetings: {notes_ladder: standrad}", "Did you mean “standard”?"),
        ("meetings: {at_least_every: 900 weeks}", "more than ten years"),
        ("meetings: {protocols: {first_contact: {agneda: []}}}", "Did you mean “agenda”?"),
    ],
)
def test_what_cannot_be_is_refused_with_the_cure(section: str, says: str):
    with pytest.raises(BadDocument) as refused:
        written(f"{section}\n")

    assert any(says in mistake.says for mistake in refused.value.mistakes)


def test_what_is_otherwise_is_said():
    ours = load(shipped())
    theirs = written("meetings: {at_least_every: null, protocols: {status: {agenda: [The plan]}}}\n")

    said = [str(difference) for difference in differences(ours, theirs)]

    assert "Meetings: at least every none instead of 1 week" in said
    assert any("protocols: status: " in each for each in said)
