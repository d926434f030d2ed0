"""What you say of yourself, and how you are reached."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from amends.directory import checks, members
from amends.directory import preferences as chosen
from amends.directory.models import Member
from amends.escalations.actions import preferences
from amends.escalations.authority import Act, may
from amends.lib.errors import Refused
from amends.outbox.chat import masked
from amends.web import cover
from amends.web.forms.base import sent
from amends.web.forms.people import YouForm
from amends.web.forms.reaching import ReachForm
from amends.web.requests import MemberRequest
from amends.web.views import outbox


@require_http_methods(["GET", "POST"])
def page(request: MemberRequest) -> HttpResponse:
    """Your name, your time zone, your phone; how you are reached."""
    form = YouForm.of(request.user, sent(request))
    if form.acts(lambda: members.change(request.user, **form.changes, by=request.actor, now=request.now)):
        messages.success(request, "Saved.")
        return redirect("you")
    return _page(request, form, ReachForm.of(chosen.of(request.user)))


@require_POST
def reach(request: MemberRequest) -> HttpResponse:
    """By which way, when not, and what in the morning."""
    form = ReachForm.of(chosen.of(request.user), request.POST)
    if form.acts(lambda: preferences.change(request.user, **form.changes(), by=request.actor, now=request.now)):
        messages.success(request, "Saved. This is how you are reached from now on.")
        return redirect("/you/#reach")
    return _page(request, YouForm.of(request.user), form)


@require_POST
def test_chat(request: MemberRequest) -> HttpResponse:
    """A word to your own chat."""
    try:
        preferences.test_chat(request.user, by=request.actor, now=request.now)
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, "A test is on its way to your chat. How it went stands beside your address.")
    return redirect("/you/#reach")


def _page(request: MemberRequest, form: YouForm, reach_form: ReachForm) -> HttpResponse:
    preference = chosen.of(request.user)
    last = preferences.last_by_chat(request.user) if preference.chat_url else None
    context = {
        "form": form,
        "reach": reach_form,
        "chat": masked(preference.chat_url),
        "last": outbox.rows([last], request.now)[0] if last else None,
        "may_see_overview": may(request.actor, Act.SEE_OVERVIEW),
        "zones": checks.zones(),
        "away": cover.away_one(request.user, zone=request.zone, now=request.now),
        "covers": ", ".join(member.name for member in Member.objects.filter(pk__in=request.actor.covers)),
    }
    return render(request, "you/page.html", context, status=422 if form.errors or reach_form.errors else 200)
