"""What one can do about a promise from wherever it stands in a list."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from amends.escalations.models import Promise


@dataclass(frozen=True, slots=True)
class Act:
    """A link in a row: what it says, its icon, where it leads, the key that follows it."""

    says: str
    icon: str
    href: str
    key: str


def acts(promise: Promise) -> list[Act]:
    """Send, log, move; the one that fits the promised channel comes first."""
    page = reverse("escalation", args=[promise.escalation.key])
    send = Act("Send update", "pen", f"{page}?keeps={promise.pk}#tell", "u")
    log = Act("Log call", "phone", f"{page}log/?keeps={promise.pk}", "l")
    move = Act("Move it", "move", f"{page}promises/{promise.pk}/move/", "m")
    by_voice = promise.channel in (Promise.Channel.CALL, Promise.Channel.MEETING)
    return [log, send, move] if by_voice else [send, log, move]
