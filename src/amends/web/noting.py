"""What a case page shows of what is inside: the note to write, files, who watches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from amends.escalations import authority
from amends.escalations.actions import files
from amends.escalations.actions.files import File
from amends.escalations.authority import Act
from amends.escalations.models import Attachment, Escalation, Problem
from amends.web.forms.notes import NoteForm
from amends.web.requests import MemberRequest
from amends.web.uploads import left_out

MOST_NOTES = 30
# The drawer with a problem stands over the case, which has a note of its own.
OF_CASE, OF_PROBLEM = "id_note_%s", "id_problem_note_%s"
_PARTS = (("", "All"), ("said", "Said"), ("inside", "Inside"), ("decisions", "Decisions"))


def sent_note(request: MemberRequest, auto_id: str = OF_CASE) -> NoteForm:
    """The note that came in, with its files."""
    data = request.POST if isinstance(request.POST, QueryDict) else None
    return NoteForm(data=data, files=request.FILES, left_out=left_out(request), auto_id=auto_id)


def context(request: MemberRequest, escalation: Escalation, note: NoteForm | None = None) -> dict[str, Any]:
    """For the case page. `note` is one that came back."""
    may_note = not escalation.is_history and authority.may(request.actor, Act.NOTE, escalation)
    watchers = [watcher.member for watcher in escalation.watchers.select_related("member")]
    return {
        "note_form": (note or NoteForm(auto_id=OF_CASE)) if may_note else None,
        "note_action": reverse("write_note", args=[escalation.key]),
        "note_draft": f"note:{escalation.key}",
        "timeline_parts": _PARTS,
        "watchers": watchers,
        "watches": request.actor.member_id in {member.pk for member in watchers},
        "may_watch": not escalation.is_history and authority.may(request.actor, Act.WATCH, escalation),
        "may_have_watched": not escalation.is_history and authority.may(request.actor, Act.STEER, escalation),
    }


def of_problem(request: MemberRequest, problem: Problem) -> dict[str, Any]:
    """For the page of a problem: its notes and files, and a note to write on it."""
    may_note = not problem.escalation.is_history and authority.may(request.actor, Act.NOTE, problem.escalation)
    return {
        "note_form": NoteForm(auto_id=OF_PROBLEM) if may_note else None,
        "notes": problem.notes.select_related("by").prefetch_related("attachments").order_by("-at", "-id")[:MOST_NOTES],
        "problem_files": problem.attachments.select_related("by").order_by("-at", "-id")[:MOST_NOTES],
    }


def file_words(given: Sequence[File], kept: Sequence[Attachment]) -> str:
    """What one should know of files that were just attached: another name, or that we had them already."""
    same = files.same_before(kept)
    says = []
    for file, attachment in zip(given, kept, strict=True):
        if _ending(file.name) != _ending(attachment.name):
            says.append(f"“{file.name}” is kept as “{attachment.name}”, which is what it is.")
        if twin := same.get(attachment.pk):
            says.append(f"“{attachment.name}” is the same file as “{twin.name}”, which was here already.")
    return " ".join(says)


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower()
