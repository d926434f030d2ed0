"""Whatever stands in a file of past escalations: each line is one, or it is said what is wrong with it. No database."""

from __future__ import annotations

import datetime as dt
import io
import json
from typing import Any, get_args

from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import BaseModel

from amends.escalations import history_format
from amends.escalations.history_parts import Past
from tests.fuzzing import HOSTILE, examples

NOW = dt.datetime(2026, 11, 19, 9, 0, tzinfo=dt.UTC)
VALUES: list[Any] = [
    *(None, True, 0, -1, 1.5, 10**30, float("nan"), float("inf"), "x", [], {}, [[]], ["x"], {"x": 1}, "high"),
    *("1970-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "1709546400", 1709546400),
    *("2024-03-31T02:30:00+01:00", "2024-03-05", "2199-12-31T00:00:00Z", "Europe/Berlin", "\ud800"),
    *HOSTILE,
]


def line(model: type[BaseModel] = Past, *, moment: str = "2024-03-05T10:00:00Z") -> dict[str, Any]:
    """Every field of the format, and of its parts, said once."""
    return {name: _said(name, field.annotation, moment) for name, field in model.model_fields.items()}


def _said(name: str, kind: Any, moment: str) -> Any:
    parts = [part for part in (kind, *get_args(kind)) if isinstance(part, type) and issubclass(part, BaseModel)]
    if parts:
        return [line(parts[0], moment=moment)]
    if name.endswith("_at") or name == "at":
        return moment
    choices = [choice for part in (kind, *get_args(kind)) for choice in get_args(part) if isinstance(choice, str)]
    named = {"zone": "Europe/Lisbon", "severity": "high"}
    return choices[0] if choices else named.get(name, "Said")


@st.composite
def broken(draw: st.DrawFn) -> dict[str, Any]:
    """A whole line with something in it that may not be there."""
    whole = line()
    for _ in range(draw(st.integers(1, 3))):
        holder: Any = whole
        while True:
            place = draw(st.sampled_from(sorted(holder) if isinstance(holder, dict) else range(len(holder))))
            if not (isinstance(holder[place], dict | list) and holder[place] and draw(st.booleans())):
                break
            holder = holder[place]
        if draw(st.integers(0, 5)) == 0 and isinstance(holder, dict) and len(holder) > 1:
            holder[draw(st.sampled_from(["colour", "\0", ""]))] = holder.pop(place)
        else:
            holder[place] = draw(st.sampled_from(VALUES))
    return whole


def judged(content: bytes) -> history_format.Checked:
    checked = history_format.check(io.BytesIO(content), severities=["high"], now=NOW)
    for mistake in checked.mistakes:
        assert mistake.line >= 1
        assert mistake.says.endswith((".", "?")), mistake
        assert "Input should" not in mistake.says and "alue error" not in mistake.says, mistake
    return checked


def test_the_line_that_is_broken_here_has_every_field_of_the_format() -> None:
    assert {name for name, value in line().items() if value} == set(Past.model_fields)
    assert not judged(
        json.dumps({name: line()[name] for name in ("key", "account", "reason", "opened_at")}).encode()
    ).mistakes


@examples(60)
@given(broken())
@example({"key": "a" * 400, "account": 1, "reason": "", "opened_at": "1709546400"})
@example(line(moment="9999-12-31T23:59:59-12:00"))
@example(line(moment="0001-01-01T00:00:00+14:00"))
def test_a_line_with_something_wrong_in_it_is_told_of(said: dict[str, Any]) -> None:
    judged(json.dumps(said).encode())


@examples(40)
@given(st.lists(st.binary(max_size=60), max_size=4).map(b"\n".join))
@example(b"\xef\xbb\xbf{}\r\n\xff\xfe")
@example(b"[" * 100_000)
@example(b'{"a":' * 20_000)
@example(b'{"key": ' + b"9" * 6_000 + b"}")
@example(b'{"key": "a", "key": "b"}')
def test_bytes_that_are_no_lines_are_told_of_by_line(content: bytes) -> None:
    judged(content)
