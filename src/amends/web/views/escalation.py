"""The page of one escalation: who and how grave, the next promise, both tracks, the timeline."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from amends.directory.models import Contact
from amends.escalations import access, boards
from amends.escalations.models import Escalation, Problem, Promise
from amends.lib import when
from amends.web import case_page, case_timeline, composing, paging
from amends.web.case_page import Rights
from amends.web.forms.updates import ComposerForm
from amends.web.requests import MemberRequest
from amends.web.views.escalations import grade, severity_name


@require_GET
def page(request: MemberRequest, key: str) -> HttpResponse:
    """One room with both tracks."""
    return shown(request, access.find(key, seen_by=request.actor))


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
def plan(request: MemberRequest, key: str) -> HttpResponse:
    """Every problem of a long plan."""
    escalation = access.find(key, seen_by=request.actor)
    case = boards.case(escalation, request.now)
    context = {"escalation": escalation, "plan": case_page.plan_rows(case.problems, request.now)}
    return render(request, "escalation/plan.html", context)


@require_GET
def promised(request: MemberRequest, key: str) -> HttpResponse:
    """Every promise of a case that has many, the open ones first."""
    escalation = access.find(key, seen_by=request.actor)
    case = boards.case(escalation, request.now)
    rows = case_page.promise_rows(case.promises, Rights.of(request, escalation))
    context = {"escalation": escalation, "rows": rows, "settled": _newest_first(case.settled)}
    return render(request, "escalation/promised.html", context)


def shown(
    request: MemberRequest,
    escalation: Escalation,
    *,
    form: ComposerForm | None = None,
    status: int = 200,
    warning: str = "",
) -> HttpResponse:
    """The page; `form` is an update that was sent and came back."""
    case = boards.case(escalation, request.now)
    rights = Rights.of(request, escalation)
    contacts = case_page.contacts_of(escalation)
    before = paging.number(request.GET.get("before"))
    context = {
        "escalation": escalation,
        "case": case,
        "rights": rights,
        "contacts": contacts,
        "warning": warning,
        "timeline": case_timeline.part(escalation, request, before),
        "is_earlier": before is not None,
        **_header(request, escalation, case, rights),
        **_tell(request, escalation, case, rights, contacts, form),
        **_solve(case, request.now),
    }
    return render(request, "escalation/page.html", context, status=status)


def _header(request: MemberRequest, escalation: Escalation, case: boards.Case, rights: Rights) -> dict[str, Any]:
    document = escalation.playbook.document
    level = next((level.name.lower() for level in document.levels if level.level == escalation.level), "")
    span = max((escalation.target_at - escalation.opened_at).days, 1)
    does = "handles it" if escalation.is_under_way else "handled it"
    return {
        "severity": severity_name(document, escalation.severity),
        "proposed": severity_name(document, escalation.proposed_severity),
        "grade": grade(document, escalation.severity),
        "day": escalation.day(request.now),
        "span": span,
        "steps": case_page.milestones(escalation, request),
        "closure": escalation.closures.select_related("closed_by").first(),
        "target": _target(request, escalation),
        "standing": _standing(escalation),
        "handler_does": does,
        "handler_note": f"{does}, level {escalation.level}{f', {level}' if level else ''}",
        "handler_side": "me" if escalation.handler_id == request.actor.member_id else "ours",
        "see_as": escalation.contact.name.split()[0] if escalation.contact else "they will",
        "shelf": _SHELF,
        "seats": escalation.account.seats.select_related("member")[: case_page.MOST_CONTACTS],
        "ahead": case_page.ahead(escalation, case.promises, request.now),
        "parked": case_page.parked(escalation),
        "newer_playbook": case_page.newer_playbook(escalation),
    }


def _tell(
    request: MemberRequest,
    escalation: Escalation,
    case: boards.Case,
    rights: Rights,
    contacts: list[Contact],
    form: ComposerForm | None,
) -> dict[str, Any]:
    next_promise = case.next_promise
    also = case.also_promised
    counted = [promise for promise in case.settled if promise.status in _COUNTED]
    return {
        "next_acts": case_page.promise_links(next_promise, here=True) if next_promise and rights.tell else [],
        "next_is_overdue": bool(next_promise and next_promise.is_overdue(request.now)),
        "also": [
            row | {"clash": case_page.clash(case, row["promise"], request)}
            for row in case_page.promise_rows(also[: case_page.MOST_PROMISES], rights)
        ],
        "also_left_out": max(len(also) - case_page.MOST_PROMISES, 0),
        "settled": _newest_first(case.settled)[: case_page.MOST_SETTLED],
        "settled_left_out": max(len(case.settled) - case_page.MOST_SETTLED, 0),
        "settled_says": _settled_says(case),
        "kept_of": len(counted),
        "undelivered": case_page.undelivered(escalation),
        **(composing.context(request, escalation, case, contacts, form) if rights.tell else {}),
    }


def _solve(case: boards.Case, now: dt.datetime) -> dict[str, Any]:
    eta = min((p.eta_at for p in case.problems if p.eta_at and not p.is_settled), default=None)
    return {
        "plan": case_page.plan_rows(case.problems[: case_page.MOST_PROBLEMS], now),
        "problems_left_out": max(len(case.problems) - case_page.MOST_PROBLEMS, 0),
        "solved": sum(problem.status == Problem.Status.SOLVED for problem in case.problems),
        "unsettled": sum(not problem.is_settled for problem in case.problems),
        "next_eta": eta,
    }


_SHELF = (
    {"id": "people", "says": "People", "key": "p"},
    {"id": "heard", "says": "What we heard", "key": "h"},
    {"id": "closing", "says": "Closing", "key": "x"},
)
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


def _standing(escalation: Escalation) -> str:
    account = escalation.account
    says = [
        "strategic" if account.is_strategic else "",
        "speaks for us" if account.is_advocate else "",
        account.industry,
    ]
    return ", ".join(filter(None, says)).capitalize() or "Customer"
