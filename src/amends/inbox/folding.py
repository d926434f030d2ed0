"""What was newly written in a mail, and what is only repeated below it: quotes, signatures, notes of a telephone.

Nothing is thrown away: the parts together are the text, to the letter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from amends.inbox import heads
from amends.inbox.phrases import LANGUAGES, LAWYERS, POSTSCRIPTS, SPOKEN

What = Literal["new", "quoted", "signature"]

_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_CLOSINGS = frozenset(closing for language in LANGUAGES.values() for closing in language.closings)
_SENT_WITH = tuple(phrase for language in LANGUAGES.values() for phrase in language.sent_with)
_LINK = re.compile(r"<[^<>]{0,300}>|\([^()]{0,300}\)|https?:\S+")
_CONTACT = re.compile(r"@|://|www\.|\+?\d[\d ()/.-]{6,}")
# The marks above a signature: the first is the standard's own (RFC 3676), and is always meant.
_STANDARD, _MARKS = "-- ", frozenset({"--", "__", "—", "–"})
_SENTENCE = re.compile(r"(?:\S+ +){4,}.*[.?!…:;]\W*$")
# In lines that are not blank: longer is no signature.
_LONGEST_SIGNATURE, _LONGEST_FOOTER, _LONGEST_NAMES = 15, 6, 8
# How far below a line of dashes an address makes a signature of it.
_FAR = 40
# In letters: a shorter line was not wrapped by the program that quoted it, and a note of a telephone is not longer.
_WRAPPED, _LONGEST_NOTE = 65, 60
# In words: fewer may be a title, as “head of logistics”.
_FEWEST_SAID = 4


@dataclass(frozen=True, slots=True)
class Part:
    """Neighbouring lines of one kind, with their line ends."""

    what: What
    text: str


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in its parts, in order. All `parts` together are the text, without a letter lost or changed."""

    parts: tuple[Part, ...]

    @property
    def new(self) -> str:
        """What was newly written: on top, and between or below quotes. Blank where all of it is repeated."""
        return self._all("new")

    @property
    def quoted(self) -> str:
        return self._all("quoted")

    @property
    def signature(self) -> str:
        return self._all("signature")

    def _all(self, what: What) -> str:
        return "\n\n".join(part.text.strip("\r\n") for part in self.parts if part.what == what and part.text.strip())


def fold(text: str) -> Folded:
    """Tell what is new in `text` from what is quoted and from the signature."""
    whole = text.splitlines(keepends=True)
    lines = [_INVISIBLE.sub("", line.replace("\u00a0", " ")).strip() for line in whole]
    whats = _quotes(lines)
    has_begun = False
    for start, end in _runs(whats):
        is_last = end == len(lines)
        whats[start:end] = _signed(whole[start:end], lines[start:end], has_begun=has_begun, is_last=is_last)
        has_begun = has_begun or any(lines[start:end])
    _blanks(whats, lines)
    pieces = groupby(zip(whats, whole, strict=True), key=lambda pair: pair[0])
    return Folded(tuple(Part(what, "".join(line for _, line in pairs)) for what, pairs in pieces))


def _quotes(lines: Sequence[str]) -> list[What]:
    """Which lines are quoted: those behind a “>”, the heads above them, and all below a head without such marks."""
    whats: list[What] = ["new"] * len(lines)
    place, has_head = 0, False
    while place < len(lines):
        if lines[place].startswith(">") or _is_wrapped(lines, place):
            whats[place] = "quoted"
            place += 1
        elif lines[place] and (behind := heads.head(lines, place)):
            below = next((at for at in range(behind, len(lines)) if lines[at]), len(lines))
            is_marked = below < len(lines) and lines[below].startswith(">")
            end = below if is_marked else len(lines)
            whats[place:end] = ["quoted"] * (end - place)
            place, has_head = end, True
        else:
            place += 1
    if not has_head and "quoted" not in whats and (start := heads.of_another_language(lines)) is not None:
        whats[start:] = ["quoted"] * (len(lines) - start)
    return whats


def _is_wrapped(lines: Sequence[str], place: int) -> bool:
    """The rest of a long quoted line, which a program broke without marking it again."""
    if not 0 < place < len(lines) - 1 or not lines[place][:1].islower():
        return False
    above, below = lines[place - 1], lines[place + 1]
    is_between = above.startswith(">") and below.startswith(">")
    return is_between and len(above) >= _WRAPPED and not above.endswith((".", "?", "!", ":"))


