"""Search: a page with all that was found, and the part of it that the palette shows while one types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from amends.escalations import boards
from amends.escalations.search import finding
from amends.escalations.search.words import LONGEST
from amends.web import paging
from amends.web.requests import MemberRequest, asks_aside

AT_ONCE, AT_ONCE_OF_ONE, IN_PALETTE = 8, 100, 4
_SIGNS = {
    "account": "account",
    "contact": "people",
    "escalation": "list",
    "problem": "solve",
    "update": "tell",
    "note": "pen",
    "fact": "fact",
}


@dataclass(frozen=True, slots=True)
class Found:
    """A hit with its sign and the page that it leads to."""

    hit: finding.Hit
    sign: str
    href: str


@require_GET
def page(request: MemberRequest) -> HttpResponse:
    """All that has the words, noun by noun; or more of one noun."""
    typed, only = _typed(request), request.GET.get("only", "")
    nouns = finding.nouns()
    only = only if only in dict(nouns) else ""
    results = finding.find(request.actor, typed, only=only, limit=AT_ONCE_OF_ONE if only else AT_ONCE)
    context = {"typed": typed, "only": only, "nouns": nouns, "results": results, "groups": _groups(results)}
    return render(request, "search/page.html", context)


@asks_aside
@require_GET
def palette(request: MemberRequest) -> HttpResponse:
    """A few of each noun; while nothing is typed, the cases that one was at last."""
    typed = _typed(request)
    if not typed:
        return render(request, "search/_recent.html", {"recent": boards.recent(request.actor)})
    results = finding.find(request.actor, typed, limit=IN_PALETTE)
    return render(request, "search/_found.html", {"typed": typed, "groups": _groups(results)})


def _typed(request: HttpRequest) -> str:
    return paging.typed(request.GET, "q", LONGEST)


def _groups(results: finding.Results) -> list[dict[str, Any]]:
    return [
        {"group": group, "hits": [Found(hit, _SIGNS[hit.noun], _href(hit)) for hit in group.hits]}
        for group in results.groups
    ]


def _href(hit: finding.Hit) -> str:
    """Where one reads it."""
    if hit.escalation is None:
        return reverse("account", args=[hit.account_id])
    match hit.noun:
        case "problem":
            return reverse("problem", args=[hit.escalation.key, hit.id])
        case "update":
            return reverse("update", args=[hit.escalation.key, hit.id])
        case "fact":
            return reverse("fact", args=[hit.escalation.key, hit.id])
        case "note":
            return f"{reverse('escalation', args=[hit.escalation.key])}#timeline"
    return reverse("escalation", args=[hit.escalation.key])
