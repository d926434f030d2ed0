"""Which escalations of the list are asked for: the built-in views, and what narrows them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from amends.directory.actor import Actor
from amends.escalations.models import Escalation, Promise, Request
from amends.escalations.models.escalation import Escalations
from amends.escalations.search import engines, words

VIEWS = {
    "open": "Open",
    "requested": "Requested",
    "mine": "I handle",
    "overdue": "Overdue promise",
    "resolved": "Waiting to be closed",
    "closed": "Closed",
    "all": "All",
}
# Those whose rows stand by their next promise; the others, by the newest
LIVE_VIEWS = ("open", "requested", "mine", "overdue", "resolved")
# Who waits for whom
WAITING = {"us": "They wait for a word of ours", "them": "We wait for their answer"}
SILENT_FOR = dt.timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Filter:
    """What is asked for; blank means any. `after` is where the last page ended."""

    view: str = "open"
    status: tuple[str, ...] = ()
    severity: str = ""
    handler: int | None = None
    account: int | None = None
    trend: str = ""
    level: int | None = None
    category: str = ""
    overdue: bool = False
    # "us": they have heard nothing for two days, though they are to; "them": we have asked them something
    waiting: str = ""
    # Words, of which the last may only be begun: in the key, the account's name, the reason and what they want
    text: str = ""
    after: str = ""


def narrowed(found: Escalations, actor: Actor, wanted: Filter, now: dt.datetime) -> Escalations:
    """Those of `found` that are asked for."""
    found = _viewed(found, actor, wanted.view, now)
    asked = {
        "status__in": wanted.status,
        "severity": wanted.severity,
        "handler": wanted.handler,
        "account": wanted.account,
        "trend": wanted.trend,
        "level": wanted.level,
        "category": wanted.category,
    }
    found = found.filter(**{name: value for name, value in asked.items() if value})
    if wanted.overdue:
        found = _overdue(found, now)
    if wanted.waiting:
        found = _waiting(found, wanted.waiting, now)
    if wanted.text:
        asked_words = words.read(wanted.text)
        found = found.filter(pk__in=engines.escalations(asked_words)) if asked_words else found.none()
    return found


def _viewed(found: Escalations, actor: Actor, view: str, now: dt.datetime) -> Escalations:
    match view:
        case "open":
            return found.open()
        case "requested":
            return found.filter(status=Escalation.Status.REQUESTED)
        case "mine":
            return found.open().filter(handler__in=actor.stands_for)
        case "overdue":
            return _overdue(found, now)
        case "resolved":
            return found.filter(status=Escalation.Status.RESOLVED)
        case "closed":
            return found.filter(status__in=Escalation.OVER)
    return found


def _overdue(found: Escalations, now: dt.datetime) -> Escalations:
    # By number: the promises that are overdue are few, those under way are many.
    return found.live().filter(pk__in=Promise.objects.overdue(now).values("escalation"))


def _waiting(found: Escalations, waiting: str, now: dt.datetime) -> Escalations:
    if waiting == "them":
        return found.open().filter(Exists(Request.objects.filter(problem__escalation=OuterRef("pk"), outcome="")))
    return found.live().filter(customer_should_know=True).silent_before(now - SILENT_FOR)
