"""What may be written into the directory: each check gives back the cleaned value, or refuses with its field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from functools import cache

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from amends.clock.calendars import BadCalendar, parse_hours
from amends.lib import visible
from amends.lib.errors import Refused
from amends.lib.zones import names as every_zone

_CURRENCY = re.compile(r"[A-Z]{3}")
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"({_LABEL}\.)+{_LABEL}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# Twelve digits before the point, as the column holds.
MOST_MONEY = Decimal(10) ** 12


@cache
def zones() -> tuple[str, ...]:
    """Every zone that a person may choose, by name."""
    return tuple(sorted(every_zone()))


def line(text: str, field: str, *, at_most: int, missing: str = "") -> str:
    """One line of text without gaps at its ends. `missing` is the refusal of an empty one; without it, it may be."""
    cleaned = " ".join(visible.words(text).split())
    if _CONTROL.search(cleaned):
        raise Refused("There are characters here that cannot be shown. Type it anew.", field)
    if missing and not cleaned:
        raise Refused(missing, field)
    if len(cleaned) > at_most:
        raise Refused(f"This is longer than {at_most} characters. Shorten it.", field)
    return cleaned


def zone(name: str, field: str = "zone") -> str:
    """An IANA zone."""
    if name not in every_zone():
        raise Refused(f"“{name}” is not a time zone. Write one such as Europe/Lisbon.", field)
    return name


def hours(document: Mapping[str, Sequence[str]], field: str) -> dict[str, list[str]]:
    """Hours of each day, written `{"monday": ["09:00-12:30"], …}`; a day that is not named has none."""
    try:
        parse_hours(document)
    except BadCalendar as error:
        raise Refused(str(error), field) from error
    return {day.lower(): list(opens) for day, opens in document.items() if opens}


def address(text: str, field: str = "email") -> str:
    """A mail address, as it is written."""
    cleaned = text.strip()
    try:
        validate_email(cleaned)
    except ValidationError as error:
        raise Refused(f"“{cleaned}” is not a mail address.", field) from error
    if len(cleaned) > 254:
        raise Refused("This address is longer than 254 characters.", field)
    return cleaned


def currency(code: str, field: str = "currency") -> str:
    """Three capitals, as ISO 4217 writes them."""
    cleaned = code.strip().upper()
    if not _CURRENCY.fullmatch(cleaned):
        raise Refused("A currency is three letters, such as EUR.", field)
    return cleaned


def amount(value: Decimal | None, field: str) -> Decimal | None:
    """Money that is not negative; None where it is not known."""
    if value is None:
        return None
    if not value.is_finite() or value < 0:
        raise Refused("An amount is a number from 0.", field)
    if value >= MOST_MONEY:
        raise Refused("That amount is larger than we can write down.", field)
    return value.quantize(Decimal("0.01"))


def within(value: int | None, field: str, *, most: int, what: str) -> int | None:
    """A whole number from 0 to `most`; None where it is not known."""
    if value is not None and not 0 <= value <= most:
        raise Refused(f"{what} is a number from 0 to {most}.", field)
    return value


def domains(names: Iterable[str], field: str = "mail_domains") -> list[str]:
    """Mail domains in small letters, each once."""
    cleaned = list(dict.fromkeys(name.strip().lower().removeprefix("@") for name in names if name.strip()))
    for name in cleaned:
        if len(name) > 253 or not _DOMAIN.fullmatch(name):
            raise Refused(f"“{name}” is not a mail domain. Write one such as brightwater.example.", field)
    return cleaned


def one_of(value: str, allowed: Iterable[str], field: str, *, what: str) -> str:
    """One of a few words."""
    choices = list(allowed)
    if value not in choices:
        raise Refused(f"“{value}” is not {what}. Choose from {', '.join(choices)}.", field)
    return value


def no_others(fields: Mapping[str, object], known: Iterable[str]) -> None:
    """A slip of the programmer, not of a person."""
    if unknown := set(fields) - set(known):
        raise TypeError(f"Not known here: {', '.join(sorted(unknown))}.")


@contextmanager
def unique(sentence: str, field: str) -> Iterator[None]:
    """Turn the database's no to a second of the same, which two people may write at once, into ours."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise Refused(sentence, field) from error
