"""What one playbook says otherwise than another, in sentences; generic, so that no field can be forgotten."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from .conditions import Condition
from .document import Document
from .fields import Part
from .words import described, identity, kind, label, listed, present, quoted, title, titled

# Where it is, from the part of the document inwards, and what is otherwise there.
_Found = Iterator[tuple[tuple[str, ...], str]]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is otherwise: in which part of the document, and what, the new before the old."""

    part: str
    says: str

    def __str__(self) -> str:
        return f"{self.part}: {self.says}"


def differences(old: Document, new: Document) -> tuple[Difference, ...]:
    """Everything that `new` says otherwise than `old`, in the document's order. Layout and comments do not count."""
    found: list[tuple[tuple[str, ...], str]] = []
    for name in Document.model_fields:
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            # Nothing that is otherwise goes unsaid, even where the words for it are the same.
            found += list(_of_field(old, new, name)) or [((label(name),), "written in another way")]
    return tuple(Difference(titled(where[0]), ": ".join([*where[1:], says])) for where, says in found)


def _of_field(old: Document, new: Document, name: str) -> _Found:
    before, after = getattr(old, name), getattr(new, name)
    if name == "matrix":
        return _of_matrices(old, new, (label(name),))
    return _between(before, after, (), name)


def _between(before: Any, after: Any, where: tuple[str, ...], name: str) -> _Found:
    """What became of one field. `where` is what holds it; empty is the document itself."""
    if _same(before, after):
        return
    either = after or before
    if isinstance(before, Condition) and isinstance(after, Condition) and _asks(before) != _asks(after):
        yield where, f"{label(name)} {described(after)} instead of {described(before)}"
    elif isinstance(before, Part) and isinstance(after, Part):
        yield from _of_parts(before, after, (*where, label(name)))
    elif isinstance(either, Part):
        yield (*where, label(name)), f"new: {described(after)}" if after else f"removed: {described(before)}"
    elif isinstance(either, Mapping) and isinstance(next(iter(either.values())), Part):
        yield from _of_entries(_named(before), _named(after), where)
    elif isinstance(either, Mapping):
        yield from _of_values(before, after, (*where, label(name)))
    elif isinstance(either, tuple) and isinstance(either[0], Part):
        yield from _of_lists(before or (), after or (), where, name)
    elif isinstance(either, tuple) and isinstance(either[0], str) and _is_prose([*(before or ()), *(after or ())]):
        yield from _of_prose(before or (), after or (), (*where, label(name)))
    else:
        words = "" if not where else label(name)
        yield where or (label(name),), _instead(before, after, name, words)


def _same(before: Any, after: Any) -> bool:
    """Equal; what is true is not 1 here."""
    return type(before) is type(after) and bool(before == after)


def _of_parts(before: Part, after: Part, where: tuple[str, ...]) -> _Found:
    for name in type(after).model_fields:
        old, new = getattr(before, name), getattr(after, name)
        if isinstance(old, str) and isinstance(new, str) and "\n" in old + new and old != new:
            yield from _of_prose(old.splitlines(), new.splitlines(), (*where, label(name)))
        elif name == "alternatives":
            yield from _of_alternatives(old or (), new or (), where)
        else:
            yield from _between(old, new, where, name)


_Entries = dict[str | int, tuple[str, Part]]


def _named(entries: Mapping[str, Part]) -> _Entries:
    """Entries that are known by the name they stand under."""
    return {name: (f"{kind(part)} “{name}”", part) for name, part in entries.items()}


def _of_lists(before: Sequence[Part], after: Sequence[Part], where: tuple[str, ...], name: str) -> _Found:
    old, new = _known(before), _known(after)
    if old is None or new is None:
        yield from _of_sequences(before, after, where, name)
        return
    yield from _of_entries(old, new, where)
    stayed = [key for key in old if key in new]
    if stayed != [key for key in new if key in old]:
        names = [getattr(part, "name", None) or str(identity(part)) for part in after]
        yield (*where, label(name)), f"the order is now {listed(names, 'and')}"


def _known(parts: Sequence[Part]) -> _Entries | None:
    """Entries by their key, number or name; None where one has none, or two have the same."""
    found: _Entries = {}
    for part in parts:
        known = identity(part)
        if known is None or known in found:
            return None
        found[known] = (title(part), part)
    return found


def _of_entries(before: _Entries, after: _Entries, where: tuple[str, ...]) -> _Found:
    for known, (called, part) in before.items():
        if known in after:
            yield from _of_parts(part, after[known][1], (*where, called))
        else:
            yield (*where, called), "removed"
    for known, (called, part) in after.items():
        if known not in before:
            words = described(part)
            yield (*where, called), f"new: {words}" if words else "new"


