"""Notes."""

from __future__ import annotations

from http import HTTPStatus

from ninja import Query, Router, Status

from amends.api import found
from amends.api.pages import Page, Paging, page
from amends.api.requests import Request
from amends.api.schemas.noting import NoteShown, WriteNote
from amends.escalations import access
from amends.escalations.actions import notes
from amends.escalations.models import Note

router = Router(tags=["notes"])
_NEWEST_FIRST = ("-at", "-id")


@router.get("/escalations/{key}/notes", response=Page[NoteShown])
def list_of(request: Request, key: str, wanted: Query[Paging]) -> Page[NoteShown]:
    """What was said inside, the newest first."""
    escalation = access.find(key, seen_by=request.actor)
    seen = Note.objects.filter(escalation=escalation).select_related("by")
    seen = seen.prefetch_related("mentions", "attachments__by")
    rows, following = page(seen, _NEWEST_FIRST, wanted, NoteShown.of)
    return Page(items=rows, next=following)


@router.post("/escalations/{key}/notes", response={201: NoteShown})
def write(request: Request, key: str, asked: WriteNote) -> Status[NoteShown]:
    """Say something inside, also when it is over. It is not changed or deleted afterwards.

    Attach files to it with `POST /escalations/{key}/files`.
    """
    escalation = access.find(key, seen_by=request.actor)
    note = notes.write(
        escalation,
        text=asked.text,
        problem=found.named_problem(asked.problem, escalation, "problem"),
        mentions=found.named_members(asked.mentions, "mentions"),
        by=request.actor,
        now=request.now,
    )
    return Status(HTTPStatus.CREATED, NoteShown.of(note))
