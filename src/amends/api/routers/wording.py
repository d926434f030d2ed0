"""How a draft reads, before it is sent."""

from __future__ import annotations

from ninja import Router

from amends.api.keys import Bearer, Session
from amends.api.requests import Request
from amends.api.schemas.wording import Draft, MarkShown
from amends.escalations import access, citing
from amends.wording.marks import marks

router = Router(tags=["wording"], auth=[Bearer(only_reads=True), Session()])


@router.post("/wording", response=list[MarkShown])
def check(request: Request, asked: Draft) -> list[MarkShown]:
    """Mark what an upset customer would stumble over, each with its place, why and a better way.

    What is confirmed is not marked as a guess: the certain facts of an `escalation`, and those in `facts`.

    It only advises, keeps nothing, and reads English. A token that may only read may ask, too.
    """
    confirmed = asked.facts
    if asked.escalation:
        confirmed = [*confirmed, *citing.certain(access.find(asked.escalation, seen_by=request.actor))]
    return [MarkShown.of(mark, asked.text) for mark in marks(asked.text, confirmed=confirmed)]
