"""The plan as a whole: shown, put into another order, and the customer's word on it written down."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from amends.escalations import access, boards
from amends.escalations.actions import plans
from amends.escalations.authority import Act, check
from amends.escalations.models import Escalation
from amends.web import case_page, planning
from amends.web.asking import Ask, answer
from amends.web.case_page import Rights
from amends.web.forms.base import sent
from amends.web.forms.case import wall_time
from amends.web.forms.plans import ConfirmForm, OrderForm
from amends.web.requests import MemberRequest


@require_GET
def page(request: MemberRequest, key: str) -> HttpResponse:
    """Every problem of a long plan."""
    escalation = access.find(key, seen_by=request.actor)
    case, rights = boards.case(escalation, request.now), Rights.of(request, escalation)
    return render(request, "escalation/plan.html", planning.context(request, case, rights, whole=True))


def order(request: MemberRequest, key: str) -> HttpResponse:
    """Another order: a number for each problem, or dragged where the plan stands."""
    escalation = access.find(key, seen_by=request.actor)
    check(request.actor, Act.PLAN, escalation)
    problems = list(escalation.problems.all())
    form = OrderForm(problems, data=sent(request))
    if request.method == "POST" and request.headers.get("HX-Target") == "plan":
        return _dragged(request, escalation, form)
    ask = Ask(
        "Change the order",
        "Save this order",
        says="1 comes first. What the customer confirmed is then another order: ask them again.",
        template="escalation/_order.html",
    )
    return answer(
        request,
        escalation,
        form,
        ask,
        lambda: _reorder(request, escalation, form),
        done="The plan has its new order.",
        seen=planning.written([problem.pk for problem in problems]),
    )


def confirm(request: MemberRequest, key: str) -> HttpResponse:
    """Write down that the customer confirmed the plan and its order."""
    escalation = access.find(key, seen_by=request.actor)
    check(request.actor, Act.PLAN, escalation)
    contacts, problems = case_page.contacts_of(escalation), list(escalation.problems.all())
    first = {"contact": contacts[0].pk if contacts else "", "at": wall_time(request.now, request.zone)}
    form = ConfirmForm(contacts, here=request.zone, data=sent(request), initial=first)
    ask = Ask(
        "Their word on the plan",
        "They confirmed it",
        says="Read them the plan in this order. This writes down what they said; it sends nothing.",
        template="escalation/_confirm.html",
    )
    return answer(
        request,
        escalation,
        form,
        ask,
        lambda: plans.confirm(escalation, **form.cleaned_data, by=request.actor, now=request.now),
        done="The order is confirmed.",
        problems=problems,
        seen=planning.written([problem.pk for problem in problems]),
    )


def _reorder(request: MemberRequest, escalation: Escalation, form: OrderForm) -> None:
    plans.reorder(escalation, **form.cleaned_data, by=request.actor, now=request.now)


def _dragged(request: MemberRequest, escalation: Escalation, form: OrderForm) -> HttpResponse:
    """The plan again as a part of the page, with its new order or with why it has none."""
    form.acts(lambda: _reorder(request, escalation, form))
    case, rights = boards.case(escalation, request.now), Rights.of(request, escalation)
    context = planning.context(request, case, rights, whole=bool(request.POST.get("whole")))
    return render(request, "escalation/_plan.html", context | {"form": form}, status=422 if form.errors else 200)
