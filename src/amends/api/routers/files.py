"""Files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from ninja import File, Form, Query, Router, Status, UploadedFile

from amends.api import found
from amends.api.pages import Page, Paging, page
from amends.api.requests import Request
from amends.api.schemas.noting import FileAttached, FileBelongs, FileShown
from amends.api.schemas.words import Id
from amends.escalations import access, around
from amends.escalations.actions import files
from amends.escalations.models import Attachment
from amends.lib import downloads
from amends.lib.errors import Refused

router = Router(tags=["files"])
_NEWEST_FIRST = ("-at", "-id")


@router.get("/escalations/{key}/files", response=Page[FileShown])
def list_of(request: Request, key: str, wanted: Query[Paging]) -> Page[FileShown]:
    """Every file of a case, the newest first."""
    escalation = access.find(key, seen_by=request.actor)
    seen = Attachment.objects.filter(escalation=escalation).select_related("by")
    rows, following = page(seen, _NEWEST_FIRST, wanted, FileShown.of)
    return Page(items=rows, next=following)


@router.post("/escalations/{key}/files", response={201: FileAttached})
def attach(request: Request, key: str, file: File[UploadedFile], asked: Form[FileBelongs]) -> Status[FileAttached]:
    """Attach a file, sent as a form. What it is, is told by its content; its name is put right where it can be."""
    escalation = access.find(key, seen_by=request.actor)
    name = file.name or ""
    with _at("file", instead_of="files"):
        if (file.size or 0) > files.most_bytes():
            raise Refused(files.too_large(name), field="files")
        attachment = files.attach(
            escalation,
            name=name,
            content=file.read(),
            note=found.named_note(asked.note, escalation, "note"),
            update=found.named_update(asked.update, escalation, "update"),
            problem=found.named_problem(asked.problem, escalation, "problem"),
            fact=found.named_fact(asked.fact, escalation, "fact"),
            by=request.actor,
            now=request.now,
        )
    earlier = files.same_before([attachment]).get(attachment.pk)
    return Status(HTTPStatus.CREATED, FileAttached.now(attachment, earlier))


@contextmanager
def _at(name: str, *, instead_of: str) -> Iterator[None]:
    """Here one file comes at a time, so a refusal points at `file`."""
    try:
        yield
    except Refused as refused:
        if refused.field == instead_of:
            refused.field = name
        raise


@router.get(
    "/escalations/{key}/files/{file_id}",
    response={200: None, 304: None},
    openapi_extra={"responses": {200: {"content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}}},
)
def one(request: Request, key: str, file_id: Id) -> HttpResponseBase:
    """The bytes of a file, as they came; 304 without them for who sends the `ETag` of what they have already."""
    attachment = around.find_file(access.find(key, seen_by=request.actor), file_id)
    answer = HttpResponse(headers=downloads.headers(attachment.name, attachment.kind, attachment.fingerprint))
    known = get_conditional_response(request, etag=answer["ETag"], response=answer) or answer
    if known is answer:
        answer.content = bytes(attachment.content.content)
    return known
