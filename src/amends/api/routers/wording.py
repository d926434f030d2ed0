"""How a draft reads, before it is sent."""

from __future__ import annotations

from ninja import Router

from amends.api.keys import Bearer, Session
from amends.api.requests import Request
from amends.api.schemas.wording import Draft, MarkShown
from amends.wording.marks import marks

router = Router(tags=["wording"], auth=[Bearer(only_reads=True), Session()])


@router.post("/wording", response=list[MarkShown])
def check(request: Request, asked: Draft) -> list[MarkShown]:
    """Mark what an upset customer would stumble over, each with its place, why and a better way.

    It only advises, keeps nothing, and reads English. A token that may only read may ask, too.
    """
    return [MarkShown.of(mark, asked.text) for mark in marks(asked.text)]
