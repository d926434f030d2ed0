"""The plan: naming problems, saying how they stand, solving or declining them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from amends.escalations import access
from amends.escalations.actions import problems
from amends.escalations.authority import Act, check
from amends.escalations.models import Escalation, Problem
from amends.web import case_page
from amends.web.asking import Ask, answer, finished, is_in_drawer
from amends.web.case_page import Rights
from amends.web.forms.case import ActForm, wall_time
from amends.web.forms.problems import AgainForm, DeclineForm, EstimateForm, NameForm, ProblemForm
from amends.web.forms.steering import ConsentForm
from amends.web.requests import MemberRequest


def name(request: MemberRequest, key: str) -> HttpResponse:
    """Put a problem on the plan."""
    escalation = access.find(key, seen_by=request.actor)
    check(request.actor, Act.PLAN, escalation)
    form = NameForm(data=request.POST if request.method == "POST" else None)
    ask = Ask("Add a problem", "Put it on the plan", keeps_draft=True, template="escalation/_name.html")
    return answer(
        request,
        escalation,
        form,
        ask,
        lambda: problems.name(escalation, **form.cleaned_data, by=request.actor, now=request.now),
        done="It is on the plan.",
    )


@require_GET
def one(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """One problem: how it stands, its estimates, and what can be done about it."""
    escalation = access.find(key, seen_by=request.actor)
    return _shown(request, escalation, case_page.find_problem(escalation, pk))


def change(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """Say how it stands, who has it, what is done next."""
    form = ProblemForm(data=request.POST)
    return _act(
        request, key, pk, "form", form, lambda problem: problems.change(problem, **form.cleaned_data, **_who(request))
    )


def estimate(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """Say by when it will be solved."""
    form = EstimateForm(here=request.zone, data=request.POST)
    return _act(
        request,
        key,
        pk,
        "estimate",
        form,
        lambda problem: problems.estimate(problem, **form.cleaned_data, **_who(request)),
    )


def solve(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """It is solved. Taking it up again undoes it."""
    form = ConsentForm(data=request.POST)
    return _act(request, key, pk, "solve", form, lambda problem: problems.solve(problem, **_who(request)))


def decline(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """We will not solve it."""
    form = DeclineForm(data=request.POST)
    return _act(
        request,
        key,
        pk,
        "decline",
        form,
        lambda problem: problems.decline(problem, **form.cleaned_data, **_who(request)),
    )


def take_up_again(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """It was not over after all."""
    form = AgainForm(data=request.POST)
    return _act(
        request,
        key,
        pk,
        "again",
        form,
        lambda problem: problems.take_up_again(problem, **form.cleaned_data, **_who(request)),
    )


def _who(request: MemberRequest) -> dict[str, Any]:
    return {"by": request.actor, "now": request.now}


def _act(
    request: MemberRequest, key: str, pk: int, slot: str, form: ActForm, act: Callable[[Problem], None]
) -> HttpResponse:
    """Act, or show the problem again with what was wrong in the form that stands in `slot`."""
    escalation = access.find(key, seen_by=request.actor)
    check(request.actor, Act.PLAN, escalation)
    problem = case_page.find_problem(escalation, pk)
    if request.method != "POST":
        return redirect("problem", key=escalation.key, pk=pk)
    form.acts(lambda: act(problem))
    if form.errors:
        return _shown(request, escalation, case_page.find_problem(escalation, pk), status=422, **{slot: form})
    return finished(request, escalation, f"“{problem.words}”: {_DONE[slot]}")


_DONE = {
    "form": "changed.",
    "estimate": "there is a new estimate.",
    "solve": "solved.",
    "decline": "declined.",
    "again": "it is in work again.",
}


def _shown(
    request: MemberRequest, escalation: Escalation, problem: Problem, *, status: int = 200, **forms: ActForm
) -> HttpResponse:
    eta = wall_time(problem.eta_at, request.zone) if problem.eta_at else None
    template = "escalation/_problem.html" if is_in_drawer(request) else "escalation/problem.html"
    context = {
        "escalation": escalation,
        "problem": problem,
        "rights": Rights.of(request, escalation),
        "form": ProblemForm.of(problem),
        "estimate": EstimateForm(here=request.zone, initial={"eta_at": eta}),
        "solve": ConsentForm(),
        "decline": DeclineForm(),
        "again": AgainForm(),
    }
    return render(request, template, context | forms, status=status)
