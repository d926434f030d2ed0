import pytest

from amends.wording.patterns import Index, Language
from amends.wording.reading import sentences

SPELLINGS = {"n't": "not", "'ll": "will", "cannot": "can not"}
SPEECH = Language(
    {"people": ["admin", "your {team}"], "team": ["team", "crew"]},
    {"break": "breaks broke broken breaking"},
    frozenset(["the", "is", "a", "not"]),
    frozenset(["not", "never"]),
)


def found(written: str, text: str) -> list[str]:
    """What a pattern finds in a text, if the index lets it be looked for there."""
    pattern = SPEECH.pattern(written)
    index = Index([pattern], SPEECH)
    fitting = [each for each in sentences(text, SPELLINGS) if index.fitting(each.vocabulary)]
    places = [each.place(*match.span()) for each in fitting for match in pattern.found.finditer(each.text)]
    return [text[start:end] for start, end in places]


@pytest.mark.parametrize(
    ("written", "text", "words"),
    [
        ("dropped the ball", "They Dropped  the ball.", ["Dropped  the ball"]),
        ("dropped the ball", "They dropped the balls.", []),
        ("is ..2 late", "It is far too late, it is not late.", ["is far too late"]),
        ("is/was late", "It was late, it is late.", ["was late", "is late"]),
        ("{people} failed", "Your crew failed; the admin failed.", ["Your crew failed", "admin failed"]),
        ("~break it", "He broke it.", ["broke it"]),
        ("~ignore us", "They ignored us, ignoring us.", ["ignored us", "ignoring us"]),
        ("~apply it", "She applied it.", ["applied it"]),
        ("very [very] bad", "Very bad, very very bad.", ["Very bad", "very very bad"]),
        ("(by | due to) you", "Due to you, by you.", ["Due to you", "by you"]),
        ("we ..2 late", "We were far late. We were so very much late.", ["We were far late"]),
        ("we ..2 late", "We were, late.", []),
        ("_ is late", "Everything is late.", ["Everything is late"]),
        ("by #", "By 16:00 or by noon.", ["By 16:00"]),
        ("soon/#", "Soon, at 4.", ["Soon", "4"]),
        ("^ soon", "Soon, not soon: soon.", ["Soon", "soon"]),
        ("soon $", "Soon is not soon.", ["soon"]),
        ("we will not", "We’ll not. We won’t.", ["We’ll not"]),
        ("can not call", "We cannot call, we didn’t.", ["cannot call"]),
        ("did not", "We didn’t.", ["didn’t"]),
    ],
)
def test_a_pattern_finds_what_it_reads_like(written, text, words):
    assert found(written, text) == words


def test_a_sentence_without_the_words_that_a_pattern_needs_is_not_searched():
    patterns = [SPEECH.pattern(each) for each in ("dropped the ball", "the ..3 ball", "_ (rolls | is round)")]
    index = Index(patterns, SPEECH)
    fitting = [index.fitting(each.vocabulary) for each in sentences("The ball rolls. They dropped it.", {})]

    assert fitting == [[1, 2], []]
