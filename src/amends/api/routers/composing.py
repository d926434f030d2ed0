"""What an update begins with, before anybody has written a word of it."""

from __future__ import annotations

from ninja import Router

from amends.api.requests import Request
from amends.api.schemas.telling import Citable, Composing, LeaveOutShown
from amends.api.schemas.updates import NextUpdate, Reply
from amends.api.schemas.words import Named
from amends.escalations import access, citing, etiquette, hearers, mails, texts
from amends.escalations.actions import keeping, promises
from amends.escalations.models import Escalation, Promise

router = Router(tags=["updates"])


@router.get("/escalations/{key}/composing", response=Composing)
def one(request: Request, key: str) -> Composing:
    """Who should be told, the prepared texts, what it may cite, what it would keep, and when and how they hear next."""
    escalation = access.find(key, seen_by=request.actor)
    hidden = hearers.left_out(escalation, request.now)
    to = [contact for contact in hearers.all_of(escalation) if contact.pk not in hidden]
    first = to[0] if to else escalation.contact
    manners = etiquette.of(escalation, first)
    open_updates = escalation.promises.open().filter(kind__in=Promise.UPDATES).order_by("due_at", "id")
    return Composing(
        to=[Named.of(contact) for contact in to],
        left_out=[LeaveOutShown.of(row, request.now) for row in hidden.values()],
        subject=mails.subject(escalation),
        texts=[
            Reply(
                key=each.key,
                name=each.name,
                text=texts.prepare(each.key, escalation, contact=first, by=request.actor),
            )
            for each in texts.prepared(escalation)
        ],
        facts=[
            Citable(id=fact.pk, words=fact.words, is_certain=fact.is_certain) for fact in citing.citable(escalation)
        ],
        keeps=[promise.pk for promise in open_updates if keeping.reaches(promise, to)],
        next=_next(escalation, manners.next_channel, request),
        etiquette=etiquette.weighed(manners.says, _learnt(escalation)),
    )


def _learnt(escalation: Escalation) -> list[str]:
    """What is known of them, for whoever speaks with them next."""
    return list(escalation.account.insights.filter(retired_at__isnull=True).values_list("text", flat=True))


def _next(escalation: Escalation, channel: str, request: Request) -> NextUpdate | None:
    """What the cadence of its severity proposes; None where that says nothing, or it is over."""
    if not escalation.is_under_way:
        return None
    try:
        due_at = promises.next_by_cadence(escalation, request.now)
    except (LookupError, ValueError, ArithmeticError):
        return None
    return NextUpdate(what=promises.AN_UPDATE, due_at=due_at, channel=channel)
