"""Before a meeting its brief, after it its notes: written, looked at, sent in one step."""

from __future__ import annotations

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from amends.directory.models import Organisation
from amends.escalations import access, citing, customer_links, mails, meeting_drafts, texts
from amends.escalations import meetings as planning
from amends.escalations.actions import meeting_notes
from amends.escalations.actions.promises import AN_UPDATE
from amends.escalations.authority import Act, check
from amends.escalations.models import Escalation, Meeting, Update
from amends.escalations.timeline import meeting_briefs
from amends.lib.errors import Refused
from amends.outbox.letters import Letter, for_others
from amends.outbox.letters import render as rendered
from amends.web import case_page, composing, drafts, leaving, meeting_page
from amends.web.asking import Ask, answer, finished
from amends.web.forms.base import sent
from amends.web.forms.case import wall_time
from amends.web.forms.composer import Beside
from amends.web.forms.meeting_notes import NotesForm
from amends.web.forms.meetings import NoNotesForm
from amends.web.marked import marked
from amends.web.requests import MemberRequest


@require_GET
def brief(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """One page to read before it, or to print: who, what they are worth, what was promised and said, one's own part."""
    escalation = access.find(key, seen_by=request.actor)
    meeting = meeting_page.find_meeting(escalation, pk)
    context = {
        "escalation": escalation,
        "meeting": meeting,
        "title": planning.title(meeting, Organisation.current()),
        "facts": meeting_briefs.of(meeting).facts(request.user, request.now),
        "written_at": request.now,
    }
    return render(request, "meetings/brief.html", context)


def write(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """Write the notes, keep the draft, or send them."""
    escalation, meeting = _found(request, key, pk)
    if request.method != "POST" and not meeting.awaits_notes:
        # A ring may lead here later. Its own page says what is so: that nobody has said how it was, or they have them.
        return redirect(_page_of(meeting))
    if request.method != "POST":
        return _page(request, meeting, _begun(request, meeting))
    if request.POST.get("back"):
        # From the preview: go on writing.
        return _page(request, meeting, _form(request, meeting, initial=_typed(request)))
    if request.POST.get("keep"):
        return _keep(request, meeting)
    form = _form(request, meeting, data=request.POST)
    if form.acts(lambda: _send(request, meeting, form)) is None:
        return _page(request, meeting, form, status=422)
    names = ", ".join(contact.name for contact in form.cleaned_data["to"])
    goes = leaving.says(f"The notes are on their way to {names}.", f"The notes to {names} wait")
    response = finished(request, escalation, goes, back=_page_of(meeting))
    drafts.arrived(response, _draft_key(meeting))
    return response


@csp_update({"style-src": [UNSAFE_INLINE]})  # type: ignore[arg-type]
def preview(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """The notes exactly as they will arrive. Nothing is sent. Mails carry their styles with them."""
    escalation, meeting = _found(request, key, pk)
    if request.method != "POST":
        return redirect("meeting_notes", key=escalation.key, pk=meeting.pk)
    form = _form(request, meeting, data=request.POST, is_final=False)
    if not form.is_valid():
        return _page(request, meeting, form, status=422)
    organisation, typed = Organisation.current(), form.cleaned_data
    numbers = [contact.pk for contact in typed["to"]]
    letter = mails.letter(
        organisation,
        escalation,
        subject=typed["subject"].strip() or mails.subject(escalation),
        text=form.words,
        to=typed["to"],
        by=request.actor,
        link=next(iter(customer_links.by_contact(escalation, numbers, request.now).values()), None),
    )
    # What stands at the foot of a copy is for its reader alone.
    letter = Letter.read(for_others(letter.as_json()))
    context = {
        "escalation": escalation,
        "meeting": meeting,
        "form": form,
        "letter": letter,
        "mail": rendered(letter, organisation=organisation.name),
        "to": typed["to"],
        "sender": organisation.mail_from,
        "then": form.then,
        "leaving_out": form.leaving_out,
        "marks": marked(form.words, confirmed=citing.certain(escalation)),
        "typed": [(name, value) for name, each in request.POST.lists() if name in form.fields for value in each],
    }
    return render(request, "meetings/preview.html", context)


def waive(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """They get none, and why."""
    escalation, meeting = _found(request, key, pk)
    form = NoNotesForm(data=sent(request))
    ask = Ask(
        "They get no notes",
        "No notes",
        says="Perhaps they wrote their own. Nobody is asked for them any more; why stays on the timeline.",
    )
    return answer(
        request,
        escalation,
        form,
        ask,
        lambda: meeting_notes.waive(meeting, **form.cleaned_data, by=request.actor, now=request.now),
        done="They get no notes of it.",
        back=_page_of(meeting),
    )


def _found(request: MemberRequest, key: str, pk: int) -> tuple[Escalation, Meeting]:
    escalation = access.find(key, seen_by=request.actor)
    check(request.actor, Act.TELL, escalation)
    return escalation, meeting_page.find_meeting(escalation, pk)


def _form(request: MemberRequest, meeting: Meeting, **options: object) -> NotesForm:
    escalation = meeting.escalation
    return NotesForm(
        escalation,
        contacts=case_page.contacts_of(escalation),
        keeps=(),
        promises=list(case_page.rest(escalation)),
        now=request.now,
        beside=Beside((), composing.beside(escalation, request.now).left_out),
        author=case_page.beside_the_handler(request, escalation),
        meeting=meeting,
        **options,
    )


def _begun(request: MemberRequest, meeting: Meeting) -> NotesForm:
    """With what somebody has written so far, else with what the meeting itself says.

    What is promised already stands in it with its time; else the next update is proposed.
    """
    escalation, now = meeting.escalation, request.now
    begun = meeting_drafts.kept(meeting) or meeting_drafts.draft(meeting, by=request.actor, now=now)
    readers = meeting_drafts.readers(meeting, now)
    initial: dict[str, object] = {"subject": begun.subject, "text": begun.text, "to": [each.pk for each in readers]}
    promised = [each for each in case_page.rest(escalation) if not each.is_look and each.due_at > now]
    if promised:
        first = readers[0] if readers else None
        initial["text"] = texts.say_next(begun.text, escalation, first, next_at=promised[0].due_at, now=now)
    elif next_at := case_page.proposed_next(escalation, now):
        initial |= {"next_what": AN_UPDATE, "next_at": wall_time(next_at, escalation.account.zone)}
    return _form(request, meeting, initial=initial)


def _typed(request: MemberRequest) -> dict[str, object]:
    return {name: request.POST.getlist(name) if name == "to" else value for name, value in request.POST.items()}


def _keep(request: MemberRequest, meeting: Meeting) -> HttpResponse:
    """Keep the draft, so that somebody else may go on with it. All else that was typed stays in the form."""
    form = _form(request, meeting, initial=_typed(request))
    typed = {name: request.POST.get(name, "").replace("\r\n", "\n") for name in ("subject", "text")}
    try:
        meeting_notes.write(meeting, **typed, by=request.actor, now=request.now)
    except Refused as refused:
        messages.warning(request, refused.sentence)
        return _page(request, meeting, form, status=422)
    messages.success(request, "The draft is kept. Whoever opens these notes goes on from here.")
    response = _page(request, meeting, form)
    drafts.arrived(response, _draft_key(meeting))
    return response


def _send(request: MemberRequest, meeting: Meeting, form: NotesForm) -> Update:
    typed = form.cleaned_data
    return meeting_notes.send(
        meeting,
        text=form.words,
        subject=typed["subject"],
        to=typed["to"],
        then=form.then,
        leaving_out=form.leaving_out,
        by=request.actor,
        now=request.now,
    )


def _page(request: MemberRequest, meeting: Meeting, form: NotesForm, *, status: int = 200) -> HttpResponse:
    context = {
        "escalation": meeting.escalation,
        "meeting": meeting,
        "composer": form,
        "draft": _draft_key(meeting),
        "leaves": leaving.has_server(),
        "notes": getattr(meeting, "notes", None),
        "says_next_by": texts.NEXT_BY in (form["text"].value() or ""),
        "reading": composing.reading(form.proof, form.zone, form["text"].value() or "", meeting.escalation)
        | {"troubles": ()},
    }
    return render(request, "meetings/notes.html", context, status=status)


def _draft_key(meeting: Meeting) -> str:
    return f"notes:{meeting.pk}"


def _page_of(meeting: Meeting) -> str:
    return reverse("meeting", args=[meeting.escalation.key, meeting.pk])
