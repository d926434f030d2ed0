"""Cells of a table: no spreadsheet takes one for a formula."""

import pytest

from amends.lib import csv_cells

# The tests of every table that we write take these, too.
FORMULAS = ["=SUM(A1)", "+1", "-1", "@x", "\t=1", "\t@x", "\n=1", "\r=1", "  =1+1", "  \t=1", "＝1", "＠x"]


@pytest.mark.parametrize("bad", FORMULAS)
def test_what_would_be_a_formula_has_an_apostrophe_before_it(bad: str):
    assert csv_cells.plain(bad) == f"'{bad}"


@pytest.mark.parametrize("good", ["", " ", "Moss & Co", "a=b", "2026-11-20 07:30", "412000.00", "  two spaces"])
def test_all_else_stays_as_it_is(good: str):
    assert csv_cells.plain(good) == good
