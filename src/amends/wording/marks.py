"""What is wrong with a draft: blame, arguing, excuses, belittling, early judgement, vague promises and too great ones.

It advises, each mark with why and a better way; nothing is ever blocked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from amends.wording.clauses import Clauses, Span
from amends.wording.reading import Sentence, quoted, sentences
from amends.wording.rules import Group, Name, Rules, rules

# A sentence says a fact where it has more than half of its words, or where nearly all of its own are in the fact.
_OF_THE_FACT, _OF_THE_SENTENCE = 0.5, 0.75
# What a promise is marked for takes nothing from what is wrong with the reason that stands beside it.
_PROMISES = {"vague_promise", "overpromise"}
# What a pattern finds is no mark where the words around it speak so much more for another one, or for none at all.
_LESS_LIKELY = 1.35
# A weak sign gives way to a strong one, unless it is that much likelier.
_MUCH_LIKELIER = 2.5


@dataclass(frozen=True, slots=True)
class Mark:
    """Words of a draft, between `start` and `end`, at which one should think again."""

    name: Name
    start: int
    end: int
    why: str
    better: str


class _Found(NamedTuple):
    """Where a pattern of a group is found in a text, and how much the words around it speak for its mark."""

    start: int
    end: int
    group: Group
    weight: float


def marks(text: str, *, confirmed: Sequence[str] = (), language: str = "en") -> tuple[Mark, ...]:
    """Every mark on `text`, in order of place; no two overlap.

    `confirmed` are confirmed facts in their words: a sentence that says one is no early judgement. `language` is
    refused if unknown.
    """
    known = rules(language)
    facts = [_Said.of(sentence, known) for fact in confirmed for sentence in sentences(fact, known.spellings)]
    in_quotes = quoted(text)
    found: list[Mark] = []
    for sentence in sentences(text, known.spellings):
        found += _of_sentence(sentence, known, facts, in_quotes)
    return tuple(sorted(found, key=lambda mark: (mark.start, mark.end, mark.name)))


def _of_sentence(
    sentence: Sentence, known: Rules, facts: list[_Said], in_quotes: list[tuple[int, int]]
) -> Iterator[Mark]:
    found = list(_found(sentence, known, in_quotes))
    strong = {each.group.mark for each in found if not each.group.is_weak} - _PROMISES
    likely = max((each.weight for each in found if each.group.mark in strong), default=0.0) + _MUCH_LIKELIER
    found = [each for each in found if not each.group.is_weak or strong <= {each.group.mark} or each.weight > likely]
    names = {each.group.mark for each in found}
    if "overpromise" in names:  # what nobody can keep does not merely lack a time
        names.discard("vague_promise")
    if facts and "judgement" in names and _Said.of(sentence, known).is_in(facts):
        names.discard("judgement")
    yield from _apart([each for each in found if each.group.mark in names])


def _apart(found: list[_Found]) -> Iterator[Mark]:
    """Of those that overlap the likeliest, then the longest: the same words are seldom wrong for two reasons."""
    kept: list[_Found] = []
    for each in sorted(found, key=lambda one: (-one.weight, one.start - one.end)):
        if not any(each.start < one.end and one.start < each.end for one in kept):
            kept.append(each)
            yield Mark(each.group.mark, each.start, each.end, each.group.why, each.group.better)


def _found(sentence: Sentence, known: Rules, in_quotes: list[tuple[int, int]]) -> Iterator[_Found]:
    """Everything that a pattern finds, that nothing makes fine and that the words around it do not speak against."""
    clauses = Clauses(sentence, known.joints)
    held: dict[tuple[int, Span], bool] = {}
    weighed: dict[Span, dict[str, float]] = {}
    for number in known.index.fitting(sentence.vocabulary):
        group, pattern = known.patterns[number]
        for match in pattern.found.finditer(sentence.text):
            if match.start() == match.end():
                continue
            if group.not_after and group.not_after.just_before.search(sentence.text, 0, match.start()):
                continue
            first, last = sentence.numbers(*match.span())
            own = clauses.around(first, last)
            if _is_fine(group, clauses, own, held):
                continue
            start, end = sentence.place(*match.span())
            if _is_theirs(match.start(), start, sentence, known, in_quotes):
                continue
            near = clauses.near(first, last)
            if near not in weighed:
                weighed[near] = known.weights.of(clauses.piece(near).vocabulary)
            weights = weighed[near]
            if weights[group.mark] > max(weights.values()) - _LESS_LIKELY:
                yield _Found(start, end, group, weights[group.mark])


def _is_fine(group: Group, clauses: Clauses, own: Span, held: dict[tuple[int, Span], bool]) -> bool:
    """Whether anything makes it fine; many groups name the same reasons, each of which is `held` or not once."""
    for reason in group.unless:
        where = id(reason), own if reason.is_near else (0, 0)
        if where not in held:
            held[where] = reason.makes_fine(clauses, own)
        if held[where]:
            return True
    return False


def _is_theirs(at: int, start: int, sentence: Sentence, known: Rules, in_quotes: list[tuple[int, int]]) -> bool:
    """The customer's own words: after “she says”, or in quotation marks; unless “I told her” stands between."""
    for first, last in in_quotes:
        if first < start < last:
            before = sum(len(word.said) + 1 for word in sentence.words if word.start < first)
            return not known.ours.just_before.search(sentence.text, 0, before + 1)
    return known.theirs.just_before.search(sentence.text, 0, at) is not None


@dataclass(frozen=True, slots=True)
class _Said:
    """What a sentence tells: its words, without those that tell little, and whether it denies something."""

    words: frozenset[str]
    denies: bool

    @classmethod
    def of(cls, sentence: Sentence, known: Rules) -> _Said:
        said = {word.said for word in sentence.words}
        telling = (word for word in said - known.filling - known.negations if word[0].isalnum())
        return cls(frozenset(map(_stem, telling)), not known.negations.isdisjoint(said))

    def is_in(self, facts: list[_Said]) -> bool:
        """Whether it says one of them, in much the same words; the denial of a fact does not say it."""
        return any(self._says(fact) for fact in facts if fact.denies == self.denies)

    def _says(self, fact: _Said) -> bool:
        shared = len(self.words & fact.words)
        enough = shared > _OF_THE_FACT * len(fact.words) or shared >= _OF_THE_SENTENCE * len(self.words)
        return self.words == fact.words or (shared > 1 and enough)


def _stem(word: str) -> str:
    """“pumps” and “pump”, “deleted” and “deleting” tell the same; figures and names of files are left as they are."""
    return word.removesuffix("s")[:6] if word.isalpha() else word
