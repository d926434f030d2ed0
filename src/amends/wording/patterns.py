"""How the rules of the wording check are written, so that one can read them without knowing regular expressions.

your team ignored       these words, in this order
is/was                  one of them
{blunder}               one of the words or patterns of a list
~ignore                 a verb in any of its forms
[very]                  or not
(by | due to)           one of them, of several words
..3                     up to three words, no signs, and none that denies: “was guilty” is not “was not guilty”
_                       any one word
#                       a figure: 4, 16:00
^  $                    where a sentence or what follows : or ; begins; where a sentence ends
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

_PIECE = re.compile(r"\s*(\{[a-z_]+\}|\.\.[0-9]+|[\[\](|)]|[^\s\[\](|)]+)")
_WORD = r"[\w'-]+ "
_FIGURE = r"[0-9][^ ]* "
_PLACES = {
    "^": r"(?:(?<=^ )|(?<=[:;] )|(?<=[:;] \" )|(?<=^ [\"*-] ))",
    "$": r"(?=[.!\" ]*$)",
}
# So many pairs of words that follow each other are worth knowing; of more, one is in every sentence.
_PAIRS = 900
_COMMON = 20  # times as often as others is a word that tells little
Words = frozenset[str]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a pattern as a regular expression, and what a sentence must have for it.

    `needed` are sets of words, or of two words that follow each other, of each of which one must be said; `first`
    and `last` are the words that it may begin and end with, empty where that is not known.
    """

    written: str
    needed: tuple[Words, ...] = ()
    first: Words = frozenset()
    last: Words = frozenset()


