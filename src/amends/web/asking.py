"""An act that asks for something: on a page of its own, or, where scripts run, in the drawer of the case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from amends.escalations.models import Escalation
from amends.web import drafts
from amends.web.forms.base import Form
from amends.web.requests import MemberRequest


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked: a title, words before the form, and what the button says; none stands where that is empty."""

    title: str
    button: str
    says: str = ""
    # What somebody typed at length is kept until it has arrived
    keeps_draft: bool = False
    # A form with a look of its own
    template: str = "escalation/_fields.html"
    is_grave: bool = False


def is_in_drawer(request: MemberRequest) -> bool:
    """Whether a part of a page is wanted, not a page."""
    return bool(request.headers.get("HX-Request"))


def answer(
    request: MemberRequest,
    escalation: Escalation,
    form: Form,
    ask: Ask,
    act: Callable[[], Any],
    *,
    done: str,
    back: str | Callable[[Any], str] = "",
    **shown: Any,
) -> HttpResponse:
    """Show the form; once it is sent, act. A no comes back at its field with status 422 and all that was typed.

    `back`: the page that one goes on to, where it is not the case; or what says so, of what the act has made.
    """
    if request.method == "POST":
        made = form.acts(act)
        if not form.errors:
            response = finished(request, escalation, done, back=back(made) if callable(back) else back)
            if ask.keeps_draft:
                drafts.arrived(response, request.path)
            return response
    return asked(request, escalation, ask, form, status=422 if form.is_bound else 200, **shown)


def asked(
    request: MemberRequest, escalation: Escalation, ask: Ask, form: Form, *, status: int = 200, **shown: Any
) -> HttpResponse:
    """The form, as a page or for the drawer."""
    if is_in_drawer(request):
        # The case behind the drawer has fields of the same names.
        form.auto_id = "ask_%s"
    return render(
        request,
        "escalation/_ask.html" if is_in_drawer(request) else "escalation/ask.html",
        {"escalation": escalation, "ask": ask, "form": form, "action": request.path} | shown,
        status=status,
    )


def finished(request: MemberRequest, escalation: Escalation, says: str, *, back: str = "") -> HttpResponse:
    """Back to the case, or to another page of it, with a sentence that says what has been done.

    Who is on either stays there; but a `back` that asks for something of its page is always gone to.
    """
    messages.success(request, says)
    page = reverse("escalation", args=[escalation.key])
    if not is_in_drawer(request):
        return redirect(back or page)
    response = HttpResponse(status=204)
    is_there = urlsplit(request.headers.get("HX-Current-URL", "")).path in (page, back)
    if is_there and "?" not in back:
        response["HX-Refresh"] = "true"
    else:
        response["HX-Redirect"] = back or page
    return response
