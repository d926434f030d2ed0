"""Whatever stands in the cells of a file: it is checked to its end, and every row is told of."""

from __future__ import annotations

import pytest

from amends.directory.imports.columns import FIELDS
from amends.directory.imports.models import Import
from tests import make
from tests.directory.imports.files import checked, mistakes, table
from tests.fuzzing import HOSTILE

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("noun", Import.Noun.values)
def test_a_file_of_anything_is_checked_to_its_end(noun: str) -> None:
    make.member("Tom Okafor")
    headings = [field.name for field in FIELDS[noun]]
    rows = [[HOSTILE[(line * 7 + place) % len(HOSTILE)] for place in range(len(headings))] for line in range(48)]
    written = [[str(cell).replace("\0", "\x01") for cell in row] for row in rows]

    imported = checked(noun, table([headings, *written]))

    assert imported.state == Import.State.REFUSED, imported.trouble
    assert imported.bad == imported.rows == len(rows)
    assert all(says.endswith((".", "?")) or len(says) == 400 for _, _, says in mistakes(imported))
