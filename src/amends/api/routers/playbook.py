"""The playbook: in force, its versions, checked and adopted."""

from __future__ import annotations

from http import HTTPStatus

from ninja import Query, Router, Status

from amends.api.pages import Page, Paging, page
from amends.api.requests import Request
from amends.api.schemas.escalations import EscalationShown
from amends.api.schemas.playbook import (
    AdoptPlaybook,
    AdoptVersion,
    ChangesShown,
    ChangesWanted,
    Checked,
    CheckPlaybook,
    DifferenceShown,
    Number,
    PlaybookMistake,
    VersionLine,
    VersionShown,
)
from amends.escalations import access
from amends.escalations.access import NotFound
from amends.escalations.actions import playbooks
from amends.escalations.authority import Act, check
from amends.lib.errors import Refused
from amends.playbook import versions
from amends.playbook.differences import differences
from amends.playbook.document import BadDocument, Document, load
from amends.playbook.models import PlaybookVersion

router = Router(tags=["playbook"])
_NEWEST_FIRST = ("-number",)


@router.get("/playbook", response=VersionShown)
def in_force(request: Request) -> VersionShown:
    """The version in force."""
    check(request.actor, Act.SEE_PLAYBOOK)
    found = versions.current()
    if found is None:
        raise NotFound("No playbook is in force yet.")
    return VersionShown.of(found)


@router.post("/playbook/check", response=Checked)
def check_text(request: Request, asked: CheckPlaybook) -> Checked:
    """Say everything that is wrong with a text, or what it would change. Changes nothing."""
    check(request.actor, Act.ADOPT_PLAYBOOK)
    try:
        document = load(versions.unified(asked.text))
    except BadDocument as bad:
        return Checked(is_valid=False, mistakes=[PlaybookMistake.of(mistake) for mistake in bad.mistakes])
    found = versions.current()
    changed = differences(found.document, document) if found else ()
    return Checked(is_valid=True, differences=[DifferenceShown.of(each) for each in changed])


@router.get("/playbook/versions", response=Page[VersionLine])
def list_all(request: Request, wanted: Query[Paging]) -> Page[VersionLine]:
    """Every version, the newest first."""
    check(request.actor, Act.SEE_PLAYBOOK)
    rows, following = page(PlaybookVersion.objects.defer("text"), _NEWEST_FIRST, wanted, VersionLine.of)
    return Page(items=rows, next=following)


@router.post("/playbook/versions", response={201: VersionShown})
def adopt(request: Request, asked: AdoptPlaybook) -> Status[VersionShown]:
    """Put a text in force for escalations opened from now on. Those under way keep theirs."""
    check(request.actor, Act.ADOPT_PLAYBOOK)
    if not asked.note.strip():
        raise Refused("Say why it changes, for those who come later.", field="note")
    version = versions.adopt(**asked.model_dump(), by=request.actor, now=request.now)
    return Status(HTTPStatus.CREATED, VersionShown.of(version))


@router.get("/playbook/versions/{number}", response=VersionShown)
def one(request: Request, number: Number) -> VersionShown:
    """One version."""
    check(request.actor, Act.SEE_PLAYBOOK)
    return VersionShown.of(_find(number))


@router.get("/playbook/versions/{number}/changes", response=ChangesShown)
def changes(request: Request, number: Number, wanted: Query[ChangesWanted]) -> ChangesShown:
    """What a version says otherwise than another; left to itself, than the one before."""
    check(request.actor, Act.SEE_PLAYBOOK)
    found = _find(number)
    since = _find(wanted.since) if wanted.since else versions.before(found)
    changed = differences(_document(since), _document(found)) if since else ()
    return ChangesShown(
        since=since.number if since else None,
        number=found.number,
        differences=[DifferenceShown.of(each) for each in changed],
    )


@router.post("/escalations/{key}/playbook", response=EscalationShown)
def adopt_for(request: Request, key: str, asked: AdoptVersion) -> EscalationShown:
    """Judge an escalation by the version in force from now on. What is due already stays due."""
    escalation = access.find(key, seen_by=request.actor)
    playbooks.adopt(escalation, **asked.model_dump(), by=request.actor, now=request.now)
    return EscalationShown.of(escalation, request.now)


def _document(version: PlaybookVersion) -> Document:
    try:
        return version.document
    except BadDocument as bad:
        raise Refused(f"Version {version.number} was adopted under earlier rules: {bad.mistakes[0]}") from bad


def _find(number: int) -> PlaybookVersion:
    found = PlaybookVersion.objects.filter(number=number).first()
    if found is None:
        raise NotFound(f"There is no version {number} of the playbook.")
    return found