class Language:
    """The lists of words of a language, its verbs, what is in every sentence, and what denies; reads patterns."""

    def __init__(
        self,
        lists: Mapping[str, Sequence[str]],
        verbs: Mapping[str, str],
        common: Words,
        negations: Words = frozenset(),
    ) -> None:
        self._lists, self._verbs, self._common = lists, verbs, common
        self._between = f"(?!(?:{'|'.join(sorted(negations))}) ){_WORD}" if negations else _WORD
        # Most of what a pattern is made of stands in many others too.
        self._known: dict[str, Part] = {}
        self._weighed: dict[Words, float] = {}

    def any_of(self, patterns: Iterable[str]) -> "Pattern":
        """One pattern that finds what any of `patterns` does."""
        return Pattern(self._either([self._read(_PIECE.findall(each)) for each in patterns]))

    def pattern(self, written: str) -> "Pattern":
        return self.any_of([written])

    def forms(self, verb: str) -> list[str]:
        """The forms of a verb: those that are listed, else as most verbs have them."""
        if verb in self._verbs:
            return [verb, *self._verbs[verb].split()]
        if verb.endswith("e"):
            return [verb, f"{verb}s", f"{verb}d", f"{verb[:-1]}ing"]
        if verb.endswith("y") and verb[-2] not in "aeiou":
            return [verb, f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing"]
        return [verb, f"{verb}es" if verb.endswith(("s", "sh", "ch", "x")) else f"{verb}s", f"{verb}ed", f"{verb}ing"]

    def _read(self, pieces: list[str]) -> Part:
        """A sequence, up to its end or the sign that closes it."""
        parts = []
        while pieces and pieces[0] not in ("|", ")", "]"):
            piece = pieces.pop(0)
            if piece in ("(", "["):
                parts.append(self._group(pieces, piece))
                continue
            if piece not in self._known:
                self._known[piece] = self._item(piece)
            parts.append(self._known[piece])
        return _one_after_the_other(parts)

    def _group(self, pieces: list[str], opening: str) -> Part:
        branches = [self._read(pieces)]
        while pieces.pop(0) == "|":
            branches.append(self._read(pieces))
        group = self._either(branches)
        return Part(f"{group.written}?") if opening == "[" else group

    def _item(self, piece: str) -> Part:
        if piece in _PLACES:
            return Part(_PLACES[piece])
        if piece.startswith("{"):
            return self._either([self._read(_PIECE.findall(each)) for each in self._lists[piece[1:-1]]])
        if piece.startswith(".."):
            return Part(f"(?:{self._between}){{0,{piece[2:]}}}?")
        if piece == "_":
            return Part(_WORD)
        one_of = piece.split("/") if piece.strip("/") else [piece]
        words = [form for each in one_of for form in (self.forms(each[1:]) if each[:1] == "~" else [each])]
        written = "|".join(_FIGURE if word == "#" else f"{re.escape(word)} " for word in words)
        said = frozenset(words)
        return Part(f"(?:{written})", (said,), said, said)

    def _either(self, branches: list[Part]) -> Part:
        """Alternatives: of what each needs, the rarest, together."""
        if len(branches) == 1:
            return Part(f"(?:{branches[0].written})", branches[0].needed, branches[0].first, branches[0].last)
        needed = [self._rarest(each.needed) for each in branches]
        return Part(
            f"(?:{'|'.join(each.written for each in branches)})",
            (_together(needed),) if all(needed) else (),
            _together(each.first for each in branches),
            _together(each.last for each in branches),
        )

    def _rarest(self, needed: tuple[Words, ...]) -> Words | None:
        return min(needed, key=self.often, default=None) if len(needed) != 1 else needed[0]

    def often(self, words: Words) -> float:
        """How often one of these is said, roughly."""
        if words not in self._weighed:
            self._weighed[words] = sum(self._often(*each.split(" ")) for each in words)
        return self._weighed[words]

    def _often(self, first: str, second: str = "") -> float:
        often = _COMMON if first in self._common else 1
        return often * (_COMMON if second in self._common else 1) / 100 if second else often


class Pattern:
    """Found in the text of a sentence."""

    def __init__(self, part: Part) -> None:
        self._written = part.written
        self.needed = tuple(sorted(part.needed, key=len))

    # Few of the hundreds are ever looked for in most texts; compiling all of them takes a while.
    @cached_property
    def found(self) -> re.Pattern[str]:
        return re.compile(rf"(?<= )(?:{self._written})")

    @cached_property
    def just_before(self) -> re.Pattern[str]:
        return re.compile(rf"(?<= )(?:{self._written})$")

    def may_be_in(self, vocabulary: Words) -> bool:
        return not any(map(vocabulary.isdisjoint, self.needed))


class Index:
    """Which of many patterns may be found in a sentence, by the rarest that each needs."""

    def __init__(self, patterns: Sequence[Pattern], speech: Language) -> None:
        self._by_words: dict[str, list[int]] = {}
        self._also_needed: list[tuple[Words, ...]] = []
        for number, pattern in enumerate(patterns):
            rarest = min(pattern.needed, key=speech.often)
            self._also_needed.append(tuple(words for words in pattern.needed if words is not rarest))
            for each in rarest:
                self._by_words.setdefault(each, []).append(number)

    def fitting(self, vocabulary: Words) -> list[int]:
        """The numbers of those patterns, in order."""
        asked = {number for each in vocabulary & self._by_words.keys() for number in self._by_words[each]}
        isdisjoint, also_needed = vocabulary.isdisjoint, self._also_needed
        return sorted(number for number in asked if True not in map(isdisjoint, also_needed[number]))


def _one_after_the_other(parts: list[Part]) -> Part:
    needed = [words for part in parts for words in part.needed]
    for one, next_one in pairwise(parts):
        if one.last and next_one.first and len(one.last) * len(next_one.first) <= _PAIRS:
            needed.append(frozenset(f"{last} {first}" for last in one.last for first in next_one.first))
    written = "".join(part.written for part in parts)
    return Part(written, tuple(needed), parts[0].first, parts[-1].last) if parts else Part("")


def _together(several: Iterable[Words | None]) -> Words:
    """All of them; nothing where one is not known."""
    known = list(several)
    return frozenset().union(*(words for words in known if words)) if all(known) else frozenset()
