"""A customer's link, and what is done with it, for the tests of their page."""

from __future__ import annotations

from typing import Any

from django.test import Client

from amends.directory.actor import COMMAND_LINE
from amends.escalations import customer_links
from amends.escalations.actions import customer_links as links
from amends.escalations.actions import endings, problems, updates
from amends.escalations.models import CustomerLink, Escalation
from amends.lib import wall
from tests import make
from tests.escalations.reading import HOUR, MINUTE


def linked() -> CustomerLink:
    """Maria's link to a case of two problems that began an hour ago."""
    case = make.escalation(now=wall.now() - HOUR, problems=("Every order arrives twice", "Stock is wrong"))
    return links.give(case, contact=case.contact, by=case.handler.as_actor(), now=wall.now() - HOUR)


def path(link: CustomerLink) -> str:
    return f"/c/{customer_links.token(link)}/"


def body(answer: Any) -> str:
    return str(answer.content.decode())


def look(link: CustomerLink) -> str:
    """Their page, as they get it."""
    return body(Client().get(path(link)))


def say(link: CustomerLink, way: str, **typed: Any) -> Any:
    """Send one of its forms."""
    return Client().post(f"{path(link)}{way}/", typed)


def case_of(link: CustomerLink) -> Escalation:
    return Escalation.objects.get(pk=link.escalation_id)


def resolved(link: CustomerLink) -> Escalation:
    """Its case, of which all is solved as we see it."""
    case, now = case_of(link), wall.now()
    updates.log(case, channel="call", text="x", at=now - MINUTE, by=COMMAND_LINE, now=now - MINUTE)
    for problem in case.problems.all():
        problems.solve(problem, by=COMMAND_LINE, now=now)
    endings.resolve(case_of(link), by=COMMAND_LINE, now=now)
    return case_of(link)
