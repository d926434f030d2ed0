"""Promises."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from ninja import Query, Router, Status

from amends.api import found
from amends.api.pages import Counted, page
from amends.api.problem_documents import under
from amends.api.requests import Request
from amends.api.schemas.promises import (
    MakePromise,
    MovePromise,
    PromiseFilters,
    PromiseShown,
    PromisesOfOne,
)
from amends.api.schemas.words import Because, Id
from amends.escalations import access
from amends.escalations.actions import moves, promises
from amends.escalations.models import Promise, Update
from amends.escalations.models.promise import Promises

router = Router(tags=["promises"])
_NEAREST_FIRST = ("due_at", "id")


@router.get("/promises", response=Counted[PromiseShown])
def list_all(request: Request, wanted: Query[PromiseFilters]) -> Counted[PromiseShown]:
    """Promises across escalations: mine, or all that you may see. The nearest first; left to itself, open ones."""
    seen = access.promises_visible_to(request.actor).filter(status__in=wanted.status)
    if wanted.whose == "mine":
        seen = seen.filter(owner__in=request.actor.stands_for)
    if wanted.overdue:
        seen = seen.overdue(request.now)
    return _page(request, seen, wanted)


@router.get("/escalations/{key}/promises", response=Counted[PromiseShown])
def list_of(request: Request, key: str, wanted: Query[PromisesOfOne]) -> Counted[PromiseShown]:
    """Promises of one escalation, also those that are settled."""
    seen = Promise.objects.filter(escalation=access.find(key, seen_by=request.actor))
    if wanted.status:
        seen = seen.filter(status__in=wanted.status)
    return _page(request, seen, wanted)


@router.post("/escalations/{key}/promises", response={201: PromiseShown})
def make(request: Request, key: str, asked: MakePromise) -> Status[PromiseShown]:
    """Promise the customer something by a moment still ahead."""
    escalation = access.find(key, seen_by=request.actor)
    promise = promises.make(
        escalation,
        what=asked.what,
        due_at=asked.due_at,
        kind=asked.kind,
        channel=asked.channel,
        to=found.named_contact(asked.to, "to"),
        owner=found.named_member(asked.owner, "owner"),
        by=request.actor,
        now=request.now,
    )
    return Status(HTTPStatus.CREATED, PromiseShown.of(promise, request.now))


@router.get("/promises/{promise_id}", response=PromiseShown)
def one(request: Request, promise_id: Id) -> PromiseShown:
    """One promise."""
    return PromiseShown.of(found.promise(promise_id, seen_by=request.actor), request.now)


@router.post("/promises/{promise_id}/move", response={201: PromiseShown})
def move(request: Request, promise_id: Id, asked: MovePromise) -> Status[PromiseShown]:
    """Give a promise a new time by telling the customer of it. Answers with the new promise.

    Told in time, the old one is moved; told too late, it stays missed.
    """
    promise = found.promise(promise_id, seen_by=request.actor)
    with under("told", "text", "to", "at", "contact", "subject"):
        moved = _move(request, promise, asked)
    return Status(HTTPStatus.CREATED, PromiseShown.of(moved, request.now))


@router.post("/promises/{promise_id}/give-up", response=PromiseShown)
def give_up(request: Request, promise_id: Id, asked: Because) -> PromiseShown:
    """Say that it is broken: it will not be kept."""
    promise = found.promise(promise_id, seen_by=request.actor)
    promises.give_up(promise, reason=asked.reason, by=request.actor, now=request.now)
    return PromiseShown.of(promise, request.now)


@router.post("/promises/{promise_id}/release", response=PromiseShown)
def release(request: Request, promise_id: Id, asked: Because) -> PromiseShown:
    """The customer waived it. It counts in no rate."""
    promise = found.promise(promise_id, seen_by=request.actor)
    promises.release(promise, reason=asked.reason, by=request.actor, now=request.now)
    return PromiseShown.of(promise, request.now)


def _page(request: Request, seen: Promises, wanted: PromiseFilters | PromisesOfOne) -> Counted[PromiseShown]:
    rows, following = page(
        seen.select_related("escalation__account", "to", "owner"),
        _NEAREST_FIRST,
        wanted,
        lambda promise: PromiseShown.of(promise, request.now),
    )
    return Counted(items=rows, next=following, count=seen.count())


def _move(request: Request, promise: Promise, asked: MovePromise) -> Promise:
    """Tell the customer as `asked.told` says, and move it: both or neither."""
    told, promised_to = asked.told, promise.to or promise.escalation.contact
    new: dict[str, Any] = {
        "due_at": asked.due_at,
        "reason": asked.reason,
        "text": told.text,
        "by": request.actor,
        "now": request.now,
    }
    if told.by == "mail":
        to = found.named_contacts(told.to, "to") or ([promised_to] if promised_to else [])
        return moves.by_mail(promise, to=to, subject=told.subject, **new)
    return moves.by_word(
        promise,
        channel=Update.Channel.CALL,
        at=told.at or request.now,
        contact=found.named_contact(told.contact, "contact") or promised_to,
        minutes=told.minutes,
        **new,
    )
