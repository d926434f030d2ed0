"""Updates."""

from __future__ import annotations

from http import HTTPStatus

from ninja import Query, Router, Status

from amends.api import found
from amends.api.pages import Page, Paging, page
from amends.api.problem_documents import under
from amends.api.requests import Request
from amends.api.schemas.updates import LogUpdate, NextUpdate, SendUpdate, UpdateShown
from amends.escalations import access
from amends.escalations.actions import updates
from amends.escalations.actions.updates import Next
from amends.escalations.models import Update

router = Router(tags=["updates"])
_NEWEST_FIRST = ("-at", "-id")


@router.get("/escalations/{key}/updates", response=Page[UpdateShown])
def list_of(request: Request, key: str, wanted: Query[Paging]) -> Page[UpdateShown]:
    """What was said and heard, the newest first."""
    escalation = access.find(key, seen_by=request.actor)
    seen = Update.objects.filter(escalation=escalation)
    seen = seen.select_related("by", "contact").prefetch_related("recipients__contact", "keeps")
    rows, following = page(seen, _NEWEST_FIRST, wanted, UpdateShown.of)
    return Page(items=rows, next=following)


@router.post("/escalations/{key}/updates", response={201: UpdateShown})
def send(request: Request, key: str, asked: SendUpdate) -> Status[UpdateShown]:
    """Mail the customer an update, at once and for good."""
    escalation = access.find(key, seen_by=request.actor)
    with under("then", "due_at", "what"):
        update = updates.send(
            escalation,
            text=asked.text,
            subject=asked.subject,
            to=found.named_contacts(asked.to, "to"),
            keeps=found.named_promises(asked.keeps, escalation, "keeps"),
            then=_next(asked.then),
            by=request.actor,
            now=request.now,
        )
    return Status(HTTPStatus.CREATED, UpdateShown.of(update))


@router.post("/escalations/{key}/updates/no-news", response={201: UpdateShown})
def send_no_news(request: Request, key: str) -> Status[UpdateShown]:
    """Tell the customer in the playbook’s words that there is no news, and when they hear next. In one step."""
    escalation = access.find(key, seen_by=request.actor)
    update = updates.send_no_news(escalation, by=request.actor, now=request.now)
    return Status(HTTPStatus.CREATED, UpdateShown.of(update))


@router.post("/escalations/{key}/updates/log", response={201: UpdateShown})
def log(request: Request, key: str, asked: LogUpdate) -> Status[UpdateShown]:
    """Write down a call, a meeting or a mail that took place elsewhere."""
    escalation = access.find(key, seen_by=request.actor)
    with under("then", "due_at", "what"):
        update = updates.log(
            escalation,
            channel=asked.channel,
            direction=asked.direction,
            text=asked.text,
            at=asked.at,
            contact=found.named_contact(asked.contact, "contact"),
            minutes=asked.minutes,
            keeps=found.named_promises(asked.keeps, escalation, "keeps"),
            then=_next(asked.then),
            by=request.actor,
            now=request.now,
        )
    return Status(HTTPStatus.CREATED, UpdateShown.of(update))


def _next(then: NextUpdate | None) -> Next | None:
    return Next(then.what, then.due_at, then.channel) if then else None
