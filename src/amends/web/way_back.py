"""Where one goes on after a refusal: the nearest page above the address that was refused, where one may see it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import Resolver404, ResolverMatch, resolve

from amends.directory.actor import Actor
from amends.escalations import access
from amends.escalations.authority import Act, may

# The pages that stand for something, by the names of their addresses: what they are called, and what one must be
# allowed to see them. Those of a case are seen by whoever sees the case.
_PAGES: dict[str, tuple[str, Act | None]] = {
    "problem": ("the problem", None),
    "fact": ("the fact", None),
    "facts": ("the facts", None),
    "meeting": ("the meeting", None),
    "meetings": ("the meetings", None),
    "update": ("what was said", None),
    "escalation": ("the case", None),
    "escalations": ("the escalations", None),
    "cause_notice": ("the notice", Act.SEE_CAUSES),
    "cause": ("the cause", Act.SEE_CAUSES),
    "causes": ("the causes", Act.SEE_CAUSES),
    "account": ("the account", Act.SEE_ACCOUNTS),
    "accounts": ("the accounts", Act.SEE_ACCOUNTS),
    "people": ("the people", Act.SEE_PEOPLE),
    "import": ("the import", Act.SEE_IMPORTS),
    "imports": ("the imports", Act.SEE_IMPORTS),
    "playbook": ("the playbook", Act.SEE_PLAYBOOK),
    "delivery": ("the letter", Act.SEE_OUTBOX),
    "outbox": ("the outbox", Act.SEE_OUTBOX),
    "health": ("Health", Act.SEE_HEALTH),
    "holds": ("the holds", Act.SEE_HOLDS),
    "incoming": ("the mail", Act.SEE_MAIL),
    "mail": ("the mail", Act.SEE_MAIL),
    "tokens": ("your tokens", None),
    "you": ("your own page", None),
}


@dataclass(frozen=True, slots=True)
class Way:
    """An address, and the words that lead there."""

    href: str
    says: str


def way_back(request: HttpRequest) -> Way | None:
    """The nearest page above this address that one may see; None where there is none. A few queries at most."""
    actor: Actor | None = getattr(request, "actor", None)
    for path, match in _above(request):
        if actor and match.url_name in _PAGES:
            name, act = _PAGES[match.url_name]
            if (act is None or may(actor, act)) and _sees(actor, match.kwargs):
                return Way(path, f"Back to {match.kwargs['key'] if match.url_name == 'escalation' else name}")
    return None


def _above(request: HttpRequest) -> Iterator[tuple[str, ResolverMatch]]:
    """The addresses that begin this one, the longest first; itself only where something was sent there."""
    parts = [part for part in request.path_info.split("/") if part]
    longest = len(parts) if request.method == "POST" else len(parts) - 1
    for count in range(longest, 0, -1):
        path = f"/{'/'.join(parts[:count])}/"
        try:
            yield path, resolve(path)
        except Resolver404:
            continue


def _sees(actor: Actor, of: dict[str, Any]) -> bool:
    """Whether they see the case that a page is part of; so they do where it is part of none."""
    if "key" not in of:
        return True
    try:
        access.find(of["key"], seen_by=actor)
    except access.NotFound:
        return False
    return True
