"""Whether everything that a playbook refers to is there, and every case is decided.

Works on the values as they were read, valid or not, so that these mistakes are told together with those of
single fields; whatever has the wrong shape is passed over here, because it is told there.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from .lines import Value
from .mistakes import Lines, Mistake, Path, at, unknown

Found = Iterator[tuple[Path, str]]


def check_references(values: Mapping[str, Value], lines: Lines) -> list[Mistake]:
    """Every name that refers to nothing, every key used twice, every hole in the matrix."""
    checks = (
        *(_keys, _calendars, _severities, _assumed_impact, _matrix, _weights, _levels, _asked_levels),
        *(_decision, _asked_categories, _replies, _meetings),
    )
    return [at(path, says, lines) for check in checks for path, says in check(values)]


def _entries(values: Mapping[str, Any], section: str) -> list[tuple[int, Mapping[str, Any]]]:
    listed = values.get(section)
    if not isinstance(listed, list):
        return []
    return [(place, entry) for place, entry in enumerate(listed) if isinstance(entry, Mapping)]


def _keys_of(values: Mapping[str, Any], section: str) -> list[str]:
    return [entry["key"] for _, entry in _entries(values, section) if isinstance(entry.get("key"), str)]


def _section(values: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    section = values.get(name)
    return section if isinstance(section, Mapping) else None


def _keys(values: Mapping[str, Any]) -> Found:
    for section in ("severities", "impacts", "weights", "categories"):
        seen: set[str] = set()
        for place, entry in _entries(values, section):
            key = entry.get("key")
            if isinstance(key, str) and key in seen:
                yield (section, place, "key"), f"“{key}” is the key of an entry above. Give this one its own."
            elif isinstance(key, str):
                seen.add(key)


def _calendars(values: Mapping[str, Any]) -> Found:
    if "always" in (_section(values, "calendars") or ()):
        yield ("calendars", "always"), "“always” is built in: open at all hours. Give yours another name."


def _severities(values: Mapping[str, Any]) -> Found:
    ladders = _section(values, "ladders")
    calendars = {*(_section(values, "calendars") or ()), "always"}
    for place, severity in _entries(values, "severities"):
        calendar = severity.get("calendar")
        if isinstance(calendar, str) and calendar not in calendars:
            yield ("severities", place, "calendar"), unknown("calendar", calendar, calendars)
        for field in ("acknowledgement_ladder", "promise_ladder"):
            ladder = severity.get(field)
            if ladders is not None and isinstance(ladder, str) and ladder not in ladders:
                yield ("severities", place, field), unknown("ladder", ladder, ladders)


def _assumed_impact(values: Mapping[str, Any]) -> Found:
    assumed, impacts = values.get("assumed_impact"), _keys_of(values, "impacts")
    if isinstance(assumed, str) and impacts and assumed not in impacts:
        yield ("assumed_impact",), unknown("impact", assumed, impacts)


def _matrix(values: Mapping[str, Any]) -> Found:
    impacts, weights = _keys_of(values, "impacts"), _keys_of(values, "weights")
    matrix = _section(values, "matrix")
    if matrix is None or not (impacts and weights):
        return
    for impact in matrix.keys() - set(impacts):
        yield ("matrix", impact), unknown("impact", impact, impacts)
    for impact in impacts:
        row = matrix.get(impact)
        if row is None:
            yield ("matrix", impact), f"The matrix does not say what “{impact}” comes to. Add its row."
        elif isinstance(row, Mapping):
            yield from _row(row, ("matrix", impact), weights, _keys_of(values, "severities"))


def _row(row: Mapping[str, Any], path: Path, weights: list[str], severities: list[str]) -> Found:
    for weight in row.keys() - set(weights):
        yield (*path, weight), unknown("weight", weight, weights)
    for weight in weights:
        severity = row.get(weight)
        if severity is None:
            yield (
                (*path, weight),
                f"The matrix does not say what “{path[-1]}” comes to for “{weight}”. Add it.",
            )
        elif severities and isinstance(severity, str) and severity not in severities:
            yield (*path, weight), unknown("severity", severity, severities)


def _weights(values: Mapping[str, Any]) -> Found:
    weights = _entries(values, "weights")
    for place, weight in weights:
        is_last = place == weights[-1][0]
        if is_last and weight.get("when") is not None:
            yield (
                ("weights", place, "when"),
                "The last weight takes every account that is left, so it has no condition. Remove this one, "
                "or add a weight below it.",
            )
        elif not is_last and weight.get("when") is None:
            yield (
                ("weights", place),
                "Without a condition this weight takes every account, and those below it none. Add “when”.",
            )


def _levels(values: Mapping[str, Any]) -> Found:
    for place, level in _entries(values, "levels"):
        number, condition = level.get("level"), level.get("when")
        if isinstance(number, int) and number != place + 1:
            yield ("levels", place, "level"), f"Levels count upwards from 1: this one is {place + 1}."
        if place == 0 and condition is not None:
            yield (
                ("levels", place, "when"),
                "Level 1 takes what no other level takes, so it has no condition. Remove it.",
            )
        elif place > 0 and condition is None:
            yield ("levels", place), "Without a condition this level would take everything. Add “when”."


def _asked_levels(values: Mapping[str, Any]) -> Found:
    levels = len(_entries(values, "levels"))
    for path, asked in _everywhere(values, "asked_for_level"):
        if levels and isinstance(asked, int) and asked > levels:
            yield path, f"There is no level {asked}: the playbook has {levels}."


def _asked_categories(values: Mapping[str, Any]) -> Found:
    categories = _keys_of(values, "categories")
    for path, asked in _everywhere(values, "category_in"):
        for place, category in enumerate(asked if isinstance(asked, list) else []):
            if isinstance(category, str) and category not in categories:
                yield (*path, place), unknown("category", category, categories)


def _decision(values: Mapping[str, Any]) -> Found:
    ladders, decision = _section(values, "ladders"), _section(values, "decision")
    ladder = decision.get("ladder") if decision else None
    if ladders is not None and isinstance(ladder, str) and ladder not in ladders:
        yield ("decision", "ladder"), unknown("ladder", ladder, ladders)


def _meetings(values: Mapping[str, Any]) -> Found:
    meetings, ladders, weights = _section(values, "meetings"), _section(values, "ladders"), _keys_of(values, "weights")
    ladder = meetings.get("notes_ladder") if meetings else None
    if ladders is not None and isinstance(ladder, str) and ladder not in ladders:
        yield ("meetings", "notes_ladder"), unknown("ladder", ladder, ladders)
    named = meetings.get("executives_for") if meetings else None
    for place, weight in enumerate(named if isinstance(named, list) else []):
        if weights and isinstance(weight, str) and weight not in weights:
            yield ("meetings", "executives_for", place), unknown("weight", weight, weights)


def _replies(values: Mapping[str, Any]) -> Found:
    seen: set[str] = set()
    for place, reply in _entries(_section(values, "texts") or {}, "replies"):
        key = reply.get("key")
        if key in ("acknowledgement", "no_news"):
            yield ("texts", "replies", place, "key"), f"“{key}” is a text that every playbook has. Take another key."
        elif isinstance(key, str) and key in seen:
            yield ("texts", "replies", place, "key"), f"“{key}” is the key of a reply above. Give this one its own."
        elif isinstance(key, str):
            seen.add(key)


def _everywhere(values: Mapping[str, Any], field: str) -> Iterator[tuple[Path, object]]:
    """What each condition of the document asks in `field`, with its path."""
    for section in ("weights", "bumps", "levels"):
        for place, entry in _entries(values, section):
            yield from _asked(entry.get("when"), field, (section, place, "when"))
    for place, entry in _entries(_section(values, "entry") or {}, "qualifies"):
        yield from _asked(entry.get("when"), field, ("entry", "qualifies", place, "when"))


def _asked(condition: object, field: str, path: Path) -> Iterator[tuple[Path, object]]:
    if not isinstance(condition, Mapping):
        return
    if field in condition:
        yield (*path, field), condition[field]
    alternatives = condition.get("any")
    for place, alternative in enumerate(alternatives if isinstance(alternatives, list) else []):
        yield from _asked(alternative, field, (*path, "any", place))
