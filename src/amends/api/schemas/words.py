"""The kinds of value that bodies are made of, each with a sentence for what it does not take."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from django.db.models import Model, TextChoices
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, core_schema

from amends.lib import visible

# Beyond these, calendars and zones have nothing to say.
_FIRST_YEAR, _LAST_YEAR = 1970, 2100
# What a database column holds.
_LARGEST = 2**63 - 1
_AMOUNT_WRITTEN_OUT = re.compile(r"[0-9]+(\.[0-9]+)?")
# To pydantic a text of digits would be a moment too: so many seconds after 1970.
_DAY_WRITTEN_OUT = re.compile(r"\d{4}-\d\d-\d\d")
# In an address a plus is another way to write a space, and that is how it arrives.
_LOST_PLUS = re.compile(r"(?<=[T ]\d\d:\d\d)(:\d\d(?:\.\d+)?)? (?=\d\d(:?\d\d)?$)")


class Asked(BaseModel):
    """A body. What it does not know it refuses, so that a slip of the pen is not silently ignored.

    Nothing is taken for what it is not: `"5"` is no number in it, and `1` is not true.
    """

    model_config = ConfigDict(extra="forbid", strict=True)


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

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), "pattern": r"^[^\u0000-\u001f\u007f]*$"}


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of the values of a model's choices."""

    choices: type[TextChoices]

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        return core_schema.literal_schema(self.choices.values)


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number between two others, both of them included."""

    at_least: int
    at_most: int

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        number = core_schema.int_schema(ge=self.at_least, le=self.at_most)
        return core_schema.no_info_before_validator_function(_whole, number)


def _one_line(text: str) -> str:
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in text):
        raise ValueError("This is one line, without control characters.")
    return visible.words(text)


def written(text: str) -> str:
    """A text without what no database stores, and not only of letters that nobody sees."""
    if "\0" in text:
        raise ValueError("This text has a NUL character in it. Leave it out.")
    return visible.words(text)


@dataclass(frozen=True, slots=True)
class _WrittenOut:
    """Moments and days are text, never numbers: a number does not say where."""

    such_as: str

    def __call__(self, value: Any) -> Any:
        if value is None or isinstance(value, dt.date) or (isinstance(value, str) and _DAY_WRITTEN_OUT.match(value)):
            return value
        raise ValueError(f"Write it out as text, such as {self.such_as}.")


def _with_its_plus(value: Any) -> Any:
    return _LOST_PLUS.sub(r"\1+", value) if isinstance(value, str) else value


def _figures(value: Any) -> Any:
    """A text that is an amount is plain figures: to Python “1_000” and “１” are numbers too."""
    if isinstance(value, str) and not _AMOUNT_WRITTEN_OUT.fullmatch(value):
        raise ValueError("This is a number, such as 412000.50.")
    return value


def _whole(value: Any) -> Any:
    """To JSON 5.0 is the number 5."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _in_utc(moment: dt.datetime) -> dt.datetime:
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise ValueError(f"Give a moment between {_FIRST_YEAR} and {_LAST_YEAR}.")
    return moment.astimezone(dt.UTC)


def _near(day: dt.date) -> dt.date:
    if not 1800 <= day.year <= _LAST_YEAR:
        raise ValueError(f"Give a day between 1800 and {_LAST_YEAR}.")
    return day


Id = Annotated[int, Whole(1, _LARGEST)]
Text = Annotated[str, Field(max_length=20_000, json_schema_extra={"pattern": r"^[^\u0000]*$"}), AfterValidator(written)]
# With a time zone; kept in UTC.
Moment = Annotated[
    AwareDatetime,
    Field(strict=False),
    BeforeValidator(_WrittenOut("2026-11-20T16:00:00+01:00")),
    AfterValidator(_in_utc),
]
# The same in an address, after a question mark.
MomentAsked = Annotated[Moment, BeforeValidator(_with_its_plus)]
Day = Annotated[dt.date, Field(strict=False), BeforeValidator(_WrittenOut("2026-11-20")), AfterValidator(_near)]
Amount = Annotated[
    Decimal,
    Field(strict=False, ge=0, max_digits=14, decimal_places=2),
    BeforeValidator(_figures),
    WithJsonSchema(
        {"anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": r"^[0-9]{1,12}(\.[0-9]{1,2})?$"}]}
    ),
]
Reason = Annotated[str, Line(300)]


class Because(Asked):
    """Why."""

    reason: Reason
