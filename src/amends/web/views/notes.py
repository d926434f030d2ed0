"""Notes: written on a case or on a problem of it, and read in full."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from amends.directory.models import Member
from amends.escalations import access
from amends.escalations.actions import files, notes
from amends.escalations.authority import Act, check
from amends.escalations.models import Attachment, Escalation, Problem
from amends.web import case_page, drafts, noting, paging, problem_page
from amends.web.asking import finished, is_in_drawer
from amends.web.forms.notes import NoteForm
from amends.web.lookup import find
from amends.web.requests import MemberRequest, asks_aside
from amends.web.views import escalation as case_view

MOST_NAMES = 8


def write(request: MemberRequest, key: str) -> HttpResponse:
    """Say something inside. What cannot be comes back on the page with all that was typed."""
    escalation = access.find(key, seen_by=request.actor)
    check(request.actor, Act.NOTE, escalation)
    page = reverse("escalation", args=[escalation.key])
    if request.method != "POST":
        return redirect(f"{page}#timeline")
    form = noting.sent_note(request)
    kept = form.acts(_act(request, escalation, form))
    if kept is None:
        # Read anew: what the act had begun to write was taken back.
        return case_view.shown(request, access.find(key, seen_by=request.actor), note=form, status=422)
    messages.success(request, _done(form, kept))
    response = redirect(f"{page}#timeline")
    drafts.arrived(response, f"note:{escalation.key}")
    return response


def write_on_problem(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """Say something inside about one problem."""
    escalation = access.find(key, seen_by=request.actor)
    check(request.actor, Act.NOTE, escalation)
    problem = case_page.find_problem(escalation, pk)
    if request.method != "POST":
        return redirect("problem", key=escalation.key, pk=pk)
    form = noting.sent_note(request, noting.OF_PROBLEM)
    kept = form.acts(_act(request, escalation, form, problem))
    if kept is None:
        return problem_page.shown(
            request, escalation, case_page.find_problem(escalation, pk), status=422, note_form=form
        )
    says = _done(form, kept)
    if is_in_drawer(request):
        response = finished(request, escalation, says)
    else:
        messages.success(request, says)
        response = redirect("problem", key=escalation.key, pk=pk)
    drafts.arrived(response, request.path)
    return response


@require_GET
def one(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """All the words of one note."""
    escalation = access.find(key, seen_by=request.actor)
    found = escalation.notes.select_related("by", "problem").prefetch_related("attachments", "mentions")
    note = find(found, pk, "note", of=escalation.key)
    return render(request, "escalation/note.html", {"escalation": escalation, "note": note})


@asks_aside
@require_GET
def names(request: MemberRequest) -> HttpResponse:
    """Members whose name, or any word of it, begins with `q`: what stands behind an @ while it is typed."""
    check(request.actor, Act.SEE_PEOPLE)
    begins = paging.typed(request.GET, "q", 60)
    found = Member.objects.here().filter(Q(name__istartswith=begins) | Q(name__icontains=f" {begins}"))
    return render(request, "_member_names.html", {"members": found.order_by("name", "id")[:MOST_NAMES]})


def _act(
    request: MemberRequest, escalation: Escalation, form: NoteForm, problem: Problem | None = None
) -> Callable[[], Sequence[Attachment]]:
    """Write the note; files without words are attached without one. Answers with the files."""

    def act() -> Sequence[Attachment]:
        typed = form.cleaned_data
        who: dict[str, Any] = {"by": request.actor, "now": request.now}
        if not typed["text"]:
            return files.attach_all(escalation, files=typed["files"], problem=problem, **who)
        note = notes.write(escalation, text=typed["text"], files=typed["files"], problem=problem, **who)
        return list(note.attachments.all())

    return act


def _done(form: NoteForm, kept: Sequence[Attachment]) -> str:
    done = "Noted, for us alone." if form.cleaned_data["text"] else "Attached, for us alone."
    return f"{done} {noting.file_words(form.cleaned_data['files'], kept)}".strip()
