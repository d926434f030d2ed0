"""Being away: when, and who stands in."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from amends.directory import absences
from amends.directory.actor import COMMAND_LINE
from amends.directory.models import Absence, Member
from amends.lib.errors import Refused
from tests import make

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY
DAY = dt.timedelta(days=1)


@pytest.fixture
def nadia() -> Member:
    return make.member("Nadia Brandt")


@pytest.fixture
def tom() -> Member:
    return make.member("Tom Okafor")


def away(member: Member, stand_in: Member | None, *, begins: float = 0, lasts: float = 14, **said: Any) -> Absence:
    """An absence that begins in so many days and lasts so many."""
    from_at = NOW + begins * DAY
    return absences.plan(
        member, from_at=from_at, until_at=from_at + lasts * DAY, stand_in=stand_in, by=COMMAND_LINE, now=NOW, **said
    )


def no_to(**said: Any) -> Refused:
    with pytest.raises(Refused) as refused:
        away(**said)
    return refused.value


def test_whoever_is_away_is_covered_from_the_beginning_to_the_end(nadia: Member, tom: Member):
    away(nadia, tom, begins=1, lasts=2, why="A wedding")

    covered = {day: absences.covered_by(tom.pk, NOW + day * DAY) for day in (0, 1, 2.9, 3)}

    assert covered == {0: frozenset(), 1: {nadia.pk}, 2.9: {nadia.pk}, 3: frozenset()}
    assert absences.covered_by(nadia.pk, NOW + 2 * DAY) == frozenset()


def test_who_stands_in_for_one_who_stands_in_covers_both(nadia: Member, tom: Member):
    ida = make.member("Ida Berg")
    away(nadia, tom)
    away(tom, ida, begins=1, lasts=2)

    assert absences.covered_by(ida.pk, NOW + DAY) == {nadia.pk, tom.pk}
    assert absences.covered_by(ida.pk, NOW + 4 * DAY) == frozenset()
    assert absences.actor_of(ida, NOW + DAY).stands_for == {ida.pk, nadia.pk, tom.pk}


def test_who_covers_whom_is_one_question(nadia: Member, tom: Member, django_assert_num_queries: Any):
    for _ in range(20):
        away(make.member(), tom)

    with django_assert_num_queries(1):
        assert len(absences.covered_by(tom.pk, NOW)) == 20


def test_without_a_stand_in_nobody_goes(nadia: Member):
    assert no_to(member=nadia, stand_in=None).field == "stand_in"
    assert no_to(member=nadia, stand_in=nadia).field == "stand_in"


def test_a_stand_in_is_here(nadia: Member, tom: Member):
    Member.objects.filter(pk=tom.pk).update(is_active=False)
    tom.refresh_from_db()

    assert "no longer here" in no_to(member=nadia, stand_in=tom).sentence


def test_a_stand_in_who_is_away_then_is_refused_and_the_refusal_says_who_else(nadia: Member, tom: Member):
    ida = make.member("Ida Berg")
    away(tom, ida, begins=3, lasts=1)

    refused = no_to(member=nadia, stand_in=tom)

    assert refused.field == "stand_in"
    assert refused.sentence.startswith("Tom Okafor is away from Sun 22 Nov, 10:00 until Mon 23 Nov, 10:00.")
    assert "Choose Ida Berg, who stands in for them, or somebody else." in refused.sentence
    assert away(nadia, tom, lasts=3), "Until the moment at which Tom goes, he may stand in."


def test_two_do_not_stand_in_for_each_other(nadia: Member, tom: Member):
    away(nadia, tom)

    assert "Choose somebody else." in no_to(member=tom, stand_in=nadia).sentence


def test_absences_of_one_do_not_overlap(nadia: Member, tom: Member):
    away(nadia, tom, begins=5, lasts=5)

    assert "Change that absence" in no_to(member=nadia, stand_in=tom, begins=9, lasts=5).sentence
    assert away(nadia, tom, begins=10, lasts=1)


@pytest.mark.parametrize(
    ("begins", "lasts", "field"),
    [(-2, 5, "from_at"), (1, 0, "until_at"), (3, -1, "until_at"), (-0.5, 0.4, "until_at"), (0, 367, "until_at")],
)
def test_what_cannot_be_is_refused_at_its_field(nadia: Member, tom: Member, begins: float, lasts: float, field: str):
    assert no_to(member=nadia, stand_in=tom, begins=begins, lasts=lasts).field == field


def test_who_was_taken_ill_this_morning_is_away_from_now_on(nadia: Member, tom: Member):
    assert away(nadia, tom, begins=-0.1, lasts=1).from_at == NOW


def test_an_end_moves_and_the_stand_in_changes(nadia: Member, tom: Member):
    ida, absence = make.member("Ida Berg"), away(nadia, tom)
    later = {"by": COMMAND_LINE, "now": NOW + DAY}

    changed = absences.change(absence, until_at=NOW + 2 * DAY, stand_in=ida, **later)

    assert (changed.until_at, changed.stand_in, changed.from_at) == (NOW + 2 * DAY, ida, NOW)
    with pytest.raises(Refused, match="has passed"):
        absences.change(absence, until_at=NOW + DAY / 2, **later)
    with pytest.raises(Refused, match="is back already"):
        absences.change(absence, stand_in=tom, by=COMMAND_LINE, now=NOW + 3 * DAY)


def test_who_comes_back_early_is_back_and_who_does_not_go_was_never_away(nadia: Member, tom: Member):
    begun, planned = away(nadia, tom), away(nadia, tom, begins=30, lasts=1)

    for absence in (begun, planned):
        absences.end(absence, by=COMMAND_LINE, now=NOW + DAY)

    assert list(Absence.objects.values_list("until_at", flat=True)) == [NOW + DAY]
    assert absences.covered_by(tom.pk, NOW + DAY) == frozenset()
    with pytest.raises(Refused):
        absences.end(begun, by=COMMAND_LINE, now=NOW + 2 * DAY)


def test_what_another_called_off_before_it_began_is_refused_in_words(nadia: Member, tom: Member):
    planned = away(nadia, tom, begins=30, lasts=1)
    seen = Absence.objects.get(pk=planned.pk)
    absences.end(planned, by=COMMAND_LINE, now=NOW)

    for too_late in (absences.end, absences.change):
        with pytest.raises(Refused, match="Somebody has said meanwhile that Nadia Brandt does not go"):
            too_late(seen, by=COMMAND_LINE, now=NOW)
