"""What must be true for the customer to call it over, and the drawer that lists it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from amends.escalations import access
from amends.escalations.actions import criteria
from amends.escalations.authority import Act, check
from amends.escalations.models import Escalation
from amends.web import closing_list
from amends.web.asking import Ask, answer
from amends.web.case_page import Rights
from amends.web.forms.base import Form, sent
from amends.web.forms.closing import CriterionForm
from amends.web.forms.steering import ConsentForm, ReasonForm
from amends.web.lookup import find
from amends.web.requests import MemberRequest


def add(request: MemberRequest, key: str) -> HttpResponse:
    """Agree one more with the customer."""
    escalation = _found(request, key)
    form = CriterionForm(data=sent(request), auto_id="id_criterion_%s")
    if request.headers.get("HX-Target") == "closing":
        form.acts(lambda: criteria.add(escalation, **form.cleaned_data, by=request.actor, now=request.now))
        return _drawer(request, escalation, form)
    ask = Ask("Agree an exit criterion", "They call it over when this is so")
    return answer(
        request,
        escalation,
        form,
        ask,
        lambda: criteria.add(escalation, **form.cleaned_data, by=request.actor, now=request.now),
        done="It is on the closing list.",
    )


def meet(request: MemberRequest, key: str, number: int) -> HttpResponse:
    """It is so now."""
    return _tick(request, key, number, criteria.meet, done="One more is met.")


def unmeet(request: MemberRequest, key: str, number: int) -> HttpResponse:
    """It was not so after all."""
    return _tick(request, key, number, criteria.unmeet, done="It is open again.")


def remove(request: MemberRequest, key: str, number: int) -> HttpResponse:
    """They no longer ask for it."""
    escalation = _found(request, key)
    criterion = find(escalation.exit_criteria.all(), number, "exit criterion", of=escalation.key)
    form = ReasonForm.asking("Why it is asked for no longer", data=sent(request))
    ask = Ask("Take it off the closing list", "Take it off", says=f"“{criterion.words}”", is_grave=True)
    return answer(
        request,
        escalation,
        form,
        ask,
        lambda: criteria.remove(criterion, **form.cleaned_data, by=request.actor, now=request.now),
        done="It is off the closing list.",
    )


def _tick(request: MemberRequest, key: str, number: int, act: Callable[..., None], *, done: str) -> HttpResponse:
    escalation = _found(request, key)
    criterion = find(escalation.exit_criteria.all(), number, "exit criterion", of=escalation.key)
    form = ConsentForm(data=sent(request))
    if request.method != "POST":
        return redirect("escalation", key=escalation.key)
    form.acts(lambda: act(criterion, by=request.actor, now=request.now))
    if request.headers.get("HX-Target") == "closing":
        return _drawer(request, escalation, form)
    for mistake in form.non_field_errors():
        messages.error(request, str(mistake))
    if not form.errors:
        messages.success(request, done)
    return redirect("escalation", key=escalation.key)


def _drawer(request: MemberRequest, escalation: Escalation, form: Form) -> HttpResponse:
    """The closing list again, with what was wrong."""
    context: dict[str, Any] = closing_list.context(
        escalation, Rights.of(request, escalation), escalation.problems.all()
    )
    if isinstance(form, CriterionForm) and form.errors:
        context["criterion"] = form
    return render(request, "escalation/_closing.html", context | {"form": form}, status=422 if form.errors else 200)


def _found(request: MemberRequest, key: str) -> Escalation:
    escalation = access.find(key, seen_by=request.actor)
    check(request.actor, Act.PLAN, escalation)
    return escalation
