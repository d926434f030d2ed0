"""The playbook's prepared texts, filled for one escalation and one reader.

What fills a placeholder is what the customer said or was told: their name, our writer's, their own words for the
problems, the time that is promised. What was typed inside about them is never among it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from amends.directory.actor import Actor
from amends.directory.models import Contact
from amends.escalations.models import Escalation
from amends.lib import when
from amends.playbook.document import fill as fill_in

# Stands in a text that is still being written for the time that will be promised with it.
NEXT_BY = "{next_by}"
# As many problems as a text names; a longer list is no longer read.
MOST_NAMED = 5
# Stands for the problems while nobody has written down the customer's words for them.
NOTHING_NAMED = "what you told us about"
# Those that every playbook has; its replies come after them.
_ALWAYS = {"acknowledgement": "Acknowledgement", "no_news": "No news yet"}
# A word in braces that somebody typed for one of ours, as against the braces of a program.
_PLACEHOLDER = re.compile(r"\{ ?[A-Za-z][A-Za-z0-9_ -]{0,39}\}")
_WORD = re.compile(r"\w+")
# What the line above a name says where no comma ends it: “Kind regards”
_CLOSES = frozenset({"regards", "wishes", "sincerely", "thanks", "cheers"})


@dataclass(frozen=True, slots=True)
class Prepared:
    """A text to begin from: `key` is what `prepare` knows it by, `name` what people read."""

    key: str
    name: str


def prepared(escalation: Escalation) -> Sequence[Prepared]:
    """Every text that the playbook of this escalation has, in its order."""
    replies = escalation.playbook.document.texts.replies
    always = (Prepared(key, name) for key, name in _ALWAYS.items())
    return [*always, *(Prepared(reply.key, reply.name) for reply in replies)]


def fill(
    name: str, escalation: Escalation, *, contact: Contact, next_at: dt.datetime, by: Actor, now: dt.datetime
) -> str:
    """The text called `name` with its signature, in the contact's own time. LookupError where there is none."""
    return say_next(prepare(name, escalation, contact=contact, by=by), escalation, contact, next_at=next_at, now=now)


def prepare(name: str, escalation: Escalation, *, contact: Contact | None, by: Actor) -> str:
    """The same while the next time is still being chosen: `NEXT_BY` stands in its place."""
    document = escalation.playbook.document
    texts = document.texts
    template: str = getattr(texts, name) if name in _ALWAYS else document.reply(name).text
    words = {
        "contact": contact.name if contact else escalation.account.name,
        "account": escalation.account.name,
        "handler": by.name,
        "problems": _problems(escalation),
    }
    return f"{fill_in(template, words).strip()}\n\n{fill_in(texts.signature, words).strip()}"


def signature(escalation: Escalation, by: Actor) -> str:
    """What stands below a prepared text of this writer."""
    words = {"handler": by.name, "account": escalation.account.name}
    return fill_in(escalation.playbook.document.texts.signature, words).strip()


def parted(text: str, signature: str) -> tuple[str, str]:
    """A text without its end, and its end: the lines with which somebody signs it, blank where nobody did.

    They may sign otherwise than the playbook: in other lines, in another order, with less, below a greeting of their
    own. What is made of nothing but the words of `signature` is taken for it.
    """
    lines, left = text.rstrip().split("\n"), Counter(_words(signature))
    end = len(lines)
    for number in reversed(range(len(lines))):
        words = Counter(_words(lines[number]))
        if not words <= left or (lines[number].strip() and not words):
            break
        left -= words
        end = number if words else end
    if end == len(lines):
        return text.rstrip(), ""
    above = "\n".join(lines[:end]).rstrip()
    rest, _, last = above.rpartition("\n")
    if rest.strip() and _is_greeting(last.strip()):
        above = rest.rstrip()
    return above, text.rstrip()[len(above) :].strip()


def _is_greeting(line: str) -> bool:
    """Whether a line stands above a name, and says nothing else: “All the best,”, or a rule."""
    words = _words(line)
    return len(words) <= 5 and (line.endswith(",") or not words or not _CLOSES.isdisjoint(words))


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def say_next(
    text: str, escalation: Escalation, contact: Contact | None, *, next_at: dt.datetime, now: dt.datetime
) -> str:
    """The text with the time that is promised with it, on the contact's own clock."""
    zone = (contact.zone if contact else "") or escalation.account.zone
    return text.replace(NEXT_BY, when.their_date(next_at, zone, now))


def unknown(text: str, escalation: Escalation) -> list[str]:
    """Words in braces that would arrive as they stand, each once. Those that the customer wrote are quoted, no slip."""
    theirs = " ".join([*_their_words(escalation), escalation.expectation, escalation.outcome_wanted])
    return [found for found in in_braces(text) if found not in theirs]


def in_braces(text: str) -> list[str]:
    """Every word in braces, each once."""
    return list(dict.fromkeys(_PLACEHOLDER.findall(text)))


def _their_words(escalation: Escalation) -> list[str]:
    return [problem.words for problem in escalation.problems.all()]


def _problems(escalation: Escalation) -> str:
    """What is not over yet, in the customer's words. The reason is ours, and never among them."""
    words = [f"“{problem.words}”" for problem in escalation.problems.all() if not problem.is_settled]
    if len(words) > MOST_NAMED:
        words = [*words[:MOST_NAMED], f"and {len(words) - MOST_NAMED} more"]
    return ", ".join(words) or NOTHING_NAMED
