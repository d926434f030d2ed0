"""The clauses of a sentence: what somebody says in one breath. Real mails say several things in a sentence, and what is
right or wrong with one of them says little of the others.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from amends.wording.reading import Sentence

_SIGNS = frozenset(";:.!?-")
_LEAST = 3  # words; what is shorter (“however,”) belongs to what stands beside it
_AROUND = 8
Span = tuple[int, int]  # the numbers of its first word and of the one after its last


@dataclass(frozen=True)
class Joints:
    """The words of a language at which a sentence is parted, or not.

    It is parted where a word of `joining` is followed by one of `persons`, and after a comma; but not where the clause
    begins with one of `leaning` and so waits for another (“as soon as it is there, we call”), nor before `adding`,
    which goes on with it (“we call, at the latest at four”).
    """

    joining: frozenset[str]
    persons: frozenset[str]
    leaning: frozenset[str]
    adding: frozenset[str]

    @classmethod
    def read(cls, written: Mapping[str, str]) -> "Joints":
        return cls(**{name: frozenset(listed.split()) for name, listed in written.items()})

    def spans(self, said: list[str]) -> list[Span]:
        """Where the clauses of a sentence are that says these words."""
        cuts, words = [0], 0
        for number in range(1, len(said)):
            words += said[number - 1][0].isalnum()
            if self._part(said, cuts[-1], number, words):
                cuts.append(number)
                words = 0
        spans: list[Span] = []
        for first, end in zip(cuts, [*cuts[1:], len(said)], strict=True):
            is_long = sum(word[0].isalnum() for word in said[first:end]) >= _LEAST
            if spans and said[first - 1] == "," and not is_long:
                spans[-1] = (spans[-1][0], end)
            else:
                spans.append((first, end))
        return spans

    def _part(self, said: list[str], begins: int, number: int, words: int) -> bool:
        """Whether a clause that begins there, with so many words, ends before the word of this number."""
        before, word = said[number - 1], said[number]
        following = said[number + 1] if number + 1 < len(said) else ""
        joins = word in self.joining
        if before == ",":
            waits = said[begins] in self.leaning and not joins
            return words >= _LEAST and not waits and (following if joins else word) not in self.adding
        return before in _SIGNS or (joins and following in self.persons)


class Clauses:
    """A sentence in its clauses; each piece of it that is asked for is made once."""

    def __init__(self, sentence: Sentence, joints: Joints) -> None:
        self.sentence = sentence
        self._joints = joints
        self._pieces: dict[Span, Sentence] = {}

    @cached_property
    def spans(self) -> list[Span]:
        return self._joints.spans([word.said for word in self.sentence.words])

    @cached_property
    def _begins(self) -> list[int]:
        return [span[0] for span in self.spans]

    def around(self, first: int, last: int) -> Span:
        """The clause, or the clauses, in which these words stand and those between."""
        one = self.spans[bisect_right(self._begins, first) - 1]
        another = one if last < one[1] else self.spans[bisect_right(self._begins, last) - 1]
        return one[0], another[1]

    def near(self, first: int, last: int) -> Span:
        """These words and those around them in their clause, up to eight on each side."""
        begins, ends = self.around(first, last)
        return max(begins, first - _AROUND), min(ends, last + 1 + _AROUND)

    def beside(self, span: Span) -> Iterator[Span]:
        """The other clauses."""
        return (each for each in self.spans if each[1] <= span[0] or span[1] <= each[0])

    def piece(self, span: Span) -> Sentence:
        if span == (0, len(self.sentence.words)):
            return self.sentence
        if span not in self._pieces:
            self._pieces[span] = Sentence.of(list(self.sentence.words[slice(*span)]))
        return self._pieces[span]
