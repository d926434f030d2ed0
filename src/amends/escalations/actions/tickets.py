"""Links from a problem to where it is worked on elsewhere."""

from __future__ import annotations

import datetime as dt
from urllib.parse import SplitResult, urlsplit

from django.db import transaction

from amends.directory.actor import Actor
from amends.escalations.authority import Act, check
from amends.escalations.errors import Refused
from amends.escalations.models import Problem, Ticket
from amends.escalations.standing import is_under_way
from amends.escalations.timeline import kinds
from amends.escalations.timeline.record import record

MOST = 20
LONGEST_LABEL = 80
_NOT_AN_ADDRESS = "Paste the ticket’s address, from https:// to its end."


@transaction.atomic
def link(problem: Problem, *, url: str, by: Actor, now: dt.datetime, label: str = "") -> Ticket:
    """Link a ticket by its http or https address. Without a label it is called by the end of its address."""
    escalation = problem.escalation
    escalation.lock()
    check(by, Act.PLAN, escalation)
    is_under_way(escalation, otherwise="before you change its plan")
    address = _address(url.strip())
    if problem.tickets.filter(url=address.geturl()).exists():
        raise Refused("That ticket is linked already.", field="url")
    if problem.tickets.count() >= MOST:
        raise Refused(f"{MOST} tickets are as many as anybody looks at. Take one off first.", field="url")

    ticket = Ticket.objects.create(
        problem=problem,
        label=label.strip() or _called(address),
        url=address.geturl(),
        by_id=by.member_id,
        at=now,
    )
    record(kinds.TICKET_LINKED, escalation, by=by, now=now, ticket=ticket.label, problem=problem.words)
    return ticket


@transaction.atomic
def unlink(ticket: Ticket, *, by: Actor, now: dt.datetime) -> None:
    """Take the link off; the ticket itself stays where it is."""
    escalation = ticket.problem.escalation
    escalation.lock()
    check(by, Act.PLAN, escalation)
    is_under_way(escalation, otherwise="before you change its plan")

    label, problem = ticket.label, ticket.problem.words
    gone, _ = Ticket.objects.filter(pk=ticket.pk).delete()
    if not gone:
        raise Refused(f"{label} was taken off meanwhile.")
    record(kinds.TICKET_UNLINKED, escalation, by=by, now=now, ticket=label, problem=problem)


def _address(url: str) -> SplitResult:
    """The address taken apart; refused where a browser would not go there, or where it holds somebody's password."""
    try:
        found = urlsplit(url)
        host = found.hostname if found.port is None or found.port else None
    except ValueError:
        raise Refused(_NOT_AN_ADDRESS, field="url") from None
    if found.scheme not in ("http", "https") or not host or not url.isprintable() or " " in url:
        raise Refused(_NOT_AN_ADDRESS, field="url")
    if "@" in found.netloc:
        raise Refused("Leave the name and the password out of the address.", field="url")
    return found


def _called(address: SplitResult) -> str:
    """`https://tracker.example/browse/DEV-8812` -> `DEV-8812`; else its host."""
    end = address.path.rstrip("/").rpartition("/")[2]
    return (end or str(address.hostname))[:LONGEST_LABEL]
