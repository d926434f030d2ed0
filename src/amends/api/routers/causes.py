"""Causes: what lies behind several escalations, whom it affects, and what those are told first."""

from __future__ import annotations

from http import HTTPStatus

from ninja import Query, Router, Status

from amends.api import found
from amends.api.pages import Page, Paging, page
from amends.api.requests import Request
from amends.api.schemas.causes import (
    AffectedShown,
    CauseFilters,
    CauseNoticeShown,
    CauseShown,
    CausesOf,
    ChangeCause,
    LinkCase,
    MarkAccounts,
    Marked,
    NameCause,
    PartShown,
    SendNotice,
    SolveCause,
)
from amends.api.schemas.words import Because, Id
from amends.escalations import access
from amends.escalations import causes as reading
from amends.escalations.access import NotFound
from amends.escalations.actions import cause_notices, causes
from amends.escalations.authority import Act, check
from amends.escalations.errors import Refused
from amends.escalations.models import Cause, CauseNotice, Escalation

router = Router(tags=["causes"])
_NEWEST = ("-id",)


@router.get("/causes", response=Page[CauseShown])
def list_all(request: Request, wanted: Query[CauseFilters]) -> Page[CauseShown]:
    """Every cause, the newest first."""
    check(request.actor, Act.SEE_CAUSES)
    seen = Cause.objects.select_related("team", "by")
    if wanted.open is not None:
        seen = seen.filter(state=Cause.State.OPEN if wanted.open else Cause.State.SOLVED)
    rows, following = page(seen, _NEWEST, wanted, CauseShown.of)
    return Page(items=rows, next=following)


@router.post("/causes", response={201: CauseShown})
def name(request: Request, asked: NameCause) -> Status[CauseShown]:
    """Name what may lie behind several escalations, in words that customers may read."""
    fields = asked.model_dump() | {"team": found.named_team(asked.team)}
    cause = causes.name(**fields, by=request.actor, now=request.now)
    return Status(HTTPStatus.CREATED, CauseShown.of(cause))


@router.get("/causes/{key}", response=CauseShown)
def one(request: Request, key: str) -> CauseShown:
    """One cause."""
    return CauseShown.of(_found(request, key))


@router.patch("/causes/{key}", response=CauseShown)
def change(request: Request, key: str, asked: ChangeCause) -> CauseShown:
    """Say it better, or more of it. What customers were told stays as they were told it."""
    cause, fields = _found(request, key), asked.model_dump(exclude_unset=True)
    if "team" in fields:
        fields["team"] = found.named_team(asked.team)
    # Null says nothing of a text.
    fields = {name: value for name, value in fields.items() if name == "team" or value is not None}
    return CauseShown.of(causes.change(cause, **fields, by=request.actor, now=request.now))


@router.post("/causes/{key}/solve", response=CauseShown)
def solve(request: Request, key: str, asked: SolveCause) -> CauseShown:
    """It is solved: it stands on every case under way, and handlers and CSMs hear of it. No customer does."""
    causes.solve(_found(request, key), done=asked.done, by=request.actor, now=request.now)
    return CauseShown.of(reading.find(key))


@router.post("/causes/{key}/reopen", response=CauseShown)
def reopen(request: Request, key: str, asked: Because) -> CauseShown:
    """It is not solved after all."""
    causes.reopen(_found(request, key), reason=asked.reason, by=request.actor, now=request.now)
    return CauseShown.of(reading.find(key))


@router.get("/causes/{key}/cases", response=CausesOf)
def list_cases(request: Request, key: str) -> CausesOf:
    """The escalations that come of it and that you may see, the newest first."""
    cases = reading.cases(_found(request, key), seen_by=request.actor)
    return CausesOf.of([case.escalation.key for case in cases])


@router.post("/causes/{key}/cases", response={201: CausesOf})
def link(request: Request, key: str, asked: LinkCase) -> Status[CausesOf]:
    """An escalation comes of it; its account is affected thereby."""
    cause = _found(request, key)
    try:
        escalation = access.find(asked.escalation, seen_by=request.actor)
    except NotFound as missing:
        raise Refused(str(missing), field="escalation") from missing
    causes.link(cause, escalation, by=request.actor, now=request.now)
    return Status(HTTPStatus.CREATED, list_cases(request, key))


@router.post("/causes/{key}/cases/{escalation}/unlink", response=CausesOf)
def unlink(request: Request, key: str, escalation: str, asked: Because) -> CausesOf:
    """It comes of something else after all."""
    cause, case = _found(request, key), access.find(escalation, seen_by=request.actor)
    if not case.causes.filter(cause=cause).exists():
        raise NotFound(f"{case.key} is not linked to {cause.key}.")
    causes.unlink(cause, case, reason=asked.reason, by=request.actor, now=request.now)
    return list_cases(request, key)


