"""From the bytes of a file to rows: what kind of file it is, how it is read, and its lines one after another.

A file is never held in memory as a whole, and nothing in it is evaluated.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any

from amends.directory.imports import sheets
from amends.directory.imports.cells import Cell, is_blank, shown
from amends.lib.errors import Refused

MOST_BYTES = 50 * 1024 * 1024
MOST_ROWS = 250_000
MOST_COLUMNS = 200
LONGEST_CELL = 20_000
SAMPLE = 5
# From so many rows it is guessed how amounts and days are written.
LOOKED_AT = 200

_DELIMITERS = ",;\t|"
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_BLOCK = 1 << 20


class Unreadable(Refused):
    """The file as a whole, or from some line on, cannot be read."""

    def __init__(self, sentence: str, line: int | None = None) -> None:
        super().__init__(sentence if line is None else f"Line {line:,}: {sentence}", "file")


@dataclass(frozen=True, slots=True)
class Row:
    """One line with something in it. `line` is counted as an editor or a spreadsheet does."""

    line: int
    cells: Sequence[Cell]

    def at(self, place: int) -> Cell:
        """The cell of a column; nothing where the line is too short."""
        return self.cells[place] if place < len(self.cells) else None


@dataclass(frozen=True, slots=True)
class Look:
    """What one sees of a file before reading it all: how it is read, its first line, and the rows after it."""

    layout: dict[str, Any]
    head: list[str]
    rows: list[Row]
    rows_about: int


def look(file: IO[bytes], name: str) -> Look:
    """Find out how a file is read. Raises Unreadable where it is neither CSV nor XLSX, or too large."""
    size = file.seek(0, io.SEEK_END)
    if size > MOST_BYTES:
        raise Unreadable(f"This file is larger than {MOST_BYTES // 1024 // 1024} MB. Part it into several.")
    layout = _layout(file, name)
    with _opened(file, layout) as (rows, rows_about):
        head = next(rows, None)
        some = list(islice(rows, LOOKED_AT))
    if head is None:
        raise Unreadable("There is nothing in this file. Its first line names the columns.")
    if not some:
        raise Unreadable("There is only a line of headings in this file. Add the rows below it.")
    width = _width(head) if layout["kind"] == "csv" else max(len(row.cells) for row in (head, *some))
    names = [shown(head.at(place), at_most=80) for place in range(width)]
    return Look(layout, names, some, rows_about)


def _width(head: Row) -> int:
    """How many cells a line of text has: as many as there are headings, so that a stray comma is noticed."""
    return max(place for place, cell in enumerate(head.cells, start=1) if not is_blank(cell))


def read(file: IO[bytes], layout: dict[str, Any]) -> Generator[Row, None, None]:
    """The rows below the headings that have something in them. Raises Unreadable at a line that cannot be read."""
    with _opened(file, layout) as (rows, _):
        next(rows, None)
        yield from rows


@contextmanager
def _opened(file: IO[bytes], layout: dict[str, Any]) -> Iterator[tuple[Iterator[Row], int]]:
    """The lines of a file, and about how many rows there are below the headings."""
    file.seek(0)
    with _said_plainly():
        if layout["kind"] == "xlsx":
            with sheets.opened(file) as sheet:
                yield _with_something(sheet.rows()), sheet.rows_about
        else:
            about = _lines(file)
            with closing(_text_rows(file, layout)) as lines:
                yield _with_something(lines), about


def _with_something(rows: Iterable[tuple[int, Sequence[Cell]]]) -> Iterator[Row]:
    count = 0
    for line, cells in rows:
        if all(is_blank(cell) for cell in cells):
            continue
        count += 1
        if count > MOST_ROWS + 1:
            raise Unreadable(f"There are more than {MOST_ROWS:,} rows in this file. Part it into several.")
        yield Row(line, _within_bounds(line, cells))


def _layout(file: IO[bytes], name: str) -> dict[str, Any]:
    file.seek(0)
    start = file.read(8)
    if start.startswith(b"PK\x03\x04"):
        with _said_plainly():
            sheets.check(file)
        return {"kind": "xlsx"}
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("This is an old or a protected spreadsheet. Save it as .xlsx without a password, or as CSV.")
    if start.startswith(b"%PDF"):
        raise Unreadable("This is a PDF. Bring a CSV or XLSX file.")
    if name.lower().endswith((".xlsx", ".xlsm")):
        raise Unreadable("This is not a spreadsheet, though it is named like one. Save it as .xlsx anew, or as CSV.")
    encoding = _encoding(file, start)
    delimiter, skip = _delimiter(file, encoding)
    return {"kind": "csv", "encoding": encoding, "delimiter": delimiter, "skip": skip}


def _encoding(file: IO[bytes], start: bytes) -> str:
    # UTF-8 is recognised by itself: other text is hardly ever valid in it.
    for encoding in ("utf-16",) if start.startswith(_UTF_16) else ("utf-8-sig", "cp1252"):
        if _is_valid(file, encoding):
            return encoding
    raise Unreadable("This is neither text nor a spreadsheet. Save it as CSV in UTF-8, or as .xlsx.")


def _is_valid(file: IO[bytes], encoding: str) -> bool:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while block := file.read(_BLOCK):
            if "\0" in decoder.decode(block):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(file: IO[bytes], encoding: str) -> tuple[str, int]:
    """What parts the cells of the headings, and how many lines stand before them (Excel's own `sep=;`)."""
    with _as_text(file, encoding) as text:
        first = text.readline(_BLOCK).strip("\r\n")
    if first.lower().startswith("sep=") and len(first) == 5:
        return first[4], 1
    outside = "".join(first.split('"')[::2])
    return max(_DELIMITERS, key=outside.count), 0


def _text_rows(file: IO[bytes], layout: dict[str, Any]) -> Generator[tuple[int, Sequence[Cell]], None, None]:
    with _as_text(file, layout["encoding"]) as text:
        for _ in range(layout["skip"]):
            text.readline()
        reader = csv.reader(text, delimiter=layout["delimiter"])
        before = 0
        try:
            for cells in reader:
                yield before + layout["skip"] + 1, cells
                before = reader.line_num
        except csv.Error as error:
            line = before + layout["skip"] + 1
            raise Unreadable(f"This line cannot be read ({error}). Is a quotation mark open?", line) from error


@contextmanager
def _as_text(file: IO[bytes], encoding: str) -> Iterator[io.TextIOWrapper]:
    """The file as text, and still open afterwards."""
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        yield text
    finally:
        text.detach()


def _within_bounds(line: int, cells: Sequence[Cell]) -> Sequence[Cell]:
    if len(cells) > MOST_COLUMNS:
        if any(not is_blank(cell) for cell in cells[MOST_COLUMNS:]):
            raise Unreadable(f"There are more than {MOST_COLUMNS} columns here. Leave out those not needed.", line)
        cells = cells[:MOST_COLUMNS]
    if any(isinstance(cell, str) and len(cell) > LONGEST_CELL for cell in cells):
        raise Unreadable("A cell is longer than a page of text. Is a quotation mark open?", line)
    return cells


def _lines(file: IO[bytes]) -> int:
    """How often a line ends in it: for a progress bar, not for counting."""
    count = 0
    while block := file.read(_BLOCK):
        count += block.count(b"\n")
    return count


@contextmanager
def _said_plainly() -> Iterator[None]:
    """What a broken file makes its reader raise, in a sentence."""
    try:
        yield
    except sheets.BadSheet as error:
        raise Unreadable(str(error)) from error
    except UnicodeError as error:
        raise Unreadable("There are characters in this file that are none. Save it as CSV in UTF-8 anew.") from error
