"""A draft is checked over HTTP."""

from __future__ import annotations

import pytest

from amends.directory.actor import Role
from amends.escalations.actions import facts
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


def test_what_is_confirmed_is_no_guess():
    escalation = make.escalation()
    ben = Caller(escalation.handler)
    by, shown = escalation.handler.as_actor(), {"source": "Log of the job", "evidence": "Line 40", "is_confirmed": True}
    retried = "The retry job sent each payment a second time."
    facts.state(escalation, words=retried, by=by, now=make.THURSDAY, **shown)
    facts.state(escalation, words="The router in the cellar is faulty.", by=by, now=make.THURSDAY)

    def marked(text: str, **known: object) -> list[str]:
        return [mark["name"] for mark in ben.post("/wording", {"text": text} | known).json()]

    assert marked("It was the retry job.") == ["judgement"]
    assert marked("It was the retry job.", escalation=escalation.key) == []
    assert marked("It was the retry job.", facts=["The retry job sent it twice."]) == []
    assert marked("It was the router.", escalation=escalation.key) == ["judgement"]
    assert ben.post("/wording", {"text": "x", "escalation": "ESC-999999"}).status_code == 404


def test_a_draft_has_bounds():
    ben = Caller(make.member("Ben Castell", Role.SALES))

    assert ben.post("/wording", {"text": "x" * 20_001}).status_code == 422
    assert ben.post("/wording", {}).status_code == 422
