"""What was asked of the API, and what it said: the members' side of the books."""

from __future__ import annotations

import datetime as dt
import itertools
import threading
from collections import Counter
from dataclasses import dataclass, field

from tests.soak.calling import Answer

# A refusal is one of these, with a sentence; nothing else is one.
REFUSALS = (403, 404, 409, 422, 429)


@dataclass(frozen=True)
class Deed:
    """One act that was asked for once. `mark` stands in its words, and `where` says in which of ours they are kept."""

    act: str
    mark: str
    where: str
    by: int
    escalation: str
    asked_at: dt.datetime
    answered_at: dt.datetime
    answer: Answer

    def __str__(self) -> str:
        said = self.answer.status or "no answer"
        return f"{self.mark} {self.act} on {self.escalation or 'a new one'} by member {self.by}: {said}"


@dataclass
class Ledger:
    """Every deed, and every answer that was none. Written by many threads."""

    deeds: list[Deed] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def mark(self) -> str:
        """A word that stands in one act's text and nowhere else."""
        return f"soak-{next(self._numbers):06}"

    def note(self, act: str, answer: Answer, *, at: dt.datetime, may_be_away: bool) -> None:
        """Count an answer. `may_be_away`: a part was down while it was asked, so 503 is an answer, and so is none."""
        with self._lock:
            self.answers[f"{act} {_outcome(answer)}"] += 1
            if answer.status in REFUSALS:
                self.refusals[f"{act} {answer.status}: {answer.says}"] += 1
            if not _is_clear(answer, may_be_away):
                self.faults.append(
                    f"{at:%d %H:%M:%S} {act} was answered {answer.status or 'not at all'}: {answer.body}"
                )

    def write(self, deed: Deed) -> None:
        with self._lock:
            self.deeds.append(deed)

    def count(self, outcome: str) -> int:
        """How many answers were of one outcome: done, refused or unknown."""
        return sum(number for name, number in self.answers.items() if name.endswith(f" {outcome}"))


def _outcome(answer: Answer) -> str:
    if answer.is_yes:
        return "done"
    return "unknown" if answer.is_unknown else "refused"


def _is_clear(answer: Answer, may_be_away: bool) -> bool:
    if answer.is_unknown:
        return may_be_away
    return answer.is_yes or (answer.status in REFUSALS and bool(answer.says))
