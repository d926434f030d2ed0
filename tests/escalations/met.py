"""Meetings of a case, with something inside in each, for the tests of what the customer sees."""

from __future__ import annotations

import datetime as dt
from typing import Any

from amends.escalations.actions import meeting_answers, meeting_notes, meetings
from amends.escalations.meetings import Invited
from amends.escalations.models import Escalation
from tests.escalations.reading import DAY, MINUTE


def met(case: Escalation, now: dt.datetime, *, says: str) -> None:
    """One that was held, with our minutes and a draft of its notes; one planned, one among us. `says` is inside."""
    assert case.handler
    by, ours = case.handler.as_actor(), [Invited(case.handler, "leads")]
    theirs: dict[str, Any] = {"minutes": 20, "contacts": [case.contact], "place": "Room 4", "by": by}
    held = meetings.plan(case, kind="status", starts_at=now + MINUTE, members=ours, now=now, **theirs)
    came = {each.pk for each in held.attendances.all()}
    meetings.held(held, came=came, words=f"{says} shouted", mood="furious", by=by, now=now + MINUTE)
    meeting_notes.write(held, subject="Draft", text="A draft", by=by, now=now + MINUTE)
    ahead = meetings.plan(case, kind="final", starts_at=now + DAY, members=ours, now=now + MINUTE, **theirs)
    answers: dict[str, Any] = {"answer": "tentative", "by": by, "now": now + MINUTE}
    for attendance in ahead.attendances.all():
        meeting_answers.by_hand(attendance, comment="Perhaps", **answers)
    theirs |= {"contacts": [], "agenda": f"{says} says sorry", "place": ""}
    meetings.plan(case, kind="internal", starts_at=now + DAY, members=ours, now=now + MINUTE, **theirs)
