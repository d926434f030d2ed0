"""Files as they come: encodings, delimiters, headings, damage, and what grows too large."""

import io
import zipfile

import pytest

from amends.directory.imports import columns, reading, sheets
from amends.directory.imports.models import Import
from amends.directory.imports.reading import Unreadable
from tests.directory.imports.files import sheet, text


def look(file, name="rows.csv"):
    return reading.look(file, name)


def rows(file):
    return [(row.line, list(row.cells)) for row in reading.read(file, look(file).layout)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_is_read_in_the_encoding_that_it_has(encoding):
    assert rows(text("Name,Title", "Søren Þór,Café", encoding=encoding)) == [(2, ["Søren Þór", "Café"])]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_what_parts_the_cells_is_found_out(delimiter):
    file = text(delimiter.join(["Name", '"Title, or; function"']), delimiter.join(["Ann", '"x"']))

    assert rows(file) == [(2, ["Ann", "x"])]
    assert look(file).head == ["Name", "Title, or; function"]


def test_lines_are_counted_as_an_editor_counts_them_and_empty_ones_passed_over():
    assert rows(text("sep=;", "Name;Note", "", 'Ann;"two', 'lines"', ";", "Bo;")) == [
        (4, ["Ann", "two\r\nlines"]),
        (7, ["Bo", ""]),
    ]


def test_the_first_visible_sheet_is_read_and_formulas_are_not_worked_out():
    file = sheet([("Name", "Sum"), ("Ann", "=1+1"), (None, None), ("=HYPERLINK(1)", 5)], before=("Hidden",))

    assert rows(file) == [(2, ["Ann", None]), (4, [None, 5])]


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"", "a.csv", "nothing in this file"),
        (b"\n\n", "a.csv", "nothing in this file"),
        (b"Name\n", "a.csv", "only a line of headings"),
        (b"%PDF-1.7", "a.csv", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xls", "old or a protected"),
        (b"PK\x03\x04 broken", "a.xlsx", "damaged"),
        (b"Name\nAnn", "a.xlsx", "named like one"),
        (b"Name\x00\nAnn", "a.csv", "neither text"),
        (b"\xff\xfeN\x00a", "a.csv", "neither text"),
        (b"Name,A\n" + b"x" * 200_000, "a.csv", "cannot be read"),
        (b'Name,A\n"' + b"x\n" * 20_000, "a.csv", "longer than a page"),
        (b"," * 300 + b"x\n1", "a.csv", "columns"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(content, name, says):
    with pytest.raises(Unreadable, match=says):
        look(io.BytesIO(content), name)


def packed(**parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file


def test_a_file_packed_like_a_spreadsheet_that_is_none_is_refused():
    with pytest.raises(Unreadable, match="is none"):
        look(packed(readme="hello"))
    with pytest.raises(Unreadable, match="damaged"):
        look(packed(**{"xl/workbook.xml": "<broken"}))


def test_a_small_file_that_would_fill_a_memory_is_refused():
    bomb = packed(**{"xl/workbook.xml": "<x/>", "xl/sharedStrings.xml": b"0" * (sheets.MOST_STRINGS + 1)})

    assert len(bomb.getvalue()) < 1_000_000
    with pytest.raises(Unreadable, match="too large"):
        look(bomb)


def test_a_spreadsheet_that_breaks_off_is_refused_wherever_it_breaks():
    whole = sheet([("Name", "Title"), *[(f"Ann {number}", "x") for number in range(50)]]).getvalue()

    for end in range(1, len(whole), len(whole) // 40):
        with pytest.raises(Unreadable):
            look(io.BytesIO(whole[:end]), "rows.xlsx")


def test_a_file_that_is_too_large_is_refused_before_it_is_read():
    file = io.BytesIO(b"Name\n")
    file.seek(reading.MOST_BYTES)
    file.write(b"x")

    with pytest.raises(Unreadable, match="50 MB"):
        look(file)


def test_headings_are_guessed_and_our_own_words_come_first():
    accounts = columns.guess(Import.Noun.ACCOUNTS, ["Company", "ARR", "Account Owner", "Account ID", "Notes"])
    contacts = columns.guess(Import.Noun.CONTACTS, ["Account Name", "First Name", "Last Name", "E-mail", "Role"])
    members = columns.guess(Import.Noun.MEMBERS, ["Manager", "E-Mail", "Role", "Title", "Job title"])

    assert accounts == {"name": "Company", "spend": "ARR", "csm": "Account Owner", "external_key": "Account ID"}
    assert contacts == {
        "account": "Account Name", "first_name": "First Name", "last_name": "Last Name", "email": "E-mail",
        "title": "Role",
    }  # fmt: skip
    assert members == {"email": "E-Mail", "role": "Role", "title": "Title", "reports_to": "Manager"}


def test_headings_that_are_empty_or_there_twice_get_names():
    assert columns.headings(["Phone", "", "Phone", " Phone  (2) "]) == [
        "Phone",
        "Column B",
        "Phone (2)",
        "Phone (2) (2)",
    ]
    assert columns.headings([""] * 28)[-1] == "Column AB"
