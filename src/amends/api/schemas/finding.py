"""What is found by search, and saved views of the list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from amends.api.schemas.words import Asked, Line, Named
from amends.escalations.models import SavedView
from amends.escalations.search import finding
from amends.escalations.search.words import LONGEST, Piece

Noun = Literal["", "account", "contact", "escalation", "problem", "update", "note", "fact"]


class SearchFilters(BaseModel):
    """What is looked for."""

    q: Annotated[str, Line(LONGEST)] = Field(description="Words; the last may only be begun")
    noun: Noun = Field("", description="Left out: all of them")
    limit: int = Field(20, ge=1, le=100, description="How many of each noun at most")


class HitShown(BaseModel):
    """Something found."""

    id: int
    title: str
    passage: str = Field(description="The words about what was looked for")
    marked: list[str] = Field(description="Those of the title and the passage that were looked for")
    account: int
    escalation: str | None = Field(description="The key of the escalation that it is, or is part of")
    at: dt.datetime | None

    @classmethod
    def of(cls, hit: finding.Hit) -> HitShown:
        return cls(
            id=hit.id,
            title=_plain(hit.title),
            passage=_plain(hit.passage),
            marked=[piece.text for piece in (*hit.title, *hit.passage) if piece.is_marked],
            account=hit.account_id,
            escalation=hit.escalation.key if hit.escalation else None,
            at=hit.at,
        )


class GroupShown(BaseModel):
    """What was found of one noun."""

    noun: str
    hits: list[HitShown]
    has_more: bool = Field(description="There are older ones that did not fit")


class Found(BaseModel):
    """What was found, noun by noun; nouns without any are left out."""

    exact: str | None = Field(description="The key of the escalation whose key was typed")
    groups: list[GroupShown]

    @classmethod
    def of(cls, results: finding.Results) -> Found:
        return cls(
            exact=results.exact.key if results.exact else None,
            groups=[
                GroupShown(noun=group.noun, hits=[HitShown.of(hit) for hit in group.hits], has_more=group.has_more)
                for group in results.groups
            ],
        )


def _plain(pieces: Sequence[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


class SaveView(Asked):
    """A filter of the list, as it stands in the address of its page."""

    name: Annotated[str, Line(60)]
    query: Annotated[str, Line(500)] = Field(description="Such as view=open&severity=high")
    is_shared: bool = False


class ChangeView(Asked):
    """What is left out stays."""

    name: Annotated[str, Line(60)] | None = None
    is_shared: bool | None = None


class SavedViewShown(BaseModel):
    """A saved view, and whose it is."""

    id: int
    name: str
    query: str
    is_shared: bool
    member: Named

    @classmethod
    def of(cls, view: SavedView) -> SavedViewShown:
        return cls(id=view.pk, name=view.name, query=view.query, is_shared=view.is_shared, member=Named.of(view.member))
