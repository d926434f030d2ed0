"""Where a draft should be thought about again, as the pages show it. It advises; nothing waits for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from amends.escalations.texts import NEXT_BY
from amends.wording.marks import marks

# In the words of the pages; who reads on sees why.
_TITLES = {
    "blame": "Blame",
    "defensive": "Arguing",
    "excuse": "Excuse",
    "dismissive": "Belittling",
    "judgement": "Not confirmed",
    "vague_promise": "No time",
    "overpromise": "Promises too much",
}
# More than that nobody mends at once.
_MOST = 6
# A time will stand there when it is sent; as many letters, so that places stay right.
_A_TIME = "tomorrow".ljust(len(NEXT_BY))


@dataclass(frozen=True, slots=True)
class Marked:
    """Words of a draft, what they are, why that hurts and what would be better."""

    title: str
    words: str
    why: str
    better: str


def marked(text: str, *, confirmed: Sequence[str] = ()) -> list[Marked]:
    """What is marked in `text`, each words once, in order of place; the first few of many.

    What is `confirmed`, in the words of the ledger, may be said as certain.
    """
    found = [
        Marked(_TITLES[mark.name], " ".join(text[mark.start : mark.end].split()), mark.why, mark.better)
        for mark in marks(text.replace(NEXT_BY, _A_TIME), confirmed=confirmed)
    ]
    return list(dict.fromkeys(found))[:_MOST]
