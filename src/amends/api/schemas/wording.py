"""What is marked in a draft."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from amends.api.schemas.words import Asked, Line, Text
from amends.wording.marks import Mark
from amends.wording.rules import Name


class Draft(Asked):
    """A text that somebody is about to send."""

    # As it was sent, to the letter: places are counted in it.
    text: str = Field(max_length=20_000)
    escalation: Annotated[str, Line(20)] = Field(
        "", description="A key, such as ESC-1042: what its ledger holds as certain may be said as certain"
    )
    facts: list[Text] = Field(
        [], max_length=50, description="More that is confirmed, in its words: a sentence that says it is no guess"
    )


class MarkShown(BaseModel):
    """Words at which to think again."""

    name: Name
    start: int = Field(description="Where they begin in the text, in characters")
    end: int
    words: str
    why: str
    better: str

    @classmethod
    def of(cls, mark: Mark, text: str) -> MarkShown:
        return cls(
            name=mark.name,
            start=mark.start,
            end=mark.end,
            words=text[mark.start : mark.end],
            why=mark.why,
            better=mark.better,
        )
