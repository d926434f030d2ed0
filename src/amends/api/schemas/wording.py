"""What is marked in a draft."""

from __future__ import annotations

from pydantic import BaseModel, Field

from amends.api.schemas.words import Asked
from amends.wording.marks import Mark
from amends.wording.rules import Name


class Draft(Asked):
    """A text that somebody is about to send."""

    # As it was sent, to the letter: places are counted in it.
    text: str = Field(max_length=20_000)


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
