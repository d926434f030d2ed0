"""Whatever bytes come as a file, and whatever stands in its cells: rows, or a sentence, and soon. No database."""

from __future__ import annotations

import datetime as dt
import io
import re
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from amends.directory.imports import cells, reading
from amends.directory.imports.reading import Unreadable
from amends.lib.errors import Refused
from tests.directory.imports.files import sheet
from tests.fuzzing import HOSTILE, examples

SPREADSHEET = sheet([("Name", "ARR", "On"), ("Ann", 1, dt.date(2026, 1, 1)), ("Bo", "x", True)]).getvalue()
CELLS = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(max_size=30),
    st.floats(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.booleans(),
)
ODD = [
    b"",
    b"-1",
    b"9" * 30,
    b"A1048577",
    b"ZZZZ1",
    b"1e400",
    b"NaN",
    b"s",
    b"d",
    b"e",
    b"<x>",
    b"\0",
    b"&lol;",
    b"\xff",
]


@contextmanager
def soon(seconds: float = 5) -> Iterator[None]:
    """In this process’s own time, so that a busy machine is no mistake of ours."""
    began = time.process_time()
    yield
    assert time.process_time() - began < seconds


def read_all(content: bytes, name: str) -> None:
    try:
        with soon():
            look = reading.look(io.BytesIO(content), name)
            for row in reading.read(io.BytesIO(content), look.layout):
                for cell in row.cells:
                    understood(cell)
    except Unreadable as refused:
        assert refused.sentence.endswith((".", "?")), refused.sentence


def understood(cell: cells.Cell) -> None:
    """A cell in all the ways that a field may take it."""
    ways: list[Callable[[cells.Cell], Any]] = [cells.text, cells.number, cells.yes_or_no, cells.names, cells.shown]
    ways += [lambda one, sign=sign: cells.amount(one, decimal=sign) for sign in cells.DECIMALS]
    ways += [lambda one, order=order: cells.day(one, order=order) for order in cells.ORDERS]
    for way in ways:
        try:
            with soon(2):
                way(cell)
        except Refused as refused:
            assert refused.sentence.endswith((".", "?")), refused.sentence


def repacked(change: Callable[[str, bytes], bytes | None]) -> bytes:
    """The spreadsheet with some of its parts changed, or left out."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(SPREADSHEET)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = change(part.filename, old.read(part))
            if content is not None:
                new.writestr(part.filename, content)
    return written.getvalue()


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A spreadsheet that breaks in its bytes, or whose parts say what they may not."""
    if draw(st.booleans()):
        content = bytearray(SPREADSHEET)
        for _ in range(draw(st.integers(1, 5))):
            content[draw(st.integers(0, len(content) - 1))] = draw(st.integers(0, 255))
        return bytes(content)

    def change(name: str, content: bytes) -> bytes | None:
        said = list(re.finditer(rb'"[^"<>]+"|(?<=>)[^<>]+(?=<)', content))
        if not said or draw(st.integers(0, 3)):
            return content
        place = draw(st.sampled_from(said))
        return content[: place.start() + 1] + draw(st.sampled_from(ODD)) + content[place.end() - 1 :]

    return repacked(change)


@examples(60)
@given(damaged())
def test_a_spreadsheet_that_is_damaged_anywhere_is_read_or_refused(content: bytes) -> None:
    read_all(content, "rows.xlsx")


@examples(60)
@given(
    st.one_of(
        st.binary(max_size=80),
        st.text(st.sampled_from('",;\t|\r\n\u2028é\x1a=ab'), max_size=60).map(str.encode),
        st.text(max_size=40).map(lambda words: words.encode("utf-16", "replace")),
    )
)
@example(b'"' * 10_001)
@example(b"a," * 10_000 + b"\n1")
@example(b"sep=\n\n")
@example("\ufeffName\u2028\nAnn".encode())
def test_bytes_of_any_kind_are_read_or_refused(content: bytes) -> None:
    read_all(content, "rows.csv")


def test_a_spreadsheet_whose_packing_is_damaged_is_refused() -> None:
    content = bytearray(SPREADSHEET)
    with zipfile.ZipFile(io.BytesIO(SPREADSHEET)) as packed:
        part = packed.getinfo("xl/workbook.xml")
    start = part.header_offset + 30 + len(part.filename)
    content[start : start + 8] = b"\xff" * 8

    with pytest.raises(Unreadable, match="damaged"):
        reading.look(io.BytesIO(bytes(content)), "rows.xlsx")


def test_a_row_that_says_it_is_the_two_billionth_is_refused_soon() -> None:
    def far(name: str, content: bytes) -> bytes:
        return content.replace(b'<row r="2"', b'<row r="2000000000"')

    with soon(20), pytest.raises(Unreadable, match="damaged"):
        reading.look(io.BytesIO(repacked(far)), "rows.xlsx")


@examples(100)
@given(CELLS)
@example("1" + " " * 19_980 + "EUR and more")
@example("1 " * 9_990 + "EURO!")
@example("1.1." + "1" * 19_000)
@example("Jan" + " ." * 9_000)
@example(dt.datetime(1, 1, 1))
@example(float("nan"))
def test_a_cell_is_understood_or_refused_in_a_sentence_soon(cell: cells.Cell) -> None:
    understood(cell)
