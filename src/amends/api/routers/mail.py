"""Mail that came in, and where it belongs."""

from __future__ import annotations

from http import HTTPStatus

from ninja import Query, Router, Status

from amends.api import found
from amends.api.pages import Page, page
from amends.api.requests import Request
from amends.api.schemas.escalations import EscalationShown
from amends.api.schemas.mail import FileMail, IncomingFilters, IncomingLine, IncomingShown, OpenFromMail
from amends.api.schemas.words import Because, Id
from amends.escalations import access, letterbox
from amends.escalations.access import NotFound
from amends.escalations.actions import incoming
from amends.escalations.authority import Act, check
from amends.escalations.models import Escalation
from amends.lib.errors import Refused

router = Router(tags=["mail"])
_NEWEST_FIRST = ("-came_at", "-id")


@router.get("/mail", response=Page[IncomingLine])
def list_all(request: Request, wanted: Query[IncomingFilters]) -> Page[IncomingLine]:
    """What came in and you may see, the newest first: in cases with the case, what waits if you may see that."""
    seen = letterbox.visible_to(request.actor)
    if wanted.state:
        seen = seen.filter(state__in=wanted.state)
    rows, following = page(letterbox.listed(seen, seen_by=request.actor), _NEWEST_FIRST, wanted, IncomingLine.of)
    return Page(items=rows, next=following)


@router.get("/mail/{mail_id}", response=IncomingShown)
def one(request: Request, mail_id: Id) -> IncomingShown:
    """One mail, with what it says."""
    return IncomingShown.of(letterbox.find(mail_id, seen_by=request.actor))


@router.post("/mail/{mail_id}/file", response=IncomingShown)
def file(request: Request, mail_id: Id, asked: FileMail) -> IncomingShown:
    """Put it into a case. Who wrote it becomes a contact of its account, if they are not one yet.

    What one of us wrote becomes a note of theirs.
    """
    check(request.actor, Act.SORT_MAIL)
    mail = letterbox.find(mail_id, seen_by=request.actor)
    incoming.file(mail, _named(asked.escalation, request), by=request.actor, now=request.now)
    return IncomingShown.of(letterbox.find(mail_id, seen_by=request.actor))


@router.post("/mail/{mail_id}/open", response={201: EscalationShown})
def open_one(request: Request, mail_id: Id, asked: OpenFromMail) -> Status[EscalationShown]:
    """Make it an escalation of an account. The mail stands in it. Refused where one of us wrote it."""
    check(request.actor, Act.SORT_MAIL)
    mail = letterbox.find(mail_id, seen_by=request.actor)
    account = found.named_account(asked.account)
    escalation = incoming.open_from(mail, account, reason=asked.reason, by=request.actor, now=request.now)
    return Status(HTTPStatus.CREATED, EscalationShown.of(escalation, request.now))


@router.post("/mail/{mail_id}/set-aside", response=IncomingShown)
def set_aside(request: Request, mail_id: Id, asked: Because) -> IncomingShown:
    """It is about nothing of ours. It stays to be read."""
    check(request.actor, Act.SORT_MAIL)
    mail = letterbox.find(mail_id, seen_by=request.actor)
    incoming.set_aside(mail, reason=asked.reason, by=request.actor, now=request.now)
    return IncomingShown.of(letterbox.find(mail_id, seen_by=request.actor))


def _named(key: str, request: Request) -> Escalation:
    try:
        return access.find(key, seen_by=request.actor)
    except NotFound as nothing:
        raise Refused(str(nothing), field="escalation") from nothing
