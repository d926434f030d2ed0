"""The lines of the plan: naming problems, saying how they stand, solving or declining them."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from amends.escalations import access
from amends.escalations.actions import problems, tickets
from amends.escalations.authority import Act, check
from amends.web import case_page, problem_page
from amends.web.asking import Ask, answer
from amends.web.forms.base import sent
from amends.web.forms.problems import NameForm
from amends.web.requests import MemberRequest


def name(request: MemberRequest, key: str) -> HttpResponse:
    """Put a problem on the plan."""
    escalation = access.find(key, seen_by=request.actor)
    check(request.actor, Act.PLAN, escalation)
    form = NameForm(data=sent(request))
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
    return problem_page.shown(request, escalation, case_page.find_problem(escalation, pk))


def change(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """Say how it stands, who has it, what is done next."""
    return problem_page.act(
        request, key, pk, "form", lambda problem, typed: problems.change(problem, **typed), done="changed."
    )


def estimate(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """Say by when it will be solved."""
    return problem_page.act(
        request,
        key,
        pk,
        "estimate",
        lambda problem, typed: problems.estimate(problem, **typed),
        done="there is a new estimate.",
    )


def solve(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """It is solved. Taking it up again undoes it."""
    return problem_page.act(
        request, key, pk, "solve", lambda problem, typed: problems.solve(problem, **typed), done="solved."
    )


def decline(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """We will not solve it."""
    return problem_page.act(
        request, key, pk, "decline", lambda problem, typed: problems.decline(problem, **typed), done="declined."
    )


def take_up_again(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """It was not over after all."""
    return problem_page.act(
        request,
        key,
        pk,
        "again",
        lambda problem, typed: problems.take_up_again(problem, **typed),
        done="it is in work again.",
    )


def link(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """Link a ticket elsewhere."""
    return problem_page.act(
        request, key, pk, "ticket", lambda problem, typed: tickets.link(problem, **typed), done="the ticket is linked."
    )


def unlink(request: MemberRequest, key: str, pk: int, ticket: int) -> HttpResponse:
    """Take the link off again."""
    return problem_page.act(
        request,
        key,
        pk,
        "unlinking",
        lambda problem, typed: tickets.unlink(problem_page.find_ticket(problem, ticket), **typed),
        done="the link is taken off.",
    )
