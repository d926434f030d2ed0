"""The kinds of value that a playbook is made of; each refuses what it cannot be, and says the cure."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator

from amends.clock.cadences import Cadence
from amends.clock.cadences import parse as parse_cadence
from amends.clock.calendars import ALWAYS, Hours, WorkingCalendar, parse_hours, zone_named
from amends.clock.ladders import parse_ladder
from amends.clock.spans import Span
from amends.clock.spans import parse as parse_span

from .mistakes import unknown

ORGANISATION = "organisation"
PLACEHOLDERS = frozenset({"contact", "account", "next_by", "handler", "problems"})
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class Part(BaseModel):
    """A part of the document: what it does not know it refuses, and once read it never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


def _key(key: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_-]*", key):
        raise ValueError("A key has small letters, digits, - and _, and begins with a letter.")
    return key


def _currency(code: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", code):
        raise ValueError("Write a currency as its three letters, such as EUR.")
    return code


def _no_truth(value: object) -> object:
    # To Python true is 1; to people it is not an amount.
    if isinstance(value, bool):
        raise ValueError("Write a number here, such as 250000, without a currency sign.")
    return value


def _straight(value: object) -> object:
    # A typographic apostrophe comes from many keyboards; the words are the same.
    return value.replace("’", "'") if isinstance(value, str) else value


def _span(value: object) -> Span:
    if not isinstance(value, str):
        raise ValueError("Write a time with its unit here, such as “30 minutes” or “2 working days”.")
    return parse_span(value)


def _days(span: Span) -> Span:
    if span.unit not in {"days", "weeks"}:
        raise ValueError("Write this in days or weeks, such as “90 days”.")
    return span


def _cadence(value: object) -> Cadence:
    if not isinstance(value, str):
        raise ValueError("Write how often, such as “every 2 hours” or “every working day at 16:00”.")
    return parse_cadence(value)


def _when(value: str) -> str:
    # The ladder's own reader judges, so that a moment means the same here and there.
    return parse_ladder({"rungs": [{"when": value, "tells": ["owner"]}], "then_every": "1 hour"}).rungs[0].when


def _hours(value: object) -> Hours | None:
    if value is None or value == ORGANISATION:
        return None
    if not isinstance(value, Mapping):
        raise ValueError("Write the hours of each day here, or “organisation” for your own.")
    return parse_hours(value)


def _zone(value: str) -> str:
    if value != ORGANISATION:
        zone_named(value)
    return value


def _region(value: str | None) -> str | None:
    if value is None or value == "none":
        return None
    if value != ORGANISATION:
        WorkingCalendar(ALWAYS.zone, ALWAYS.hours, value)
    return value


def _day(value: object) -> date:
    # A bare number would be read as seconds after 1970; and calendars reach no further than these years.
    if not isinstance(value, str) or not re.fullmatch(r"(19[7-9]|2[01]\d)\d-\d\d-\d\d", value):
        raise ValueError("Write a day here as year-month-day, such as 2026-12-24, from 1970 to 2199.")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise ValueError(f"There is no {value}. Write a day of the calendar, such as 2026-12-24.") from error


def _placeholders(value: str) -> str:
    for name in PLACEHOLDER.findall(value):
        if name not in PLACEHOLDERS:
            raise ValueError(unknown("placeholder", f"{{{name}}}", (f"{{{known}}}" for known in PLACEHOLDERS)))
    return value


Name = Annotated[str, Field(min_length=1, max_length=120)]
Text = Annotated[str, Field(min_length=1, max_length=2_000)]
Key = Annotated[str, Field(max_length=40), AfterValidator(_key)]
Template = Annotated[Text, AfterValidator(_placeholders)]
Whole = Annotated[int, Field(strict=True)]
YesNo = Annotated[bool, Field(strict=True)]
Currency = Annotated[str, AfterValidator(_currency)]
Amount = Annotated[Decimal, BeforeValidator(_no_truth), Field(ge=0, max_digits=18, decimal_places=4)]
SpanText = Annotated[Span, PlainValidator(_span)]
DaysText = Annotated[Span, PlainValidator(_span), AfterValidator(_days)]
Day = Annotated[date, PlainValidator(_day)]
CadenceText = Annotated[Cadence, PlainValidator(_cadence)]
WhenText = Annotated[str, AfterValidator(_when)]
ZoneText = Annotated[str, AfterValidator(_zone)]
HoursText = Annotated[Hours | None, PlainValidator(_hours)]
RegionText = Annotated[str | None, AfterValidator(_region)]

Told = Annotated[
    Literal["owner", "handler", "handler's manager", "executives", "administrators"],
    BeforeValidator(_straight),
]
Tells = Annotated[tuple[Told, ...], Field(min_length=1)]
Handler = Annotated[Literal["the CSM's manager", "the manager's manager", "an executive"], BeforeValidator(_straight)]