def _runs(whats: Sequence[What]) -> list[tuple[int, int]]:
    """From where to where nothing is quoted."""
    runs, place = [], 0
    for what, group in groupby(whats):
        length = len(list(group))
        if what == "new":
            runs.append((place, place + length))
        place += length
    return runs


def _signed(whole: Sequence[str], lines: Sequence[str], *, has_begun: bool, is_last: bool) -> list[What]:
    """What a run of unquoted lines is: new, until a signature begins. `has_begun`: another such run stands above it."""
    whats: list[What] = ["new"] * len(lines)
    above, below = 0, sum(map(bool, lines))
    for place, line in enumerate(lines):
        below -= bool(line)
        if _marks_a_signature(whole[place], line, below, lines[place + 1 : place + 1 + _FAR]):
            return _until(whats, place, len(lines))
        # Where nothing was said yet, “Best” closes nothing.
        if _is_closing(line) and (above or has_begun):
            return _until(whats, place, place + 1 + _names(lines[place + 1 :]))
        if _is_note(lines, place):
            whats[place] = "signature"
            # The program adds it below all that is written: what stands under it is the mail before.
            if above and below and is_last:
                whats[place + 1 :] = ["quoted"] * (len(lines) - place - 1)
                return whats
        above += bool(line)
    return whats


def _until(whats: list[What], start: int, end: int) -> list[What]:
    whats[start:end] = ["signature"] * (end - start)
    return whats


def _marks_a_signature(whole: str, line: str, length: int, below: Sequence[str]) -> bool:
    """`length` counts all lines below that are not blank; `below` are the nearest."""
    if whole.rstrip("\r\n") == _STANDARD:
        return True
    if line in _MARKS:
        return 0 < length <= _LONGEST_SIGNATURE
    is_short = 0 < length <= _LONGEST_FOOTER
    return is_short and heads.is_rule(line) and any(_CONTACT.search(words[:200]) for words in below)


def _is_closing(line: str) -> bool:
    return line.casefold().rstrip(",.! ") in _CLOSINGS


def _names(rest: Sequence[str]) -> int:
    """How many of the lines below a closing are names and addresses: until somebody says something again."""
    count = 0
    for place, line in enumerate(rest):
        is_said = len(line) > 100 or _SENTENCE.match(line) or line.endswith("?") or _is_postscript(line)
        says_more = is_said or (line and place and not rest[place - 1] and _says_something(line))
        if says_more and any(word in _paragraph(rest, place).casefold() for word in LAWYERS):
            return len(rest)
        count += bool(line)
        if says_more or count > _LONGEST_NAMES:
            above = place
            while above and rest[above - 1]:
                above -= 1
            return above
    return len(rest)


def _says_something(line: str) -> bool:
    """Whether a line that begins a paragraph is no name, title or address, although no full stop ends it."""
    words = line.split()
    if _CONTACT.search(line):
        return False
    is_long = len(words) >= _FEWEST_SAID and 2 * sum(word[0].islower() for word in words) > len(words)
    return is_long or any(word.casefold().strip(",.!") in SPOKEN for word in words)


def _is_postscript(line: str) -> bool:
    return line.casefold().startswith(tuple(f"{word}{end}" for word in POSTSCRIPTS for end in (":", ".", " ", ",")))


def _paragraph(lines: Sequence[str], place: int) -> str:
    end = next((at for at in range(place, min(len(lines), place + 40)) if not lines[at]), min(len(lines), place + 40))
    return " ".join(lines[place:end])


def _is_note(lines: Sequence[str], place: int) -> bool:
    """“Sent from my telephone”: short, in a line by itself, and no sentence."""
    line = lines[place]
    if not line.casefold().startswith(_SENT_WITH) or (place and lines[place - 1]):
        return False
    words = _LINK.sub("", line).strip()
    is_alone = place + 1 == len(lines) or not lines[place + 1]
    return is_alone and len(words) <= _LONGEST_NOTE and not words.endswith((".", "!", "?", ":")) and "," not in words


def _blanks(whats: list[What], lines: Sequence[str]) -> None:
    """Blank lines belong to what stands above them."""
    for place in range(1, len(lines)):
        if not lines[place]:
            whats[place] = whats[place - 1]
