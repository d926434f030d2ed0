"""Names that somebody may have meant: what begins so, and what is written almost so."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

# As many as one reads
MOST = 3
# So alike, between 0 and 1, that it was probably meant
ALIKE = 0.72
# Compared letter by letter are those alone that share the most pieces of three letters.
_COMPARED = 20
# What is shorter could be the beginning of anything.
_SHORTEST = 3
_FAR = 3


class Names:
    """Known names, to be asked many times: each question looks at a few of them, however many there are."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = [(name, name.casefold()) for name in names]
        self._having: dict[str, list[int]] = defaultdict(list)
        for number, (_, small) in enumerate(self._names):
            for piece in set(_pieces(small)):
                self._having[piece].append(number)

    def nearest(self, typed: str) -> list[str]:
        """Up to three: what begins with it, or has a word that does; what is most like it; what has its first word."""
        looked_for = " ".join(typed.casefold().split())
        if len(looked_for) < _SHORTEST:
            return []
        shared = Counter(number for piece in set(_pieces(looked_for)) for number in self._having.get(piece, ()))
        near = [self._names[number] for number, _ in shared.most_common(_COMPARED)]
        ranked = sorted((_rank(looked_for, small), name) for name, small in near)
        return [name for (how_far, _), name in ranked if how_far < _FAR][:MOST]


def either(names: Sequence[str]) -> str:
    """`A`, `A or B`, `A, B or C`."""
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _rank(looked_for: str, small: str) -> tuple[int, float]:
    """How far off it is: 0 begins so, 1 is written almost so, 2 has the same first word; and how unlike it is."""
    unlike = 1 - SequenceMatcher(None, looked_for, small, autojunk=False).ratio()
    if f" {looked_for}" in f" {small}":
        return 0, unlike
    if unlike <= 1 - ALIKE:
        return 1, unlike
    first, its_first = looked_for.split(" ")[0], small.split(" ")[0]
    return (2 if first == its_first and len(first) > _SHORTEST else _FAR), unlike


def _pieces(small: str) -> Iterator[str]:
    """Three letters at a time, with the beginning of the name and of each word marked by a space."""
    padded = f"  {small} "
    return (padded[at : at + 3] for at in range(len(padded) - 2))
