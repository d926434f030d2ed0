"""Names that somebody may have meant."""

import time

from amends.lib.nearest import Names, either

KNOWN = Names(["Brightwater Energy", "Northwind Foods", "Northwind Energy", "Alder Clinics", "Über Land GmbH", "Ax"])


def test_a_slip_of_the_pen_finds_the_name():
    assert KNOWN.nearest("Brightwater Enrgy") == ["Brightwater Energy"]
    assert KNOWN.nearest("alderclinics") == ["Alder Clinics"]
    assert KNOWN.nearest("  BRIGHTWATER   energy ") == ["Brightwater Energy"]
    assert KNOWN.nearest("uber land gmbh") == ["Über Land GmbH"]


def test_a_beginning_or_a_word_finds_all_that_have_it():
    assert sorted(KNOWN.nearest("Northwind")) == ["Northwind Energy", "Northwind Foods"]
    assert KNOWN.nearest("Clinics") == ["Alder Clinics"]


def test_the_same_first_word_finds_what_has_it():
    assert KNOWN.nearest("Brightwater Trading Ltd") == ["Brightwater Energy"]
    assert Names(["Brightwater"]).nearest("Brightwater Lgistics") == ["Brightwater"]


def test_what_is_like_nothing_finds_nothing():
    assert KNOWN.nearest("Moss & Kern") == []
    assert KNOWN.nearest("Energetic Ltd") == []
    assert KNOWN.nearest("A") == []
    assert KNOWN.nearest("") == []


def test_no_more_are_offered_than_one_reads():
    many = Names([f"Northwind {number}" for number in range(40)])

    assert len(many.nearest("Northwind")) == 3


def test_fifty_questions_to_twenty_thousand_names_take_no_time_that_one_notices():
    many = Names(
        [f"{first} {second} {number}" for number in range(2_000) for first in "ABCDE" for second in ("Ltd", "AG")]
    )

    began = time.perf_counter()
    for number in range(50):
        many.nearest(f"C Ltdd {number}")

    assert time.perf_counter() - began < 5


def test_names_are_said_as_a_choice():
    assert either(["A"]) == "A"
    assert either(["A", "B", "C"]) == "A, B or C"
