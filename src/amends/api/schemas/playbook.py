"""The playbook: its versions, what one says otherwise than another, and what is wrong with a text."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import BaseModel, Field

from amends.api.schemas.words import Asked, Reason, Whole
from amends.playbook.differences import Difference
from amends.playbook.document import BadDocument
from amends.playbook.lines import MOST_BYTES
from amends.playbook.mistakes import Mistake
from amends.playbook.models import PlaybookVersion
from amends.playbook.words import plain

# The document's own rule counts bytes and says so; this only keeps out what is far beyond it.
PlaybookText = Annotated[str, Field(max_length=2 * MOST_BYTES)]
Number = Annotated[int, Whole(1, 2**31 - 1)]


class VersionLine(BaseModel):
    """One version at a glance."""

    number: int
    name: str
    adopted_at: dt.datetime
    adopted_by: str
    note: str

    @classmethod
    def of(cls, version: PlaybookVersion) -> VersionLine:
        return cls(**_facts(version))


class VersionShown(VersionLine):
    """One version: its text, and the document that it is."""

    text: str
    document: dict[str, Any] | None = Field(
        description="As it is written; times and rhythms as text. Null: today’s rules cannot read it any more."
    )

    @classmethod
    def of(cls, version: PlaybookVersion) -> VersionShown:
        try:
            document = plain(version.document)
        except BadDocument:
            document = None
        return cls(**_facts(version), text=version.text, document=document)


class DifferenceShown(BaseModel):
    """One thing that is otherwise, and in which part of the document."""

    part: str
    says: str

    @classmethod
    def of(cls, difference: Difference) -> DifferenceShown:
        return cls(part=difference.part, says=difference.says)


class ChangesShown(BaseModel):
    """What a version says otherwise than an earlier one. `since` null: it is the first."""

    since: int | None
    number: int
    differences: list[DifferenceShown]


class PlaybookMistake(BaseModel):
    """One thing to mend. `line` counts from 1; null: all of it."""

    path: str
    line: int | None
    says: str

    @classmethod
    def of(cls, mistake: Mistake) -> PlaybookMistake:
        return cls(path=mistake.path, line=mistake.line, says=mistake.says)


class CheckPlaybook(Asked):
    """A text, to be looked at."""

    text: PlaybookText


class Checked(BaseModel):
    """Whether a text could be adopted: else every mistake; if so, what it changes of the one in force."""

    is_valid: bool
    mistakes: list[PlaybookMistake] = []
    differences: list[DifferenceShown] = []


class AdoptPlaybook(Asked):
    """A text to put in force, and why. `begun_from`: refused if another version than that is in force by now."""

    text: PlaybookText
    note: Reason
    begun_from: Number | None = None


class AdoptVersion(Asked):
    """Why an escalation is judged by the version in force from now on. `number`: refused if that is another by now."""

    reason: Reason
    number: Number | None = None


class ChangesWanted(BaseModel):
    """Compared with which version; left out: with the one before."""

    since: Number | None = None


def _facts(version: PlaybookVersion) -> dict[str, Any]:
    return {
        "number": version.number,
        "name": version.name,
        "adopted_at": version.adopted_at,
        "adopted_by": version.adopted_by_name,
        "note": version.note,
    }
