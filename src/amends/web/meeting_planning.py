"""The forms with which one plans a meeting, changes it and says how it was: what they begin with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError

from amends.directory.models import Member
from amends.escalations import meetings as planning
from amends.escalations.actions.promises import AN_UPDATE
from amends.escalations.models import Attendance, Escalation, Meeting, Promise
from amends.lib import when
from amends.web import case_page, drafts, meeting_page
from amends.web.forms.base import sent
from amends.web.forms.case import wall_time
from amends.web.forms.meetings import ChangeMeetingForm, PlanForm, parts_of
from amends.web.forms.moments import LocalMoment
from amends.web.forms.proofread import fingerprint
from amends.web.paging import number
from amends.web.requests import MemberRequest

Kind = Meeting.Kind


def _zone(request: MemberRequest, escalation: Escalation, kind: str) -> str:
    """On whose clock it is planned: the customer's, unless it is among ourselves."""
    if kind == Kind.INTERNAL:
        return request.zone
    contact = escalation.contact
    return (contact.zone if contact else "") or escalation.account.zone


def form(request: MemberRequest, escalation: Escalation, kind: str, **options: Any) -> PlanForm:
    """The form of a new meeting of a kind, with those who should be asked and those of whom it says something."""
    kind = _kind(escalation, kind)
    zone = _zone(request, escalation, kind)
    asked = planning.propose(escalation, kind, request.now)
    proposed = {each.person: each.why for each in asked if isinstance(each.person, Member)}
    data = options.get("data")
    for member in Member.objects.here().filter(pk__in=_named(data if data is not None else options.get("initial", {}))):
        proposed.setdefault(member, "")
    times = [
        (time.at.isoformat(), time.says(zone, request)) for time in meeting_page.their_times(escalation, request.now)
    ]
    return PlanForm(
        escalation,
        zone=zone,
        contacts=[] if kind == Kind.INTERNAL else case_page.contacts_of(escalation),
        proposed=proposed,
        now=request.now,
        times=[] if kind == Kind.INTERNAL else times,
        **options,
    )


def fresh(request: MemberRequest, escalation: Escalation, kind: str) -> PlanForm:
    """With what a kind brings along; the likeliest one where none is named."""
    suits = {"suits": request.GET["suits"]} if "suits" in request.GET else {}
    named, kind = kind, _kind(escalation, kind)
    found = form(request, escalation, kind, initial=_brought(request, escalation, kind) | suits)
    asked = (["kind"] if named == kind else []) + (["suits"] if suits and "suits" in found.fields else [])
    drafts.begin_with(found, *asked)
    return found


def first_word(request: MemberRequest, escalation: Escalation) -> str:
    """What an invitation keeps while the customer has had no word from us; blank where they have. One query."""
    owed = escalation.promises.open().filter(kind=Promise.Kind.ACKNOWLEDGEMENT).select_related("to").first()
    if owed is None:
        return ""
    by = when.their_time(owed.due_at, owed.zone, request.now)
    late = ", late," if owed.due_at < request.now else ""
    return f"The invitation is your first word to them: it keeps{late} the promise to answer by {by}."


def _brought(request: MemberRequest, escalation: Escalation, kind: str) -> dict[str, Any]:
    """What a kind brings along: its agenda, and who should be asked."""
    asked = planning.propose(escalation, kind, request.now)
    agenda = planning.agenda(escalation, kind)
    found: dict[str, Any] = {
        "kind": kind,
        "drawn_for": kind,
        "agenda": agenda,
        "begun_with": fingerprint(agenda),
        "contacts": [each.person.pk for each in asked if not each.is_ours],
    }
    for each in asked:
        if each.is_ours:
            found |= {f"part_{each.person.pk}": each.part, f"optional_{each.person.pk}": each.is_optional}
    return found


