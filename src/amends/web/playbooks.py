"""What the pages of the playbook share: the one in force, and a comparison of two, in words and line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from itertools import groupby

from amends.playbook.differences import Difference, differences
from amends.playbook.document import Document
from amends.playbook.mistakes import Mistake
from amends.playbook.models import PlaybookVersion

# As many versions as a choice of them offers; the address takes every one.
MOST_OFFERED = 50
# Comparing line by line takes time that grows with the square of what has changed.
MOST_LINES = 4_000
MOST_MISTAKES = 100


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a comparison: "+", "-", " " or, between two places, "…"."""

    sign: str
    text: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What is otherwise: in words by part of the document, and line by line (None: too long to compare)."""

    parts: tuple[tuple[str, tuple[str, ...]], ...]
    lines: tuple[Line, ...] | None
    count: int = 0


@dataclass(frozen=True, slots=True)
class Marked:
    """A mistake with the line that it speaks of."""

    mistake: Mistake
    line: str


def compared(old: PlaybookVersion, text: str, document: Document) -> Changes:
    """What a text, read as `document`, says otherwise than a version."""
    found = differences(old.document, document)
    return Changes(tuple(_by_part(found)), lines_between(old.text, text), len(found))


def lines_between(old: str, new: str) -> tuple[Line, ...] | None:
    """The lines that were changed, with two on each side; None where there are too many to compare."""
    before, after = old.splitlines(), new.splitlines()
    if max(len(before), len(after)) > MOST_LINES:
        return None
    compared = list(unified_diff(before, after, lineterm="", n=2))[2:]
    return tuple(Line("…", "") if line.startswith("@@") else Line(line[0], line[1:]) for line in compared)


def marked(mistakes: Sequence[Mistake], text: str) -> list[Marked]:
    """Mistakes with their lines, as many as one can read."""
    lines = text.splitlines()
    return [
        Marked(mistake, lines[mistake.line - 1].strip() if mistake.line and mistake.line <= len(lines) else "")
        for mistake in mistakes[:MOST_MISTAKES]
    ]


def _by_part(found: Sequence[Difference]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for part, group in groupby(found, key=lambda each: each.part):
        yield part, tuple(each.says for each in group)
