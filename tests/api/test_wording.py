"""A draft is checked over HTTP."""

from __future__ import annotations

import pytest

from amends.directory.actor import Role
from tests import make
from tests.api.calling import Caller

pytestmark = pytest.mark.django_db


def test_marks_come_with_their_places_in_the_text_that_was_sent():
    ben = Caller(make.member("Ben Castell", Role.SALES))
    text = "  Dear Ms Roy,\r\n\r\nthis will never happen again.\u200b"

    (mark,) = ben.post("/wording", {"text": text}).json()

    assert set(mark) == {"name", "start", "end", "words", "why", "better"}
    assert mark["name"] == "overpromise"
    assert text[mark["start"] : mark["end"]] == mark["words"]
    assert "never happen again" in mark["words"]


def test_a_key_that_may_only_read_may_ask(nobody):
    ben = Caller(make.member("Ben Castell", Role.SALES), "read")

    assert ben.post("/wording", {"text": "We call you at 16:00 today."}).json() == []
    assert nobody.call("post", "/wording", {"text": "x"}).status_code == 401


def test_a_draft_has_bounds():
    ben = Caller(make.member("Ben Castell", Role.SALES))

    assert ben.post("/wording", {"text": "x" * 20_001}).status_code == 422
    assert ben.post("/wording", {}).status_code == 422