def _of_sequences(before: Sequence[Part], after: Sequence[Part], where: tuple[str, ...], name: str) -> _Found:
    """Parts that nothing is known by: those that are alike are the same, those in the same place have changed."""
    old, new = [described(part) for part in before], [described(part) for part in after]
    if Counter(old) == Counter(new):
        yield (*where, label(name)), f"the order is now {listed([f'“{each}”' for each in new], 'and')}"
        return
    for _, i, i_end, j, j_end in _changed(old, new):
        both = min(i_end - i, j_end - j)
        for step in range(both):
            place = (*where, _placed(after[j + step], j + step, max(len(old), len(new))))
            yield from _of_parts(before[i + step], after[j + step], place)
        for step in range(i + both, i_end):
            yield (*where, _placed(before[step], step, len(old))), f"removed: {old[step]}"
        for step in range(j + both, j_end):
            yield (*where, _placed(after[step], step, len(new))), f"new: {new[step]}"


def _placed(part: Part, place: int, count: int) -> str:
    return f"{kind(part)} {place + 1}" if count > 1 else kind(part)


def _of_alternatives(before: Sequence[Part], after: Sequence[Part], where: tuple[str, ...]) -> _Found:
    """Of a condition's alternatives one is enough: their order means nothing, and each asks for its own fields."""
    gone = [part for part in before if part not in after]
    come = [part for part in after if part not in before]
    for part in list(gone):
        changed = next((each for each in come if _asks(each) == _asks(part)), None)
        if changed is not None:
            gone.remove(part)
            come.remove(changed)
            yield from _of_parts(part, changed, where)
    for part in gone:
        yield where, f"no longer if {described(part)}"
    for part in come:
        yield where, f"also if {described(part)}"
    if not before or not after:
        return
    if Counter(map(described, before)) == Counter(map(described, after)) and before != after:
        yield where, f"the order is now {listed([described(part) for part in after], 'or')}"


def _asks(part: Part) -> list[str]:
    return [name for name, _ in present(part)]


def _of_values(before: Mapping[str, Any], after: Mapping[str, Any], where: tuple[str, ...]) -> _Found:
    for key in dict.fromkeys([*before, *after]):
        if key not in after:
            yield where, f"{key} removed"
        elif key not in before:
            yield where, f"new: {key} {quoted(after[key])}"
        elif not _same(before[key], after[key]):
            yield where, _instead(before[key], after[key], key, key)


def _of_matrices(old: Document, new: Document, where: tuple[str, ...]) -> _Found:
    """Row by row, said in the names of impacts, weights and severities."""
    rows, columns, cells = (_names(old, new, part) for part in ("impacts", "weights", "severities"))
    for row in dict.fromkeys([*old.matrix, *new.matrix]):
        before, after = old.matrix.get(row), new.matrix.get(row)
        if after is None:
            yield where, f"{rows[row]}: removed"
        elif before is None:
            words = ", ".join(f"{columns[column]} {cells[cell]}" for column, cell in after.items())
            yield where, f"{rows[row]}: new ({words})"
        else:
            # The names of severities may have changed hands, the keys cannot have.
            for column in dict.fromkeys([*before, *after]):
                was, now = before.get(column), after.get(column)
                place = f"{rows[row]}, {columns[column]}"
                if now is None:
                    yield where, f"{place}: removed"
                elif was is None:
                    yield where, f"{place}: new, {cells[now]}"
                elif was != now:
                    yield where, f"{place}: {cells[now]} instead of {cells[was]}"


def _names(old: Document, new: Document, part: str) -> dict[str, str]:
    """How the entries of a part are called; two keys under one name go by their keys."""
    names = {entry.key: entry.name for document in (old, new) for entry in getattr(document, part)}
    shared = Counter(names.values())
    return {key: key if shared[name] > 1 else name for key, name in names.items()}


def _is_prose(lines: Sequence[Any]) -> bool:
    """Whether entries are sentences rather than names of something."""
    return any(str(line).count(" ") > 4 or str(line).endswith((".", "?", "!")) for line in lines)


def _of_prose(before: Sequence[str], after: Sequence[str], where: tuple[str, ...]) -> _Found:
    """Which lines of a text, or sentences of a list, are otherwise."""
    if Counter(before) == Counter(after):
        yield where, "the lines stand in another order"
        return
    found = False
    for _, i, i_end, j, j_end in _changed(before, after):
        old, new = [line for line in before[i:i_end] if line.strip()], [line for line in after[j:j_end] if line.strip()]
        for was, now in zip(old, new, strict=False):
            yield where, f"“{now.strip()}” instead of “{was.strip()}”"
        for was in old[len(new) :]:
            yield where, f"without “{was.strip()}”"
        for now in new[len(old) :]:
            yield where, f"new: “{now.strip()}”"
        found = found or bool(old or new)
    if not found:
        yield where, "other blank lines"


def _changed(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, int, int, int, int]]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return (code for code in matcher.get_opcodes() if code[0] != "equal")


def _instead(before: Any, after: Any, name: str, words: str) -> str:
    old, new = quoted(before, name), quoted(after, name)
    if old == new:  # the same words for what is not the same
        old, new = repr(before), repr(after)
    return f"{words} {new} instead of {old}".strip()
