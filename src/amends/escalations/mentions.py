"""Who is meant by “@Nadia” in a note: read from the text, purely."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from amends.directory.models import Member

# An @ that stands in no mail address and in no link: nothing of either stands before it.
_AT = re.compile(r"(?<![\w.!#$%&'*+/=?^`{|}~@-])@(?=\w)")
# A name ends where no further letter follows, and no domain, second half (“Anne-Marie”) or handle begins.
_END = r"(?!\w|@|[.-]\w)"
_WORD = re.compile(r"[^\s,;:()]+")
_Members = tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """One “@…” that names somebody. Several members: it could be any of them."""

    written: str
    members: _Members

    @property
    def member(self) -> Member | None:
        """Who is meant, where that is clear."""
        return self.members[0] if len(self.members) == 1 else None


def read(text: str, members: Iterable[Member]) -> list[Mention]:
    """The mentions in `text`, in their order: whole names, or first names; the longest name that fits.

    Those who have left are meant only where nobody who is here is called the same.
    """
    text = _plain(text)
    names = _Names(members)
    return [mention for at in _AT.finditer(text) if (mention := names.at(text, at.end()))]


class _Names:
    """All that members are called, to be looked up by the first word of it."""

    def __init__(self, members: Iterable[Member]) -> None:
        called: dict[str, list[Member]] = defaultdict(list)
        first: dict[str, list[Member]] = defaultdict(list)
        for member in members:
            words = _plain(member.name).split()
            called[" ".join(words)].append(member)
            first[words[0]].append(member)
        # Whoever is called just “Nadia” is meant by it before any Nadia Brandt.
        self._called = _by_first_word({**first, **called})

    def at(self, text: str, start: int) -> Mention | None:
        """Who is named where `text` goes on at `start`."""
        word = _WORD.match(text, start)
        written = word.group() if word else ""
        # Whatever stands right behind the first word of a name is left off, letter by letter.
        for size in range(len(written), 0, -1):
            for pattern, members in self._called.get(written[:size], ()):
                if found := pattern.match(text, start):
                    return Mention(f"@{found.group()}", members)
        return None


def _by_first_word(called: Mapping[str, Sequence[Member]]) -> dict[str, list[tuple[re.Pattern[str], _Members]]]:
    """First word -> the names that begin with it, the longest first, and whose they are."""
    found: dict[str, list[tuple[re.Pattern[str], _Members]]] = defaultdict(list)
    for name in sorted(called, key=len, reverse=True):
        words = name.split()
        found[words[0]].append((re.compile(r"\s+".join(map(re.escape, words)) + _END), _here(called[name])))
    return found


def _here(members: Sequence[Member]) -> _Members:
    return tuple(member for member in members if member.is_active) or tuple(members)


def _plain(text: str) -> str:
    """As names are compared: composed, and without a difference between large and small letters."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
