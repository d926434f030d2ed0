"""Imports: a file comes in, is checked whole, and then applied."""

from __future__ import annotations

from http import HTTPStatus
from typing import IO, cast

from ninja import File, Form, Query, Router, Status, UploadedFile

from amends.api import found
from amends.api.pages import Page, Paging, page
from amends.api.requests import Request
from amends.api.schemas.imports import CheckImport, ImportShown, RowMistake
from amends.api.schemas.words import Id
from amends.directory.imports import receiving
from amends.directory.imports.models import Import
from amends.escalations.authority import Act, check

router = Router(tags=["imports"])
_NEWEST = ("-id",)
_BY_LINE = ("id",)


@router.get("/imports", response=Page[ImportShown])
def list_all(request: Request, wanted: Query[Paging]) -> Page[ImportShown]:
    """The files that were brought in, newest first."""
    check(request.actor, Act.SEE_IMPORTS)
    arrived = Import.objects.exclude(state=Import.State.ARRIVING)
    rows, following = page(arrived, _NEWEST, wanted, ImportShown.of)
    return Page(items=rows, next=following)


@router.post("/imports", response={201: ImportShown})
def receive(request: Request, noun: Form[str], file: File[UploadedFile]) -> Status[ImportShown]:
    """Bring in a CSV or XLSX file of accounts, contacts or members.

    Its columns are guessed, and nothing is read yet but its first rows: have it checked, then applied.
    """
    check(request.actor, Act.BRING_IN_DIRECTORY)
    content = cast("IO[bytes]", file.file)
    imported = receiving.receive(noun=noun, file=content, name=file.name or "", by=request.actor, now=request.now)
    return Status(HTTPStatus.CREATED, ImportShown.of(imported))


@router.get("/imports/{import_id}", response=ImportShown)
def one(request: Request, import_id: Id) -> ImportShown:
    """One file, and how far it is."""
    check(request.actor, Act.SEE_IMPORTS)
    return ImportShown.of(found.imported(import_id))


@router.get("/imports/{import_id}/mistakes", response=Page[RowMistake])
def list_mistakes(request: Request, import_id: Id, wanted: Query[Paging]) -> Page[RowMistake]:
    """What is wrong in it, by line. The first thousand are kept."""
    check(request.actor, Act.SEE_IMPORTS)
    rows, following = page(found.imported(import_id).mistakes.all(), _BY_LINE, wanted, RowMistake.of)
    return Page(items=rows, next=following)


@router.post("/imports/{import_id}/check", response=ImportShown)
def check_rows(request: Request, import_id: Id, asked: CheckImport) -> ImportShown:
    """Have every row checked. Nothing is written by it; ask for the import until its state says how it went."""
    check(request.actor, Act.BRING_IN_DIRECTORY)
    imported = found.imported(import_id)
    mapping = imported.mapping if asked.mapping is None else asked.mapping
    receiving.check(imported, mapping=mapping, choices=asked.choices, by=request.actor, now=request.now)
    return ImportShown.of(imported)


@router.post("/imports/{import_id}/apply", response=ImportShown)
def apply(request: Request, import_id: Id) -> ImportShown:
    """Have what was checked written. Refused as long as one row is bad."""
    check(request.actor, Act.BRING_IN_DIRECTORY)
    imported = found.imported(import_id)
    receiving.apply(imported, by=request.actor, now=request.now)
    return ImportShown.of(imported)


@router.post("/imports/{import_id}/stop", response=ImportShown)
def stop(request: Request, import_id: Id) -> ImportShown:
    """Stop what is under way. What is written stays."""
    check(request.actor, Act.BRING_IN_DIRECTORY)
    imported = found.imported(import_id)
    receiving.stop(imported, by=request.actor, now=request.now)
    return ImportShown.of(imported)


@router.delete("/imports/{import_id}", response={204: None})
def discard(request: Request, import_id: Id) -> Status[None]:
    """Throw away a file that is not applied, with all that was found in it."""
    check(request.actor, Act.BRING_IN_DIRECTORY)
    receiving.discard(found.imported(import_id), by=request.actor, now=request.now)
    return Status(HTTPStatus.NO_CONTENT, None)
