"""What you say of yourself."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from amends.directory import checks, members
from amends.directory.models import Member
from amends.web import cover
from amends.web.forms.people import YouForm
from amends.web.requests import MemberRequest


@require_http_methods(["GET", "POST"])
def page(request: MemberRequest) -> HttpResponse:
    """Your name, your time zone, your phone."""
    form = YouForm(request.POST) if request.method == "POST" else YouForm.of(request.user)
    if form.acts(lambda: members.change(request.user, **form.cleaned_data, by=request.actor, now=request.now)):
        messages.success(request, "Saved.")
        return redirect("you")

    return render(
        request,
        "you/page.html",
        {
            "form": form,
            "zones": checks.zones(),
            "away": cover.away_one(request.user, zone=request.zone, now=request.now),
            "covers": ", ".join(member.name for member in Member.objects.filter(pk__in=request.actor.covers)),
        },
        status=422 if form.errors else 200,
    )
