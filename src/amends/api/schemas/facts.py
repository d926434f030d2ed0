"""The ledger of facts."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, Field

from amends.api.schemas.noting import FileShown
from amends.api.schemas.words import Asked, Id, Line, Named, Reason, Text
from amends.escalations.actions.facts import MOST_EVIDENCE
from amends.escalations.models import Citation, Dispute, Fact

Source = Annotated[str, Line(200)]
Evidence = Annotated[Text, Field(max_length=MOST_EVIDENCE)]


class StateFact(Asked):
    """A statement, as it would be said to the customer: a fact, and no blame."""

    words: Reason
    source: Source = Field("", description="Where it comes from: a log, a release note, who saw it")
    evidence: Evidence = Field("", description="What shows it. It stays inside, as the source does")
    is_confirmed: bool = Field(False, description="Confirmed at once, which needs source and evidence")
    problem: Id | None = None
    team: Id | None = Field(None, description="Whose finding it is")
    corrects: Id | None = Field(None, description="The fact in whose place it stands, certain no longer")


class ChangeFact(Asked):
    """What is left out stays as it is. The words of what the customer was told are not changed."""

    words: Reason = ""
    source: Source = ""
    evidence: Evidence = ""


class ConfirmFact(Asked):
    """What shows it, unless that is known already."""

    source: Source = ""
    evidence: Evidence = ""


class RefuteFact(Asked):
    """What shows that it is not so."""

    evidence: Evidence


class DisputeFact(Asked):
    """What a team holds against it."""

    words: Reason
    team: Id | None = Field(None, description="One of your own; left out: the only one to which you belong")


class SettleDispute(Asked):
    """How it was settled."""

    answer: Reason


class CorrectFact(Asked):
    """How the customer heard what is right, other than by an update that cites it."""

    how: Reason


class DisputeShown(BaseModel):
    """What a team holds against a fact."""

    id: int
    team: Named
    words: str
    by: Named | None
    at: dt.datetime
    answer: str
    settled_at: dt.datetime | None
    settled_by: Named | None

    @classmethod
    def of(cls, dispute: Dispute) -> DisputeShown:
        return cls(
            id=dispute.pk,
            team=Named.of(dispute.team),
            words=dispute.words,
            by=Named.or_none(dispute.by),
            at=dispute.at,
            answer=dispute.answer,
            settled_at=dispute.settled_at,
            settled_by=Named.or_none(dispute.settled_by),
        )


class CitationShown(BaseModel):
    """An update that told it to the customer."""

    update: int
    at: dt.datetime
    was_certain: bool
    words: str
    is_struck: bool = Field(description="The update was taken back or struck, so that nobody was told")
    corrected_at: dt.datetime | None

    @classmethod
    def of(cls, citation: Citation) -> CitationShown:
        return cls(
            update=citation.update_id,
            at=citation.update.at,
            was_certain=citation.was_confirmed,
            words=citation.words,
            is_struck=citation.update.struck_at is not None,
            corrected_at=citation.corrected_at,
        )


class FactShown(BaseModel):
    """A fact, with what is said against it and where the customer was told of it."""

    id: int
    escalation: str = Field(description="Its key")
    words: str
    state: Fact.State
    counts_as: Fact.State = Field(description="What is disputed counts as investigating")
    is_certain: bool = Field(description="Confirmed and not disputed: an update may tell it as known")
    source: str
    evidence: str
    problem: int | None
    team: Named | None
    corrects: int | None
    by: Named | None
    at: dt.datetime
    settled_at: dt.datetime | None
    settled_by: Named | None
    disputes: list[DisputeShown]
    citations: list[CitationShown]
    to_be_corrected: bool = Field(description="The customer was told it as certain, and has not heard otherwise yet")
    files: list[FileShown]

    @classmethod
    def of(cls, fact: Fact, key: str) -> FactShown:
        return cls(
            id=fact.pk,
            escalation=key,
            words=fact.words,
            state=Fact.State(fact.state),
            counts_as=fact.counts_as,
            is_certain=fact.is_certain,
            source=fact.source,
            evidence=fact.evidence,
            problem=fact.problem_id,
            team=Named.or_none(fact.team),
            corrects=fact.corrects_id,
            by=Named.or_none(fact.by),
            at=fact.at,
            settled_at=fact.settled_at,
            settled_by=Named.or_none(fact.settled_by),
            disputes=[DisputeShown.of(dispute) for dispute in fact.disputes.all()],
            citations=[CitationShown.of(citation) for citation in fact.citations.all()],
            to_be_corrected=any(citation.is_to_be_corrected for citation in fact.citations.all()),
            files=[FileShown.of(file) for file in fact.attachments.all()],
        )
