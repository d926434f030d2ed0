"""What customers do on their page in the story, by the same acts as from the page itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from amends.demo.scenes import Scene, Stage
from amends.escalations import customer_links
from amends.escalations.actions import customer_answers
from amends.escalations.actions import customer_links as links
from amends.escalations.models import CustomerLink


@dataclass(frozen=True)
class GetsALink(Scene):
    """Somebody at the customer is given a link to their page; every mail to them has it from then on."""

    contact: str = field(default="", kw_only=True)

    def play(self, stage: Stage) -> None:
        by, contact = stage.actor(self.by), stage.contact(self.contact)
        links.give(stage.case, contact=contact, by=by, now=stage.now)


@dataclass(frozen=True)
class ConfirmsOnTheirPage(Scene):
    """They read the plan some minutes long, and confirm it."""

    contact: str = field(default="", kw_only=True)

    def play(self, stage: Stage) -> None:
        link, order = _link(stage, self.contact), list(stage.case.problems.values_list("pk", flat=True))
        links.opened(link, by=customer_links.who(link), now=stage.now - dt.timedelta(minutes=4))
        customer_answers.confirm_plan(link, order=order, by=customer_links.who(link), now=stage.now)


@dataclass(frozen=True)
class WritesOnTheirPage(Scene):
    text: str
    contact: str = field(default="", kw_only=True)

    def play(self, stage: Stage) -> None:
        link = _link(stage, self.contact)
        customer_answers.answer(link, words=self.text, by=customer_links.who(link), now=stage.now)


@dataclass(frozen=True)
class Rates(Scene):
    """They say how far they feel heard."""

    heard: int
    words: str = ""
    contact: str = field(default="", kw_only=True)

    def play(self, stage: Stage) -> None:
        link = _link(stage, self.contact)
        customer_answers.rate(link, heard=self.heard, words=self.words, by=customer_links.who(link), now=stage.now)


def _link(stage: Stage, contact: str) -> CustomerLink:
    return customer_links.of(stage.case).get(contact=stage.contact(contact))
