"""The forms with which one plans a meeting, changes it and says how it was: what they begin with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from amends.directory.models import Member
from amends.escalations import meetings as planning
from amends.escalations.actions.promises import AN_UPDATE
from amends.escalations.models import Attendance, Escalation, Meeting, Promise
from amends.lib import when
from amends.web import case_page, meeting_page
from amends.web.forms.base import sent
from amends.web.forms.case import wall_time
from amends.web.forms.meetings import ChangeMeetingForm, PlanForm, parts_of
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
    kind = _kind(escalation, kind)
    suits = {"suits": request.GET["suits"]} if "suits" in request.GET else {}
    return form(request, escalation, kind, initial=_brought(request, escalation, kind) | suits)


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
        "agenda": agenda,
        "begun_with": fingerprint(agenda),
        "contacts": [each.person.pk for each in asked if not each.is_ours],
    }
    for each in asked:
        if each.is_ours:
            found |= {f"part_{each.person.pk}": each.part, f"optional_{each.person.pk}": each.is_optional}
    return found


def resumed(request: MemberRequest, escalation: Escalation) -> PlanForm:
    """The form with another kind, and with what was typed otherwise. Nothing of it is judged yet."""
    kind = _kind(escalation, request.POST.get("kind", ""))
    brought = _brought(request, escalation, kind)
    stays = [name for name in request.POST if name in _STAYS or name.startswith("more_")]
    typed: dict[str, Any] = {name: request.POST[name] for name in stays}
    if fingerprint(request.POST.get("agenda", "")) != request.POST.get("begun_with"):
        typed["agenda"] = request.POST.get("agenda", "")
    if chosen := request.POST.getlist("contacts"):
        typed["contacts"] = chosen
    return form(request, escalation, kind, initial=brought | typed)


_STAYS = ("suits", "starts_at", "minutes", "place", "text")


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
