"""A form with `{% once %}` counts once, however often it is sent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

from amends.escalations.actions import arrivals
from amends.web.requests import MemberRequest


def once(request: MemberRequest, act: Callable[[], int]) -> int:
    """The number of what `act` makes, or made when this form came before. Without its key, it is new each time."""
    if not request.POST.get("once"):
        return act()
    return arrivals.once(_key(request), act, by=request.actor, now=request.now)


def _key(request: MemberRequest) -> str:
    """The same only for the same words: who goes back, types something else and sends it means something else."""
    typed = sorted((name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken")
    files = [(name, file.name, file.size) for name, each in request.FILES.lists() for file in each]
    sent = json.dumps([request.actor.member_id, request.path, typed, files])
    return hashlib.sha256(sent.encode()).hexdigest()
