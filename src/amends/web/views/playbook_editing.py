"""Changing the playbook: checked as often as one likes, adopted once, with a reason."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from amends.escalations import access, hearing
from amends.escalations.actions import playbooks as acts
from amends.escalations.authority import Act, check
from amends.playbook import versions
from amends.playbook.document import BadDocument, load
from amends.playbook.models import PlaybookVersion
from amends.web import drafts, playbooks
from amends.web.asking import Ask, answer
from amends.web.forms.base import sent
from amends.web.forms.playbook import AdoptVersionForm, PlaybookForm
from amends.web.requests import MemberRequest

DRAFT = "playbook"


@require_http_methods(["GET", "POST"])
def edit(request: MemberRequest) -> HttpResponse:
    """The text in force, to be changed. “Check” says what is wrong or what would change; “Adopt” puts it in force."""
    check(request.actor, Act.ADOPT_PLAYBOOK)
    in_force = hearing.in_force()
    if request.method != "POST":
        response = _shown(request, PlaybookForm.of(in_force), in_force)
        if "anew" in request.GET:
            drafts.arrived(response, DRAFT)
        return response
    form = PlaybookForm(request.POST)
    return _sent(request, form, in_force) if form.is_valid() else _shown(request, form, in_force)


@require_http_methods(["GET", "POST"])
def adopt_for(request: MemberRequest, key: str) -> HttpResponse:
    """Judge one escalation by the version in force from now on, having seen what that changes."""
    escalation = access.find(key, seen_by=request.actor)
    check(request.actor, Act.STEER, escalation)
    old, new = escalation.playbook, hearing.in_force()
    form = AdoptVersionForm(data=sent(request), initial={"number": new.number})
    ask = Ask(
        f"Judge it by version {new.number}",
        f"Judge it by version {new.number}",
        says=f"It was opened under version {old.number}. What is due stays due, and so does the target date; "
        "from now on its clocks follow the newer version.",
        template="playbook/_adopt_for.html",
    )
    return answer(
        request,
        escalation,
        form,
        ask,
        lambda: acts.adopt(escalation, **form.cleaned_data, by=request.actor, now=request.now),
        done=f"It is judged by version {new.number} of the playbook now.",
        newer=new,
        changes=playbooks.compared(old, new.text, new.document),
    )


def _sent(request: MemberRequest, form: PlaybookForm, in_force: PlaybookVersion) -> HttpResponse:
    text = form.cleaned_data["text"]
    try:
        document = load(text)
    except BadDocument as bad:
        form.add_error("text", "Nothing was adopted. What to mend stands above.")
        mistakes = playbooks.marked(bad.mistakes, text)
        return _shown(request, form, in_force, mistakes=mistakes, mistake_count=len(bad.mistakes))
    changes = playbooks.compared(in_force, text, document)
    if form.cleaned_data["begun_from"] not in (None, in_force.number):
        return _overtaken(request, form, in_force, changes)
    if "adopt" in request.POST:
        return _adopted(request, form, in_force, changes)
    return _shown(request, form, in_force, changes=changes, is_checked=True)


def _overtaken(
    request: MemberRequest, form: PlaybookForm, in_force: PlaybookVersion, changes: playbooks.Changes
) -> HttpResponse:
    """Somebody was quicker: show what this text changes of theirs, and let it be adopted after that."""
    begun_from = form.cleaned_data["begun_from"]
    form.add_error("text", "Nothing was adopted. Look above at what this would change of the version in force now.")
    seen = request.POST.copy()
    seen["begun_from"] = str(in_force.number)
    form.data = seen
    return _shown(request, form, in_force, changes=changes, overtook=begun_from)


def _adopted(
    request: MemberRequest, form: PlaybookForm, in_force: PlaybookVersion, changes: playbooks.Changes
) -> HttpResponse:
    typed = form.cleaned_data
    if not typed["note"].strip():
        form.add_error("note", "Say why it changes, for those who come later.")
    elif version := form.acts(lambda: versions.adopt(**typed, by=request.actor, now=request.now)):
        messages.success(request, f"Version {version.number} is in force. Escalations under way keep theirs.")
        response = redirect("playbook")
        drafts.arrived(response, DRAFT)
        return response
    return _shown(request, form, in_force, changes=changes)


def _shown(request: MemberRequest, form: PlaybookForm, in_force: PlaybookVersion, **found: Any) -> HttpResponse:
    return render(
        request,
        "playbook/edit.html",
        {"form": form, "in_force": in_force, "draft": DRAFT, **found},
        status=422 if form.errors else 200,
    )
