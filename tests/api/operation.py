"""One operation of the API, for the table of them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from string import Formatter
from typing import Any

from amends.escalations.authority import Act
from tests.api.ground import Ground

LATER = "2026-11-24T16:00:00Z"


@dataclass(frozen=True)
class Operation:
    """`act` None: whoever is let in, for what they may see. `of_escalation`: hidden with its escalation."""

    act: Act | None
    method: str
    path: str
    body: Callable[[Ground], Any] = lambda ground: None
    before: Callable[[Ground], None] = lambda ground: None
    only_reads: bool = False  # though it is no GET

    @property
    def of_escalation(self) -> bool:
        return any(
            noun in self.path
            for noun in (
                *("{0.escalation.key", "{0.promise.pk", "{0.problem.pk", "{0.request.pk", "{0.criterion.pk"),
                *("{0.sent.pk", "{0.logged.pk", "{0.filed.pk", "{0.meeting.pk"),
            )
        )

    @property
    def nouns(self) -> list[str]:
        """What is named in its address, from left to right, by the names of the ground."""
        named = (field for _, field, _, _ in Formatter().parse(self.path) if field)
        return [field.split(".")[1] for field in named]

    def url(self, ground: Ground) -> str:
        return self.path.format(ground)


def why(ground: Ground) -> Any:
    return {"reason": "Because"}
