"""What is wrong with a playbook, said to the person who wrote it: where, on which line, and what to do."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from pydantic import ValidationError
from pydantic_core import ErrorDetails

Path = tuple[str | int, ...]
Lines = Mapping[Path, int]

_SAID: dict[str, str] = {
    "string_type": "Write text here, in quotes if it looks like a number.",
    "string_too_short": "This may not be empty.",
    "string_too_long": "Keep this to {max_length} characters.",
    "int_type": "Write a whole number here, such as 2.",
    "bool_type": "Write true or false here.",
    "greater_than": "Write a number above {gt}.",
    "greater_than_equal": "Write a number of at least {ge}.",
    "less_than_equal": "Write a number of at most {le}.",
    "too_short": "Write at least one entry here.",
    "decimal_max_digits": "This number is too long to be meant.",
    "decimal_whole_digits": "This number is too long to be meant.",
    "decimal_max_places": "Write at most {decimal_places} digits after the point.",
}
_QUOTED = re.compile(r"""'([^']*)'|"([^"]*)\"""")
_LIST = "Write a list here: one entry a line, each behind “- ”."
_MAPPING = "Write names with their values here: one “name: value” a line."
_NUMBER = "Write a number here, such as 250000, without a currency sign."


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to mend. `line` counts from 1; it is None only for a mistake of the whole document."""

    path: str
    line: int | None
    says: str

    def __str__(self) -> str:
        where = [f"line {self.line}"] if self.line else []
        where += [self.path] if self.path else []
        return f"{', '.join(where)}: {self.says}" if where else self.says


class BadDocument(ValueError):
    """A playbook that cannot be adopted; `mistakes` holds all of them, in the order of their lines."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(sorted(mistakes, key=lambda mistake: (mistake.line or 0, mistake.path)))
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


def at(path: Path, says: str, lines: Lines) -> Mistake:
    """A mistake at a path; what is not written down at all stands on the line of what should hold it."""
    holders = (path[:length] for length in range(len(path), -1, -1))
    line = next((lines[holder] for holder in holders if holder in lines), None)
    return Mistake(written(path), line, says)


def written(path: Path) -> str:
    """A path as people write it: `severities[2].cadence`."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


def unknown(kind: str, word: object, known: Iterable[str]) -> str:
    """The sentence for a name that refers to nothing, with the likeliest name that was meant."""
    names = tuple(sorted(known))
    if not names:
        return f"There is no {kind} “{word}”, and no other either. Add one."
    likely = _likely(word, names)
    cure = f"Did you mean “{likely[0]}”?" if likely else f"Choose one of: {', '.join(names)}."
    return f"There is no {kind} “{word}”. {cure}"


def of_shape(error: ValidationError, lines: Lines, words: Iterable[str]) -> Iterator[Mistake]:
    """What pydantic found, in our words. `words` are the names that a playbook may use, for likely typos."""
    known = tuple(sorted(words))
    errors = error.errors(include_url=False)
    meant = {(*e["loc"][:-1], *_likely(e["loc"][-1], known)) for e in errors if e["type"] == "extra_forbidden"}
    for found in errors:
        # A mistyped name is one mistake, not two; nor is a list empty because its entries are wrong.
        if found["type"] == "missing" and found["loc"] in meant:
            continue
        if found["type"] == "too_short" and found["input"]:
            continue
        path: Path = tuple(step for step in found["loc"] if step != "[key]")
        yield at(path, _sentence(found, known), lines)


@lru_cache(maxsize=1024)
def _likely(word: object, known: tuple[str, ...]) -> list[str]:
    return get_close_matches(str(word), known, n=1)


def _sentence(found: ErrorDetails, known: tuple[str, ...]) -> str:
    kind, context = found["type"], found.get("ctx", {})
    name = str(found["loc"][-1]) if found["loc"] else "This"
    if kind == "value_error":
        return str(context["error"])
    if kind == "missing":
        return f"“{name}” is missing. Add it here."
    if kind == "extra_forbidden":
        likely = _likely(name, known)
        cure = f"Did you mean “{likely[0]}”?" if likely else "Remove it."
        return f"“{name}” means nothing here. {cure}"
    if kind == "literal_error":
        return _choice(str(context["expected"]))
    if kind in _SAID:
        return _SAID[kind].format(**context)
    if kind.startswith(("decimal", "finite")):
        return _NUMBER
    if kind in {"list_type", "tuple_type"}:
        return _LIST
    if kind.startswith(("dict", "model", "mapping")):
        return _MAPPING
    return f"{found['msg']}."


def _choice(expected: str) -> str:
    choice = _QUOTED.sub(r"“\1\2”", expected).replace("'", "’")
    return f"Choose one of {choice}."
