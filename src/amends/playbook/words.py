"""The playbook's values as people say them, whatever parts and fields there are."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any, cast

from amends.clock.cadences import Cadence
from amends.clock.calendars import WEEKDAYS, Hours, Open
from amends.lib import when

from .conditions import Condition
from .fields import ORGANISATION, Part

# What stands first is what an entry of a list is known by, besides its name.
_KNOWN_BY = ("key", "level", "name", "when")
# What it means that nothing stands here, where it is not simply none.
_LEFT_OUT = {"hours": ORGANISATION, "when": "always", "target": "as for all"}


def label(name: str) -> str:
    """A field as it is said: `may_offer_up_to` is “may offer up to”, `mood_in` is “mood”."""
    return re.sub(r"\bcsm\b", "CSM", name.removesuffix("_in").replace("_", " "))


def titled(text: str) -> str:
    """The same at the beginning of a line."""
    return text[:1].upper() + text[1:]


def kind(part: Part) -> str:
    """What such a part is called: “severity”, “rung”."""
    words = re.findall(r"[A-Z][a-z]*", type(part).__name__.removesuffix("Text"))
    return " ".join(words).lower()


def identity(part: Part) -> str | int | None:
    """By what an entry is known among its like; None where it has neither key, number, name nor moment."""
    for name in _KNOWN_BY:
        known = getattr(part, name, None)
        if isinstance(known, str | int):
            return known
    return None


def title(part: Part) -> str:
    """An entry of a list by its name: “severity High”, “level 2 (Director)”, “rung “when due””."""
    name, number = getattr(part, "name", None), getattr(part, "level", None)
    if name is None:
        return f"{kind(part)} “{identity(part)}”"
    return f"{kind(part)} {name}" if number is None else f"{kind(part)} {number} ({name})"


def said(value: Any, name: str = "") -> str:
    """A value in words. `name` is its field's, for what being left out means there."""
    match value:
        case None | "" | ():
            return _LEFT_OUT.get(name, "none")
        case bool():
            return "yes" if value else "no"
        case int() | Decimal():
            return f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"
        case date():
            return when.date(value)
        case Part():
            return described(value)
        case Mapping():
            return ", ".join(f"{key} {said(entry)}" for key, entry in value.items()) or "none"
        case tuple() if _is_hours(value):
            return _hours(cast(Hours, value))
        case tuple() if isinstance(value[0], Part):
            return "; ".join(described(entry) for entry in value)
        case tuple():
            return listed([said(entry) for entry in value], "or" if name.endswith("_in") else "and")
        case _:
            return str(value).replace("'", "’")


def quoted(value: Any, name: str = "") -> str:
    """The same inside a sentence: what somebody wrote stands in quotation marks."""
    return f"“{said(value)}”" if isinstance(value, str | Cadence) and value else said(value, name)


def described(part: Part) -> str:
    """A whole part in one line, without what its title says already."""
    if isinstance(part, Condition):
        return condition(part)
    moment = getattr(part, "when", None)
    words = ", ".join(
        f"{label(name)} {said(value, name)}"
        for name, value in present(part)
        if name not in ("key", "level", "name") and not (name == "when" and isinstance(value, str))
    )
    return f"{moment} ({words})" if isinstance(moment, str) else words


def present(part: Part) -> list[tuple[str, Any]]:
    """The fields of a part that hold something, in their order."""
    values = [(name, getattr(part, name)) for name in type(part).model_fields]
    return [(name, value) for name, value in values if value is not None and value not in ("", (), {})]


def condition(asked: Condition) -> str:
    """A condition as a clause: “strategic or renewal within 90 days”."""
    clauses = []
    for name, value in present(asked):
        if name == "alternatives":
            either = listed([condition(each) for each in value], "or")
            clauses.append(f"({either})" if len(present(asked)) > 1 and len(value) > 1 else either)
        elif isinstance(value, bool):
            clauses.append(label(name) if value else f"not {label(name)}")
        else:
            clauses.append(f"{label(name)} {said(value, name)}")
    return " and ".join(clauses)


def listed(entries: Iterable[str], last: str) -> str:
    """“a, b and c”."""
    *most, end = entries
    return f"{', '.join(most)} {last} {end}" if most else end


def plain(value: Any) -> Any:
    """The value as it could stand in JSON: everything that people write as text is text."""
    match value:
        case None | bool() | int() | str():
            return value
        case Part():
            fields = type(value).model_fields
            return {field.alias or name: plain(getattr(value, name)) for name, field in fields.items()}
        case Mapping():
            return {str(key): plain(entry) for key, entry in value.items()}
        case tuple() if _is_hours(value):
            return {WEEKDAYS[day].lower(): [str(each) for each in opens] for day, opens in enumerate(value) if opens}
        case tuple():
            return [plain(entry) for entry in value]
        case _:
            return str(value)


def _is_hours(value: tuple[Any, ...]) -> bool:
    return bool(value) and all(isinstance(day, tuple) and all(isinstance(each, Open) for each in day) for day in value)


def _hours(hours: Hours) -> str:
    """“Monday to Friday 09:00-17:00”: days that follow each other and are alike stand together."""
    said = []
    for opens, group in groupby(enumerate(hours), key=lambda day: day[1]):
        days = [WEEKDAYS[number] for number, _ in group]
        if opens:
            those = days[0] if len(days) == 1 else f"{days[0]} {'and' if len(days) == 2 else 'to'} {days[-1]}"
            said.append(f"{those} {' and '.join(str(each) for each in opens)}")
    return ", ".join(said)
