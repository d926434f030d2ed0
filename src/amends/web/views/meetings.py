"""Meetings: all of a case, planning one, changing it, calling it off, how it was, who comes."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from amends.directory.models import Organisation
from amends.escalations import access, invites
from amends.escalations import meetings as planning
from amends.escalations.actions import meeting_answers, meetings
from amends.escalations.authority import Act, check
from amends.escalations.models import Escalation, Meeting
from amends.escalations.timeline import meeting_briefs
from amends.lib import when
from amends.web import case_page, drafts, leaving, meeting_page, meeting_planning
from amends.web.asking import Ask, answer, asked, finished
from amends.web.case_page import Rights
from amends.web.forms.base import Form, sent
from amends.web.forms.meetings import AnswerForm, CallOffForm, HeldForm, PlanForm
from amends.web.forms.updates import MOST_WORDS
from amends.web.marked import marked
from amends.web.requests import MemberRequest, asks_aside

Kind = Meeting.Kind


@require_GET
def page(request: MemberRequest, key: str) -> HttpResponse:
    """Every meeting of a case: what is planned, what was held, what was called off."""
    escalation = access.find(key, seen_by=request.actor)
    rows = meeting_page.all_of(escalation)
    planned = [row for row in reversed(rows) if row.meeting.is_planned]
    context = {
        "escalation": escalation,
        "rights": Rights.of(request, escalation),
        "planned": planned,
        "past": [row for row in rows if not row.meeting.is_planned],
    }
    return render(request, "meetings/page.html", context)


@require_GET
def one(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """One meeting: when, who and what they answered, what about, how it was, its notes."""
    return _one(request, *_found(request, key, pk))


def plan(request: MemberRequest, key: str) -> HttpResponse:
    """Plan one. Another kind brings another agenda and other people; what was typed otherwise stays."""
    escalation = _told(request, key)
    if request.method != "POST":
        kind = request.GET.get("kind", "")
        return _plan_page(request, meeting_planning.fresh(request, escalation, kind), escalation)
    if request.POST.get("begin"):
        return _plan_page(request, meeting_planning.resumed(request, escalation), escalation)
    if meeting_planning.is_of_another(request):
        form = meeting_planning.resumed(request, escalation)
        return _plan_page(request, form, escalation, status=422, is_other=True)
    form = meeting_planning.form(request, escalation, request.POST.get("kind", ""), data=request.POST)
    made = form.acts(lambda: _plan(request, escalation, form))
    if made is None:
        return _plan_page(request, form, escalation, status=422)
    goes = leaving.says("Those who are in it get the invitation now.", "The invitation waits")
    response = finished(request, escalation, f"It is planned. {goes}", back=_page_of(made))
    drafts.arrived(response, f"meeting:{escalation.key}")
    return response


@asks_aside
@require_POST
def read(request: MemberRequest, key: str) -> HttpResponse:
    """Where what is being written to the customer should be thought about again. Nothing is kept of it."""
    escalation = _told(request, key)
    marks = marked(request.POST.get("text", "")[:MOST_WORDS])
    return render(request, "escalation/_marks.html", {"escalation": escalation, "marks": marks})


def change(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """Another time, place, agenda, other people: all who are in it are told."""
    escalation, meeting = _told_of(request, key, pk)
    form = meeting_planning.change_form(request, escalation, meeting)

    def act() -> Meeting:
        typed = form.cleaned_data
        return meetings.change(
            meeting,
            **form.different,
            reason=typed["reason"],
            text=typed["text"],
            by=request.actor,
            now=request.now,
        )

    if form.acts(act) is not None:
        goes = leaving.says("Everybody who is in it is told.", "It is changed. The mail that says so waits")
        response = finished(request, escalation, goes, back=_page_of(meeting))
        drafts.arrived(response, request.path)
        return response
    marks = marked(form["text"].value() or "")
    context = {"escalation": escalation, "meeting": meeting, "form": form, "marks": marks}
    context["leaves"] = leaving.has_server()
    return render(request, "meetings/change.html", context, status=422 if form.is_bound else 200)


def call_off(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """It does not take place."""
    escalation, meeting = _told_of(request, key, pk)
    contacts = [each.contact for each in meeting_page.people_in(meeting) if each.contact]
    text = invites.text_of_end(meeting, contacts, by=request.actor, now=request.now) if contacts else ""
    form = CallOffForm(is_internal=not contacts, data=sent(request), initial={"text": text})
    ask = Ask(
        "Call off the meeting",
        "Call it off",
        says="Everybody who is in it is told, and it leaves their calendars. Why stays inside"
        + (", unless you write it to them below." if contacts else "."),
        is_grave=True,
    )
    goes = leaving.says("Everybody who was in it is told.", "The mail that says so waits")
    return answer(
        request,
        escalation,
        form,
        ask,
        lambda: meetings.call_off(meeting, **form.cleaned_data, by=request.actor, now=request.now),
        done=f"It is called off. {goes}",
        back=_page_of(meeting),
    )


def held(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """How it was. With the customer it is a word to them, and its notes are awaited from now on.

    Before it was to begin nobody is asked; who met all the same may say so (`earlier`).
    """
    escalation, meeting = _told_of(request, key, pk)
    is_ahead = meeting.is_planned and not meeting.has_begun(request.now)
    if is_ahead and request.method != "POST" and "earlier" not in request.GET:
        begins = when.day_and_time(meeting.starts_at, request.zone, request.now)
        says = f"It begins {begins}. From then on you can say here how it was."
        ask = Ask("How was it?", "", says=says, template="meetings/_ahead.html")
        return asked(request, escalation, ask, Form(), meeting=meeting)
    people = meeting_page.people_in(meeting)
    form = HeldForm(
        meeting,
        people,
        here=request.zone,
        author=case_page.beside_the_handler(request, escalation),
        data=sent(request),
        initial=meeting_planning.as_planned(request, escalation, meeting, people),
    )

    def act() -> Meeting:
        typed = form.cleaned_data
        return meetings.held(
            meeting,
            came=set(typed["came"]),
            words=typed["words"],
            mood=typed.get("mood") or "",
            at=typed["at"],
            lasted=typed["lasted"],
            then=form.then,
            by=request.actor,
            now=request.now,
        )

    ask = Ask(
        "How was it?",
        "Write it down",
        says="Your minutes stay inside. What the customer gets are the notes, which you write next."
        if not meeting.is_internal
        else "It stays inside.",
        keeps_draft=True,
        template="meetings/_held.html",
    )
    back = _page_of(meeting) if meeting.is_internal else reverse("meeting_notes", args=[escalation.key, meeting.pk])
    return answer(
        request,
        escalation,
        form,
        ask,
        act,
        done="It is written down." if meeting.is_internal else "It is written down. Now the notes, while it is fresh.",
        back=back,
        meeting=meeting,
        steps=planning.steps(escalation, meeting.kind),
    )


def answer_for(request: MemberRequest, key: str, pk: int, number: int) -> HttpResponse:
    """What somebody answered; for oneself everybody may."""
    escalation, meeting = _found(request, key, pk)
    attendance = meeting_page.find_attendance(meeting, number)
    is_own = meeting_page.is_own(attendance, request.actor)
    if not is_own:
        check(request.actor, Act.TELL, escalation)
    known = "" if attendance.answer == "needs_action" else attendance.answer
    begins = {"answer": known, "comment": attendance.comment}
    form = AnswerForm(meeting.zone, data=sent(request), initial=begins)
    if is_own:
        form.fields["answer"].label, form.fields["comment"].label = "You say", "In your words"
    is_me = attendance.member_id == request.actor.member_id
    ask = Ask(
        "Do you come?" if is_me else f"Does {attendance.name} come?",
        "Write it down",
        says="Whoever planned it hears of it." if is_own else "As they told you, on the phone perhaps.",
    )
    return answer(
        request,
        escalation,
        form,
        ask,
        lambda: meeting_answers.by_hand(attendance, **form.cleaned_data, by=request.actor, now=request.now),
        done="It is written down.",
        back=_page_of(meeting),
    )


def _one(request: MemberRequest, escalation: Escalation, meeting: Meeting) -> HttpResponse:
    people = meeting_page.people_in(meeting)
    rights = Rights.of(request, escalation)
    mine = next((each for each in people if meeting_page.is_own(each, request.actor)), None)
    context = {
        "escalation": escalation,
        "meeting": meeting,
        "shown": meeting_page.Shown(meeting, people),
        "title": planning.title(meeting, Organisation.current()),
        "agenda": [line.strip() for line in meeting.agenda.splitlines() if line.strip()],
        "steps": planning.steps(escalation, meeting.kind),
        "rights": rights,
        "mine": mine,
        "part": meeting_briefs.your_part(mine, escalation) if mine else "",
        "is_unsettled": meeting.is_unsettled(request.now),
        "has_begun": meeting.has_begun(request.now),
        "notes": getattr(meeting, "notes", None),
        "notes_say": meeting_page.notes_say(meeting),
        "waits": leaving.of_meeting(meeting, request.zone, request.now),
    }
    return render(request, "meetings/one.html", context)


def _told(request: MemberRequest, key: str) -> Escalation:
    escalation = access.find(key, seen_by=request.actor)
    check(request.actor, Act.TELL, escalation)
    return escalation


def _found(request: MemberRequest, key: str, pk: int) -> tuple[Escalation, Meeting]:
    escalation = access.find(key, seen_by=request.actor)
    return escalation, meeting_page.find_meeting(escalation, pk)


def _told_of(request: MemberRequest, key: str, pk: int) -> tuple[Escalation, Meeting]:
    escalation = _told(request, key)
    return escalation, meeting_page.find_meeting(escalation, pk)


def _page_of(meeting: Meeting) -> str:
    return reverse("meeting", args=[meeting.escalation.key, meeting.pk])


def _plan(request: MemberRequest, escalation: Escalation, form: PlanForm) -> Meeting:
    typed = form.cleaned_data
    return meetings.plan(
        escalation,
        **{name: typed[name] for name in ("kind", "starts_at", "minutes", "contacts", "place", "agenda", "text")},
        members=form.invited,
        zone=form.zone,
        by=request.actor,
        now=request.now,
    )


def _plan_page(
    request: MemberRequest, form: PlanForm, escalation: Escalation, *, status: int = 200, is_other: bool = False
) -> HttpResponse:
    kind = form["kind"].value()
    steps = planning.steps(escalation, kind) if kind in Kind.values else ()
    context = {"escalation": escalation, "form": form, "steps": steps, "is_internal": kind == Kind.INTERNAL}
    context["first_word"] = "" if kind == Kind.INTERNAL else meeting_planning.first_word(request, escalation)
    context["marks"] = marked(form["text"].value() or "")
    context["leaves"] = leaving.has_server()
    context |= {"is_other": is_other, "is_typed": request.method == "POST"}
    if request.headers.get("HX-Request"):
        return render(request, "meetings/_plan.html", context, status=status)
    return render(request, "meetings/plan.html", context, status=status)
