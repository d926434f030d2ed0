"""Reads YAML and remembers on which line everything stands.

Plainer than YAML at large, because a playbook is read by people: names are always text, `no` is Norway and
not false, `12:30` is a time and not 750. No aliases (a few lines of them can unfold into gigabytes), no tags.
"""

import re

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from .mistakes import BadDocument, Mistake, Path, written

MOST_BYTES = 256 * 1024
MOST_VALUES = 5_000  # the shipped playbook has about 350
DEEPEST = 20

Value = str | int | float | bool | None | list["Value"] | dict[str, "Value"]

_PROBLEMS = (
    ("\\t", "Indent with spaces, not with a tab."),
    (
        "mapping values are not allowed",
        "Put this text in quotes if its colon belongs to it; else mend the indentation.",
    ),
    (
        "cannot start any token",
        "Put this text in quotes: it begins with a sign that means something else here.",
    ),
    ("could not find expected ':'", "A name needs a colon and a space behind it."),
    ("expected <block end>", "The indentation does not fit the lines above."),
    ("unexpected end of stream", "A quotation mark is opened here and never closed."),
    ("expected ',' or", "A bracket is opened here and not closed, or a comma is missing."),
    ("single document", "Keep the playbook to one document: remove the line “---”."),
)


class _PlainLoader(yaml.SafeLoader):
    """The safe loader with fewer guesses about what a bare word could be."""


# Ten times as quick. Not every PyYAML is built with it.
class _QuickLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The same, by libyaml."""


for _loader in (_PlainLoader, _QuickLoader):
    _loader.yaml_implicit_resolvers = {}
    for _tag, _pattern, _first in (
        ("null", r"^(?:~|null|)$", ["~", "n", ""]),
        ("bool", r"^(?:true|false)$", list("tf")),
        ("int", r"^[-+]?(?:0|[1-9][0-9_]*)$", list("-+0123456789")),
        ("float", r"^[-+]?[0-9][0-9_]*\.[0-9]+$", list("-+0123456789")),
    ):
        _loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), _first)

_PLAIN_TAGS = {f"tag:yaml.org,2002:{kind}" for kind in ("null", "bool", "int", "float", "str", "map", "seq")}


def read(text: str) -> tuple[dict[str, Value], dict[Path, int], list[Mistake]]:
    """The playbook's text as plain values, the line of each path, and what is wrong with single places.

    Raises BadDocument where the text as a whole cannot be read.
    """
    if len(text.encode(errors="replace")) > MOST_BYTES:
        raise BadDocument([Mistake("", None, f"A playbook has at most {MOST_BYTES // 1024} KB.")])
    try:
        root = _composed(text, _QuickLoader)
    except (yaml.YAMLError, UnicodeError):
        # The slow one says better what is wrong, and where.
        try:
            root = _composed(text, _PlainLoader)
        except yaml.YAMLError as error:
            raise BadDocument([_unreadable(error, text)]) from error

    if not isinstance(root, MappingNode):
        raise BadDocument([Mistake("", 1, "Begin with “name: …”: a playbook is a list of names with values.")])
    reader = _Reader()
    value = reader.mapping(root, ())
    return value, reader.lines, reader.mistakes


def _composed(text: str, loader: type) -> Node | None:
    _refuse_what_unfolds(text, loader)
    return yaml.compose(text, Loader=loader)


def _refuse_what_unfolds(text: str, loader: type) -> None:
    """Looks at the stream of events, which costs the same however it nests, before anything is built."""
    depth, values, found = 0, 0, []
    for event in yaml.parse(text, Loader=loader):
        line = event.start_mark.line + 1 if event.start_mark else None
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.AliasEvent):
            found.append(Mistake("", line, f"Write out what “*{event.anchor}” stands for."))
        values += isinstance(event, yaml.ScalarEvent)
        if values > MOST_VALUES:
            raise BadDocument([Mistake("", line, f"A playbook has at most {MOST_VALUES:,} names and values.")])
        if depth > DEEPEST:
            raise BadDocument([Mistake("", line, "This is nested too deeply to be a playbook.")])
    if found:
        raise BadDocument(found)


def _unreadable(error: yaml.YAMLError, text: str) -> Mistake:
    if isinstance(error, yaml.reader.ReaderError):
        line = text.count("\n", 0, error.position) + 1
        return Mistake("", line, "There is a character here that cannot be seen or printed. Remove it.")
    if not isinstance(error, yaml.MarkedYAMLError):
        return Mistake("", None, "This cannot be read as YAML.")
    problem = error.problem or ""
    # An opened quotation mark is reported where the text ends; it is mended where it began.
    mark = error.context_mark if "end of stream" in problem else error.problem_mark
    says = next((says for part, says in _PROBLEMS if part in f"{problem} {error.context}"), None)
    return Mistake("", mark.line + 1 if mark else None, says or f"This cannot be read as YAML: {problem}.")


class _Reader:
    """Walks the nodes once; goes on after a mistake so that all of them are found."""

    def __init__(self) -> None:
        self.lines: dict[Path, int] = {}
        self.mistakes: list[Mistake] = []

    def mapping(self, node: MappingNode, path: Path) -> dict[str, Value]:
        self.lines.setdefault(path, node.start_mark.line + 1)
        values: dict[str, Value] = {}
        for name, value in node.value:
            if not isinstance(name, ScalarNode):
                self._mistake(path, name, "A name must be a single word or text.")
                continue
            below = (*path, name.value)
            if name.value in values:
                first = self.lines[below]
                self._mistake(below, name, f"“{name.value}” stands here twice (first on line {first}). Keep one.")
                continue
            self.lines[below] = name.start_mark.line + 1
            values[name.value] = self._value(value, below)
        return values

    def _value(self, node: Node, path: Path) -> Value:
        if node.tag not in _PLAIN_TAGS:
            tag = node.tag.replace("tag:yaml.org,2002:", "!!")
            self._mistake(path, node, f"Remove “{tag}”: a playbook holds plain values only.")
            return None
        if isinstance(node, MappingNode):
            return self.mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self._entry(entry, (*path, place)) for place, entry in enumerate(node.value)]
        return self._scalar(node, path)

    def _entry(self, node: Node, path: Path) -> Value:
        self.lines[path] = node.start_mark.line + 1
        return self._value(node, path)

    def _scalar(self, node: Node, path: Path) -> Value:
        kind, text = node.tag.rpartition(":")[2], str(node.value)
        try:
            if kind == "null":
                return None
            if kind == "bool":
                return text == "true"
            if kind == "int":
                return int(text)
            return float(text) if kind == "float" else text
        except ValueError:
            self._mistake(path, node, "This cannot be read as a number.")
            return None

    def _mistake(self, path: Path, node: Node, says: str) -> None:
        self.mistakes.append(Mistake(written(path), node.start_mark.line + 1, says))
