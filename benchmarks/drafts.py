"""A page of text is read for words at which to think again, as it is while somebody types."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from amends.wording.marks import marks
from amends.wording.reading import sentences
from amends.wording.rules import rules
from benchmarks.figures import Figure, percentile, spread
from benchmarks.place import Place

LETTERS = 2_500
# Invented sentences, of which the rules were learned: half of them carry a mark.
SENTENCES = Path(__file__).resolve().parent.parent / "tests" / "wording" / "labelled_third.jsonl"


def measure(place: Place) -> Iterator[Figure]:
    """Pages of what people write; once of all kinds of sentences, once of those that nothing is wrong with.

    No database is asked, so it is measured once.
    """
    if place.is_postgresql:
        return
    rows = [json.loads(line) for line in SENTENCES.read_text(encoding="utf-8").splitlines()]
    # Not as they stand, all of one mark together.
    rows.sort(key=lambda row: row["text"][::-1])
    pages = _pages([row["text"] for row in rows], place.size(100, 3))
    clean = _pages([row["text"] for row in rows if not row["marks"]], place.size(100, 3))
    # What is only compiled once is compiled.
    for page in pages:
        marks(page)
    for which, of in (("every second sentence is marked", pages), ("nothing is wrong", clean)):
        took = _took(of, marks)
        yield Figure(
            f"a page on which {which}, p50",
            percentile(took, 0.5) * 1000,
            "ms",
            percentile(_took(of, lambda page: list(sentences(page, rules("en").spellings))), 0.5) * 1000,
            "parted into sentences and words alone",
            aim=5,
            details=spread(took, times=1000),
        )


def _pages(texts: list[str], count: int) -> list[str]:
    """So many pages of that length, each beginning elsewhere."""
    pages = []
    for number in range(count):
        begins = number * len(texts) // count
        pages.append(" ".join([*texts[begins:], *texts[:begins]])[:LETTERS])
    return pages


def _took(pages: list[str], reads: Callable[[str], object]) -> list[float]:
    seconds = []
    for page in pages:
        began = time.perf_counter()
        reads(page)
        seconds.append(time.perf_counter() - began)
    return seconds
