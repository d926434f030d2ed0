"""Teams: who owns problems together."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from amends.directory import teams
from amends.directory.models import Team
from amends.escalations.authority import Act, check
from amends.web.forms.base import sent
from amends.web.forms.people import TeamForm
from amends.web.lookup import find
from amends.web.requests import MemberRequest


@require_http_methods(["GET", "POST"])
def add(request: MemberRequest) -> HttpResponse:
    """A new team."""
    check(request.actor, Act.CHANGE_PEOPLE)
    form = TeamForm(sent(request))
    if team := form.acts(lambda: teams.add(**form.cleaned_data, by=request.actor, now=request.now)):
        messages.success(request, f"{team.name} is a team.")
        return redirect("people")
    return _form(request, form, None)


@require_http_methods(["GET", "POST"])
def change(request: MemberRequest, pk: int) -> HttpResponse:
    """A team’s name, kind and people, to be changed."""
    check(request.actor, Act.CHANGE_PEOPLE)
    team = find(Team.objects.all(), pk, "team")
    form = TeamForm.of(team, sent(request))
    if form.acts(lambda: teams.change(team, **form.changes, by=request.actor, now=request.now)):
        messages.success(request, "Saved.")
        return redirect("people")
    return _form(request, form, team)


def _form(request: MemberRequest, form: TeamForm, team: Team | None) -> HttpResponse:
    return render(request, "people/team.html", {"form": form, "team": team}, status=422 if form.errors else 200)
