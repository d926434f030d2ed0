"""What somebody typed as words to look for, and those words marked where they are found."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from amends.escalations.search.letters import WRITTEN_OUT

LONGEST = 200
MOST = 12
# How much of a long text is shown around the first word found
AROUND = 160
_OUT = str.maketrans(WRITTEN_OUT)
_MARKS = range(0x300, 0x370)
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Words that must all be there, the last perhaps only begun. Letters and figures only: no engine's signs."""

    whole: tuple[str, ...]
    begun: str

    @property
    def all(self) -> tuple[str, ...]:
        return (*self.whole, self.begun)


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of a text, and whether it is what was looked for."""

    text: str
    is_marked: bool = False


def read(typed: str) -> Wanted | None:
    """The words in what was typed; None where there are none. What is beyond bounds is left out."""
    words = split(typed[:LONGEST].translate(_OUT))[:MOST]
    return Wanted(tuple(words[:-1]), words[-1]) if words else None


def split(text: str) -> list[str]:
    """Its words as both engines see them, but for scripts that were written down after 2012."""
    return "".join(letter if _is_of_a_word(letter) else " " for letter in text).split()


def marked(text: str, wanted: Wanted, *, around: int = AROUND) -> list[Piece]:
    """The text about where the first word stands, in one line, with every word that was looked for marked."""
    text = _SPACE.sub(" ", text).strip()
    found = list(_found(text, wanted))
    start, end = _window(text, found[0][0] if found else 0, around)
    pieces, at = [], start
    for begin, until in found:
        if begin >= start and until <= end:
            pieces += [Piece(text[at:begin]), Piece(text[begin:until], is_marked=True)]
            at = until
    pieces.append(Piece(text[at:end]))
    before, after = Piece("… " if start else ""), Piece(" …" if end < len(text) else "")
    return [piece for piece in (before, *pieces, after) if piece.text]


def _is_of_a_word(letter: str) -> bool:
    category = unicodedata.category(letter)
    return category[0] in "LN" or category == "Co" or ord(letter) in _MARKS


def _folded(word: str) -> str:
    """As nearly as the index does it: marks off, small, written out."""
    bare = "".join(letter for letter in unicodedata.normalize("NFD", word) if not unicodedata.combining(letter))
    return bare.translate(_OUT).lower()


def _found(text: str, wanted: Wanted) -> Iterator[tuple[int, int]]:
    whole, begun = {_folded(word) for word in wanted.whole}, _folded(wanted.begun)
    for begin, until in _words_in(text):
        word = _folded(text[begin:until])
        if word in whole or word.startswith(begun):
            yield begin, until


def _words_in(text: str) -> Iterator[tuple[int, int]]:
    begin: int | None = None
    for place, letter in enumerate(text):
        if _is_of_a_word(letter):
            begin = place if begin is None else begin
        elif begin is not None:
            yield begin, place
            begin = None
    if begin is not None:
        yield begin, len(text)


def _window(text: str, first: int, around: int) -> tuple[int, int]:
    """Where to begin and end so that the first word found is seen with some words before it; never within a word."""
    if len(text) <= around:
        return 0, len(text)
    start = max(first - around // 3, 0)
    if start:
        start = text.rfind(" ", 0, start) + 1
    end = min(start + around, len(text))
    if end < len(text):
        end = max(text.rfind(" ", start, end), start + 1)
    return start, end


def together(texts: Sequence[str]) -> str:
    """Several texts of one row as one, as they are shown."""
    return " · ".join(filter(None, texts))
