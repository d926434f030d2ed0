"""Deliveries: what must leave, and mending what did not."""

from __future__ import annotations

from ninja import Query, Router

from amends.api.pages import Page, page
from amends.api.requests import Request
from amends.api.schemas.watching import (
    DeliveryFilters,
    DeliveryLine,
    DeliveryShown,
    MailShown,
    PauseMail,
    Way,
)
from amends.api.schemas.words import Id
from amends.directory.actor import Actor
from amends.escalations import access
from amends.escalations.access import NotFound
from amends.escalations.actions import deliveries
from amends.escalations.authority import Act, check
from amends.outbox.models import Delivery, Pause

router = Router(tags=["deliveries"])
_NEWEST_FIRST = ("-posted_at", "-id")


@router.get("/deliveries", response=Page[DeliveryLine])
def list_all(request: Request, wanted: Query[DeliveryFilters]) -> Page[DeliveryLine]:
    """What left or is to leave, the newest first."""
    check(request.actor, Act.SEE_OUTBOX)
    seen = Delivery.objects.all()
    if wanted.state:
        seen = seen.filter(state__in=wanted.state)
    if wanted.audience:
        seen = seen.filter(audience=wanted.audience)
    if wanted.escalation:
        seen = seen.filter(subject=access.find(wanted.escalation, seen_by=request.actor).subject)
    rows, following = page(seen, _NEWEST_FIRST, wanted, DeliveryLine.of)
    return Page(items=rows, next=following)


@router.get("/deliveries/pause", response=MailShown)
def paused(request: Request, channel: Way = "mail") -> MailShown:
    """Whether mail is paused, or chat."""
    check(request.actor, Act.SEE_OUTBOX)
    return _way(channel)


@router.post("/deliveries/pause", response=MailShown)
def pause(request: Request, asked: PauseMail) -> MailShown:
    """Stop all mail, or all chat, for now. It waits; nothing is lost."""
    deliveries.pause(because=asked.because, channel=asked.channel, by=request.actor, now=request.now)
    return _way(asked.channel)


@router.post("/deliveries/resume", response=MailShown)
def resume(request: Request, channel: Way = "mail") -> MailShown:
    """Let mail go again, or chat."""
    deliveries.resume(channel=channel, by=request.actor, now=request.now)
    return _way(channel)


@router.get("/deliveries/{delivery_id}", response=DeliveryShown)
def one(request: Request, delivery_id: Id) -> DeliveryShown:
    """One delivery, with what it says."""
    return DeliveryShown.of(_find(delivery_id, request.actor))


@router.post("/deliveries/{delivery_id}/try-again", response=DeliveryShown)
def try_again(request: Request, delivery_id: Id) -> DeliveryShown:
    """Send one that failed, or may have been sent, once more under its old identity."""
    deliveries.try_again(_find(delivery_id, request.actor), by=request.actor, now=request.now)
    return DeliveryShown.of(_find(delivery_id, request.actor))


@router.post("/deliveries/{delivery_id}/mark-sent", response=DeliveryShown)
def mark_sent(request: Request, delivery_id: Id) -> DeliveryShown:
    """Somebody has made sure that it arrived."""
    deliveries.mark_sent(_find(delivery_id, request.actor), by=request.actor, now=request.now)
    return DeliveryShown.of(_find(delivery_id, request.actor))


def _find(number: int, actor: Actor) -> Delivery:
    check(actor, Act.SEE_OUTBOX)
    found = Delivery.objects.filter(pk=number).first()
    if found is None:
        raise NotFound(f"There is no delivery {number}.")
    return found


def _way(channel: str) -> MailShown:
    return MailShown.of(Pause.objects.filter(channel=channel).first())
