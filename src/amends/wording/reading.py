"""A text as its reader takes it in: sentence by sentence, in small letters, “we’ll” as “we will”.

What is quoted from an earlier mail (lines that begin with >) is not read: somebody else wrote it.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from string import ascii_lowercase, ascii_uppercase
from typing import NamedTuple

_TOKEN = re.compile(r"[0-9]+(?:[:.,][0-9]+)+|\w+(?:['-]\w+)*|[^\w\s]")
_EARLIER_MAIL = re.compile(r"^[ \t]*>.*$", re.MULTILINE)
_IN_QUOTES = re.compile(r'"[^"\n]{2,400}"|[“„«][^”“»\n]{2,400}[”“»]')
_NEW_PART = re.compile(r"\n\s*\n")
# Small letters and plain signs, as many as there were.
_AS_READ = str.maketrans(ascii_uppercase + "’“”„«»–—…", ascii_lowercase + '\'"""""--.')
_STOPS = frozenset('.!?")')
_BULLETS = ("-", "*", "•")
_BEFORE_A_STOP = ("mr", "mrs", "ms", "dr", "no", "re")
# Nobody reads on for longer than that; a text without stops is cut there.
LONGEST = 150  # words


class Word(NamedTuple):
    """One word or sign as it is read, and where it stands; “we’ll” is two words at one place."""

    said: str
    start: int
    end: int


@dataclass(frozen=True)
class Sentence:
    """Its words, and `text`: them with a space around each, which is what patterns are looked for in."""

    words: tuple[Word, ...]
    text: str
    _places: tuple[int, ...]

    @classmethod
    def of(cls, words: list[Word]) -> "Sentence":
        places, at = [], 1
        for word in words:
            places.append(at)
            at += len(word.said) + 1
        return cls(tuple(words), f" {' '.join(word.said for word in words)} ", tuple(places))

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every word that is said and every two that follow each other; a figure is # too."""
        said = [word.said for word in self.words]
        meant = ["#" if word[0].isdigit() else word for word in said]
        pairs = map(" ".join, pairwise(said))
        if meant == said:
            return frozenset(said).union(pairs)
        return frozenset(said).union(meant, pairs, map(" ".join, pairwise(meant)))

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where in the whole text the words stand that are at `start` to `end` of this sentence's own text."""
        first, last = self.numbers(start, end)
        return self.words[first].start, self.words[last].end

    def numbers(self, start: int, end: int) -> tuple[int, int]:
        """The numbers of the first and the last of these words."""
        first, last = (max(bisect_right(self._places, at) - 1, 0) for at in (start, end - 2))
        return first, last


def sentences(text: str, spellings: Mapping[str, str]) -> Iterator[Sentence]:
    """The sentences of a text. `spellings` says how shortened words are read in full: whole ones, or by their end."""
    plain = _EARLIER_MAIL.sub(lambda line: "\n" * len(line[0]), text).translate(_AS_READ)
    words: list[Word] = []
    before = 0
    for token in _TOKEN.finditer(plain):
        said, (start, end) = token[0], token.span()
        gap = plain[before:start] if words else ""
        # Between most words there is but a space, and few are signs at which a sentence ends.
        may_end = gap != " " or words[-1].said in _STOPS or len(words) >= LONGEST
        if words and may_end and _ends(words, gap, said):
            yield Sentence.of(words)
            words = []
        if said in spellings or "'" in said:
            words += [Word(each, start, end) for each in _in_full(said, spellings)]
        else:
            words.append(Word(said, start, end))
        before = end
    if words:
        yield Sentence.of(words)


def quoted(text: str) -> list[tuple[int, int]]:
    """What stands in quotation marks."""
    return [match.span() for match in _IN_QUOTES.finditer(text)]


def _in_full(said: str, spellings: Mapping[str, str]) -> list[str]:
    if said in spellings:
        return spellings[said].split()
    at = said.rfind("'")
    if at <= 0:
        return [said]
    if said.endswith("n't"):
        at -= 1
    return [said[:at], spellings.get(said[at:], said[at:])]


def _ends(words: list[Word], gap: str, following: str) -> bool:
    """Whether a sentence ends before this gap; the stop of “Mr.” or of an initial ends none."""
    if len(words) >= LONGEST or not gap:
        return len(words) >= LONGEST
    if "\n" in gap and (following in _BULLETS or _NEW_PART.search(gap)):
        return True
    at = -2 if words[-1].said in ('"', ")") and len(words) > 1 else -1
    if words[at].said != ".":
        return words[at].said in ("!", "?")
    before = words[at - 1].said if len(words) >= 1 - at else ""
    return not (before in _BEFORE_A_STOP or len(before) == 1)