def resumed(request: MemberRequest, escalation: Escalation) -> PlanForm:
    """The form with another kind, and with what was typed otherwise. Nothing of it is judged yet.

    Our people and their parts are the kind's, unless they were typed for just this one.
    """
    kind = _kind(escalation, request.POST.get("kind", ""))
    brought = _brought(request, escalation, kind)
    is_drawn = request.POST.get("drawn_for") == kind
    if is_drawn:
        brought = {name: value for name, value in brought.items() if not name.startswith(_OURS)}
    stays = (*_STAYS, *_OURS) if is_drawn else _STAYS
    typed: dict[str, Any] = {name: request.POST[name] for name in request.POST if name.startswith(stays)}
    if "starts_at" in typed and (was := request.POST.get("drawn_for", "")) in Kind.values:
        clocks = _zone(request, escalation, was), _zone(request, escalation, kind)
        typed["starts_at"] = _on_another_clock(typed["starts_at"], *clocks)
    if fingerprint(request.POST.get("agenda", "")) != request.POST.get("begun_with"):
        typed["agenda"] = request.POST.get("agenda", "")
    chosen = request.POST.getlist("contacts")
    if chosen or is_drawn:
        typed["contacts"] = chosen
    return form(request, escalation, kind, initial=brought | typed)


def _on_another_clock(typed: str, here: str, there: str) -> str:
    """The same moment as the field takes it on the clock of `there`; what is none stays as it was typed."""
    try:
        at = LocalMoment(zone=here, required=False).clean(typed)
    except ValidationError:
        return typed
    return f"{wall_time(at, there):%Y-%m-%dT%H:%M}" if at and here != there else typed


_STAYS = ("suits", "starts_at", "minutes", "place", "text", "more_")
_OURS = ("part_", "optional_")


def is_of_another(request: MemberRequest) -> bool:
    """Whether the kind that was chosen is not the one whose agenda and people were sent with it."""
    drawn_for = request.POST.get("drawn_for", "")
    return drawn_for in Kind.values and request.POST.get("kind", "") in set(Kind.values) - {drawn_for}


def _named(data: Any) -> list[int]:
    """The members of whom a form says something."""
    rows = (name.removeprefix("part_") for name in data if name.startswith("part_"))
    return [pk for row in rows if (pk := number(row))]


def change_form(request: MemberRequest, escalation: Escalation, meeting: Meeting) -> ChangeMeetingForm:
    """The form with how it stands."""
    people = meeting_page.people_in(meeting)
    ours = [planning.Invited(each.member, each.part, each.is_optional) for each in people if each.member]
    contacts = [] if meeting.is_internal else case_page.contacts_of(escalation)
    times = meeting_page.their_times(escalation, request.now)
    return ChangeMeetingForm(
        escalation,
        zone=meeting.zone,
        contacts=contacts,
        proposed={each.member: "" for each in ours},
        now=request.now,
        times=[]
        if meeting.is_internal
        else [(time.at.isoformat(), time.says(meeting.zone, request)) for time in times],
        data=sent(request),
        initial={
            "starts_at": wall_time(meeting.starts_at, meeting.zone),
            "minutes": meeting.minutes,
            "place": meeting.place,
            "agenda": meeting.agenda,
            "contacts": [each.contact_id for each in people if each.contact_id],
            **parts_of(ours),
        },
    )


def as_planned(
    request: MemberRequest, escalation: Escalation, meeting: Meeting, people: Sequence[Attendance]
) -> dict[str, Any]:
    """That it was as it was planned, and what they hear next by the playbook."""
    found: dict[str, Any] = {
        "came": [each.pk for each in people if each.answer != Attendance.Answer.DECLINED],
        "at": wall_time(meeting.starts_at, request.zone),
        "lasted": meeting.minutes,
        "mood": "",
    }
    if meeting.is_internal:
        return found
    others = [promise for promise in case_page.rest(escalation) if promise.pk != meeting.promise_id]
    next_at = None if others else case_page.proposed_next(escalation, request.now)
    if next_at:
        found |= {"next_at": wall_time(next_at, escalation.account.zone), "next_what": AN_UPDATE}
    return found


def _kind(escalation: Escalation, named: str) -> str:
    return named if named in Kind.values else meeting_page.likely_kind(escalation)
