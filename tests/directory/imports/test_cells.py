"""What people write into a cell, and what is meant by it."""

import datetime as dt
from decimal import Decimal

import pytest

from amends.directory.imports import cells
from amends.lib.errors import Refused


@pytest.mark.parametrize(
    ("written", "decimal", "meant"),
    [
        ("412000", ".", "412000"),
        ("412,000.50", ".", "412000.50"),
        ("412.000,50", ",", "412000.50"),
        ("1.412.000", ",", "1412000"),
        ("412 000,5", ",", "412000.5"),
        ("412’000.50", ".", "412000.50"),
        ("412 000", ".", "412000"),
        (412000.5, ",", "412000.5"),
        (0.1 + 0.2, ".", "0.30"),
        (7, ".", "7"),
    ],
)
def test_an_amount_is_read_with_the_decimal_sign_that_was_chosen(written, decimal, meant):
    assert cells.amount(written, decimal=decimal) == (Decimal(meant), "")


@pytest.mark.parametrize(
    ("written", "code"), [("€ 5", "EUR"), ("5 €", "EUR"), ("$5", "USD"), ("5 CHF", "CHF"), ("chf 5", "CHF")]
)
def test_a_sign_or_a_code_beside_an_amount_is_its_currency(written, code):
    assert cells.amount(written, decimal=".") == (5, code)


@pytest.mark.parametrize("written", ["", "12.34.56", "1,23", "412.000", "5 k", "EUR 5 EUR", "1e5", "5 %", "--5", True])
def test_what_is_no_amount_is_refused(written):
    with pytest.raises(Refused):
        cells.amount(written, decimal=".")


@pytest.mark.parametrize(
    "written",
    [
        "2027-01-31", "2027-1-31", "2027/01/31", "2027-01-31T00:00:00Z", "31/01/2027", "31.1.27", "31-01-2027",
        "31 Jan 2027", "31-Jan-27", "January 31, 2027", dt.date(2027, 1, 31), dt.datetime(2027, 1, 31, 12),
    ],
)  # fmt: skip
def test_a_day_is_read_in_many_ways(written):
    assert cells.day(written, order="dmy") == dt.date(2027, 1, 31)


def test_which_comes_first_is_chosen():
    assert cells.day("03/04/2026", order="dmy") == dt.date(2026, 4, 3)
    assert cells.day("03/04/2026", order="mdy") == dt.date(2026, 3, 4)


@pytest.mark.parametrize("written", ["soon", "31/31/2020", "2020-02-30", "46000", 46000, "1 Xyz 2020", "0001-01-01"])
def test_what_is_no_day_is_refused(written):
    with pytest.raises(Refused):
        cells.day(written, order="dmy")


def test_yes_and_no_and_whole_numbers_are_read_as_they_are_written():
    assert [cells.yes_or_no(cell) for cell in ("Yes", "x", "TRUE", True, 1, 1.0)] == [True] * 6
    assert [cells.yes_or_no(cell) for cell in ("no", "False", "–", False, 0)] == [False] * 5
    assert [cells.number(cell) for cell in ("82", "82 %", "82.0", 82, 82.0)] == [82] * 5


@pytest.mark.parametrize(
    ("found", "otherwise", "sign"),
    [
        (["412,000.50"], ",", "."),
        (["412.000,50"], ".", ","),
        (["1.412.000"], ".", ","),
        (["412.000"], ".", ","),
        (["5,5"], ".", ","),
        (["", None, 5, "12"], ",", ","),
    ],
)
def test_the_decimal_sign_is_guessed_from_what_is_there(found, otherwise, sign):
    assert cells.likely_decimal(found, otherwise=otherwise) == sign


def test_the_order_of_days_is_guessed_from_what_is_there():
    assert cells.likely_order(["01/02/2026", "31/01/2026"]) == "dmy"
    assert cells.likely_order(["01/02/2026", "01/31/2026"]) == "mdy"
    assert cells.likely_order(["2026-01-31", None]) == "dmy"


def test_a_cell_of_letters_that_nobody_sees_is_blank():
    assert cells.is_blank(" \u200b\u3164")
    assert cells.text("Moss\u202e") == "Moss"


def test_what_is_shown_can_be_stored_and_what_cannot_is_refused():
    assert cells.shown("a\x00b\ud800\n c") == "a b? c"
    with pytest.raises(Refused):
        cells.text("\ud800")
