"""The document laid out for a reader, in tables, facts and texts; generic, as the differences are."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .document import Document
from .fields import Part
from .words import identity, label, present, said, title, titled

# A sentence for those parts that need one; a part without it explains itself.
_SAYS = {
    "calendars": "By which working time is counted; “always” is open at all hours.",
    "severities": "The gravest first: how soon the customer gets a first word, and how often they hear from us.",
    "impacts": "What it does to the customer’s business.",
    "weights": "How much the account weighs: the first that holds, the heaviest first.",
    "matrix": "How grave it is: what it does to them, by how much the account weighs.",
    "bumps": "What makes it graver than the matrix has it. Each counts once.",
    "categories": "What kind of thing it is about.",
    "entry": "What makes it an escalation, one being enough, and what is tried first.",
    "decision": "Whether somebody must take it on before it is open.",
    "requests": "Who hears when the customer has not answered what we asked of them.",
    "levels": "Who handles: the highest level whose condition holds.",
    "ladders": "Who is told when, on the way to a due time and past it.",
    "target": "By when every escalation comes to its end.",
    "silence": "Who hears when the customer has heard nothing for too long.",
    "texts": "What prepared mails say. Words in braces are filled in.",
    "exit_criteria": "What must be true for the customer to call it over.",
    "closing": "What the final meeting asks.",
}
# The title of an entry, or a line beneath it, and no fact of its own.
_IN_THE_TITLE = ("key", "level", "name", "means")


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is said: a few words, or `lines`, each for itself."""

    label: str
    says: str = ""
    lines: tuple[str, ...] = ()
    is_text: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One entry: its name, its key where it has one, what it means, and its cells or facts."""

    name: str
    key: str = ""
    means: str = ""
    cells: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the document. With `columns` its rows are a table, else each row has facts of its own."""

    name: str
    title: str
    says: str = ""
    facts: tuple[Fact, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()


def sections(document: Document) -> tuple[Section, ...]:
    """Everything that the document says, part by part. What it does not say is left out."""
    plain = tuple(Fact(titled(label(name)), said(value)) for name, value in present(document) if _is_plain(name, value))
    parts = [_section(document, name, value) for name, value in present(document) if not _is_plain(name, value)]
    return (Section("general", "In general", facts=plain), *parts)


def _is_plain(name: str, value: Any) -> bool:
    if isinstance(value, Mapping):
        return not isinstance(next(iter(value.values())), Part | Mapping)
    return (name != "name" and not isinstance(value, Part | tuple)) or name == "name"


def _section(document: Document, name: str, value: Any) -> Section:
    heading, says = titled(label(name)), _SAYS.get(name, "")
    if name == "matrix":
        return _matrix(document, heading, says)
    if isinstance(value, Part):
        return Section(name, heading, says, facts=tuple(_facts(value)))
    if isinstance(value, Mapping):
        return Section(name, heading, says, rows=tuple(_row(part, called) for called, part in value.items()))
    if not isinstance(value[0], Part):
        return Section(name, heading, says, facts=(Fact("", lines=tuple(said(each) for each in value)),))
    if any(_is_long(entry) for part in value for _, entry in present(part)):
        return Section(name, heading, says, rows=tuple(_row(part) for part in value))
    return _table(name, heading, says, value)


def _is_long(value: Any) -> bool:
    """What does not fit into the cell of a table."""
    return (isinstance(value, str) and "\n" in value) or (
        isinstance(value, tuple) and bool(value) and isinstance(value[0], Part)
    )


def _table(name: str, heading: str, says: str, parts: Sequence[Part]) -> Section:
    columns = [
        field
        for field in type(parts[0]).model_fields
        if field not in _IN_THE_TITLE and any(getattr(part, field) not in (None, "", ()) for part in parts)
    ]
    rows = [
        Row(_called(part), _key(part), _means(part), tuple(_cell(part, field) for field in columns)) for part in parts
    ]
    return Section(name, heading, says, columns=tuple(titled(label(field)) for field in columns), rows=tuple(rows))


def _matrix(document: Document, heading: str, says: str) -> Section:
    severities = {severity.key: severity.name for severity in document.severities}
    rows = tuple(
        Row(impact.name, cells=tuple(severities[document.matrix[impact.key][each.key]] for each in document.weights))
        for impact in document.impacts
    )
    return Section("matrix", heading, says, columns=tuple(titled(each.name) for each in document.weights), rows=rows)


def _row(part: Part, name: str = "") -> Row:
    return Row(titled(name) or _called(part), _key(part), _means(part), facts=tuple(_facts(part)))


def _called(part: Part) -> str:
    """Its name, with the number before it where it counts; of what has none, what it is."""
    if getattr(part, "name", None):
        number = getattr(part, "level", None)
        return titled(part.name) if number is None else f"{number} {part.name}"  # type: ignore[attr-defined]
    return titled(title(part).split(" “")[0])


def _key(part: Part) -> str:
    return str(getattr(part, "key", ""))


def _means(part: Part) -> str:
    means = getattr(part, "means", "")
    return said(means) if means else ""


def _cell(part: Part, field: str) -> str:
    value = getattr(part, field)
    return "" if value is None or value == () else said(value, field)


def _facts(part: Part) -> Iterator[Fact]:
    for name, value in present(part):
        if name in _IN_THE_TITLE:
            continue
        heading = titled(label(name))
        if isinstance(value, tuple) and value and isinstance(value[0], Part):
            yield from _listed(heading, value)
        elif isinstance(value, str) and "\n" in value:
            yield Fact(heading, value.strip(), is_text=True)
        elif isinstance(value, tuple) and any(str(each).endswith((".", "?", "!")) for each in value):
            yield Fact(heading, lines=tuple(said(each) for each in value))
        else:
            yield Fact(heading, said(value, name))


def _listed(heading: str, parts: Sequence[Part]) -> Iterator[Fact]:
    """Entries within an entry: rungs and criteria as lines, texts each for itself."""
    if any(_is_long(value) for part in parts for _, value in present(part)):
        for part in parts:
            for fact in _facts(part):
                yield Fact(titled(_called(part)), fact.says, fact.lines, fact.is_text)
        return
    yield Fact(heading, lines=tuple(_line(part) for part in parts))


def _line(part: Part) -> str:
    words = ", ".join(
        f"{label(name)} {said(value, name)}"
        for name, value in present(part)
        if name not in ("key", "level", "name") and value != identity(part)
    )
    called = identity(part) if getattr(part, "name", None) is None else part.name  # type: ignore[attr-defined]
    return f"{titled(str(called))}: {words}" if called else titled(words)
