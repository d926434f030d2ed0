"""What is asked of one besides promises."""

from __future__ import annotations

import datetime as dt

from pydantic import BaseModel, Field

from amends.api.schemas.helps import HelpShown
from amends.escalations.duties import Duties
from amends.escalations.models import Meeting


class Waiting(BaseModel):
    """Something on an escalation that waits for somebody."""

    escalation: str = Field(description="Its key")
    account: str
    id: int
    words: str = Field(description="What it is about: the reason of the escalation, the problem, the kind of meeting")
    due_at: dt.datetime | None = Field(
        description="When the decision or the notes are due, the problem’s estimate, when the meeting begins"
    )


class DutiesShown(BaseModel):
    """What waits for you, for those for whom you stand in, and for your teams where nobody has it."""

    decisions: list[Waiting]
    helps: list[HelpShown]
    problems: list[Waiting]
    meetings: list[Waiting] = Field(description="To say how they were, or to send their notes; then those within a day")

    @classmethod
    def of(cls, found: Duties) -> DutiesShown:
        return cls(
            decisions=[
                Waiting(
                    escalation=decision.escalation.key,
                    account=decision.escalation.account.name,
                    id=decision.pk,
                    words=decision.escalation.reason,
                    due_at=decision.due_at,
                )
                for decision in found.decisions
            ],
            helps=[HelpShown.of(help_) for help_ in found.helps],
            problems=[
                Waiting(
                    escalation=problem.escalation.key,
                    account=problem.escalation.account.name,
                    id=problem.pk,
                    words=problem.words,
                    due_at=problem.eta_at,
                )
                for problem in found.problems
            ],
            meetings=[_meeting(meeting) for meeting in (*found.to_settle, *found.to_come)],
        )


def _meeting(meeting: Meeting) -> Waiting:
    return Waiting(
        escalation=meeting.escalation.key,
        account=meeting.escalation.account.name,
        id=meeting.pk,
        words=meeting.get_kind_display(),
        due_at=meeting.starts_at if meeting.is_planned else meeting.notes_due_at,
    )
