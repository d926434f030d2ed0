"""The kinds of value that bodies are made of, each with a sentence for what it does not take."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from django.db.models import Model, TextChoices
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import CoreSchema, core_schema

# Beyond these, calendars and zones have nothing to say.
_FIRST_YEAR, _LAST_YEAR = 1970, 2100
# What a database column holds.
_LARGEST = 2**63 - 1


class Asked(BaseModel):
    """A body. What it does not know it refuses, so that a slip of the pen is not silently ignored."""

    model_config = ConfigDict(extra="forbid")


class Named(BaseModel):
    """Somebody or something, by number and name."""

    id: int
    name: str

    @classmethod
    def of(cls, row: Model) -> Named:
        return cls(id=row.pk, name=str(row))

    @classmethod
    def or_none(cls, row: Model | None) -> Named | None:
        return None if row is None else cls.of(row)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text of at most so many characters."""

    at_most: int

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        return core_schema.no_info_after_validator_function(_one_line, core_schema.str_schema(max_length=self.at_most))


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of the values of a model's choices."""

    choices: type[TextChoices]

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        return core_schema.literal_schema(self.choices.values)


def _one_line(text: str) -> str:
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in text):
        raise ValueError("This is one line, without control characters.")
    return text


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("This text has a NUL character in it. Leave it out.")
    return text


def _written_out(value: Any) -> Any:
    """Moments and days are text, never numbers: a number does not say where."""
    if value is None or isinstance(value, str | dt.date):
        return value
    raise ValueError("Write it out as text, such as 2026-11-20T16:00:00+01:00 or 2026-11-20.")


def _in_utc(moment: dt.datetime) -> dt.datetime:
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise ValueError(f"Give a moment between {_FIRST_YEAR} and {_LAST_YEAR}.")
    return moment.astimezone(dt.UTC)


def _near(day: dt.date) -> dt.date:
    if not 1800 <= day.year <= _LAST_YEAR:
        raise ValueError(f"Give a day between 1800 and {_LAST_YEAR}.")
    return day


Id = Annotated[int, Field(ge=1, le=_LARGEST)]
Text = Annotated[str, Field(max_length=20_000), AfterValidator(_without_nul)]
# With a time zone; kept in UTC.
Moment = Annotated[AwareDatetime, BeforeValidator(_written_out), AfterValidator(_in_utc)]
Day = Annotated[dt.date, BeforeValidator(_written_out), AfterValidator(_near)]
Amount = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)]
Reason = Annotated[str, Line(300)]


class Because(Asked):
    """Why."""

    reason: Reason
