"""Imports: files of accounts, contacts and members, what they would do, and how far they are."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, Field

from amends.api.schemas.words import Asked, Line
from amends.directory.imports.models import Import, ImportMistake

Heading = Annotated[str, Line(120)]


class CheckImport(Asked):
    """What the columns mean. What is left out stays as it was guessed."""

    mapping: dict[str, Heading] | None = Field(None, description="Field of ours -> heading of the file")
    decimal: Annotated[str, Line(1)] = Field("", description="The decimal sign, a point or a comma")
    dates: Annotated[str, Line(3)] = Field("", description="What 03/04/2026 means: dmy or mdy")
    default_currency: Annotated[str, Line(3)] = Field("", description="Of new accounts, where the file says none")

    @property
    def choices(self) -> dict[str, str]:
        """How amounts and days are written, as far as it was said."""
        return {"decimal": self.decimal, "dates": self.dates, "default_currency": self.default_currency}


class ImportShown(BaseModel):
    """A file on its way into the directory."""

    id: int
    noun: str
    file_name: str
    state: str = Field(description="uploaded, checking, checked, refused, applying, applied or stopped")
    trouble: str = Field(description="Why it was stopped, or cannot be read")
    headers: list[str]
    sample: list[list[str]]
    mapping: dict[str, str]
    choices: dict[str, str]
    rows: int = Field(description="Read so far; all of them once it is checked")
    applied: int = Field(description="Rows that are written")
    to_add: int
    to_change: int
    unchanged: int
    bad: int
    changed_fields: dict[str, int] = Field(description="How many rows change which field")
    by: str
    uploaded_at: dt.datetime
    checked_at: dt.datetime | None
    applied_at: dt.datetime | None

    @classmethod
    def of(cls, imported: Import) -> ImportShown:
        plain = set(cls.model_fields) - {"by"}
        return cls(by=imported.by_name, **{name: getattr(imported, name) for name in plain})


class RowMistake(BaseModel):
    """What is wrong with one cell of a file, or with a whole line (`field` is then blank)."""

    line: int
    field: str
    value: str
    says: str

    @classmethod
    def of(cls, mistake: ImportMistake) -> RowMistake:
        return cls(line=mistake.line, field=mistake.field, value=mistake.value, says=mistake.says)
