"""Putting a playbook in force: what is refused, and what becomes of the text."""

import pytest

from amends.directory.actor import COMMAND_LINE
from amends.playbook import versions
from amends.playbook.document import BadDocument
from tests import make
from tests.escalations.reading import refuses

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY
OTHERWISE = versions.shipped().replace("weekly on Tuesday", "weekly on Monday")


def adopt(text, **more):
    return versions.adopt(text, by=COMMAND_LINE, now=NOW, **more)


def test_versions_are_counted_and_the_last_is_in_force():
    first, second = make.playbook(), adopt(OTHERWISE, note=" Tuesdays are full. ")

    assert (first.number, second.number) == (1, 2)
    assert versions.current() == second and versions.before(second) == first
    assert versions.before(first) is None
    assert second.note == "Tuesdays are full."


def test_a_text_that_changes_nothing_is_refused_however_its_lines_end():
    make.playbook()

    with refuses("in force already", "text"):
        adopt(versions.shipped().replace("\n", "\r\n"))


def test_what_somebody_else_adopted_meanwhile_is_not_undone_unseen():
    begun_from = make.playbook().number
    adopt(OTHERWISE)

    with refuses("has adopted version 2 since you began", "text"):
        adopt(OTHERWISE.replace("30 days", "20 days"), begun_from=begun_from)
    assert adopt(OTHERWISE.replace("30 days", "20 days"), begun_from=2).number == 3


def test_a_text_with_mistakes_is_not_adopted():
    make.playbook()

    with pytest.raises(BadDocument):
        adopt("name: Ours")
    assert versions.current().number == 1
