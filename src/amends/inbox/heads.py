"""The lines above a quote: “On 3 May 2026 Anna <anna@…> wrote:”, “-----Original Message-----”, From/Sent/To/Subject.

Each is asked about one place and answers with the place behind it, or None. What is not surely such a line is none:
better a quote too many in view than a word of the customer's folded away. The time taken grows with the text alone:
long lines are no such lines and are not looked into.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from mailparser_reply.parser import EmailMessage

from amends.inbox.phrases import LANGUAGES

# In letters: a line of these programs is never longer, all its pieces together.
LONGEST_HEAD = 400
# The line is broken where a program thinks it too long.
_MOST_LINES = 4
# Without an address, a sentence of more words was written by a person.
_MOST_WORDS = 14
_FEWEST_HEADERS, _MOST_HEADERS = 3, 12
# Further down is nothing that would not have been found further up.
_LIBRARYS_LINES = 300


def _one_of(phrases: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, set(phrases)), key=len, reverse=True))


_ALL = LANGUAGES.values()
_DAY = {day for language in _ALL for day in language.days}
_LEAD = re.compile(rf"(?:{_one_of(_DAY | {lead for language in _ALL for lead in language.leads})})(?!\w)|\d")
_WROTE = re.compile(rf"(?<!\w)(?:{_one_of(wrote for language in _ALL for wrote in language.wrote)})(?!\w)")
_ORIGINAL = frozenset(phrase for language in _ALL for phrase in language.original)
_NAMES = {
    name: kind
    for language in _ALL
    for kind, names in (
        ("sender", language.sender),
        ("sent", language.sent),
        ("to", language.to),
        ("subject", language.subject),
    )
    for name in names
}
_HEADER = re.compile(r"[*_ ]{0,3}([^\W\d_][\w ]{0,20}?) ?:[*_ ]{0,3}(.*)", re.DOTALL)
_ADDRESS = re.compile(r"[\w.+'-]{1,80}@[\w-]{1,80}\.?\w")
_TIME = re.compile(r"\d{1,2}[:.h]\d{2}")
_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|\d{1,2}[./-]\d{1,2}[./-]\d{2}")
_RULE = re.compile(r"[-_=*—–─]{3,}")
# Those of the library's languages that our own table does not speak. Its other patterns take words with them.
_LIBRARYS = EmailMessage(text="", languages=["cs", "ja", "ko", "zh"], include_english=False).HEADER_REGEX


def is_rule(line: str) -> bool:
    """A line of dashes and their like, and nothing else."""
    return bool(_RULE.fullmatch(line.replace(" ", "")))


def names_an_address(text: str) -> bool:
    return bool(_ADDRESS.search(text))


def head(lines: Sequence[str], at: int) -> int | None:
    """The place behind the head of a quote that begins at `at`, with the rules above it. `lines` are stripped."""
    place = at
    while place < min(len(lines), at + 4) and (is_rule(lines[place]) or (place > at and not lines[place])):
        place += 1
    if place >= len(lines) or not lines[place]:
        return None
    return _original(lines, place) or _headers(lines, place) or _wrote(lines, place)


def of_another_language(lines: Sequence[str]) -> int | None:
    """Where the first head stands of a language that only the library knows."""
    short = [line if len(line) <= LONGEST_HEAD else "" for line in lines[:_LIBRARYS_LINES]]
    text = "\n".join(short)
    found = _LIBRARYS.search(text)
    if not found or not names_an_address(found[0][: 2 * LONGEST_HEAD]):
        return None
    return text.count("\n", 0, found.end() - len(found[0].lstrip()))


def _original(lines: Sequence[str], at: int) -> int | None:
    line = lines[at].casefold()
    words = line.strip("-_=*—– >:")
    if words not in _ORIGINAL:
        return None
    is_framed = line.startswith(("--", "__", "==", "*", "—", "––")) or line.endswith(":")
    if not is_framed:
        return None
    behind = at + 1
    while behind < len(lines) and not lines[behind]:
        behind += 1
    return (_headers(lines, behind) if behind < len(lines) else None) or at + 1


def _headers(lines: Sequence[str], at: int) -> int | None:
    """From, sent, to and subject, each in a line or wrapped to two; three at least, and an address among them."""
    kinds: set[str] = set()
    end = place = at
    while place < min(len(lines), at + _MOST_HEADERS):
        kind = _kind(lines[place])
        if kind:
            kinds.add(kind)
            end = place + 1
        elif not kinds or place + 1 >= len(lines) or place > end or not _kind(lines[place + 1]):
            break
        place += 1
    is_headed = "sender" in kinds and len(kinds) >= _FEWEST_HEADERS
    is_sure = len(kinds) > _FEWEST_HEADERS or any(names_an_address(line[:LONGEST_HEAD]) for line in lines[at:end])
    return end if is_headed and is_sure else None


def _kind(line: str) -> str:
    found = _HEADER.match(line[:LONGEST_HEAD])
    return _NAMES.get(found[1].strip().casefold(), "") if found else ""


def _wrote(lines: Sequence[str], at: int) -> int | None:
    if not _begins(lines[at]):
        return None
    joined = ""
    for place in range(at, min(at + _MOST_LINES, len(lines))):
        line = lines[place]
        is_open = joined.count("<") > joined.count(">")
        # A later line that begins anew is a head of its own, and what stands above it was written.
        if (
            not line
            or (line.startswith(">") and not is_open)
            or (place > at and _begins(line) and _alone(lines, place))
        ):
            return None
        joined = f"{joined} {line}".strip()
        if len(joined) > LONGEST_HEAD:
            return None
        if _introduces(joined, is_quoted_below=_is_quoted(lines, place + 1)):
            return place + 1
        if place == at and (not re.search(r"\d", line) or line.endswith(("!", "?", ":"))):
            return None
    return None


def _begins(line: str) -> bool:
    return len(line) <= LONGEST_HEAD and bool(_LEAD.match(line.casefold().lstrip("-–—*_= ")))


def _alone(lines: Sequence[str], at: int) -> bool:
    return _introduces(lines[at], is_quoted_below=_is_quoted(lines, at + 1))


def _is_quoted(lines: Sequence[str], at: int) -> bool:
    below = next((line for line in lines[at : at + 6] if line), "")
    return below.startswith(">")


def _introduces(line: str, *, is_quoted_below: bool) -> bool:
    words = line.casefold().strip("-–—*_= ")
    is_dated, is_timed = bool(_DATE.search(words)), bool(_TIME.search(words))
    has_address, ends = names_an_address(words), words.endswith(":")
    wrote = list(_WROTE.finditer(words))
    if not wrote:
        if not (ends and is_dated and is_timed):
            return False
        return words.rstrip(": ").endswith(">") if has_address else is_quoted_below and words[0].isdigit()
    if not ends and wrote[-1].end() != len(words):
        return False
    if not re.search(r"\d", words):
        return False
    if has_address:
        return True
    is_short = len(words.split()) <= _MOST_WORDS
    return is_short and (is_quoted_below or (is_dated and is_timed))
