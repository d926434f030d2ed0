"""Saved views of the list: to keep one, to rename or share it, to forget it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from amends.escalations import access
from amends.escalations.actions import saved_views
from amends.escalations.filtering import VIEWS
from amends.escalations.models import SavedView
from amends.web import list_filters
from amends.web.forms.base import sent
from amends.web.forms.views import SavedViewForm
from amends.web.lookup import find
from amends.web.requests import MemberRequest


@require_http_methods(["GET", "POST"])
def add(request: MemberRequest) -> HttpResponse:
    """Keep the filters that stand in the address under a name."""
    query = list_filters.write(list_filters.read(request.GET))
    form = SavedViewForm(sent(request))
    if view := form.acts(lambda: saved_views.keep(query=query, **form.cleaned_data, by=request.actor, now=request.now)):
        messages.success(request, f"{view.name} stands beside the other views now.")
        return _back(view)
    return _form(request, form, None, query)


@require_http_methods(["GET", "POST"])
def change(request: MemberRequest, pk: int) -> HttpResponse:
    """A view’s name, and who has it."""
    view = find(access.views_visible_to(request.actor), pk, "view")
    form = SavedViewForm(request.POST) if request.method == "POST" else SavedViewForm.of(view)
    if form.acts(lambda: saved_views.change(view, **form.cleaned_data, by=request.actor, now=request.now)):
        messages.success(request, "Saved.")
        return _back(view)
    return _form(request, form, view, view.query)


@require_POST
def delete(request: MemberRequest, pk: int) -> HttpResponse:
    """Forget a view."""
    view = find(access.views_visible_to(request.actor), pk, "view")
    saved_views.forget(view, by=request.actor, now=request.now)
    messages.success(request, f"{view.name} is no longer among the views.")
    return redirect("escalations")


def _back(view: SavedView) -> HttpResponse:
    return redirect(f"{reverse('escalations')}?{view.query}&saved={view.pk}")


def _form(request: MemberRequest, form: SavedViewForm, view: SavedView | None, query: str) -> HttpResponse:
    wanted = list_filters.read(QueryDict(query))
    offered = list_filters.choices(request, list_filters.in_force())
    context = {
        "form": form,
        "view": view,
        "asked": query,
        "of_view": VIEWS[wanted.view],
        "chips": list_filters.chips(wanted, offered),
        "is_mine": view is None or view.member_id == request.actor.member_id,
    }
    return render(request, "escalations/view.html", context, status=422 if form.errors else 200)
