"""Spreadsheets (XLSX), a row at a time: the values that were last worked out; formulas are never evaluated."""

from __future__ import annotations

import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from amends.directory.imports.cells import Cell

# What is packed may not grow beyond these: a small file can be made to fill a memory.
MOST_UNPACKED = 600 * 1024 * 1024
MOST_STRINGS = 120 * 1024 * 1024
MOST_PARTS = 2_000
# As many as a spreadsheet has. A row that says it is the billionth would have all those before it read as empty.
MOST_LINES = 1_048_576

_DAMAGED = "This spreadsheet is damaged. Save it anew."


class BadSheet(Exception):
    """It cannot be read; the sentence says why."""


def check(file: IO[bytes]) -> None:
    """Raise BadSheet for what is no spreadsheet, or would not stay small when unpacked."""
    try:
        with zipfile.ZipFile(file) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise BadSheet(_DAMAGED) from error
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        raise BadSheet("This is packed like a spreadsheet, but is none. Save it as .xlsx anew, or as CSV.")
    strings = sum(part.file_size for part in parts if part.filename.endswith("sharedStrings.xml"))
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED or strings > MOST_STRINGS:
        raise BadSheet("This spreadsheet is too large when unpacked. Save it as CSV, or part it into several.")


# Whatever a damaged or hostile file makes the reader stumble over. Memory and the machine's own troubles are not its.
_WRONG = (
    AssertionError, AttributeError, EOFError, ImportError, LookupError, NotImplementedError, OSError, OverflowError,
    ParseError, TypeError, ValueError, zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sheet:
    """The first sheet of a file. `rows_about` is what it says of its own length; 0 where it says nothing."""

    _rows: Iterator[Sequence[Cell]]
    rows_about: int

    def rows(self) -> Iterator[tuple[int, Sequence[Cell]]]:
        """Its rows with their numbers. Raises BadSheet at the first that cannot be read."""
        try:
            for number, cells in enumerate(self._rows, start=1):
                if number > MOST_LINES:
                    raise BadSheet(_DAMAGED)
                yield number, cells
        except _WRONG as error:
            raise BadSheet(_DAMAGED) from error


@contextmanager
def opened(file: IO[bytes]) -> Iterator[Sheet]:
    """The first sheet that is not hidden. Raises BadSheet where there is none."""
    # Fifteen megabytes, which a process that reads no spreadsheet need not carry.
    from openpyxl import load_workbook

    check(file)
    file.seek(0)
    try:
        with warnings.catch_warnings():
            # Of extensions that it does not know; we do not want them.
            warnings.simplefilter("ignore")
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets
    except _WRONG as error:
        raise BadSheet(_DAMAGED) from error
    if not visible:
        raise BadSheet("There is no sheet with rows in this spreadsheet.")
    first: Any = visible[0]
    about = max((first.max_row or 1) - 1, 0)
    # What a sheet says of its own size is often wrong; with it, rows beyond would not be read.
    first.reset_dimensions()
    try:
        yield Sheet(first.iter_rows(values_only=True), about)
    finally:
        book.close()
