"""Holds on outreach: which accounts sales leaves alone just now, for CRMs and sales tools."""

from __future__ import annotations

from ninja import Query, Router

from amends.api.pages import Page, page
from amends.api.requests import Request
from amends.api.schemas.inside import HoldFilters, HoldShown
from amends.escalations.authority import Act, check
from amends.escalations.models import Hold
from amends.escalations.timeline.audiences import everyone

router = Router(tags=["holds"])
_NEWEST_FIRST = ("-since", "-id")


@router.get("/holds", response=Page[HoldShown])
def list_all(request: Request, wanted: Query[HoldFilters]) -> Page[HoldShown]:
    """Holds, the newest first: standing and lifted. What an escalation is about is not said here."""
    check(request.actor, Act.SEE_HOLDS)
    seen = Hold.objects.select_related("account", "escalation")
    if wanted.account:
        seen = seen.filter(account=wanted.account)
    if wanted.standing is not None:
        seen = seen.filter(lifted_at__isnull=wanted.standing)
    people = everyone(request.now)
    rows, following = page(seen, _NEWEST_FIRST, wanted, lambda hold: HoldShown.of(hold, people))
    return Page(items=rows, next=following)
