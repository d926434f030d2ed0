"""Files as people bring them, and an import from beginning to end."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook

from amends.directory.actor import COMMAND_LINE, Actor
from amends.directory.imports import receiving, working
from amends.directory.imports.models import Import
from tests import make

NOW = make.THURSDAY
ACCOUNTS = ("Company", "ARR", "Account owner")


def text(*lines: str, encoding: str = "utf-8") -> io.BytesIO:
    """A text file of these lines."""
    return io.BytesIO("\r\n".join(lines).encode(encoding))


def table(rows: Sequence[Sequence[Any]], delimiter: str = ",") -> io.BytesIO:
    """The same as CSV, as a program writes it."""
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter).writerows(rows)
    return io.BytesIO(written.getvalue().encode())


def sheet(rows: Sequence[Sequence[Any]], *, before: Sequence[str] = ()) -> io.BytesIO:
    """The same as XLSX. `before`: hidden sheets that stand before it."""
    book = Workbook()
    book.remove(book.active)
    for name in before:
        book.create_sheet(name).sheet_state = "hidden"
    page = book.create_sheet("Rows")
    for row in rows:
        page.append(list(row))
    written = io.BytesIO()
    book.save(written)
    return io.BytesIO(written.getvalue())


def receive(noun: str, file: io.BytesIO, *, name: str = "", by: Actor = COMMAND_LINE) -> Import:
    is_packed = file.getvalue().startswith(b"PK")
    return receiving.receive(
        noun=noun, file=file, name=name or ("rows.xlsx" if is_packed else "rows.csv"), by=by, now=NOW
    )


def worked(imported: Import, **worker: Any) -> Import:
    """After a worker has done all that there is to do."""
    working.Worker("here", lambda: NOW, **worker).work()
    imported.refresh_from_db()
    return imported


def checked(
    noun: str,
    file: io.BytesIO,
    *,
    mapping: Mapping[str, str] | None = None,
    by: Actor = COMMAND_LINE,
    **choices: str,
) -> Import:
    """A file, received and checked, with its columns as they are guessed unless the test says."""
    imported = receive(noun, file, by=by)
    receiving.check(imported, mapping=mapping or imported.mapping, choices=choices, by=by, now=NOW)
    return worked(imported)


def brought_in(noun: str, file: io.BytesIO, **said: Any) -> Import:
    """The same, and applied."""
    imported = checked(noun, file, **said)
    assert imported.state == Import.State.CHECKED, (imported.trouble, mistakes(imported))
    receiving.apply(imported, by=COMMAND_LINE, now=NOW)
    return worked(imported)


def mistakes(imported: Import) -> list[tuple[int, str, str]]:
    return list(imported.mistakes.values_list("line", "field", "says"))


def counts(imported: Import) -> tuple[int, int, int, int]:
    """To add, to change, unchanged, bad."""
    return imported.to_add, imported.to_change, imported.unchanged, imported.bad
