"""Exit criteria, and what is let off at closing."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import BaseModel

from amends.api.schemas.words import Asked, Id, Line, Named, Reason
from amends.escalations.models import ExitCriterion, Waiver


class CriterionShown(BaseModel):
    """What must be true for the customer to call it over, and since when it is."""

    id: int
    words: str
    met_at: dt.datetime | None
    met_by: Named | None

    @classmethod
    def of(cls, criterion: ExitCriterion) -> CriterionShown:
        return cls(
            id=criterion.pk, words=criterion.words, met_at=criterion.met_at, met_by=Named.or_none(criterion.met_by)
        )


class AddCriterion(Asked):
    """One more, in the customer’s words."""

    words: Annotated[str, Line(300)]


class Waive(Asked):
    """An exit criterion that is not met, and why it is let off."""

    criterion: Id
    reason: Reason


class WaiverShown(BaseModel):
    """One point of the closing list that was let off, by name and with a reason."""

    what: str
    reason: str

    @classmethod
    def of(cls, waiver: Waiver) -> WaiverShown:
        return cls(what=waiver.what, reason=waiver.reason)
