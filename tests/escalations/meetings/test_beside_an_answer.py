"""What somebody wrote beside the answer of their calendar, whatever becomes of the answer."""

from __future__ import annotations

from typing import Any

import pytest

from amends.directory.actor import CLOCK
from amends.escalations.actions import corrections, incoming, meeting_answers, meetings
from tests.escalations.mail.writing import in_case
from tests.escalations.meetings.planned import NOW, a_case, handler, of, plan
from tests.escalations.meetings.test_answers import STAMP, answers
from tests.escalations.reading import DAY, HOUR
from tests.invitations import shapes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mail_comes_in(settings: Any) -> None:
    settings.MAIL_COMES_IN = True


def test_what_they_wrote_beside_an_answer_that_does_not_count_is_heard_all_the_same():
    case = a_case()
    meeting = plan(case)
    meeting_answers.by_hand(of(meeting, case.contact), answer="accepted", by=CLOCK, now=NOW)

    older = answers(meeting, shapes.GOOGLE, answer="DECLINED", stamp=STAMP - DAY)
    meetings.call_off(meeting, reason="x", agreed=True, by=CLOCK, now=NOW + HOUR)
    after = answers(meeting, shapes.OUTLOOK, answer="DECLINED", stamp=STAMP + HOUR)

    assert of(meeting, case.contact).answer == "accepted"
    assert in_case(case) == ["I'll be late: a visit; sorry", "I shall bring Tom, our engineer."]
    assert (older.state, older.why) == ("filed", "A newer answer of theirs is here already.")
    assert (after.state, after.why) == ("filed", "The meeting is called off already.")
    assert [each.escalation for each in older.filings.all()] == [case]


def test_what_somebody_wrote_beside_an_answer_that_nobody_believes_is_there_for_whoever_sorts_it():
    case = a_case()
    meeting = plan(case)

    came = answers(meeting, shapes.GOOGLE, by="rui@brightwater.example", sender="rui@brightwater.example")
    incoming.file(came, case, by=CLOCK, now=NOW + 2 * HOUR)

    assert in_case(case) == ["I'll be late: a visit; sorry"]


def test_what_they_wrote_beside_an_answer_can_be_put_into_another_case():
    case = a_case()
    answers(plan(case), shapes.GOOGLE)
    update = case.updates.get(text__startswith="I'll be late")

    corrections.strike(update, reason="It is about another", by=handler(case).as_actor(), now=NOW + 2 * HOUR)

    update.refresh_from_db()
    assert update.struck_at == NOW + 2 * HOUR
