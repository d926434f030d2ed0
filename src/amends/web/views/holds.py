"""Holds on outreach: which accounts sales leaves alone just now; as a page, and as a feed for other programs."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import http_date
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from amends.directory import absences, feeds
from amends.directory.models import Account, Organisation
from amends.escalations import outreach
from amends.escalations.access import NotFound
from amends.escalations.authority import Act, check
from amends.escalations.outreach import Change
from amends.lib import wall, when
from amends.web import paging
from amends.web.requests import MemberRequest


@require_GET
def page(request: MemberRequest) -> HttpResponse:
    """The accounts on hold, from A to Z, all or mine; and whose hold was lifted lately."""
    check(request.actor, Act.SEE_HOLDS)
    whose = "mine" if request.GET.get("whose") == "mine" else "all"
    found = outreach.mine(Account.objects.all(), request.actor) if whose == "mine" else Account.objects.all()
    on_hold = outreach.on_hold(found)
    accounts = paging.by_name(on_hold, paging.number(request.GET.get("after")))
    return render(
        request,
        "holds/page.html",
        {
            "page": accounts,
            "standing": outreach.standing(accounts.rows, seen_by=request.actor, now=request.now),
            "lifted": outreach.recently_lifted(found, request.now) if accounts.is_first else [],
            "count": on_hold.count(),
            "whose": whose,
        },
    )


@require_http_methods(["GET", "POST"])
@never_cache
def address(request: MemberRequest) -> HttpResponse:
    """The private address of your feed. A new one is shown in the answer itself, once: only its hash is kept."""
    check(request.actor, Act.SEE_HOLDS)
    url = ""
    if request.method == "POST":
        url = settings.URL + reverse("holds_feed", args=[feeds.make(request.user, by=request.actor, now=request.now)])
    made = getattr(request.user, "feed_address", None)
    return render(request, "you/feed.html", {"url": url, "made": made})


@require_POST
def forget_address(request: MemberRequest) -> HttpResponse:
    """Your feed has no address any more."""
    feeds.revoke(request.user, by=request.actor, now=request.now)
    return redirect("holds_address")


@require_safe
@login_not_required
def feed(request: HttpRequest, key: str) -> HttpResponseBase:
    """What was placed and lifted last, as an Atom feed for whoever knows the address; 304 where it is as before."""
    member, now = feeds.find(key), wall.now()
    if member is None:
        raise NotFound("This feed has another address now. Its reader finds it on their page You.")
    check(absences.actor_of(member, now, may_write=False), Act.SEE_HOLDS)
    told = outreach.changes(now)
    text = _atom(told, member.zone).writeString("utf-8")
    etag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    changed_at = int(told[0].at.timestamp()) if told else None
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "Referrer-Policy": "no-referrer"}
    if changed_at is not None:
        headers["Last-Modified"] = http_date(changed_at)
    response = HttpResponse(text, content_type=Atom1Feed.content_type, headers=headers)
    return get_conditional_response(request, etag=etag, last_modified=changed_at, response=response) or response


def _atom(told: list[Change], zone: str) -> Atom1Feed:
    """Names of accounts, keys and our own people; nothing that a customer said."""
    page = settings.URL + reverse("holds")
    atom = Atom1Feed(
        title=f"Holds on outreach, {Organisation.current().name}",
        link=page,
        description="Which accounts sales leaves alone just now.",
        author_name="Amends",
        feed_guid=_id("holds"),
        language="en",
    )
    for change in told:
        hold = change.hold
        atom.add_item(
            title=f"{hold.account}: {_says(change)}",
            link=settings.URL + reverse("account", args=[hold.account_id]),
            description=_explains(change, zone),
            unique_id=_id(f"hold:{hold.pk}:{'lifted' if change.is_lifted else 'placed'}"),
            pubdate=change.at,
            updateddate=change.at,
        )
    return atom


def _says(change: Change) -> str:
    if not change.is_lifted:
        return "no outreach for now"
    return "still no outreach" if change.others else "outreach as usual again"


def _explains(change: Change, zone: str) -> str:
    key, on = change.hold.escalation.key, when.day(change.at, zone, change.at)
    ask = f" Ask {change.ask} before you contact them." if change.ask else ""
    if not change.is_lifted:
        return f"Escalated since {on} ({key}).{ask}"
    if change.others:
        return f"{key} was over on {on}, and another escalation goes on."
    return f"{key} was over on {on}."


def _id(what: str) -> str:
    """The same for ever, as RFC 4151 makes them: readers know by it what they have seen."""
    return f"tag:{urlsplit(settings.URL).hostname},2026:{what}"
