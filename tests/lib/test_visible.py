"""Letters that nobody sees: whether a text says anything, and which of its letters turn others around."""

import pytest

from amends.lib import visible

# What people and programs paste for nothing: of zero width, fillers, Braille without a dot, tags, a lone accent.
UNSEEN = ["\u200b", "\u2060", "\ufeff", "\u3164", "\uffa0", "\u115f\u1160", "\u2800", "\u00ad", "\U000e0041", "\u0301"]


@pytest.mark.parametrize("unseen", [*UNSEEN, " \u200b\u2060\n\u3164 ", "\u202e \u2066"])
def test_a_text_of_letters_that_nobody_sees_says_nothing(unseen):
    assert visible.words(unseen) == ""


@pytest.mark.parametrize(
    "said", ["", " ", "No.", "…", "❤️", "👩\u200d💻", "नमस्ते", "می\u200cخواهم", "e\u0301", "שלום\u200f!", "한글", "⠓⠊"]
)
def test_what_says_something_stays_as_it_was_written(said):
    assert visible.words(said) == said


@pytest.mark.parametrize("turn", ["\u202a", "\u202e", "\u2066", "\u2067", "\u2068"])
def test_nothing_turns_the_rest_of_the_page_around(turn):
    assert visible.words(f"Approved {turn}lamrof\u202c\u2069") == "Approved lamrof"
