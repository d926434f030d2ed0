"""A form with `{% once %}` counts once, however often it is sent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

from django.http import HttpRequest

from amends.directory.actor import Actor
from amends.escalations.actions import arrivals


def once(request: HttpRequest, act: Callable[[], int], *, by: Actor | None = None) -> int:
    """The number of what `act` makes, or made when this form came before. Without its key, it is new each time.

    `by`: whoever acts where nobody is logged in; which of them it is, the path must say.
    """
    if not request.POST.get("once"):
        return act()
    who: Actor = by or request.actor  # type: ignore[attr-defined]
    now = request.now  # type: ignore[attr-defined]
    return arrivals.once(_key(request, who), act, by=who, now=now)


def _key(request: HttpRequest, who: Actor) -> str:
    """The same only for the same words: who goes back, types something else and sends it means something else."""
    typed = sorted((name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken")
    files = [(name, file.name, file.size) for name, each in request.FILES.lists() for file in each]
    sent = json.dumps([who.member_id, request.path, typed, files])
    return hashlib.sha256(sent.encode()).hexdigest()
