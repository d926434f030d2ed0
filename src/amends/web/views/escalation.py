"""The page of one escalation: who and how grave, the next promise, both tracks, the timeline."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from amends.escalations import access, boards, causes
from amends.escalations.actions import helps, notices
from amends.escalations.models import Escalation, Promise
from amends.lib import when
from amends.web import (
    case_page,
    case_timeline,
    closing_list,
    composing,
    cover,
    customer_page,
    deciding,
    leaving,
    ledger,
    meeting_page,
    noting,
    paging,
    planning,
    worth,
)
from amends.web.case_page import Rights
from amends.web.forms.composer import ComposerForm
from amends.web.forms.notes import NoteForm
from amends.web.live import News
from amends.web.requests import MemberRequest, is_looking_ahead
from amends.web.views.escalations import grade, severity_name


@require_GET
def page(request: MemberRequest, key: str) -> HttpResponse:
    """One room with both tracks. What one was told of it is seen thereby, unless only a browser looks ahead."""
    escalation = access.find(key, seen_by=request.actor)
    if not is_looking_ahead(request):
        notices.see(escalation, by=request.actor, now=request.now)
    return shown(request, escalation)


@require_GET
def timeline(request: MemberRequest, key: str) -> HttpResponse:
    """Earlier entries: a part for htmx, else the whole page from there on."""
    escalation = access.find(key, seen_by=request.actor)
    if not request.headers.get("HX-Request"):
        return shown(request, escalation)
    part = case_timeline.part(escalation, request, paging.number(request.GET.get("before")), request.GET.get("day", ""))
    context = {"escalation": escalation, "timeline": part}
    return render(request, "escalation/_entries.html", context)


@require_GET
def promised(request: MemberRequest, key: str) -> HttpResponse:
    """Every promise of a case that has many, the open ones first."""
    escalation = access.find(key, seen_by=request.actor)
    case = boards.case(escalation, request.now)
    rows = case_page.promise_rows(case.promises, Rights.of(request, escalation), request.now)
    context = {"escalation": escalation, "rows": rows, "settled": _newest_first(case.settled)}
    return render(request, "escalation/promised.html", context)


def shown(
    request: MemberRequest,
    escalation: Escalation,
    *,
    form: ComposerForm | None = None,
    asked: composing.Asked | None = None,
    note: NoteForm | None = None,
    status: int = 200,
    warning: str = "",
    news: News | None = None,
) -> HttpResponse:
    """The page; `form` is an update that was sent and came back, `note` a note that did.

    `asked` is a prepared text that was chosen for the update.
    """
    case = boards.case(escalation, request.now)
    rights = Rights.of(request, escalation)
    contacts = case_page.contacts_of(escalation)
    before = paging.number(request.GET.get("before"))
    facts = ledger.context(request, escalation)
    context = {
        "escalation": escalation,
        "case": case,
        "rights": rights,
        "contacts": contacts,
        "warning": warning,
        "news": news,
        "timeline": case_timeline.part(escalation, request, before),
        **noting.context(request, escalation, note),
        "is_earlier": before is not None,
        **_header(request, escalation, case, rights),
        **_tell(request, escalation, case, rights),
        **(composing.context(request, escalation, case, contacts, form, asked) if rights.tell else {}),
        **planning.context(request, case, rights),
        **closing_list.context(escalation, rights, case.problems),
        **worth.context(escalation),
        **facts,
        "shelf": (_facts_drawer(facts["ledger"]), *_SHELF),
        **customer_page.links(escalation, request.actor, request.now),
        "causes": causes.of(escalation),
        "helps": helps.needed(escalation, request.actor) if escalation.is_under_way else [],
    }
    return render(request, "escalation/page.html", context, status=status)


def _header(request: MemberRequest, escalation: Escalation, case: boards.Case, rights: Rights) -> dict[str, Any]:
    document = escalation.playbook.document
    level = next((level.name.lower() for level in document.levels if level.level == escalation.level), "")
    span = max((escalation.target_at - escalation.opened_at).days, 1)
    does = "handles it" if escalation.is_under_way else "handled it"
    if escalation.status == Escalation.Status.REQUESTED:
        does = "is asked"
    return {
        "severity": severity_name(document, escalation.severity),
        "proposed": severity_name(document, escalation.proposed_severity),
        "grade": grade(document, escalation.severity),
        "day": escalation.day(request.now),
        "span": span,
        "steps": case_page.milestones(escalation, request),
        "target": _target(request, escalation),
        "handler_does": does,
        "handler_note": f"{does}, level {escalation.level}{f', {level}' if level else ''}",
        "handler_away": cover.away_one(escalation.handler, zone=request.zone, now=request.now),
        "handler_side": "me" if escalation.handler_id in request.actor.stands_for else "ours",
        "seats": escalation.account.seats.select_related("member")[: case_page.MOST_CONTACTS],
        "ahead": case_page.ahead(case, request.now),
        "parked": case_page.parked(escalation),
        "decision": deciding.standing(request, escalation),
        "newer_playbook": case_page.newer_playbook(escalation),
    }


def _tell(request: MemberRequest, escalation: Escalation, case: boards.Case, rights: Rights) -> dict[str, Any]:
    next_promise = case.next_promise
    also = case.also_promised
    counted = [promise for promise in case.settled if promise.status in _COUNTED]
    return {
        "next_acts": case_page.promise_links(next_promise, request.now, here=True)
        if next_promise and rights.tell
        else [],
        "next_is_overdue": bool(next_promise and next_promise.is_overdue(request.now)),
        "also": [
            row | {"clash": case_page.clash(case, row["promise"], request)}
            for row in case_page.promise_rows(also[: case_page.MOST_PROMISES], rights, request.now)
        ],
        "also_left_out": max(len(also) - case_page.MOST_PROMISES, 0),
        "settled": _newest_first(case.settled)[: case_page.MOST_SETTLED],
        "settled_left_out": max(len(case.settled) - case_page.MOST_SETTLED, 0),
        "settled_says": _settled_says(case),
        "kept_of": len(counted),
        **leaving.context(escalation, request.now),
        "meets": meeting_page.glance(escalation, case.organisation, case.on_their_page, request.zone, request.now),
    }


_SHELF = (
    {"id": "people", "says": "People", "key": "p"},
    {"id": "worth", "says": "Worth", "key": "w"},
    {"id": "heard", "says": "What we heard", "key": "h"},
    {"id": "closing", "says": "Closing", "key": "x"},
)


def _facts_drawer(found: ledger.Ledger) -> dict[str, Any]:
    return {"id": "facts", "says": "Facts", "key": "f", "count": found.count}


_COUNTED = (Promise.Status.KEPT, Promise.Status.KEPT_LATE, Promise.Status.BROKEN)


def _newest_first(settled: list[Promise]) -> list[Promise]:
    return sorted(settled, key=lambda promise: (promise.settled_at, promise.pk), reverse=True)


def _settled_says(case: boards.Case) -> str:
    """What became of the promises: "11 kept, 1 moved in time, none broken"."""
    count = {status: sum(promise.status == status for promise in case.settled) for status in Promise.Status}
    parts = [
        f"{count[Promise.Status.KEPT] or 'none'} kept",
        f"{count[Promise.Status.KEPT_LATE]} kept late" if count[Promise.Status.KEPT_LATE] else "",
        f"{count[Promise.Status.MOVED]} moved in time" if count[Promise.Status.MOVED] else "",
        f"{count[Promise.Status.RELEASED]} released" if count[Promise.Status.RELEASED] else "",
        f"{count[Promise.Status.BROKEN] or 'none'} broken",
    ]
    return ", ".join(filter(None, parts)).capitalize()


def _target(request: MemberRequest, escalation: Escalation) -> str:
    """By when it is to be over, or since when it is."""
    if escalation.closed_at:
        return f"over since {when.day(escalation.closed_at, request.zone, request.now)}"
    late = "was to close by" if escalation.target_at < request.now else "to close by"
    return f"{late} {when.day(escalation.target_at, request.zone, request.now)}"