@router.get("/causes/{key}/accounts", response=list[AffectedShown])
def list_accounts(request: Request, key: str) -> list[AffectedShown]:
    """Whom it affects: those that have not escalated and were not told come first."""
    rows = reading.affected(_found(request, key), seen_by=request.actor).rows
    return [AffectedShown.of(row) for row in sorted(rows, key=lambda row: not row.is_to_tell)]


@router.post("/causes/{key}/accounts", response={201: Marked})
def mark(request: Request, key: str, asked: MarkAccounts) -> Status[Marked]:
    """These accounts are affected. Those that are so already stay as they are."""
    cause = _found(request, key)
    accounts = found.named_accounts(asked.accounts, "accounts")
    count = causes.mark(cause, accounts, how_we_know=asked.how_we_know, by=request.actor, now=request.now)
    return Status(HTTPStatus.CREATED, Marked(marked=count))


@router.post("/causes/{key}/accounts/{account_id}/clear", response={204: None})
def clear(request: Request, key: str, account_id: Id, asked: Because) -> Status[None]:
    """An account is not affected after all."""
    cause = _found(request, key)
    affected = cause.affected.select_related("account", "cause").filter(account=account_id).first()
    if affected is None:
        raise NotFound(f"{cause.key} does not affect an account {account_id}.")
    causes.clear(affected, reason=asked.reason, by=request.actor, now=request.now)
    return Status(HTTPStatus.NO_CONTENT, None)


@router.get("/causes/{key}/notices", response=Page[CauseNoticeShown])
def list_notices(request: Request, key: str, wanted: Query[Paging]) -> Page[CauseNoticeShown]:
    """What went out to the accounts of it, the newest first, and how far each is."""
    cause = _found(request, key)
    rows, following = page(reading.notices(cause), _NEWEST, wanted, lambda notice: CauseNoticeShown.of(notice, cause))
    return Page(items=rows, next=following)


@router.post("/causes/{key}/notices", response={202: CauseNoticeShown})
def send(request: Request, key: str, asked: SendNotice) -> Status[CauseNoticeShown]:
    """Tell the affected accounts, one after another; each is promised what it hears next, by its own clock.

    It goes on by itself and tells nobody twice. An account with a case of this cause is told in it; for the others
    one is opened, found by us.
    """
    cause = _found(request, key)
    fields = asked.model_dump(exclude={"accounts"})
    if asked.accounts is None:
        accounts = [row.account for row in reading.affected(cause, seen_by=request.actor).to_tell]
    else:
        accounts = found.named_accounts(asked.accounts, "accounts")
    notice = cause_notices.begin(cause, accounts, **fields, by=request.actor, now=request.now)
    return Status(HTTPStatus.ACCEPTED, CauseNoticeShown.of(_notice(cause, notice.pk), cause))


@router.get("/causes/{key}/notices/{notice_id}", response=CauseNoticeShown)
def one_notice(request: Request, key: str, notice_id: Id) -> CauseNoticeShown:
    """One notice, and how far it is."""
    cause = _found(request, key)
    return CauseNoticeShown.of(_notice(cause, notice_id), cause)


@router.get("/causes/{key}/notices/{notice_id}/accounts", response=Page[PartShown])
def list_parts(request: Request, key: str, notice_id: Id, wanted: Query[Paging]) -> Page[PartShown]:
    """Who was told by it, who was not, and who waits."""
    parts = _notice(_found(request, key), notice_id).parts.select_related("account")
    rows, following = page(parts, ("id",), wanted, PartShown.of)
    return Page(items=rows, next=following)


@router.post("/causes/{key}/notices/{notice_id}/stop", response=CauseNoticeShown)
def stop(request: Request, key: str, notice_id: Id) -> CauseNoticeShown:
    """Tell nobody else. Who was told stays told."""
    cause = _found(request, key)
    cause_notices.stop(_notice(cause, notice_id), by=request.actor, now=request.now)
    return CauseNoticeShown.of(_notice(cause, notice_id), cause)


@router.post("/causes/{key}/notices/{notice_id}/go-on", response=CauseNoticeShown)
def go_on(request: Request, key: str, notice_id: Id) -> CauseNoticeShown:
    """Tell those who were not told yet."""
    cause = _found(request, key)
    cause_notices.go_on(_notice(cause, notice_id), by=request.actor, now=request.now)
    return CauseNoticeShown.of(_notice(cause, notice_id), cause)


@router.get("/escalations/{key}/causes", response=list[CauseShown])
def list_of(request: Request, key: str) -> list[CauseShown]:
    """What lies behind an escalation, as far as that is known."""
    check(request.actor, Act.SEE_CAUSES)
    escalation: Escalation = access.find(key, seen_by=request.actor)
    return [CauseShown.of(cause) for cause in reading.of(escalation)]


def _found(request: Request, key: str) -> Cause:
    check(request.actor, Act.SEE_CAUSES)
    return reading.find(key)


def _notice(cause: Cause, number: int) -> CauseNotice:
    found_one = reading.notices(cause).filter(pk=number).first()
    if found_one is None:
        raise NotFound(f"{cause.key} has no notice {number}.")
    return found_one
