"""Causes: all of them, one with whom it affects, and what is done about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from amends.escalations import causes as reading
from amends.escalations.actions import causes
from amends.escalations.authority import Act, check, may
from amends.escalations.hearing import in_force
from amends.escalations.models import Cause
from amends.web import drafts, paging
from amends.web.forms.base import Form, sent
from amends.web.forms.causes import CauseForm, MarkForm, SolveForm, WhyForm
from amends.web.lookup import find
from amends.web.requests import MemberRequest

# So many accounts of each list, and so many cases, stand open; all of them behind a link.
SHOWN, MOST = 25, 100


@require_GET
def page(request: MemberRequest) -> HttpResponse:
    """Every cause: the open ones first, each with how many are to be told."""
    check(request.actor, Act.SEE_CAUSES)
    after = paging.number(request.GET.get("after"))
    found = paging.grouped(reading.listed(seen_by=request.actor), after, by="state")
    context = {"page": found, "may_change": may(request.actor, Act.CHANGE_CAUSES)}
    return render(request, "causes/page.html", context)


@require_http_methods(["GET", "POST"])
def add(request: MemberRequest) -> HttpResponse:
    """Name a cause."""
    check(request.actor, Act.CHANGE_CAUSES)
    form = CauseForm(sent(request))
    if cause := form.acts(lambda: causes.name(**form.cleaned_data, by=request.actor, now=request.now)):
        messages.success(request, f"{cause.key} is named. Now say whom it affects.")
        return _arrived(request, cause)
    return render(request, "causes/form.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def change(request: MemberRequest, cause: str) -> HttpResponse:
    """Say it better, or more of it."""
    check(request.actor, Act.CHANGE_CAUSES)
    found = reading.find(cause)
    form = CauseForm.of(found, sent(request))
    if form.acts(lambda: causes.change(found, **form.changes, by=request.actor, now=request.now)):
        messages.success(request, "Saved.")
        return redirect("cause", found.key)
    return render(request, "causes/form.html", {"form": form, "cause": found}, status=422 if form.errors else 200)


@require_GET
def one(request: MemberRequest, cause: str) -> HttpResponse:
    """What we know of it, whom it affects, those to tell first, its cases, and what went out."""
    check(request.actor, Act.SEE_CAUSES)
    found = reading.find(cause)
    affected = reading.affected(found, seen_by=request.actor)
    shows_all = "all" in request.GET
    categories = {category.key: category.name for category in in_force().document.categories}
    groups = [
        ("to-tell", "Not escalated: tell them first", affected.to_tell),
        ("nobody", "Nobody to mail: ring them", affected.nobody),
        ("told", "Told by us first", affected.told),
        ("escalated", "They escalated", affected.escalated),
    ]
    cases = reading.cases(found, seen_by=request.actor)
    notices = list(reading.notices(found))
    here = reading.still_here(notices)
    context = {
        "cause": found,
        "category": categories.get(found.category, found.category),
        "affected": affected,
        "groups": [
            {"id": key, "says": says, "count": len(rows), "rows": rows if shows_all else rows[:SHOWN]}
            for key, says, rows in groups
            if rows
        ],
        "case_count": len(cases),
        "cases": cases if shows_all else cases[:MOST],
        "notices": [(notice, here.get(notice.pk, 0)) for notice in notices],
        "may_change": may(request.actor, Act.CHANGE_CAUSES),
        "may_send": found.is_open and may(request.actor, Act.SEND_CAUSE_NOTICE),
    }
    return render(request, "causes/one.html", context)


@require_http_methods(["GET", "POST"])
def mark(request: MemberRequest, cause: str) -> HttpResponse:
    """Say which accounts are affected: typed or pasted, one a line. What is no account is said line by line."""
    check(request.actor, Act.CHANGE_CAUSES)
    found = reading.find(cause)
    form = MarkForm(data=sent(request))

    def act() -> int:
        known = form.cleaned_data["how_we_know"]
        return causes.mark(found, form.accounts, how_we_know=known, by=request.actor, now=request.now)

    count = form.acts(act)
    if count is None:
        return render(request, "causes/mark.html", {"form": form, "cause": found}, status=422 if form.errors else 200)
    says = {0: "They were marked already.", 1: "One account is marked."}.get(count, f"{count} accounts are marked.")
    messages.success(request, says)
    return _arrived(request, found)


@require_http_methods(["GET", "POST"])
def clear(request: MemberRequest, cause: str, pk: int) -> HttpResponse:
    """An account is not affected after all."""
    check(request.actor, Act.CHANGE_CAUSES)
    found = reading.find(cause)
    affected = find(found.affected.select_related("account", "cause"), pk, "account", of=found.key)
    form = WhyForm(data=sent(request))
    return _ask(
        request,
        found,
        form,
        lambda: causes.clear(affected, reason=form.cleaned_data["reason"], by=request.actor, now=request.now),
        title=f"{affected.account} is not affected after all",
        says=f"Until now we thought so because: {affected.how_we_know}",
        button="They are not affected",
        done=f"{affected.account} is taken off.",
    )


@require_http_methods(["GET", "POST"])
def solve(request: MemberRequest, cause: str) -> HttpResponse:
    """It is solved."""
    check(request.actor, Act.CHANGE_CAUSES)
    found = reading.find(cause)
    form = SolveForm(data=sent(request))
    return _ask(
        request,
        found,
        form,
        lambda: causes.solve(found, done=form.cleaned_data["done"], by=request.actor, now=request.now),
        title=f"{found.key} is solved",
        says="It stands on every case that comes of it, and each handler and CSM gets one mail. No customer does: "
        "the handlers tell them.",
        button="It is solved",
        done="It is solved; the handlers are told.",
    )


@require_http_methods(["GET", "POST"])
def reopen(request: MemberRequest, cause: str) -> HttpResponse:
    """It is not solved after all."""
    check(request.actor, Act.CHANGE_CAUSES)
    found = reading.find(cause)
    form = WhyForm(data=sent(request))
    return _ask(
        request,
        found,
        form,
        lambda: causes.reopen(found, reason=form.cleaned_data["reason"], by=request.actor, now=request.now),
        title=f"{found.key} is not solved after all",
        says="It stands on every case under way that comes of it, and each handler and CSM gets one mail.",
        button="Take it up again",
        done="It is open again; the handlers are told.",
    )


def _arrived(request: MemberRequest, cause: Cause) -> HttpResponse:
    """On to the cause; the browser drops the draft of what was sent."""
    response = redirect("cause", cause.key)
    drafts.arrived(response, request.path)
    return response


def _ask(
    request: MemberRequest, cause: Cause, form: Form, act: Callable[[], Any], *, done: str, **words: str
) -> HttpResponse:
    """A page that asks for one thing; done, back to the cause."""
    if request.method == "POST":
        form.acts(act)
        if not form.errors:
            messages.success(request, done)
            return redirect("cause", cause.key)
    context = {"cause": cause, "form": form, **words}
    return render(request, "causes/ask.html", context, status=422 if form.errors else 200)
