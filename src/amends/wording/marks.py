"""What is wrong with a draft: blame, promises without a time and promises that nobody can keep.

It advises, each mark with why and a better way; nothing is ever blocked.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from amends.wording.reading import Sentence, quoted, sentences
from amends.wording.rules import Name, Rules, rules


@dataclass(frozen=True, slots=True)
class Mark:
    """Words of a draft, between `start` and `end`, at which one should think again."""

    name: Name
    start: int
    end: int
    why: str
    better: str


def marks(text: str, *, language: str = "en") -> tuple[Mark, ...]:
    """Every mark on `text`, in order of place; two of one name never overlap. `language` is refused if unknown."""
    known = rules(language)
    in_quotes = quoted(text)
    found: list[Mark] = []
    for sentence in sentences(text, known.spellings):
        found += _of_sentence(sentence, known, in_quotes)
    return tuple(sorted(found, key=lambda mark: (mark.start, mark.end, mark.name)))


def _of_sentence(sentence: Sentence, known: Rules, in_quotes: list[tuple[int, int]]) -> list[Mark]:
    found = list(_found(sentence, known, in_quotes))
    if any(mark.name == "overpromise" for mark in found):  # what nobody can keep does not merely lack a time
        found = [mark for mark in found if mark.name != "vague_promise"]
    kept: list[Mark] = []
    for mark in sorted(found, key=lambda mark: mark.start - mark.end):
        if not any(mark.name == one.name and mark.start < one.end and one.start < mark.end for one in kept):
            kept.append(mark)
    return kept


def _found(sentence: Sentence, known: Rules, in_quotes: list[tuple[int, int]]) -> Iterator[Mark]:
    """Every mark that a pattern makes."""
    fine: dict[int, bool] = {}
    for number in known.index.fitting(sentence.vocabulary):
        group, pattern = known.patterns[number]
        for match in pattern.found.finditer(sentence.text):
            if group.not_after and group.not_after.just_before.search(sentence.text, 0, match.start()):
                continue
            if id(group) not in fine:
                fine[id(group)] = any(reason.holds(sentence) for reason in group.unless)
            if fine[id(group)] or match.start() == match.end():
                continue
            start, end = sentence.place(*match.span())
            if not _is_theirs(match.start(), start, sentence, known, in_quotes):
                yield Mark(group.mark, start, end, group.why, group.better)


def _is_theirs(at: int, start: int, sentence: Sentence, known: Rules, in_quotes: list[tuple[int, int]]) -> bool:
    """The customer's own words: after “she says”, or in quotation marks; unless “I told her” stands between."""
    for first, last in in_quotes:
        if first < start < last:
            before = sum(len(word.said) + 1 for word in sentence.words if word.start < first)
            return not known.ours.just_before.search(sentence.text, 0, before + 1)
    return known.theirs.just_before.search(sentence.text, 0, at) is not None
