"""Past escalations as JSON lines: read, and what is wrong with a line. What a line may say is in `history_parts`.

Pure: lines come in, checked records or mistakes go out. One line at a time, so that a file of any size can be read.
`docs/guide/history.md` describes the format.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import IO

from pydantic import ValidationError
from pydantic_core import ErrorDetails, from_json

from amends.escalations.history_parts import Here, Lacked, Noted, Part, Past, Promised, Said, Step, Turn, contradictions
from amends.lib.errors import Refused

# What is longer than this is no escalation, and must not sit in memory.
LONGEST_LINE = 16 * 1024 * 1024
IN_MEMORY = 4 * 1024 * 1024
_LINE_1 = re.compile(r" line 1(?= column)")
_BOM = b"\xef\xbb\xbf"

Source = str | os.PathLike[str] | Iterable[str] | Iterable[bytes]


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to mend. Lines count from 1; `field` is empty where the whole line is at fault."""

    line: int
    field: str
    says: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.field}: {self.says}" if self.field else f"line {self.line}: {self.says}"


class BadHistory(Refused):
    """A history that cannot be brought in. `mistakes` holds all of them, in the order of their lines."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        lines = len({mistake.line for mistake in self.mistakes})
        which = "One line" if lines == 1 else f"{lines:,} lines"
        super().__init__(f"{which} of the history cannot come in, so nothing was brought in. First, {self.mistakes[0]}")


class ChangedMeanwhile(Refused):
    """A history that was good when it was checked, and was not when it was read again to be brought in."""

    def __init__(self, brought_in: int) -> None:
        super().__init__(
            f"The file changed while it was read, with {brought_in:,} of its escalations brought in. Run it again."
        )


@dataclass(frozen=True, slots=True)
class Checked:
    """What a history holds, and every mistake in it."""

    escalations: int
    updates: int
    promises: int
    mistakes: tuple[Mistake, ...]
    problems: int = 0
    notes: int = 0


@contextmanager
def opened(source: Source) -> Iterator[IO[bytes]]:
    """The source as a file that can be read twice; lines that come from elsewhere are laid by on disk.

    Raises Refused where a path cannot be read.
    """
    if not isinstance(source, str | os.PathLike):
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as laid_by:
            for line in source:
                text = line.encode("utf-8", "surrogatepass") if isinstance(line, str) else line
                laid_by.write(text.rstrip(b"\r\n") + b"\n")
            laid_by.seek(0)
            yield laid_by
        return
    try:
        file = Path(source).open("rb")  # noqa: SIM115 - closed below; only the opening may be refused here
    except OSError as error:
        raise Refused(f"“{source}” cannot be read: {error.strerror}.") from error
    with file:
        yield file


def check(file: IO[bytes], *, severities: Sequence[str], now: dt.datetime) -> Checked:
    """Read everything, keep nothing but the counts and the mistakes."""
    escalations = updates = promises = problems = notes = 0
    mistakes: list[Mistake] = []
    for found in read(file, severities=severities, now=now):
        if isinstance(found, Past):
            escalations += 1
            updates += len(found.updates)
            promises += len(found.promises)
            problems += len(found.problems)
            notes += len(found.notes)
        else:
            mistakes.extend(found)
    return Checked(escalations, updates, promises, tuple(mistakes), problems, notes)


def read(file: IO[bytes], *, severities: Sequence[str], now: dt.datetime) -> Iterator[Past | Sequence[Mistake]]:
    """Each line as a past escalation, or as the mistakes in it. Blank lines are passed over.

    `severities` are the keys that the playbook knows. What happened cannot lie after `now`.
    """
    here = Here(tuple(severities), now)
    line_of: dict[str, int] = {}
    past: Past | None
    for number, line in _lines(file):
        if line is None:
            yield [Mistake(number, "", f"This line is longer than {LONGEST_LINE // 1024**2} MB.")]
            continue
        if not (text := line.strip()):
            continue
        try:
            past = Past.model_validate_json(text, context=here)
        except ValidationError as error:
            # Whoever mends this line keeps its key, so the line that repeats it is told of at once.
            past, key = None, _key(text)
            mistakes = _not_utf_8(number, line) or [
                Mistake(number, _path(each), _says(each)) for each in error.errors(include_url=False)
            ]
        else:
            key = past.key
            mistakes = [Mistake(number, field, says) for field, says in contradictions(past, here)]
        if key and line_of.setdefault(key, number) != number:
            mistakes.append(Mistake(number, "key", f"Line {line_of[key]} has this key already."))
        yield past if past and not mistakes else mistakes


def _key(text: bytes) -> str:
    """The key of a line in which something else is wrong; empty where it has none that can be told."""
    try:
        held = from_json(text)
    except ValueError:
        return ""
    key = held.get("key") if isinstance(held, dict) else None
    return key.strip() if isinstance(key, str) else ""


def _not_utf_8(number: int, line: bytes) -> list[Mistake]:
    try:
        line.decode()
    except UnicodeDecodeError as error:
        byte = f"Byte {error.start + 1} of this line (0x{line[error.start]:02X})"
        return [Mistake(number, "", f"{byte} is not UTF-8. Save the file as UTF-8, and try again.")]
    return []


def _lines(file: IO[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """Numbered lines; None for one that is too long to be read."""
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if number == 1:
            line = line.removeprefix(_BOM)
        if len(line) <= LONGEST_LINE or line.endswith(b"\n"):
            yield number, line
            continue
        while line and not line.endswith(b"\n"):
            line = file.readline(LONGEST_LINE)
        yield number, None


_SAID = {
    "missing": "This is missing.",
    "string_type": "Write text here, in quotes.",
    "string_too_short": "This may not be empty.",
    "string_too_long": "Keep this to {max_length} characters.",
    "string_unicode": "This is not UTF-8.",
    "tuple_type": "Write a list here, in square brackets.",
    "model_type": "Write a JSON object here, in braces.",
}
_PARTS: tuple[type[Part], ...] = (Past, Said, Promised, Turn, Lacked, Step, Noted)
_FIELDS = tuple(dict.fromkeys(name for part in _PARTS for name in part.model_fields))


def _path(found: ErrorDetails) -> str:
    """Where, as people write it: `promises[2].due_at`."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in found["loc"])
    return "".join(steps).removeprefix(".")


def _says(found: ErrorDetails) -> str:
    kind, context = found["type"], found.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind == "json_invalid":
        return f"This is not JSON: {_LINE_1.sub('', str(context['error']))}."
    if kind == "literal_error":
        return f"Choose one of {str(context['expected']).replace(chr(39), '')}."
    if kind == "extra_forbidden":
        likely = get_close_matches(str(found["loc"][-1]), _FIELDS, n=1)
        return f"There is no such field. Did you mean {likely[0]}?" if likely else "There is no such field."
    if kind in _SAID:
        return _SAID[kind].format(**context)
    return f"{found['msg']}."
