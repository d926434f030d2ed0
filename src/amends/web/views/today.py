"""Today: what did we promise, to whom, by when?"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from amends.directory.actor import Actor
from amends.escalations import access, authority, boards, duties
from amends.escalations.models import Promise
from amends.web import live
from amends.web.case_page import promise_links
from amends.web.requests import MemberRequest

WHOSE = {"mine": "Mine", "team": "My team’s", "all": "All"}


def page(request: MemberRequest) -> HttpResponse:
    """Every open promise, by nearness."""
    whose = request.GET.get("whose", "mine")
    whose = whose if whose in WHOSE else "mine"
    seen = live.stamp_of_today(request.actor, whose, request.now)
    today = boards.today(request.actor, whose=whose, zone=request.zone, now=request.now)
    may_tell = authority.may(request.actor, authority.Act.TELL)
    return render(
        request,
        "today/page.html",
        {
            "today": today,
            "groups": [
                (group, [_row(promise, group.name, request, may_tell) for promise in group.promises])
                for group in today.groups
            ],
            "says": _sentence(today, whose),
            "duties": duties.of(request.actor, request.now),
            "whose": whose,
            "seen": seen,
            "choices": WHOSE.items(),
            "is_first_day": not today.count and not _has_any(request),
        },
    )


def _row(promise: Promise, group: str, request: MemberRequest, may_tell: bool) -> dict[str, Any]:
    escalation = promise.escalation
    may = may_tell or escalation.handler_id in request.actor.stands_for
    return {
        "promise": promise,
        "escalation": escalation,
        "acts": promise_links(promise, request.now) if may else [],
        "is_overdue": group == "overdue",
        "is_soon": group == "soon",
        "contact": "ourselves" if promise.is_look else promise.to or "the customer",
        "note": _whose(promise, request.actor),
    }


def _whose(promise: Promise, actor: Actor) -> str:
    """Whose it is, where it is not one's own."""
    if promise.owner_id == actor.member_id:
        return ""
    return f"for {promise.owner}" if promise.owner_id in actor.covers else f"{promise.owner} owes it"


def _sentence(today: boards.Today, whose: str) -> str:
    """The sentence of the day: what is true, before any figure."""
    if not today.count:
        return "Nothing is promised." if whose != "mine" else "You have promised nothing that is still to be kept."
    promises = "One promise" if today.count == 1 else f"{today.count} promises"
    if not today.overdue:
        return f"{promises} to keep. None is overdue."
    first = next(promise for group in today.groups for promise in group.promises)
    who = first.to or first.escalation.account
    overdue = "One is overdue" if today.overdue == 1 else f"{today.overdue} are overdue"
    return f"{promises} to keep. {overdue}: {who} is waiting{' longest' if today.overdue > 1 else ''}."


def _has_any(request: MemberRequest) -> bool:
    """Whether the desk has been used at all; before that, the page says what to do first."""
    return access.visible_to(request.actor).exists()
