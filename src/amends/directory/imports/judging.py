"""What all nouns share when rows become what they mean: cells to values, values to what is added and changed."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.db.models import Model

from amends.directory.imports import cells
from amends.directory.imports.cells import Cell
from amends.directory.imports.columns import FIELDS, FIRST, LAST, Kind
from amends.directory.imports.models import Import
from amends.directory.imports.reading import Row
from amends.lib.errors import Refused
from amends.lib.hours import parse_week

Entry = TypeVar("Entry", bound=Model)
Checks = Mapping[str, Callable[[Any], Any]]
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with one cell, or with a line as a whole (`field` is then blank)."""

    line: int
    field: str
    value: str
    says: str


@dataclass(slots=True)
class Verdict(Generic[Entry]):
    """What one row means: mistakes, or an entry as it is to be. `changed` names the fields that are different then."""

    line: int
    entry: Entry | None = None
    is_new: bool = False
    changed: list[str] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field stands, and how what stands there is written."""

    noun: str
    places: dict[str, int]
    width: int
    decimal: str
    dates: str
    default_currency: str

    @classmethod
    def of(cls, imported: Import) -> Columns:
        """As it was chosen for an import."""
        places = {name: imported.headers.index(header) for name, header in imported.mapping.items()}
        chosen = imported.choices
        width = len(imported.headers)
        return cls(imported.noun, places, width, chosen["decimal"], chosen["dates"], chosen["default_currency"])

    def has(self, *names: str) -> bool:
        return any(name in self.places for name in names)


@dataclass(slots=True)
class Said:
    """What one row says: a value for each cell that is not blank and makes sense, and a mistake for each other."""

    row: Row
    columns: Columns
    values: Values = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    def no(self, name: str, says: str) -> None:
        """Note what is wrong with a field."""
        place = self.columns.places.get(name)
        cell = None if place is None else self.row.at(place)
        self.mistakes.append(Mistake(self.row.line, name, cells.shown(cell), cells.shown(says, at_most=400)))

    def is_wrong(self, name: str) -> bool:
        """Whether a mistake is known of a field, or of the row as a whole."""
        return any(mistake.field in (name, "") for mistake in self.mistakes)

    def holds(self, name: str, check: Callable[[], Any]) -> Any:
        """What a check gives, or None and a mistake at the field."""
        try:
            return check()
        except Refused as refused:
            self.no(refused.field or name, refused.sentence)
            return None


class Judge(ABC, Generic[Entry]):
    """Knows what is here already and says what each row would do. One for each reading of a file, row after row."""

    # Whether a run that was interrupted may pass over the rows that are written.
    may_skip = True

    def __init__(self, columns: Columns, *, by: int | None) -> None:
        self.columns = columns
        # The member who brings it in
        self.by = by

    def learn(self) -> None:
        """Read what has come since the last time."""

    @abstractmethod
    def judge(self, rows: Sequence[Row], *, to_write: bool = False) -> list[Verdict[Entry]]:
        """What these rows mean, in a constant number of queries. `to_write`: hold what will be changed."""

    @abstractmethod
    def write(self, verdicts: Sequence[Verdict[Entry]], *, now: dt.datetime) -> None:
        """Write what is new and what has changed, in the caller's transaction."""

    def rest(self) -> list[Verdict[Entry]]:
        """The verdicts on rows that only the whole file could decide."""
        return []

    def links(self) -> Iterable[Sequence[Any]]:
        """What can be written only once every row is: portions of it, each for a transaction of its own."""
        return ()

    def link(self, portion: Sequence[Any]) -> None:
        """Write one of these, in the caller's transaction."""


def say(row: Row, columns: Columns, checks: Checks) -> Said:
    """Read the cells of a row, by what kind each is, and check each by the rules of its noun."""
    said = Said(row, columns)
    extra = next((cell for cell in row.cells[columns.width :] if not cells.is_blank(cell)), None)
    if extra is not None:
        says = "There are more cells here than headings. Is a comma not in quotation marks?"
        said.mistakes.append(Mistake(row.line, "", cells.shown(extra), says))
        return said
    for each in FIELDS[columns.noun]:
        place = columns.places.get(each.name)
        if place is None or cells.is_blank(cell := row.at(place)):
            continue
        try:
            said.values[each.name] = _value(said, each.name, each.kind, cell, checks)
        except Refused as refused:
            said.no(each.name, refused.sentence)
    _join_names(said, checks)
    return said


def _value(said: Said, name: str, kind: Kind, cell: Cell, checks: Checks) -> Any:
    columns = said.columns
    value: Any
    match kind:
        case Kind.AMOUNT:
            value, code = cells.amount(cell, decimal=columns.decimal)
            if code:
                said.values.setdefault("_currencies", {})[name] = code
        case Kind.DAY:
            value = cells.day(cell, order=columns.dates)
        case Kind.NUMBER:
            value = cells.number(cell)
        case Kind.YES_OR_NO:
            value = cells.yes_or_no(cell)
        case Kind.NAMES:
            value = cells.names(cell)
        case Kind.HOURS:
            value = parse_week(cells.text(cell), name)
        case _:
            value = cells.text(cell)
    check = checks.get(name)
    return check(value) if check else value


def _join_names(said: Said, checks: Checks) -> None:
    """First and last name, where there is no whole one."""
    halves = [said.values.pop(half, "") for half in (FIRST, LAST)]
    if "name" in said.values or said.is_wrong("name") or not any(halves):
        return
    name = said.holds(LAST, lambda: checks["name"](" ".join(halves)))
    if name:
        said.values["name"] = name


def settle(said: Said, entry: Entry, *, whole: Callable[[Entry], None]) -> Verdict[Entry]:
    """Put what is said onto an entry, and see what has changed and whether it holds as a whole."""
    is_new = entry.pk is None
    changed = [name for name, value in said.values.items() if is_new or getattr(entry, name) != value]
    for name in changed:
        setattr(entry, name, said.values[name])
    if not said.mistakes and changed:
        said.holds("", lambda: whole(entry))
    if said.mistakes:
        return refusal(said)
    return Verdict(said.row.line, entry, is_new, changed)


def refusal(said: Said) -> Verdict[Any]:
    """The verdict on a row with mistakes."""
    return Verdict(said.row.line, mistakes=said.mistakes)


def upsert(model: type[Entry], verdicts: Iterable[Verdict[Entry]], fields: Sequence[str]) -> None:
    """Write what is new and what has changed, in two statements, or a few where the database takes fewer values."""
    new: list[Entry] = []
    changed: list[Entry] = []
    for verdict in verdicts:
        if verdict.entry is not None and verdict.changed:
            (new if verdict.is_new else changed).append(verdict.entry)
    model._default_manager.bulk_create(new)
    # The rows are held and exist, so each of them conflicts with itself: one quick statement for all.
    model._default_manager.bulk_create(changed, update_conflicts=True, unique_fields=["id"], update_fields=fields)
